package http_test

import (
	"encoding/pem"
	"fmt"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

// site wants a cookie and, of what changes something, what Django wants.
func site(t *testing.T) *httptest.Server {
	s := httptest.NewTLSServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		switch {
		case r.URL.Path == "/login":
			nethttp.SetCookie(w, &nethttp.Cookie{Name: "csrftoken", Value: "c5rf-t0ken", Path: "/"})
			nethttp.SetCookie(w, &nethttp.Cookie{Name: "sessionid", Value: "s3ssion-id", Path: "/", HttpOnly: true})
			return
		case r.Method != "GET":
			c, err := r.Cookie("csrftoken")
			home := "https://" + r.Host
			if err != nil || r.Header.Get("X-CSRFToken") != c.Value || r.Header.Get("Origin") != home || r.Header.Get("Referer") != home+r.URL.Path {
				nethttp.Error(w, "CSRF verification failed", nethttp.StatusForbidden)
				return
			}
		case r.Header.Get("X-CSRFToken") != "":
			nethttp.Error(w, "a token for nothing", 400)
			return
		}
		if c, err := r.Cookie("sessionid"); err != nil || c.Value != "s3ssion-id" {
			nethttp.Error(w, "log in first", nethttp.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, "hello")
	}))
	t.Cleanup(s.Close)
	return s
}

func TestSession(t *testing.T) {
	s := site(t)
	h := world(t)
	var hidden []string
	h.Hide = func(text string) { hidden = append(hidden, text) }
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(h.Dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	in := func(a args) args { a["ca"] = str("ca.pem"); return a }
	status := func(r *value.Record, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return field(t, r, "status").String()
	}
	handle, err := call(h, "http.session", nil, args{"base": str(s.URL)})
	if err != nil {
		t.Fatal(err)
	}
	if got := status(call(h, "session.get", handle, in(args{"path": str("/page")}))); got != "401" {
		t.Errorf("before the login: %s", got)
	}
	if got := status(call(h, "session.get", handle, in(args{"path": str("/login")}))); got != "200" {
		t.Errorf("login: %s", got)
	}
	for _, name := range []string{"get", "post", "put", "patch", "delete"} {
		if got := status(call(h, "session."+name, handle, in(args{"path": str("page")}))); got != "200" {
			t.Errorf("%s after the login: %s", name, got)
		}
	}
	if got := status(call(h, "http.post", nil, in(args{"url": str("/page"), "session": handle}))); got != "200" {
		t.Errorf("http.post with the session: %s", got)
	}
	if got := status(call(h, "http.post", nil, in(args{"url": str(s.URL + "/page")}))); got != "403" {
		t.Errorf("http.post without: %s", got)
	}
	if len(hidden) != 2 {
		t.Errorf("hidden are %v, want both tokens", hidden)
	}
}

func TestSessionLogsIn(t *testing.T) {
	s := site(t)
	h := world(t)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(h.Dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	login := func(path string) *value.Func {
		return &value.Func{Call: func(...value.Value) (value.Value, error) {
			r, err := call(h, "http.post", nil, args{"url": str(s.URL + path), "ca": str("ca.pem")})
			if err != nil {
				return nil, err
			}
			return r, nil
		}}
	}
	handle, err := call(h, "http.session", nil, args{"base": str(s.URL), "login": login("/login")})
	if err != nil {
		t.Fatal(err)
	}
	r, err := call(h, "session.post", handle, args{"path": str("/page"), "ca": str("ca.pem"), "json": object()})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"status": value.Int(200)})

	_, err = call(h, "http.session", nil, args{"base": str(s.URL), "login": login("/page")})
	wantError(t, err, "log in: "+s.URL+"/page answered 403")
	_, err = call(h, "http.session", nil, args{"login": login("/login")})
	wantError(t, err, "login needs base, which says whose cookies they are")
	_, err = call(h, "session.get", value.NewRecord("Session", nil, nil), args{"path": str("/")})
	wantError(t, err, "session.get was called on a value from another run")
}

func TestOtherSitesGetNoCookies(t *testing.T) {
	s := site(t)
	other, seen := stranger(t)
	h := world(t)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(h.Dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	handle, err := call(h, "http.session", nil, args{"base": str(s.URL)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := call(h, "session.get", handle, args{"path": str("/login"), "ca": str("ca.pem")}); err != nil {
		t.Fatal(err)
	}
	if _, err := call(h, "session.post", handle, args{"path": str("http://localhost" + other.URL[len("http://127.0.0.1"):])}); err != nil {
		t.Fatal(err)
	}
	for _, request := range *seen {
		for _, key := range []string{"c5rf-t0ken", "s3ssion-id"} {
			if contains(request, key) {
				t.Errorf("the stranger saw %s", request)
			}
		}
	}
}
