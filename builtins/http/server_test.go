package http_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// answer reads a request and writes text as the reply.
func answer(text string) func(net.Conn) {
	reply := []byte(text) // once, for the test that measures memory
	return func(c net.Conn) {
		if _, err := nethttp.ReadRequest(bufio.NewReader(c)); err == nil {
			c.Write(reply)
		}
	}
}

// forever is answer and then more, until nobody listens.
func forever(text, more string) func(net.Conn) {
	block := bytes.Repeat([]byte(more), 1+(1<<14)/len(more))
	return func(c net.Conn) {
		answer(text)(c)
		for {
			if _, err := c.Write(block); err != nil {
				return
			}
		}
	}
}

// drip is answer and then a byte at a time, each after a moment, until nobody
// listens.
func drip(text string, b byte) func(net.Conn) {
	return func(c net.Conn) {
		answer(text)(c)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
		}
	}
}

// bomb is what inflates to a gigabyte.
func bomb() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.Copy(z, io.LimitReader(zeros{}, 16<<20))
	z.Close()
	return strings.Repeat(b.String(), 64) // as one file after the other
}

func TestHostileServers(t *testing.T) {
	ok := "HTTP/1.1 200 OK\r\n"
	tests := []struct {
		name string
		talk func(net.Conn)
		want string // one of them, by |
	}{
		{"says nothing", func(c net.Conn) { io.Copy(io.Discard, c) }, "timed out after 100ms"},
		{"hangs up", func(c net.Conn) {}, "EOF|connection reset|server closed idle connection|broken pipe"},
		{"slow headers", drip(ok+"X-Slow: ", 'x'), "timed out after 100ms"},
		{"a slow body", drip(ok+"Content-Length: 100000\r\n\r\n", 'x'), "timed out after 100ms"},
		{"an endless body", forever(ok+"\r\n", strings.Repeat("x", 1<<16)), "the reply is longer than 8MiB (max_body)"},
		{"an endless body in chunks", forever(ok+"Transfer-Encoding: chunked\r\n\r\n", "4\r\nxxxx\r\n"), "the reply is longer than 8MiB (max_body)"},
		{"a bomb", answer(ok + "Content-Encoding: gzip\r\n\r\n" + bomb()), "the reply is longer than 8MiB (max_body)"},
		{"a long header", answer(ok + "X-Long: " + strings.Repeat("x", 70<<10) + "\r\n\r\n"), "headers exceeded 65536 bytes"},
		{"many headers", answer(ok + strings.Repeat("X-Many: x\r\n", 8000) + "\r\n"), "headers exceeded 65536 bytes"},
		{"an endless header", forever(ok, "x"), "headers exceeded 65536 bytes"},
		{"an endless first line", forever("HTTP/1.1 ", "2"), "headers exceeded 65536 bytes"},
		{"a flood of 100", forever("", "HTTP/1.1 100 Continue\r\n\r\n"), "1xx responses|headers exceeded 65536 bytes"},
		{"a flood of 103", forever("", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"), "1xx responses|headers exceeded 65536 bytes"},
		{"endless trailers", forever(ok+"Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n0\r\n", "X: y\r\n"), "the reply broke off after 0B: |trailer"},
		{"bad chunks", answer(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nxx"), "the reply broke off after 0B: invalid byte in chunk length"},
		{"a huge chunk", answer(ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"), "http chunk length too large"},
		{"an endless extension of a chunk", forever(ok+"Transfer-Encoding: chunked\r\n\r\n1;", "x"), "the reply broke off after 0B: "},
		{"chunks that are mostly overhead", forever(ok+"Transfer-Encoding: chunked\r\n\r\n", "1;"+strings.Repeat("x", 2000)+"\r\nx\r\n"), "chunked encoding contains too much non-data"},
		{"cut off", answer(ok + "Content-Length: 10\r\n\r\nhalf"), "the reply broke off after 4B: unexpected EOF"},
		{"gzip that is none", answer(ok + "Content-Encoding: gzip\r\n\r\nplain text"), "gzip: invalid header"},
		{"gzip that breaks off", answer(ok + "Content-Encoding: gzip\r\n\r\n" + bomb()[:200]), "the reply broke off after "},
		{"two lengths", answer(ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "Content-Length"},
		{"a negative length", answer(ok + "Content-Length: -1\r\n\r\nab"), "Content-Length"},
		{"a header without a name", answer(ok + ": x\r\n\r\n"), "malformed MIME header"},
		{"a control character in a header's name", answer(ok + "X\x1b[2J: x\r\n\r\n"), "malformed MIME header|invalid"},
		{"no HTTP", answer("SSH-2.0-OpenSSH_9.6\x1b[2J\r\n"), `malformed HTTP`},
		{"a status that is none", answer("HTTP/1.1 2\x1b[2J OK\r\n\r\n"), `malformed HTTP status code`},
		{"HTTP/0.9", answer("hello\n"), "malformed HTTP"},
		{"an upgrade", answer("HTTP/1.1 101 Switching Protocols\r\n\r\n"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := hostile.Serve(t, tt.talk)
			a := args{"url": str("http://" + address + "/"), "timeout": value.Duration(time.Minute)}
			if strings.HasPrefix(tt.want, "timed out") {
				a["timeout"] = value.Duration(100 * time.Millisecond)
			}
			_, err := call(world(t), "http.get", nil, a)
			fits := err == nil && tt.want == ""
			for want := range strings.SplitSeq(tt.want, "|") {
				fits = fits || tt.want != "" && err != nil && strings.HasPrefix(err.Error(), "http://"+address+"/: ") && strings.Contains(err.Error(), want)
			}
			if !fits {
				t.Errorf("error is %.300v, want %s", err, tt.want)
			}
			if err != nil && strings.ContainsAny(err.Error(), "\x1b\x07\r\n") {
				t.Errorf("the error has control characters: %q", err)
			}
		})
	}
}

// TestHostileTextsComeThrough: what a server sends is a value, byte for byte,
// wherever it stands.
func TestHostileTextsComeThrough(t *testing.T) {
	for _, text := range hostile.Strings() {
		header := !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
		head := "HTTP/1.1 200 OK\r\n"
		if header {
			head = "HTTP/1.1 200 " + text + "\r\nX-Text: " + text + "\r\n"
		}
		address := hostile.Serve(t, answer(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(text), text)))
		r, err := call(world(t), "http.get", nil, args{"url": str("http://" + address)})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		wantFields(t, r, map[string]value.Value{"body": str(text), "status": value.Int(200)})
		if header {
			wantFields(t, r, map[string]value.Value{"headers.X-Text": str(strings.Trim(text, " \t"))})
		}
	}
}

func TestBadTLS(t *testing.T) {
	authority, stranger := hostile.NewAuthority(t), hostile.NewAuthority(t)
	tests := []struct {
		name   string
		cert   tls.Certificate
		newest uint16
		want   string
	}{
		{"ended", authority.Certificate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), 0, "certificate has expired or is not yet valid"},
		{"another name", authority.Certificate(t, func(c *x509.Certificate) { c.IPAddresses = nil }), 0, "127.0.0.1 because it doesn't contain any IP SANs"},
		{"of a stranger", stranger.Certificate(t, nil), 0, `; write ca: "file.pem" to trust its issuer`},
		{"from 1999", authority.Certificate(t, nil), tls.VersionTLS11, "protocol version not supported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := &tls.Config{Certificates: []tls.Certificate{tt.cert}, MinVersion: tls.VersionTLS10, MaxVersion: tt.newest}
			seen := make(chan string, 1)
			address := hostile.ServeTLS(t, config, func(c net.Conn) {
				all, _ := io.ReadAll(c)
				seen <- string(all)
			})
			_, err := call(world(t), "http.post", nil, args{"url": str("https://" + address), "ca": str(authority.CA), "body": str("s3cr3t"), "bearer": value.NewSecret("t0ken")})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
			if got := <-seen; got != "" {
				t.Errorf("the server was sent %q", got)
			}
		})
	}
}
