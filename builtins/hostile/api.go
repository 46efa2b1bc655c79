package hostile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BadAPIs lets a builtin ask servers that answer as no API should: with HTML,
// with nothing, half of it, far too much, never, something of another shape,
// or another address. call asks the one at an http address with a deadline of
// a second or so and the secret in its token or password. Each has to be a
// short error without the secret, and none of the servers that they are sent
// on to may be asked. fine names the cases that may be a success: an empty
// list where a list is wanted.
func BadAPIs(t *testing.T, secret string, fine []string, call func(t *testing.T, address string) error) {
	t.Helper()
	const huge = 64 << 20
	text := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	echo := func(r *http.Request) string {
		return strings.Repeat("x", 2000) + secret + fmt.Sprint(r.Header) + "\x1b[2J\u202e"
	}
	var asked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Store(true); io.WriteString(w, "[]") }))
	t.Cleanup(other.Close)
	cases := map[string]http.HandlerFunc{
		"HTML":            text(200, "text/html", "<!doctype html><title>Log in</title>"),
		"empty":           text(200, "application/json", ""),
		"half":            text(200, "application/json", `{"status": "succ`),
		"null":            text(200, "application/json", "null"),
		"a text":          text(200, "application/json", `"ok"`),
		"a number":        text(200, "application/json", "1e999"),
		"a list":          text(200, "application/json", "[]"),
		"a list of lists": text(200, "application/json", "[[[1]]]"),
		"a list of null":  text(200, "application/json", "[null]"),
		"an object":       text(200, "application/json", "{}"),
		"deep":            text(200, "application/json", strings.Repeat("[", 100_000)),
		"no content":      text(204, "", ""),
		"refused":         text(401, "application/json", `{"message": "Bad credentials"}`),
		"refused in HTML": text(403, "text/html", "<h1>Forbidden</h1>"),
		"not found":       text(404, "text/plain", "404 page not found"),
		"too many":        text(429, "text/html", "slow down"),
		"down":            text(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"),
		"wrong types": text(200, "application/json", `{"status":"success","data":{"resultType":"vector","result":"x"},"workflow_runs":{},"total_count":"x",
			"check_runs":7,"messages":"many","message_stats":[1],"name":{},"sha":1,"id":"x","queue_totals":"no"}`),
		"says the secret": func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500); io.WriteString(w, echo(r)) },
		"huge":            func(w http.ResponseWriter, r *http.Request) { io.Copy(w, io.LimitReader(endless{}, huge)) },
		"huge when inflated": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			for range huge / inflatesTo {
				w.Write(packed())
			}
		},
		"sent elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
		},
		"round and round": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"/", http.StatusFound) },
		"never":           func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-r.Context().Done() },
		"drop by drop": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			for r.Context().Err() == nil && r.Method != http.MethodHead { // whose answer has no drops
				io.WriteString(w, " ")
				w.(http.Flusher).Flush()
			}
		},
	}
	judge := func(t *testing.T, name string, err error) {
		for _, allowed := range fine {
			if allowed == name && err == nil {
				return
			}
		}
		switch {
		case err == nil:
			t.Error("it is no error")
		case strings.Contains(err.Error(), "drl has a bug"), len(err.Error()) > 1200, secret != "" && strings.Contains(err.Error(), secret), strings.ContainsAny(err.Error(), "\x1b\u202e"):
			t.Errorf("the error is %q", err)
		case asked.Load():
			t.Error("another server was asked")
		default:
			t.Log(err)
		}
	}
	for name, handler := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(handler)
			defer s.Close()
			judge(t, name, call(t, s.URL))
		})
	}
	t.Run("no HTTP", func(t *testing.T) {
		judge(t, "no HTTP", call(t, "http://"+Serve(t, func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n") })))
	})
	t.Run("nobody", func(t *testing.T) { judge(t, "nobody", call(t, "http://127.0.0.1:1")) })
}

// inflatesTo is how many blanks packed inflates to.
const inflatesTo = 1 << 20

// packed is a gzip file, many of which one after the other are one, too.
var packed = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.Copy(z, io.LimitReader(endless{}, inflatesTo))
	z.Close()
	return b.Bytes()
})

// endless is a text without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
