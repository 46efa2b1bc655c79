package http_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/http"
	"github.com/drl-lang/drl/lang/value"
)

// world is a host with the real network and clock.
func world(t *testing.T) *builtins.Host {
	t.Helper()
	return &builtins.Host{Now: time.Now, Dial: (&net.Dialer{}).DialContext, Dir: t.TempDir(), Version: "test"}
}

// args are arguments by their names.
type args map[string]value.Value

func call(h *builtins.Host, name string, recv value.Value, a args) (*value.Record, error) {
	return callIn(context.Background(), h, name, recv, a)
}

func callIn(ctx context.Context, h *builtins.Host, name string, recv value.Value, a args) (*value.Record, error) {
	m := http.Modules()[0]
	for _, f := range append(m.Funcs, m.Methods...) {
		if f.Name != name {
			continue
		}
		given := make([]value.Value, len(f.Signature().Params))
		left := len(a)
		for i, p := range f.Signature().Params {
			if v, ok := a[p.Name]; ok {
				given[i] = v
				left--
			}
		}
		if left > 0 {
			return nil, fmt.Errorf("%s does not have all of the parameters %v", name, a)
		}
		v, err := f.Call(ctx, h, recv, given)
		r, _ := v.(*value.Record)
		return r, err
	}
	return nil, errors.New("no builtin " + name)
}

func serve(t *testing.T, f nethttp.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s
}

func str(s string) value.Value { return value.String(s) }

func object(pairs ...any) value.Value {
	var names []string
	var values []value.Value
	for i := 0; i < len(pairs); i += 2 {
		names, values = append(names, pairs[i].(string)), append(values, pairs[i+1].(value.Value))
	}
	return value.NewMap(names, values)
}

// field returns a field of a result, by a path of names.
func field(t *testing.T, r *value.Record, path string) value.Value {
	t.Helper()
	var v value.Value = r
	for name := range strings.SplitSeq(path, ".") {
		r, ok := v.(*value.Record)
		if !ok {
			t.Fatalf("%s: %v has no fields", path, v)
		}
		if v, ok = r.Get(name); !ok {
			t.Fatalf("%s: no field %s in %v", path, name, r.Names())
		}
	}
	return v
}

func wantFields(t *testing.T, r *value.Record, want map[string]value.Value) {
	t.Helper()
	for path, w := range want {
		if got := field(t, r, path); !value.Equal(got, w) {
			t.Errorf("%s = %v, want %v", path, got, w)
		}
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("error is %v\n   want %s", err, want)
	}
}

func TestGet(t *testing.T) {
	body := `{"status":"ok","count":3}`
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		nethttp.SetCookie(w, &nethttp.Cookie{Name: "theme", Value: "dark"})
		fmt.Fprint(w, body)
	})
	r, err := call(world(t), "http.get", nil, args{"url": str(s.URL + "/a")})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	wantFields(t, r, map[string]value.Value{
		"status": value.Int(200), "ok": value.Bool(true), "body": str(body), "json.status": str("ok"),
		"json.count": value.Int(3), "headers.X-Two": str("a, b"), "headers.CONTENT-TYPE": str("application/json"),
		"cookies.theme": str("dark"), "size": value.Size(len(body)), "url": str(s.URL + "/a"),
		"sha256": str(hex.EncodeToString(sum[:])), "redirects": value.NewList(nil), "tls": value.Null{},
	})
	if latency := field(t, r, "latency").(value.Duration); latency <= 0 {
		t.Errorf("latency = %s", latency)
	}
	if first, connect := field(t, r, "timings.first_byte").(value.Duration), field(t, r, "timings.connect").(value.Duration); connect <= 0 || first < connect {
		t.Errorf("first byte after %s, connected after %s", first, connect)
	}
}

func TestAnyStatusIsAReply(t *testing.T) {
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { w.WriteHeader(503) })
	r, err := call(world(t), "http.get", nil, args{"url": str(s.URL)})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"status": value.Int(503), "ok": value.Bool(false)})
}

func TestHeadAndOptions(t *testing.T) {
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Allow", r.Method)
		fmt.Fprint(w, "a body that nobody asked for")
	})
	for name, body := range map[string]string{"head": "", "options": "a body that nobody asked for"} {
		r, err := call(world(t), "http."+name, nil, args{"url": str(s.URL)})
		if err != nil {
			t.Fatal(err)
		}
		wantFields(t, r, map[string]value.Value{"headers.allow": str(strings.ToUpper(name)), "body": str(body), "ok": value.Bool(true)})
	}
}

func TestNothingStaysOpen(t *testing.T) {
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { io.Copy(w, io.LimitReader(zeros{}, 1<<20)) })
	before := runtime.NumGoroutine()
	h := world(t)
	for range 5 {
		call(h, "http.get", nil, args{"url": str(s.URL)})
		call(h, "http.get", nil, args{"url": str(s.URL), "max_body": value.Size(10)})
		call(h, "http.probe", nil, args{"url": str(s.URL)})
	}
	// The server's side of a closed connection ends a moment later.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestWhatIsNotJSONFailsWhenItIsUsed(t *testing.T) {
	tests := []struct{ kind, body, want string }{
		{"text/html; charset=utf-8", "<html>\n<h1>Bad gateway</h1></html>",
			`the reply is not JSON, line 1: invalid character '<' looking for beginning of value (text/html, it begins with "<html> <h1>Bad gateway</h1></html>")`},
		{"application/json", `{"status": "o`, `the reply is not JSON: the text ends in the middle of a value (application/json, it begins with "{\"status\": \"o")`},
		{"application/json", "", "the reply has no body, want JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.body, func(t *testing.T) {
			s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				w.Header().Set("Content-Type", tt.kind)
				fmt.Fprint(w, tt.body)
			})
			r, err := call(world(t), "http.get", nil, args{"url": str(s.URL)})
			if err != nil {
				t.Fatal(err)
			}
			failed, ok := field(t, r, "json").(value.Failed)
			if !ok {
				t.Fatalf("json = %v, want a failure", field(t, r, "json"))
			}
			wantError(t, failed.Err, tt.want)
		})
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, func(nethttp.ResponseWriter, *nethttp.Request) { asked.Add(1) })
	token := value.NewSecret("s3cr3t-token")
	tests := []struct {
		name string
		a    args
		want string
	}{
		{"http.get", args{"url": str("tickets.example.com")}, `url is "tickets.example.com", want an address that starts with http:// or https://`},
		{"http.get", args{"url": str("ftp://x/")}, `url is "ftp://x/", want an address that starts with http:// or https://`},
		{"http.get", args{"url": str("http://u:hunter22@x y/")}, `url is "http://•••@x y/", want an address that starts with http:// or https://`},
		{"http.get", args{"url": value.NewSecret("s3cr3t-address")}, `url is •••, want an address that starts with http:// or https://`},
		{"http.get", args{"url": str(s.URL), "follow": str("all")}, `follow is "all", want "same_origin", "any" or "none"`},
		{"http.get", args{"url": str(s.URL), "max_body": value.Size(0)}, "max_body is 0B, want more than 0B"},
		{"http.get", args{"url": str(s.URL), "headers": object("X A", str("1"))}, `headers has "X A", want a name of letters, digits and dashes`},
		{"http.get", args{"url": str(s.URL), "headers": object("X-A", str("1\r\nHost: evil"))}, "header X-A holds a line break or another control character"},
		{"http.get", args{"url": str(s.URL), "bearer": value.NewSecret("a\nb")}, "header Authorization holds a line break or another control character"},
		{"http.get", args{"url": str(s.URL), "bearer": token, "basic": object("user", str("a"), "password", token)}, "bearer and basic are both given, want one of them"},
		{"http.get", args{"url": str(s.URL), "basic": object("user", str("a:b"), "password", token)}, "basic.user has a colon in it, which the password would begin at"},
		{"http.get", args{"url": str(s.URL), "ca": str("none.pem")}, "read ca: open none.pem: no such file or directory"},
		{"http.post", args{"url": str(s.URL), "json": value.Int(1), "body": str("x")}, "json and body are given together, want one of them"},
		{"http.post", args{"url": str(s.URL), "multipart": object("f", value.NewRecord("Upload", []string{"path", "type"}, []value.Value{str("gone.txt"), str("text/plain")}))}, "read the file of f: stat gone.txt: no such file or directory"},
		{"http.post", args{"url": str(s.URL), "multipart": object("a\nb", str("x"))}, `multipart has the name "a\nb", want a name without line breaks and other control characters`},
		{"http.post", args{"url": str(s.URL), "multipart": object("f", value.NewRecord("Upload", []string{"path", "type"}, []value.Value{str("in/a\x01b"), str("text/plain")}))},
			`multipart.f is the file "in/a\u{1}b", want a name without line breaks and other control characters`},
		{"http.probe", args{"url": str(s.URL), "count": value.Int(0)}, "count is 0, want 1 to 10000"},
		{"http.probe", args{"url": str(s.URL), "parallel": value.Int(101)}, "parallel is 101, want 1 to 100"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			h := world(t)
			_, err := call(h, tt.name, nil, tt.a)
			if err != nil {
				err = errors.New(strings.ReplaceAll(err.Error(), h.Dir+"/", ""))
			}
			wantError(t, err, tt.want)
		})
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestWhatFailsOnTheWay(t *testing.T) {
	closed := serve(t, func(nethttp.ResponseWriter, *nethttp.Request) {})
	refused := closed.URL
	closed.Close()
	_, err := call(world(t), "http.get", nil, args{"url": str(refused + "/a?token=s3cr3t")})
	wantError(t, err, refused+"/a?token=•••: dial tcp "+strings.TrimPrefix(refused, "http://")+": connect: connection refused")

	short := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "half")
	})
	_, err = call(world(t), "http.get", nil, args{"url": str(short.URL)})
	wantError(t, err, short.URL+": the reply broke off after 4B: unexpected EOF")

	_, err = call(&builtins.Host{Now: time.Now}, "http.get", nil, args{"url": str(refused)})
	wantError(t, err, "there is no network here")
}

func TestTheDeadlineIsOfTheWholeReply(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	// A byte now and then keeps a deadline of silence from ever passing.
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.WriteHeader(200)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				fmt.Fprint(w, "x")
				w.(nethttp.Flusher).Flush()
			case <-r.Context().Done():
				return
			case <-done:
				return
			}
		}
	})
	start := time.Now()
	_, err := call(world(t), "http.get", nil, args{"url": str(s.URL), "timeout": value.Duration(60 * time.Millisecond)})
	wantError(t, err, s.URL+": timed out after 60ms")
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestBodiesHaveALimit(t *testing.T) {
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { io.Copy(w, io.LimitReader(zeros{}, 9<<20)) })
	_, err := call(world(t), "http.get", nil, args{"url": str(s.URL)})
	wantError(t, err, s.URL+": the reply is longer than 8MiB (max_body)")

	r, err := call(world(t), "http.get", nil, args{"url": str(s.URL), "max_body": value.Size(9 << 20)})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"size": value.Size(9 << 20)})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestTheLimitCountsWhatIsInflated(t *testing.T) {
	text := bomb()
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, text)
	})
	_, err := call(world(t), "http.get", nil, args{"url": str(s.URL)})
	wantError(t, err, s.URL+": the reply is longer than 8MiB (max_body)")
}

func TestHeadersHaveALimit(t *testing.T) {
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 80<<10))
	})
	_, err := call(world(t), "http.get", nil, args{"url": str(s.URL)})
	if err == nil || !strings.Contains(err.Error(), "headers exceeded 65536 bytes") {
		t.Errorf("error is %v, want one that says that the headers are too long", err)
	}
}

func TestNothingIsSentTwice(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		asked.Add(1)
		c, _, err := w.(nethttp.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
	})
	for _, name := range []string{"http.get", "http.post"} {
		asked.Store(0)
		if _, err := call(world(t), name, nil, args{"url": str(s.URL)}); err == nil {
			t.Errorf("%s did not fail", name)
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("%s was sent %d times", name, n)
		}
	}
}

func TestPost(t *testing.T) {
	type seen struct{ Method, Kind, Body, Authorization string }
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		b, _ := io.ReadAll(r.Body)
		json.NewEncoder(w).Encode(seen{r.Method, r.Header.Get("Content-Type"), string(b), r.Header.Get("Authorization")})
	})
	tests := []struct {
		name string
		a    args
		want seen
	}{
		{"http.post", args{"json": object("password", value.NewSecret("hunter22"), "n", value.NewList([]value.Value{value.Int(1)}))},
			seen{"POST", "application/json", `{"password":"hunter22","n":[1]}`, ""}},
		{"http.put", args{"form": object("a", str("b&c=d"), "l", value.NewList([]value.Value{value.Int(1), value.Int(2)}))},
			seen{"PUT", "application/x-www-form-urlencoded", "a=b%26c%3Dd&l=1&l=2", ""}},
		{"http.patch", args{"body": str("<x/>"), "headers": object("content-type", str("application/xml"))},
			seen{"PATCH", "application/xml", "<x/>", ""}},
		{"http.delete", args{"bearer": value.NewSecret("tok")}, seen{"DELETE", "", "", "Bearer tok"}},
		{"http.post", args{"body": value.NewSecret("text"), "basic": object("user", str("u"), "password", value.NewSecret("p:w"))},
			seen{"POST", "text/plain; charset=utf-8", "text", "Basic dTpwOnc="}},
	}
	for _, tt := range tests {
		tt.a["url"] = str(s.URL)
		r, err := call(world(t), tt.name, nil, tt.a)
		if err != nil {
			t.Fatal(err)
		}
		wantFields(t, r, map[string]value.Value{
			"json.Method": str(tt.want.Method), "json.Kind": str(tt.want.Kind), "json.Body": str(tt.want.Body),
			"json.Authorization": str(tt.want.Authorization),
		})
	}
}

func TestUpload(t *testing.T) {
	content := bytes.Repeat([]byte("\x00\xff\r\n--x"), 10000)
	s := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		f, head, err := r.FormFile("file")
		if err != nil {
			nethttp.Error(w, err.Error(), 400)
			return
		}
		got, _ := io.ReadAll(f)
		sum := sha256.Sum256(got)
		json.NewEncoder(w).Encode(map[string]any{
			"name": head.Filename, "type": head.Header.Get("Content-Type"), "sha256": hex.EncodeToString(sum[:]),
			"title": r.FormValue("title"), "length": r.ContentLength > int64(len(content)),
		})
	})
	h := world(t)
	name := `re"port ü.bin`
	if err := os.WriteFile(filepath.Join(h.Dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
	up, err := call(h, "http.file", nil, args{"path": str(name)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := call(h, "http.post", nil, args{"url": str(s.URL), "multipart": object("file", up, "title", str("a\r\nb"))})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	wantFields(t, r, map[string]value.Value{
		"status": value.Int(200), "json.name": str(name), "json.type": str("application/octet-stream"),
		"json.sha256": str(hex.EncodeToString(sum[:])), "json.title": str("a\r\nb"), "json.length": value.Bool(true),
	})
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) { fmt.Fprint(w, r.Proto) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // refusing the certificate is the point
	t.Cleanup(s.Close)
	h := world(t)
	_, err := call(h, "http.get", nil, args{"url": str(s.URL)})
	if err == nil || !strings.HasSuffix(err.Error(), `certificate signed by unknown authority; write ca: "file.pem" to trust its issuer`) {
		t.Errorf("without ca: %v", err)
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(h.Dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := call(h, "http.get", nil, args{"url": str(s.URL), "ca": str("ca.pem")})
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, r, map[string]value.Value{"tls.trusted": value.Bool(true), "tls.problem": value.Null{}})
	if in := field(t, r, "tls.expires_in").(value.Duration); time.Duration(in) < 24*time.Hour {
		t.Errorf("expires_in = %s", in)
	}
	if took := field(t, r, "timings.tls").(value.Duration); took <= 0 {
		t.Errorf("timings.tls = %s", took)
	}
	if err := os.WriteFile(filepath.Join(h.Dir, "bad.pem"), []byte("no"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = call(h, "http.get", nil, args{"url": str(s.URL), "ca": str("bad.pem")})
	wantError(t, err, `ca is "bad.pem", which holds no certificate in PEM`)
}
