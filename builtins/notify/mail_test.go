package notify

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
)

// mailServer is a mail server that takes one message.
type mailServer struct {
	host    *builtins.Host
	options string // what it offers, a line each
	refuse  string // the command that it refuses
	secure  bool   // a message came over TLS
	said    []string
	message string
	done    chan struct{}
}

func newMailServer(t *testing.T, offers, refuse string) *mailServer {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{options: offers, refuse: refuse, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		conn, err := l.Accept()
		if err == nil {
			s.talk(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-s.done })
	s.host = &builtins.Host{
		Now: func() time.Time { return time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC) },
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, l.Addr().String())
		},
	}
	return s
}

func (s *mailServer) talk(conn net.Conn) {
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 mail.example.com\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.said = append(s.said, line)
		word, _, _ := strings.Cut(line, " ")
		switch {
		case word == s.refuse:
			fmt.Fprintf(conn, "550 no: %s hunter2hunter2\r\n", line)
		case word == "EHLO":
			fmt.Fprintf(conn, "250-mail.example.com\r\n%s250 8BITMIME\r\n", s.options)
		case word == "STARTTLS":
			fmt.Fprint(conn, "220 go on\r\n")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certificate}})
			in, s.secure = bufio.NewReader(conn), true
		case word == "AUTH":
			fmt.Fprint(conn, "235 welcome\r\n")
		case word == "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				s.message += strings.TrimPrefix(line, ".") // a dot at a line's start stands there twice
			}
			fmt.Fprint(conn, "250 taken\r\n")
		case word == "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

const mailbox = "smtp://drl:hunter2hunter2@mail.example.com:587/?from=drl@example.com&fromname=drl&to=ops@example.com,ada@example.com"

func TestMail(t *testing.T) {
	s := newMailServer(t, "250-STARTTLS\r\n250-AUTH PLAIN\r\n", "")
	text := "out.\n.\n\nBcc: everybody@example.com\ntschüß = 100%"
	if err := notify(t, s.host, mailbox, text, "v1\r\nBcc: everybody@example.com é", 20*time.Second); err != nil {
		t.Fatal(err)
	}
	<-s.done
	m, err := netmail.ReadMessage(strings.NewReader(s.message))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := (&mime.WordDecoder{}).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "v1 Bcc: everybody@example.com é" {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	if got := strings.ReplaceAll(strings.TrimRight(string(body), "\r\n"), "\r\n", "\n"); got != text {
		t.Errorf("the text is %q, want %q", got, text)
	}
	if m.Header.Get("Bcc") != "" || m.Header.Get("From") != `"drl" <drl@example.com>` || m.Header.Get("To") != "<ops@example.com>, <ada@example.com>" {
		t.Errorf("the headers are %v", m.Header)
	}
	talk := strings.Join(s.said, "\n")
	if !s.secure || !strings.Contains(talk, "MAIL FROM:<drl@example.com>") || !strings.Contains(talk, "RCPT TO:<ada@example.com>") {
		t.Errorf("the server heard\n%s", talk)
	}
}

func TestAMailServerThatRefuses(t *testing.T) {
	for _, word := range []string{"EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"} {
		s := newMailServer(t, "250-STARTTLS\r\n250-AUTH PLAIN\r\n", word)
		if word == "EHLO" {
			s.refuse = "HELO" // the library of the language tries both
			s.options = ""
		}
		err := notify(t, s.host, mailbox, "text", "", 20*time.Second)
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "mail server") && word != "STARTTLS" {
			t.Errorf("%s refused: %v", word, err)
		}
	}
}

// A password is not given away where others can read it.
func TestNoPasswordWithoutTLS(t *testing.T) {
	s := newMailServer(t, "250-AUTH PLAIN\r\n", "")
	err := notify(t, s.host, mailbox, "text", "", 20*time.Second)
	if err == nil || !strings.Contains(err.Error(), "unencrypted connection") {
		t.Errorf("a login without TLS: %v", err)
	}
	<-s.done
	if talk := strings.Join(s.said, "\n"); strings.Contains(talk, "AUTH") {
		t.Errorf("the server heard\n%s", talk)
	}
}
