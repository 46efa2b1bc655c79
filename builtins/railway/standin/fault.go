package standin

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is what goes wrong with a request.
type Fault string

const (
	Lost      Fault = "it is done, and the answer never comes"
	Ignored   Fault = "it is not done, and no answer comes"
	BadGate   Fault = "502 with HTML, not done"
	CutOff    Fault = "it is done, and the connection breaks"
	Flood     Fault = "429 with HTML, of the network in front"
	Slowly    Fault = "429 with Retry-After"
	Trouble   Fault = "400 with the message alone, not done"
	Closed    Fault = "the socket is closed after it is acknowledged"
	Garbled   Fault = "the socket tells what is no JSON"
	Huge      Fault = "the socket tells 2 MiB at once"
	Silent    Fault = "the socket tells nothing"
	Forbidden Fault = "Not Authorized"
	False     Fault = "false, with no reason"
	Repeated  Fault = "a page says that there are more, with the same cursor"
)

type fault struct {
	operation string // "": any
	times     int
	fault     Fault
}

// Break lets the next requests of an operation go wrong; "" is any. Faults of
// several calls come one after the other.
func (s *Server) Break(operation string, times int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{operation, times, f})
}

// wrong takes the next fault of an operation, of those given. The caller holds
// the lock.
func (s *Server) wrong(operation string, kinds ...Fault) Fault {
	for _, f := range s.faults {
		if f.times > 0 && (f.operation == "" || f.operation == operation) && slices.Contains(kinds, f.fault) {
			f.times--
			return f.fault
		}
	}
	return ""
}

const page = "<!doctype html><title>Error 1015</title><h1>You are being rate limited</h1>"

// instead answers a request that goes wrong before anything is done.
func instead(w http.ResponseWriter, f Fault) {
	switch f {
	case BadGate:
		text(w, http.StatusBadGateway, "<html><h1>502 Bad Gateway</h1></html>")
	case Flood:
		text(w, http.StatusTooManyRequests, page)
	case Slowly:
		tooMany(w, 1000, 7*time.Second)
	case Trouble:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"message":"Problem processing request"}`)
	}
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func tooMany(w http.ResponseWriter, limit int, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	w.Header().Set("RateLimit-Policy", `"default";q=`+strconv.Itoa(limit)+`;w=3600`)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusTooManyRequests)
	io.WriteString(w, `{"errors":[{"message":"Too many requests"}]}`)
}

// over tells how long to wait where the hour's requests are used up.
func (s *Server) over() time.Duration {
	if s.limit == 0 {
		return 0
	}
	now := s.clock.Now()
	s.requests = slices.DeleteFunc(s.requests, func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	if len(s.requests) >= s.limit {
		return time.Hour - now.Sub(s.requests[0])
	}
	s.requests = append(s.requests, now)
	return 0
}
