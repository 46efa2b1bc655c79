package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// reply answers with JSON.
func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client may have gone: there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(v)
}

// replyError answers with {"error": text}.
func replyError(w http.ResponseWriter, status int, text string) {
	reply(w, status, map[string]string{"error": text})
}

// readJSON reads a request's body into v; it has answered when it is false.
func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		replyError(w, http.StatusBadRequest, "the body is not what this address takes: "+err.Error())
		return false
	}
	return true
}

// health answers that a service runs. It looks at no table.
func health(service string, r Release, db *database) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if err := db.ping(req.Context()); err != nil {
			reply(w, http.StatusServiceUnavailable, map[string]string{
				"status": "down", "service": service, "version": r.Version, "error": err.Error(),
			})
			return
		}
		reply(w, http.StatusOK, map[string]string{"status": "ok", "service": service, "version": r.Version})
	}
}

// peers is how services call each other: through the front, with a token that
// only they know.
type peers struct {
	base   string
	token  string
	client *http.Client
}

const peerHeader = "X-Service-Token"

// peerError is an answer of another service that is not 2xx.
type peerError struct {
	request string
	status  int
}

func (e *peerError) Error() string { return fmt.Sprintf("%s answered %d", e.request, e.status) }

// call sends v as JSON, or nothing, and reads the answer into result unless
// that is nil.
func (p *peers) call(ctx context.Context, method, path string, v, result any) error {
	var body io.Reader
	if v != nil {
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set(peerHeader, p.token)
	answer, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return &peerError{method + " " + path, answer.StatusCode}
	}
	if result == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	return json.NewDecoder(answer.Body).Decode(result)
}

// only lets nobody but the other services in.
func (p *peers) only(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !sameText(r.Header.Get(peerHeader), p.token) {
			replyError(w, http.StatusForbidden, "this address is for the other services")
			return
		}
		next(w, r)
	}
}
