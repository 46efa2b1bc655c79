// Package standin holds servers that stand in for services which no test can
// start: they follow the services' public documentation, keep state, want a
// token, page their lists and have rate limits. Nothing that ships imports it.
package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Object is an object of JSON.
type Object = map[string]any

// Test is who starts a server: a *testing.T, or a script.
type Test interface {
	Helper()
	Cleanup(func())
}

// server is what the stand-ins share.
type server struct {
	URL   string // where it answers
	Token string // that it wants

	mu    sync.Mutex
	asked []string
	limit func(http.ResponseWriter) bool
}

func (s *server) start(t Test, token string, answer http.HandlerFunc) {
	t.Helper()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.Method+" "+r.URL.RequestURI())
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if s.limit != nil && s.limit(w) {
			return
		}
		answer(w, r)
	}))
	t.Cleanup(h.Close)
	s.URL, s.Token = h.URL, token
}

// Asked returns the requests since the last call, in order: "GET /path?query".
func (s *server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// Limit lets the next requests meet a rate limit while answer writes one and
// returns true; nil ends it.
func (s *server) Limit(answer func(http.ResponseWriter) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = answer
}

// change changes the state of a server while nobody is answered.
func (s *server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// write answers with JSON.
func write(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(fmt.Sprintf("standin: %v", err))
	}
}
