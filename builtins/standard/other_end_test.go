package standard_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/hostile/standin"
	"github.com/drl-lang/drl/lang/value"
)

func reportNothing(w io.Writer, _ string) error { return nil }

// harmless is what a builtin is given beside the text.
func harmless(f *builtins.Func) hostile.Args {
	name := f.Signature.Name
	args := hostile.Args{"url": str("http://127.0.0.1:1/"), "path": str("/")}
	switch module, _, _ := strings.Cut(name, "."); module {
	case "grpc", "tls":
		args["address"] = str("https://127.0.0.1:1")
	case "mail":
		args = hostile.Args{"to": list(str("a@example.com")), "from": str("b@example.com"), "subject": str("s"), "text": str("t"), "server": str("smtp://127.0.0.1:1")}
	case "redis":
		args["url"] = str("redis://127.0.0.1:1/0")
	case "rabbitmq":
		args = hostile.Args{"url": str("amqp://127.0.0.1:1"), "server": str("http://127.0.0.1:1")}
	case "celery":
		args = hostile.Args{"broker": str("amqp://127.0.0.1:1")}
	case "github":
		args = hostile.Args{"repo": str("acme/tickets"), "ref": str("main"), "environment": str("production"), "tag": str("v1"), "server": str("http://127.0.0.1:1"), "token": value.NewSecret("t0ken")}
	case "sentry":
		args = hostile.Args{"project": str("acme/tickets"), "token": value.NewSecret("t0ken"), "server": str("http://127.0.0.1:1")}
	case "prometheus":
		args = hostile.Args{"server": str("http://127.0.0.1:1"), "metric": str("m"), "query": str("m")}
	case "notify":
		args = hostile.Args{"url": value.NewSecret("https://127.0.0.1:1/")}
	}
	return args
}

// nilSession is a session for the methods of one, nil for other builtins.
func nilSession(t *testing.T, h *builtins.Host, f *builtins.Func) value.Value {
	t.Helper()
	if !strings.HasPrefix(f.Signature.Name, "session.") {
		return nil
	}
	s, err := call(h, "http.session", str("http://127.0.0.1:1/"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// request is what a server saw.
type request struct {
	*http.Request
	body []byte
}

// other is a server that remembers what it was asked.
type other struct {
	*httptest.Server
	mu   sync.Mutex
	seen []request
}

func otherEnd(t *testing.T, answer http.Handler) *other {
	t.Helper()
	o := &other{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		o.mu.Lock()
		o.seen = append(o.seen, request{r.Clone(context.Background()), body})
		o.mu.Unlock()
		answer.ServeHTTP(w, r)
	}))
	t.Cleanup(o.Close)
	return o
}

// asked returns the requests since the last call.
func (o *other) asked() []request {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := o.seen
	o.seen = nil
	return seen
}

// at returns what stands in the place of a parameter of http's builtins.
func (r request) at(param string) (string, error) {
	switch param {
	case "query":
		return r.URL.Query().Get("q"), nil
	case "headers":
		return r.Header.Get("Q"), nil
	case "bearer":
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			return "", fmt.Errorf("Authorization is %q", r.Header.Get("Authorization"))
		}
		return token, nil
	case "basic":
		user, password, ok := r.BasicAuth()
		if !ok || user != password {
			return "", fmt.Errorf("user and password are %q and %q", user, password)
		}
		return user, nil
	case "json":
		var v struct{ Q string }
		if r.Header.Get("Content-Type") != "application/json" {
			return "", fmt.Errorf("it is %s", r.Header.Get("Content-Type"))
		}
		var plain string
		if json.Unmarshal(r.body, &plain) == nil {
			return plain, nil
		}
		return v.Q, json.Unmarshal(r.body, &v)
	case "form":
		form, err := url.ParseQuery(string(r.body))
		return form.Get("q"), err
	case "body":
		return string(r.body), nil
	case "multipart":
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			return "", err
		}
		part, err := multipart.NewReader(strings.NewReader(string(r.body)), params["boundary"]).NextRawPart()
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(part)
		if part.FormName() != "q" {
			return "", fmt.Errorf("the part is %q", part.FormName())
		}
		return string(text), err
	}
	return "", fmt.Errorf("nobody knows where %s stands", param)
}

// requests: a request has the text in its place, or there is none.
func requests(t *testing.T, f *builtins.Func, param int) {
	name := f.Signature.Params[param].Name
	if name == "session" {
		return // has no text
	}
	o := otherEnd(t, http.NotFoundHandler())
	h := hostile.Host(t)
	arrived := 0
	eachText(t, func(text string) {
		_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"url": str(o.URL + "/")})
		seen := o.asked()
		if err != nil {
			if len(seen) > 0 {
				t.Errorf("%q: %v, and the server was asked", text, err)
			}
			return
		}
		if got, err := seen[0].at(name); err != nil || got != text {
			t.Errorf("%q: the server saw %q, %v", text, got, err)
		}
		arrived++
	})
	if arrived < 200 {
		t.Errorf("%d texts arrived", arrived)
	}
}

// together: as requests, for verbs that share their parameters with http.get
// and http.post: the text stands in all of them at once.
func together(t *testing.T, f *builtins.Func, param int) {
	params := f.Signature.Params
	if params[param].Name != "headers" {
		return // is given along with the headers
	}
	o := otherEnd(t, http.NotFoundHandler())
	h := hostile.Host(t)
	var recv value.Value
	if strings.HasPrefix(f.Signature.Name, "session.") {
		var err error
		if recv, err = call(h, "http.session", str(o.URL)); err != nil {
			t.Fatal(err)
		}
	}
	arrived := 0
	eachText(t, func(text string) {
		more := hostile.Args{"url": str(o.URL + "/"), "path": str("/"), "count": value.Int(1), "parallel": value.Int(1), "rate": value.Rate{PerSecond: 100}, "for": value.Duration(10_000_000)}
		var places []string
		for _, p := range params {
			switch p.Name {
			case "query", "headers", "basic", "form":
				more[p.Name] = textual(p.Type, text)
				places = append(places, p.Name)
			}
		}
		if f.Signature.Name == "http.load" {
			more["method"] = str("POST")
		}
		_, err := with(t.Context(), h, f, recv, -1, "", more)
		seen := o.asked()
		if err != nil {
			if len(seen) > 0 {
				t.Errorf("%q: %v, and the server was asked", text, err)
			}
			return
		}
		for _, place := range places {
			if got, err := seen[0].at(place); err != nil || got != text {
				t.Errorf("%q: the server saw %q in %s, %v", text, got, place, err)
			}
		}
		arrived++
	})
	if arrived < 200 {
		t.Errorf("%d texts arrived", arrived)
	}
}

// headerOfAFile: a part's kind is the text, or there is no request.
func headerOfAFile(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	o := otherEnd(t, http.NotFoundHandler())
	if _, err := call(h, "file.write", str("x"), str("content")); err != nil {
		t.Fatal(err)
	}
	eachText(t, func(text string) {
		file, err := with(t.Context(), h, f, nil, param, text, nil)
		if err == nil {
			_, err = call(h, "http.post", str(o.URL+"/"), named{"multipart": value.NewMap([]string{"q"}, []value.Value{file})})
		}
		seen := o.asked()
		if err != nil {
			if len(seen) > 0 {
				t.Errorf("%q: %v, and the server was asked", text, err)
			}
			return
		}
		_, params, _ := mime.ParseMediaType(seen[0].Header.Get("Content-Type"))
		part, err := multipart.NewReader(strings.NewReader(string(seen[0].body)), params["boundary"]).NextRawPart()
		if err != nil || part.Header.Get("Content-Type") != text {
			t.Errorf("%q: the part is %v, %v", text, part, err)
		}
	})
}

// handshakes: the request that begins a websocket has the token.
func handshakes(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	o := otherEnd(t, http.NotFoundHandler())
	eachText(t, func(text string) {
		_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"url": str(o.URL), "send": list()})
		for _, r := range o.asked() {
			if got, wrong := r.at("bearer"); wrong != nil || got != text {
				t.Errorf("%q: the server saw %q, %v (%v)", text, got, wrong, err)
			}
		}
	})
}

// notified: a webhook has the text, of which what is no UTF-8 is shown as
// U+FFFD: it is for people.
func notified(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	o := otherEnd(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	eachText(t, func(text string) {
		_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"url": value.NewSecret(o.URL)})
		seen := o.asked()
		if err != nil {
			if len(seen) > 0 {
				t.Errorf("%q: %v, and somebody was told", text, err)
			}
			return
		}
		want := text
		if f.Signature.Params[param].Name == "title" { // is one line
			want = strings.TrimPrefix(strings.Join(strings.Fields(text), " ")+"\nx", "\n")
		}
		var got struct{ Text string }
		if err := json.Unmarshal(seen[0].body, &got); err != nil || got.Text != string([]rune(want)) {
			t.Errorf("%q: the webhook got %q, %v", text, got.Text, err)
		}
	})
}

// texts are all that a request says, decoded.
func (r request) texts() []string {
	all := []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), string(r.body)}
	for _, values := range r.URL.Query() {
		all = append(all, values...)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			all = append(all, v)
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	var body any
	if json.Unmarshal(r.body, &body) == nil {
		walk(body)
	}
	return all
}

func (r request) says(text string) bool {
	for _, one := range r.texts() {
		if one == text {
			return true
		}
	}
	return strings.Contains(r.URL.Path+"/", "/"+text+"/")
}

// asked: one of the requests to a service says the text, or there is none.
func asked(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	var answer http.Handler = http.NotFoundHandler()
	switch module, _, _ := strings.Cut(f.Signature.Name, "."); module {
	case "github":
		g := standin.NewGitHub(t, "t0ken")
		g.Change(func(s *standin.GitHubState) {
			s.Refs = map[string]string{"main": "6dcb09b5b57875f334f61aebed695e2e4193db5e", "v1": "6dcb09b5b57875f334f61aebed695e2e4193db5e"}
		})
		to, _ := url.Parse(g.URL)
		answer = httputil.NewSingleHostReverseProxy(to)
		inner := answer
		answer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g.Change(func(s *standin.GitHubState) { s.Releases = nil })
			inner.ServeHTTP(w, r)
		})
	case "sentry":
		to, _ := url.Parse(standin.NewSentry(t, "t0ken").URL)
		answer = httputil.NewSingleHostReverseProxy(to)
	}
	o := otherEnd(t, answer)
	more := harmless(f)
	more["server"] = str(o.URL)
	arrived := 0
	eachText(t, func(text string) {
		given := text
		if name := f.Signature.Params[param].Name; name == "project" || name == "repo" {
			given = "acme/" + text
		}
		_, err := with(t.Context(), h, f, nil, param, given, more)
		noBug(t, text, err)
		seen := o.asked()
		if len(seen) == 0 {
			if err == nil {
				t.Errorf("%q is fine, and nobody was asked", text)
			}
			return
		}
		for _, r := range seen {
			if r.says(given) {
				arrived++
				return
			}
		}
		if given != "" {
			t.Errorf("%q: the server was asked %s with %q and %q (%v)", text, seen[0].URL, seen[0].Header.Get("Authorization"), seen[len(seen)-1].body, err)
		}
	})
	if arrived < 1 {
		t.Errorf("no text arrived")
	}
}

// brokered: the broker is asked for that name, or for none.
func brokered(t *testing.T, f *builtins.Func, param int) {
	var mu sync.Mutex
	var asked []string
	address := hostile.Serve(t, func(c net.Conn) {
		talkAMQP(c, func(name string) {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, name)
		})
	})
	h := hostile.Host(t)
	more := hostile.Args{"url": str("amqp://u:p@" + address + "/v"), "broker": str("amqp://u:p@" + address + "/v"), "within": value.Duration(1e9), "timeout": value.Duration(5e9)}
	arrived := 0
	eachText(t, func(text string) {
		mu.Lock()
		asked = nil
		mu.Unlock()
		_, err := with(t.Context(), h, f, nil, param, text, more)
		noBug(t, text, err)
		mu.Lock()
		defer mu.Unlock()
		if len(asked) == 0 {
			return // refused
		}
		want := text
		if f.Signature.Name == "celery.workers" {
			want += ".pidbox"
		}
		for _, name := range asked {
			if name == want {
				arrived++
				return
			}
		}
		t.Errorf("%q: the broker was asked for %q", text, asked)
	})
	if arrived < 100 {
		t.Errorf("%d texts arrived", arrived)
	}
}

// talkAMQP opens a connection and a channel as a broker does, and tells of the
// vhost, the queues and the exchanges that it is asked for; then it hangs up.
// https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf
func talkAMQP(c net.Conn, tell func(name string)) {
	in := bufio.NewReader(c)
	send := func(channel uint16, class, method uint16, args string) {
		payload := string(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, class), method)) + args
		frame := binary.BigEndian.AppendUint16([]byte{1}, channel)
		frame = binary.BigEndian.AppendUint32(frame, uint32(len(payload)))
		io.WriteString(c, string(frame)+payload+"\xce")
	}
	if _, err := in.Discard(8); err != nil { // its greeting: AMQP and the version
		return
	}
	send(0, 10, 10, "\x00\x09\x00\x00\x00\x00\x00\x00\x00\x05PLAIN\x00\x00\x00\x05en_US")
	for {
		head := make([]byte, 7)
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[3:])+1)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		if head[0] != 1 {
			continue // a heartbeat
		}
		channel := binary.BigEndian.Uint16(head[1:])
		short := func(at int) string { return string(body[at+1 : at+1+int(body[at])]) }
		switch [2]uint16{binary.BigEndian.Uint16(body), binary.BigEndian.Uint16(body[2:])} {
		case [2]uint16{10, 11}: // start-ok
			send(0, 10, 30, "\x00\x10\x00\x02\x00\x00\x00\x00")
		case [2]uint16{10, 40}: // open
			tell(short(4))
			send(0, 10, 41, "\x00")
		case [2]uint16{20, 10}: // channel.open
			send(channel, 20, 11, "\x00\x00\x00\x00")
		case [2]uint16{50, 10}, [2]uint16{40, 10}: // queue.declare, exchange.declare
			tell(short(6))
			return
		}
	}
}

// keys: one of the commands to Redis has the text, or there is none.
func keys(t *testing.T, f *builtins.Func, param int) {
	var mu sync.Mutex
	var words []string
	address := hostile.Serve(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		number := func() int {
			line, err := in.ReadString('\n')
			if err != nil || len(line) < 3 {
				return -1
			}
			n, _ := strconv.Atoi(strings.TrimSpace(line[1:]))
			return n
		}
		for n := number(); n > 0; n = number() {
			for range n {
				word := make([]byte, number()+2)
				if _, err := io.ReadFull(in, word); err != nil {
					return
				}
				mu.Lock()
				words = append(words, string(word[:len(word)-2]))
				mu.Unlock()
			}
			io.WriteString(c, "-ERR not here\r\n")
		}
	})
	h := hostile.Host(t)
	eachText(t, func(text string) {
		mu.Lock()
		words = nil
		mu.Unlock()
		_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"url": str("redis://" + address + "/0")})
		mu.Lock()
		defer mu.Unlock()
		for _, word := range words {
			if word == text {
				return
			}
		}
		t.Errorf("%q: the server was told %q (%v)", text, words, err)
	})
}

// mailed: who sends and gets a mail is the text, or nobody is asked.
func mailed(t *testing.T, f *builtins.Func, param int) {
	var mu sync.Mutex
	var said []string
	address := hostile.Serve(t, func(c net.Conn) {
		io.WriteString(c, "220 mail.example.com ESMTP\r\n")
		for in := bufio.NewScanner(c); in.Scan(); {
			mu.Lock()
			said = append(said, in.Text())
			mu.Unlock()
			switch verb, _, _ := strings.Cut(in.Text(), " "); verb {
			case "EHLO":
				io.WriteString(c, "250-mail.example.com\r\n250 SMTPUTF8\r\n")
			case "QUIT":
				io.WriteString(c, "221 bye\r\n")
				return
			case "DATA":
				io.WriteString(c, "554 no more\r\n")
			default:
				io.WriteString(c, "250 fine\r\n")
			}
		}
	})
	h := hostile.Host(t)
	more := harmless(f)
	more["server"] = str("smtp://" + address)
	verb := map[string]string{"to": "RCPT TO:<", "from": "MAIL FROM:<"}[f.Signature.Params[param].Name]
	arrived := 0
	each := append([]string{"a@b.example", "'a'@b.example", "a+b=c@b.example"}, hostile.Strings()...)
	for i := range hostile.Strings() {
		each = append(each, each[i]+"@b.example")
	}
	for _, text := range each {
		mu.Lock()
		said = nil
		mu.Unlock()
		_, err := with(t.Context(), h, f, nil, param, text, more)
		noBug(t, text, err)
		mu.Lock()
		for _, line := range said {
			if rest, ok := strings.CutPrefix(line, verb); ok {
				if got, _, _ := strings.Cut(rest, ">"); got == text || strings.HasSuffix(text, "<"+got+">") || strings.Trim(text, " \t") == got {
					arrived++
				} else {
					t.Errorf("%q: the server was told %s", text, line)
				}
			}
		}
		if err == nil {
			t.Errorf("%q: a mail was sent", text)
		}
		mu.Unlock()
	}
	if arrived < 3 {
		t.Errorf("%d texts arrived", arrived)
	}
}
