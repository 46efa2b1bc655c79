package http_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	nethttp "net/http"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// hostile returns strings that other layers would interpret, and random ones.
func hostile() []string {
	all := []string{
		"", " ", "  two  ", "a b", "'", `"`, "`", `\`, "\\\\", "a\nb", "a\r\nX: y", "\t", "\x00", "\x7f", "\x1b[31m",
		"$(rm -rf /)", "${HOME}", "; drop table tickets;--", "' or 1=1 --", "../../etc/passwd", "..\\..", "%00", "%2e%2e%2f",
		"%", "%%", "%zz", "?a=b&c=d#e", "a&b=c", "a;b=c", "+", "a+b", "#", "://", "http://evil/", "//evil/", "@evil", "user:pw@evil",
		"<script>alert(1)</script>", "{{7*7}}", "{x}", "\u202e", "\u200b", "ü", "日本語", "😀", "e\u0301", "\ufeff", "\ufffd",
		"null", "true", "-1", "--help", "-", "*", "[]", "[a]", "{}", "=", "==", "a=b", "::set-output name=x::y", "\u2028", strings.Repeat("x", 4000),
	}
	random := rand.New(rand.NewPCG(1, 2))
	for len(all) < 300 {
		n := 1 + random.IntN(20)
		var b strings.Builder
		for range n {
			if random.IntN(2) == 0 {
				b.WriteByte(byte(random.IntN(128)))
			} else {
				b.WriteRune(rune(0x80 + random.IntN(0x2000)))
			}
		}
		all = append(all, b.String())
	}
	return all
}

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
	for _, text := range hostile() {
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

		if x, err = send(args{"json": object("text", v)}); err != nil {
			t.Fatal(err)
		}
		same("json", text, fmt.Append(nil, x.JSON))

		x, err = send(args{"headers": object("X-Text", v)})
		switch {
		case err != nil && !contains(err.Error(), "header X-Text holds a line break"):
			t.Errorf("header: %q: %v", text, err)
		case err == nil:
			// Space around a header's text is not part of it in HTTP.
			same("header", strings.Trim(text, " \t"), x.Header)
		}
	}
}
