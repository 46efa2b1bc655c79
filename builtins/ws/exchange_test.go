package ws_test

import (
	"bufio"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/ws"
	"github.com/drl-lang/drl/lang/value"
)

func exchange(t *testing.T, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, ws.Modules(), hostile.Host(t), "ws.exchange", nil, args)
}

func texts(list ...string) value.Value {
	var items []value.Value
	for _, text := range list {
		items = append(items, value.String(text))
	}
	return value.NewList(items)
}

// echo answers each message with itself. headers gets those of each request.
func echo(t *testing.T, headers func(http.Header)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if headers != nil {
			headers(r.Header)
		}
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(1 << 24)
		for {
			kind, message, err := c.Read(r.Context())
			if err != nil || c.Write(r.Context(), kind, message) != nil {
				return
			}
		}
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "http://", "ws://", 1)
}

func TestExchange(t *testing.T) {
	var seen http.Header
	url := echo(t, func(h http.Header) { seen = h })
	got, err := exchange(t, hostile.Args{
		"url": value.String(url), "send": texts("a", "b"), "count": value.Int(2), "bearer": value.NewSecret("t0ken"),
		"headers": value.NewMap([]string{"X-Key"}, []value.Value{value.NewSecret("k3y")}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if messages := hostile.Field(t, got, "messages").String(); messages != `["a","b"]` {
		t.Errorf("messages = %s", messages)
	}
	if latency := hostile.Field(t, got, "latency").(value.Duration); latency <= 0 {
		t.Errorf("latency = %s", latency)
	}
	if seen.Get("X-Key") != "k3y" || seen.Get("Authorization") != "Bearer t0ken" || seen.Get("User-Agent") != "drl/test" {
		t.Errorf("the server saw %v", seen)
	}
	if got, err = exchange(t, hostile.Args{"url": value.String(url), "send": texts(), "count": value.Int(0)}); err != nil || hostile.Field(t, got, "messages").String() != "[]" {
		t.Errorf("without messages: %v, %v", got, err)
	}
}

// TestHostileTexts: what comes back is what was sent, byte for byte.
func TestHostileTexts(t *testing.T) {
	var header string
	url := echo(t, func(h http.Header) { header = h.Get("X-Text") })
	all := hostile.Strings()
	got, err := exchange(t, hostile.Args{"url": value.String(url), "send": texts(all...), "count": value.Int(len(all))})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range hostile.Field(t, got, "messages").(*value.List).Items() {
		if v != value.String(all[i]) {
			t.Errorf("sent %q, received %q", all[i], v)
		}
	}
	for _, text := range all {
		_, err := exchange(t, hostile.Args{"url": value.String(url), "send": texts(), "count": value.Int(0),
			"headers": value.NewMap([]string{"X-Text"}, []value.Value{value.String(text)})})
		switch {
		case err != nil && !strings.Contains(err.Error(), "header X-Text holds a line break") && !strings.Contains(err.Error(), "begins or ends with a blank"):
			t.Errorf("header %q: %v", text, err)
		case err == nil && header != text:
			t.Errorf("header %q: the server saw %q", text, header)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	tests := []struct {
		args hostile.Args
		want string
	}{
		{hostile.Args{"count": value.Int(-1)}, "count is -1, want 0 to 10000"},
		{hostile.Args{"max_body": value.Size(0)}, "max_body is 0B, want more than 0B"},
		{hostile.Args{"url": value.String("ftp://h/")}, `url is "ftp://h/", want an address that starts with http:// or https://`},
		{hostile.Args{"url": value.NewSecret("wss://a b/")}, `url is •••, want an address that starts with http:// or https://`},
	}
	for _, tt := range tests {
		args := hostile.Args{"url": value.String("ws://127.0.0.1:1/"), "send": texts()}
		for name, v := range tt.args {
			args[name] = v
		}
		if _, err := exchange(t, args); err == nil || err.Error() != tt.want {
			t.Errorf("error is %v, want %s", err, tt.want)
		}
	}
}

// agree does the server's side of the handshake.
func agree(c net.Conn) *bufio.Reader {
	r := bufio.NewReader(c)
	request, err := http.ReadRequest(r)
	if err != nil {
		return r
	}
	sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	return r
}

// forever writes a text until nobody listens.
func forever(c net.Conn, text string) {
	for {
		if _, err := io.WriteString(c, text); err != nil {
			return
		}
	}
}

func TestHostileServers(t *testing.T) {
	after := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			r := agree(c)
			io.WriteString(c, text)
			io.Copy(io.Discard, r)
		}
	}
	tests := []struct {
		name string
		talk func(net.Conn)
		want string // one of them, by |
	}{
		{"no websocket", func(c net.Conn) {
			http.ReadRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}, "the server answered 200, want 101 (switching protocols)"},
		{"a redirect", func(c net.Conn) {
			http.ReadRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.1 307 T\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
		}, "the server answered 307, want 101 (switching protocols)"},
		{"a wrong key", func(c net.Conn) {
			http.ReadRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n")
		}, "invalid Sec-WebSocket-Accept"},
		{"endless headers", func(c net.Conn) {
			http.ReadRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.1 101 S\r\n")
			forever(c, "X-A: "+strings.Repeat("x", 1000)+"\r\n")
		}, "headers exceeded 65536 bytes"},
		{"a message that is too long", after("\x81\x7f\x00\x00\x00\x00\x00\x80\x00\x01" + strings.Repeat("x", 9<<20)), "the messages are longer than 8MiB (max_body)"},
		{"a message of 2^63 bytes", func(c net.Conn) {
			agree(c)
			io.WriteString(c, "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff")
			forever(c, strings.Repeat("x", 1<<16))
		},
			"the messages are longer than 8MiB (max_body)"},
		{"a negative length", after("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), "negative payload length"},
		{"fragments without end", func(c net.Conn) {
			agree(c)
			io.WriteString(c, "\x01\x01a")
			forever(c, "\x00\x7e\x04\x00"+strings.Repeat("x", 1024))
		}, "the messages are longer than 8MiB (max_body)"},
		{"empty fragments without end", func(c net.Conn) {
			agree(c)
			io.WriteString(c, "\x01\x00")
			forever(c, strings.Repeat("\x00\x00", 1000))
		}, "timed out after 200ms"},
		{"pings without end", func(c net.Conn) {
			r := agree(c)
			go io.Copy(io.Discard, r)
			forever(c, strings.Repeat("\x89\x00", 1000))
		}, "timed out after 200ms"},
		{"a ping that is too long", after("\x89\x7e\x00\x7e" + strings.Repeat("x", 126)), "control frame"},
		{"reserved bits", after("\xf1\x01a"), "rsv"},
		{"an unknown kind", after("\x83\x01a"), "opcode"},
		{"a continuation of nothing", after("\x80\x01a"), "continuation"},
		{"a message in a message", after("\x01\x01a\x81\x01b"), "continuation|data message|new message"},
		{"a close with a reason", after("\x88\x0b\x03\xf3\x1b[2J::end"), `0 of 1 messages came: the server closed the connection: 1011 "\u{1b}[2J::end"`},
		{"a close of one byte", after("\x88\x01\x03"), "close"},
		{"a close with a code that nobody may send", after("\x88\x02\x03\xee"), "status code"},
		{"nothing", after(""), "timed out after 200ms"},
		{"hangs up", func(c net.Conn) { agree(c) }, "EOF|connection reset"},
		{"hangs up at once", func(c net.Conn) {}, "EOF|connection reset|server closed idle connection|broken pipe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := hostile.Serve(t, tt.talk)
			args := hostile.Args{"url": value.String("ws://" + address + "/live?token=s3cr3t"), "send": texts(), "timeout": value.Duration(30 * time.Second)}
			if strings.HasPrefix(tt.want, "timed out") {
				args["timeout"] = value.Duration(200 * time.Millisecond)
			}
			_, err := exchange(t, args)
			fits := false
			for want := range strings.SplitSeq(tt.want, "|") {
				fits = fits || err != nil && strings.HasPrefix(err.Error(), "ws://"+address+"/live?token=•••: ") && strings.Contains(err.Error(), want)
			}
			if !fits {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

// TestAServerThatNeverSaysGoodbye holds the result back for no longer than
// the goodbye may take.
func TestAServerThatNeverSaysGoodbye(t *testing.T) {
	address := hostile.Serve(t, func(c net.Conn) {
		r := agree(c)
		io.WriteString(c, "\x81\x05hello")
		io.Copy(io.Discard, r)
	})
	start := time.Now()
	got, err := exchange(t, hostile.Args{"url": value.String("ws://" + address), "send": texts()})
	if err != nil || hostile.Field(t, got, "messages").String() != `["hello"]` {
		t.Errorf("%v, %v", got, err)
	}
	if took := time.Since(start); took > 4*time.Second { // the library alone waits for 5s
		t.Errorf("it took %s", took)
	}
}

func TestBadTLS(t *testing.T) {
	authority := hostile.NewAuthority(t)
	config := &tls.Config{Certificates: []tls.Certificate{authority.Certificate(t, nil)}}
	var asked atomic.Int32
	address := hostile.ServeTLS(t, config, func(c net.Conn) {
		r := agree(c)
		asked.Add(1)
		io.WriteString(c, "\x81\x05hello")
		io.Copy(io.Discard, r)
	})
	_, err := exchange(t, hostile.Args{"url": value.String("wss://" + address), "send": texts("secret")})
	if err == nil || !strings.Contains(err.Error(), `certificate signed by unknown authority; write ca: "file.pem" to trust its issuer`) {
		t.Errorf("error is %v", err)
	}
	got, err := exchange(t, hostile.Args{"url": value.String("wss://" + address), "send": texts(), "ca": value.String(authority.CA)})
	if err != nil || hostile.Field(t, got, "messages").String() != `["hello"]` {
		t.Errorf("with ca: %v, %v", got, err)
	}
}
