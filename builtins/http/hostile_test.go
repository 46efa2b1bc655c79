package http_test

import (
	"encoding/json"
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// TestHostileText sends each string in each placeholder: what the server sees
// is the string, byte for byte, or nothing was sent.
func TestHostileText(t *testing.T) {
	type seen struct {
		Query, Header, Form, Body []byte
		JSON                      any
		Path                      string
	}
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		body, _ := io.ReadAll(r.Body)
		x := seen{Path: r.URL.Path, Header: []byte(r.Header.Get("X-Text")), Body: body}
		if q := r.URL.Query()["q"]; len(q) == 1 {
			x.Query = []byte(q[0])
		}
		switch r.Header.Get("Content-Type") {
		case "application/json":
			var v map[string]any
			json.Unmarshal(body, &v)
			x.JSON = v["text"]
		case "application/x-www-form-urlencoded":
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			r.ParseForm()
			x.Form = []byte(r.PostForm.Get("text"))
		}
		json.NewEncoder(w).Encode(x)
	})
	h := world(t)
	send := func(a args) (seen, error) {
		a["url"] = str(s.URL + "/path")
		r, err := call(h, "http.post", nil, a)
		if err != nil {
			return seen{}, err
		}
		var x seen
		if err := json.Unmarshal([]byte(field(t, r, "body").String()), &x); err != nil {
			t.Fatal(err)
		}
		if x.Path != "/path" {
			t.Errorf("the path became %q", x.Path)
		}
		return x, nil
	}
	same := func(where, text string, got []byte) {
		if string(got) != text {
			t.Errorf("%s: sent %q, the server saw %q", where, text, got)
		}
	}
	for _, text := range hostile.Strings() {
		v := str(text)
		x, err := send(args{"query": object("q", v), "form": object("text", v)})
		if err != nil {
			t.Fatal(err)
		}
		same("query", text, x.Query)
		same("form", text, x.Form)

		if x, err = send(args{"body": v, "query": object("q", value.NewSecret(text))}); err != nil {
			t.Fatal(err)
		}
		same("body", text, x.Body)
		same("secret in the query", text, x.Query)

		x, err = send(args{"json": object("text", v)})
		switch {
		case err != nil && (utf8.ValidString(text) || !contains(err.Error(), "json: $.text has bytes that are no UTF-8")):
			t.Errorf("json: %q: %v", text, err)
		case err == nil:
			same("json", text, fmt.Append(nil, x.JSON))
		}

		x, err = send(args{"headers": object("X-Text", v)})
		switch {
		case err != nil && !contains(err.Error(), "header X-Text holds a line break") && !contains(err.Error(), "header X-Text begins or ends with a blank"):
			t.Errorf("header: %q: %v", text, err)
		case err == nil:
			same("header", text, x.Header)
		}
	}
}
