// Package site is a small website to release to: the examples website and
// watch are run against it, by their readers and by the tests. It keeps
// nothing and listens to nobody by itself.
package site

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Versions can be deployed; the first one serves at the beginning. The last
// one has lost its about page, and its health is as good as the others'.
var Versions = []string{"v1", "v2", "v3"}

// Modes are how long /work takes. The first one holds at the beginning.
var Modes = []Mode{{"fast", 80 * time.Millisecond}, {"slow", 240 * time.Millisecond}}

// Mode is a way to do the work.
type Mode struct {
	Name string
	Work time.Duration
}

// Site answers the requests to a website.
type Site struct {
	mux http.ServeMux

	mu      sync.Mutex
	version string
	mode    Mode
}

// New returns a site in its first version and mode.
//
//	GET  /health   {"status": "ok", "version": "v1"}
//	POST /deploy   {"version": "v2"}; 422 for one that isn't among Versions
//	GET  /  /about/  /status/   pages
//	GET  /work     takes as long as the mode says
//	GET  /mode     its name; POST sets it
func New() *Site {
	s := &Site{version: Versions[0], mode: Modes[0]}
	s.mux.HandleFunc("GET /health", s.health)
	s.mux.HandleFunc("POST /deploy", s.deploy)
	s.mux.HandleFunc("GET /{$}", s.page("Home"))
	s.mux.HandleFunc("GET /about/{$}", s.about)
	s.mux.HandleFunc("GET /status/{$}", s.page("Status"))
	s.mux.HandleFunc("GET /work", s.work)
	s.mux.HandleFunc("GET /mode", s.showMode)
	s.mux.HandleFunc("POST /mode", s.setMode)
	return s
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Site) now() (version string, mode Mode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version, s.mode
}

func (s *Site) health(w http.ResponseWriter, _ *http.Request) {
	version, _ := s.now()
	reply(w, http.StatusOK, map[string]string{"status": "ok", "version": version})
}

func (s *Site) deploy(w http.ResponseWriter, r *http.Request) {
	var given struct{ Version string }
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": "want {\"version\": \"v2\"}"})
		return
	}
	if !slices.Contains(Versions, given.Version) {
		problem := fmt.Sprintf("there is no version %q, there are %s", given.Version, strings.Join(Versions, ", "))
		reply(w, http.StatusUnprocessableEntity, map[string]string{"error": problem})
		return
	}
	s.mu.Lock()
	s.version = given.Version
	s.mu.Unlock()
	reply(w, http.StatusOK, map[string]string{"version": given.Version})
}

func (s *Site) page(title string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		version, _ := s.now()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html>\n<title>%s</title>\n<h1>%s</h1>\n<p>This is %s.</p>\n", title, title, version)
	}
}

func (s *Site) about(w http.ResponseWriter, r *http.Request) {
	if version, _ := s.now(); version == Versions[len(Versions)-1] {
		http.NotFound(w, r)
		return
	}
	s.page("About")(w, r)
}

func (s *Site) work(w http.ResponseWriter, r *http.Request) {
	_, mode := s.now()
	timer := time.NewTimer(mode.Work)
	defer timer.Stop()
	select {
	case <-timer.C:
		fmt.Fprintln(w, "done")
	case <-r.Context().Done():
	}
}

func (s *Site) showMode(w http.ResponseWriter, _ *http.Request) {
	_, mode := s.now()
	io.WriteString(w, mode.Name)
}

func (s *Site) setMode(w http.ResponseWriter, r *http.Request) {
	name, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 100))
	i := slices.IndexFunc(Modes, func(m Mode) bool { return m.Name == string(name) })
	if err != nil || i < 0 {
		http.Error(w, "want fast or slow", http.StatusUnprocessableEntity)
		return
	}
	s.mu.Lock()
	s.mode = Modes[i]
	s.mu.Unlock()
	fmt.Fprint(w, Modes[i].Name)
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
