package tls_test

import (
	cryptotls "crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/tls"
	"github.com/drl-lang/drl/lang/value"
)

func certificate(t *testing.T, args hostile.Args) (value.Value, error) {
	return hostile.Call(t, tls.Modules(), hostile.Host(t), "tls.certificate", nil, args)
}

// wait keeps a connection until the other side closes it.
func wait(c net.Conn) { io.Copy(io.Discard, c) }

func serve(t *testing.T, cert cryptotls.Certificate, newest uint16) string {
	config := &cryptotls.Config{Certificates: []cryptotls.Certificate{cert}, MinVersion: cryptotls.VersionTLS10, MaxVersion: newest}
	return hostile.ServeTLS(t, config, wait)
}

func TestCertificate(t *testing.T) {
	authority, stranger := hostile.NewAuthority(t), hostile.NewAuthority(t)
	ended := time.Now().Add(-48 * time.Hour).Truncate(time.Second).UTC()
	begins := time.Now().Add(48 * time.Hour).Truncate(time.Second).UTC()
	tests := []struct {
		name    string
		cert    cryptotls.Certificate
		newest  uint16
		args    hostile.Args
		problem string // "": trusted
	}{
		{"good", authority.Certificate(t, nil), 0, nil, ""},
		{"good for the name that is asked for", authority.Certificate(t, nil), 0, hostile.Args{"name": value.String("localhost")}, ""},
		{"another name", authority.Certificate(t, nil), 0, hostile.Args{"name": value.String("tickets.example.com")},
			"x509: certificate is valid for localhost, not tickets.example.com"},
		{"ended", authority.Certificate(t, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = ended.Add(-time.Hour), ended }), 0, nil,
			"it ended on " + value.Time(ended).String()},
		{"not begun", authority.Certificate(t, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = begins, begins.Add(time.Hour) }), 0, nil,
			"it begins to be good on " + value.Time(begins).String()},
		{"of a stranger", stranger.Certificate(t, nil), 0, nil, "x509: certificate signed by unknown authority"},
		{"for mail", authority.Certificate(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} }), 0, nil,
			"x509: certificate specifies an incompatible key usage"},
		{"from 1999", authority.Certificate(t, nil), cryptotls.VersionTLS11, nil, "the server speaks TLS 1.1 at most, want TLS 1.2 or later"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := hostile.Args{"address": value.String("https://" + serve(t, tt.cert, tt.newest) + "/health"), "ca": value.String(authority.CA)}
			for name, v := range tt.args {
				args[name] = v
			}
			got, err := certificate(t, args)
			if err != nil {
				t.Fatal(err)
			}
			problem := ""
			if p, ok := hostile.Field(t, got, "problem").(value.String); ok {
				problem = string(p)
			}
			if !strings.HasPrefix(problem, tt.problem) || (problem == "") != (tt.problem == "") {
				t.Errorf("problem is %q, want %q", problem, tt.problem)
			}
			if trusted := hostile.Field(t, got, "trusted"); trusted != value.Bool(tt.problem == "") {
				t.Errorf("trusted is %v", trusted)
			}
			leaf, err := x509.ParseCertificate(tt.cert.Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			in := time.Duration(hostile.Field(t, got, "expires_in").(value.Duration))
			if off := time.Until(leaf.NotAfter) - in; off < -time.Minute || off > time.Minute {
				t.Errorf("expires_in is %s, the certificate ends at %s", in, leaf.NotAfter)
			}
		})
	}
}

func TestAServerWithoutACertificate(t *testing.T) {
	tests := []struct {
		name string
		talk func(net.Conn)
		want string
	}{
		{"speaks HTTP", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n\x1b[2J"); wait(c) }, "the server doesn't speak TLS here"},
		{"hangs up", func(c net.Conn) {}, "EOF|connection reset by peer"},
		{"says nothing", wait, "timed out after 50ms"},
		{"drips", func(c net.Conn) {
			for _, b := range []byte("\x16\x03\x03\x40\x00\x02") {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
			}
			wait(c)
		}, "timed out after 50ms"},
		{"sends a record that is too long", func(c net.Conn) { io.WriteString(c, "\x16\x03\x03\xff\xff"+strings.Repeat("x", 1<<16)); wait(c) }, "oversized record|doesn't speak TLS"},
		{"promises an endless message", func(c net.Conn) {
			io.WriteString(c, "\x16\x03\x03\x40\x00\x02\xff\xff\xff"+strings.Repeat("x", 1<<14))
			wait(c)
		}, "handshake message of length 16777215 bytes exceeds maximum"},
		{"floods with warnings", func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "\x15\x03\x03\x00\x02\x01\x5a"); err != nil {
					return
				}
			}
		}, "too many ignored records|connection reset|user canceled|broken pipe"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := hostile.Serve(t, tt.talk)
			args := hostile.Args{"address": value.String(address)}
			if strings.HasPrefix(tt.want, "timed out") {
				args["timeout"] = value.Duration(50 * time.Millisecond)
			}
			_, err := certificate(t, args)
			fits := false
			for want := range strings.SplitSeq(tt.want, "|") {
				fits = fits || err != nil && strings.HasPrefix(err.Error(), address+": ") && strings.Contains(err.Error(), want)
			}
			if !fits {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

func TestAHostileSubjectIsAValue(t *testing.T) {
	authority := hostile.NewAuthority(t)
	subject := "\x1b[2J::set-output name=x::y\u202e"
	cert := authority.Certificate(t, func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: subject} })
	got, err := certificate(t, hostile.Args{"address": value.String(serve(t, cert, 0)), "ca": value.String(authority.CA)})
	if err != nil {
		t.Fatal(err)
	}
	if shown := hostile.Field(t, got, "subject").String(); shown != "CN="+subject {
		t.Errorf("subject is %q", shown)
	}
}

// TestHostileNames: what the server is asked for is the text, or nothing is
// sent.
func TestHostileNames(t *testing.T) {
	asked := make(chan string, 1)
	config := &cryptotls.Config{GetCertificate: func(hello *cryptotls.ClientHelloInfo) (*cryptotls.Certificate, error) {
		asked <- hello.ServerName
		return nil, io.EOF
	}}
	address := hostile.ServeTLS(t, config, wait)
	for _, text := range hostile.Strings() {
		_, err := certificate(t, hostile.Args{"address": value.String(address), "name": value.String(text)})
		if err == nil {
			t.Fatalf("%q: a certificate came", text)
		}
		if strings.HasPrefix(err.Error(), "name is ") {
			continue
		}
		// A number is no name to ask for by TLS.
		if got := <-asked; got != text && net.ParseIP(text) == nil {
			t.Errorf("name %q: the server was asked for %q", text, got)
		}
	}
	if len(asked) > 0 {
		t.Errorf("the server was asked for %q", <-asked)
	}
}
