package http_test

import (
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

// stranger is a server on another origin that remembers what it was sent.
func stranger(t *testing.T) (*httptest.Server, *[]string) {
	var seen []string
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = append(seen, fmt.Sprint(r.Method, " ", r.Header, " ", string(body)))
		fmt.Fprint(w, "stranger")
	})
	return s, &seen
}

func TestRedirectsStayOnTheOrigin(t *testing.T) {
	other, seen := stranger(t)
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		switch r.URL.Path {
		case "/away":
			nethttp.Redirect(w, r, other.URL+"/", nethttp.StatusFound)
		case "/home":
			nethttp.Redirect(w, r, "/end", nethttp.StatusMovedPermanently)
		case "/loop":
			nethttp.Redirect(w, r, "/loop", nethttp.StatusFound)
		default:
			fmt.Fprint(w, r.Method, " ", r.Header.Get("X-Key"))
		}
	})
	get := func(path, follow string) (*value.Record, error) {
		return call(world(t), "http.get", nil, args{"url": str(s.URL + path), "follow": str(follow), "headers": object("X-Key", str("k3y"))})
	}

	r, err := get("/home", "same_origin")
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{
		"body": str("GET k3y"), "url": str(s.URL + "/end"), "redirects": value.NewList([]value.Value{str(s.URL + "/home")}),
	})
	if r, err = get("/home", "none"); err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"status": value.Int(nethttp.StatusMovedPermanently), "headers.Location": str("/end")})

	if r, err = get("/away", "same_origin"); err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"status": value.Int(nethttp.StatusFound)})
	if len(*seen) > 0 {
		t.Errorf("the stranger was asked: %v", *seen)
	}
	_, err = get("/loop", "same_origin")
	wantError(t, err, s.URL+"/loop: 10 redirects, and still another")
}

func TestAStrangerGetsNothingOfOurs(t *testing.T) {
	other, seen := stranger(t)
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		nethttp.SetCookie(w, &nethttp.Cookie{Name: "sessionid", Value: "k3y-cookie"})
		status := 302
		fmt.Sscan(r.URL.Query().Get("status"), &status)
		// The same number under another name is another origin, with a host
		// that cookies are not for.
		nethttp.Redirect(w, r, strings.Replace(other.URL, "127.0.0.1", "localhost", 1)+"/", status)
	})
	ours := args{
		"follow": str("any"), "json": object("a", str("k3y-body")), "bearer": value.NewSecret("k3y-bearer"),
		"headers": object("X-Api-Key", str("k3y-header"), "Project-Access-Token", value.NewSecret("k3y-project")),
	}
	for _, status := range []string{"301", "302", "303"} {
		*seen = nil
		ours["url"] = str(strings.Replace(s.URL, "http://", "http://user:k3y-password@", 1) + "/?status=" + status)
		r, err := call(world(t), "http.post", nil, ours)
		if err != nil {
			t.Fatal(err)
		}
		wantFields(t, r, map[string]value.Value{"body": str("stranger")})
		if len(*seen) != 1 || strings.Contains((*seen)[0], "k3y") || !strings.HasPrefix((*seen)[0], "GET") {
			t.Errorf("after %s the stranger saw %v", status, *seen)
		}
	}
	for _, status := range []string{"307", "308"} {
		*seen = nil
		ours["url"] = str(s.URL + "/?status=" + status)
		r, err := call(world(t), "http.post", nil, ours)
		if err != nil {
			t.Fatal(err)
		}
		if len(*seen) > 0 {
			t.Errorf("after %s the stranger saw %v", status, *seen)
		}
		if got := field(t, r, "status"); got.String() != status {
			t.Errorf("status = %v, want %s", got, status)
		}
	}
}

func TestRedirectsKeepMethodAndBodyWhereTheyMust(t *testing.T) {
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/end" {
			body, _ := io.ReadAll(r.Body)
			fmt.Fprint(w, r.Method, " ", string(body))
			return
		}
		status := 0
		fmt.Sscan(r.URL.Path[1:], &status)
		nethttp.Redirect(w, r, "/end", status)
	})
	for status, want := range map[string]string{"301": "GET ", "302": "GET ", "303": "GET ", "307": "POST body", "308": "POST body"} {
		r, err := call(world(t), "http.post", nil, args{"url": str(s.URL + "/" + status), "body": str("body")})
		if err != nil {
			t.Fatal(err)
		}
		if got := field(t, r, "body"); got != str(want) {
			t.Errorf("after %s: %v, want %s", status, got, want)
		}
	}
}
