package standard_test

import (
	"bufio"
	"bytes"
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
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

func reportNothing(w io.Writer, _ string) error { return nil }

// harmless is what a builtin is given beside the text.
func harmless(f *builtins.Func) hostile.Args {
	name := f.Name
	args := hostile.Args{"url": str("http://127.0.0.1:1/"), "path": str("/")}
	switch module, _, _ := strings.Cut(name, "."); module {
	case "http", "session": // one request
		args["count"], args["parallel"], args["rate"], args["for"] = value.Int(1), value.Int(1), value.Rate{PerSecond: 1000}, value.Duration(time.Millisecond)
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

// session is one for the methods of a session, nil for other builtins.
func session(t *testing.T, h *builtins.Host, f *builtins.Func, base string) value.Value {
	t.Helper()
	if !strings.HasPrefix(f.Name, "session.") {
		return nil
	}
	s, err := call(h, "http.session", str(base))
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

// otherEnd is the one server that h reaches.
func otherEnd(t *testing.T, h *builtins.Host, answer http.Handler) *other {
	t.Helper()
	o, wire := &other{}, hostile.NewWire("127.0.0.1:80", nil)
	o.Server = &httptest.Server{Listener: wire, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		o.mu.Lock()
		o.seen = append(o.seen, request{r.Clone(context.Background()), body})
		o.mu.Unlock()
		answer.ServeHTTP(w, r)
	})}}
	o.Start()
	t.Cleanup(o.Close)
	h.Dial = wire.Dial
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

// at returns what stands in the place of a parameter of http's builtins: of
// several values, the one of that name.
func (r request) at(param, name string) (string, error) {
	switch param {
	case "query":
		return r.URL.Query().Get(name), nil
	case "headers":
		return r.Header.Get(name), nil
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
		if r.Header.Get("Content-Type") != "application/json" {
			return "", fmt.Errorf("it is %s", r.Header.Get("Content-Type"))
		}
		var plain string
		if json.Unmarshal(r.body, &plain) == nil {
			return plain, nil
		}
		var fields map[string]string
		err := json.Unmarshal(r.body, &fields)
		return fields[name], err
	case "form":
		form, err := url.ParseQuery(string(r.body))
		return form.Get(name), err
	case "body":
		return string(r.body), nil
	case "multipart":
		part, content, err := r.part()
		if err == nil && part.FormName() != name {
			err = fmt.Errorf("the part is %q", part.FormName())
		}
		return content, err
	}
	return "", fmt.Errorf("nobody knows where %s stands", param)
}

// part is the first part of a form, and what is in it.
func (r request) part() (*multipart.Part, string, error) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, "", err
	}
	part, err := multipart.NewReader(bytes.NewReader(r.body), params["boundary"]).NextRawPart()
	if err != nil {
		return nil, "", err
	}
	content, err := io.ReadAll(part)
	return part, string(content), err
}

// requests: a request has the text in its place, as a value and where there are
// names as one, or there is no request.
func requests(t *testing.T, f *builtins.Func, param int) {
	p := f.Signature().Params[param]
	h := hostile.Host(t)
	o := otherEnd(t, h, http.NotFoundHandler())
	more, recv := harmless(f), session(t, h, f, o.URL)
	more["url"] = str(o.URL + "/")
	arrived := 0
	try := func(given value.Value, name, want string) {
		more[p.Name] = given
		_, err := with(t.Context(), h, f, recv, -1, "", more)
		seen := o.asked()
		if err != nil {
			if len(seen) > 0 {
				t.Errorf("%s: %v, and the server was asked", given, err)
			}
			return
		}
		if got, err := seen[0].at(p.Name, name); err != nil || got != want {
			t.Errorf("%s: the server saw %q, %v", given, got, err)
		}
		arrived++
	}
	eachText(t, func(text string) {
		try(textual(p.Type, text), "q", text)
		if p.Type.Kind == types.Map || p.Name == "json" {
			try(value.NewMap([]string{text}, []value.Value{str("x")}), text, "x")
		}
	})
	if arrived < 200/sparse {
		t.Errorf("%d texts arrived", arrived)
	}
}

// uploads: a file in a form has the name, the kind and the content that it was
// given, or there is no request.
func uploads(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	o := otherEnd(t, h, http.NotFoundHandler())
	isPath := f.Signature().Params[param].Name == "path"
	arrived := 0
	eachText(t, func(text string) {
		name := "x"
		if isPath {
			name = text
		}
		if !isName(name) || os.WriteFile(filepath.Join(h.Dir, name), []byte(text), 0o600) != nil {
			return
		}
		file, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"path": str("x")})
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
		part, content, err := seen[0].part()
		switch {
		case err != nil || content != text || part.FileName() != name:
			t.Errorf("%q: the part is %v with %q, %v", text, part, content, err)
		case !isPath && part.Header.Get("Content-Type") != text:
			t.Errorf("%q: the part's kind is %q", text, part.Header.Get("Content-Type"))
		}
		arrived++
	})
	if arrived < 150/sparse {
		t.Errorf("%d texts arrived", arrived)
	}
}

// handshakes: the request that begins a websocket has the token.
func handshakes(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	o := otherEnd(t, h, http.NotFoundHandler())
	eachText(t, func(text string) {
		_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"url": str(o.URL), "send": list()})
		for _, r := range o.asked() {
			if got, wrong := r.at("bearer", ""); wrong != nil || got != text {
				t.Errorf("%q: the server saw %q, %v (%v)", text, got, wrong, err)
			}
		}
	})
}

// notified: a webhook has the text, of which what is no UTF-8 is shown as
// U+FFFD: it is for people.
func notified(t *testing.T, f *builtins.Func, param int) {
	h := hostile.Host(t)
	o := otherEnd(t, h, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
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
		if f.Signature().Params[param].Name == "title" { // is one line
			want = strings.TrimPrefix(strings.Join(strings.Fields(text), " ")+"\nx", "\n")
		}
		var got struct{ Text string }
		if err := json.Unmarshal(seen[0].body, &got); err != nil || got.Text != string([]rune(want)) {
			t.Errorf("%q: the webhook got %q, %v", text, got.Text, err)
		}
	})
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
		if f.Name == "celery.workers" {
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
	if arrived < 100/sparse {
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
	verb := map[string]string{"to": "RCPT TO:<", "from": "MAIL FROM:<"}[f.Signature().Params[param].Name]
	arrived := 0
	each := append([]string{"a@b.example", "'a'@b.example", "a+b=c@b.example"}, texts()...)
	for i := range texts() {
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
