package git

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// newLoginServer returns the address of a server that lets nobody in.
func newLoginServer(t *testing.T) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(s.Close)
	return s.URL
}
