package mail_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/mail"
	"github.com/drl-lang/drl/lang/value"
)

func ask(t *testing.T, h *builtins.Host, name string, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, mail.Modules(), h, name, nil, args)
}

func text(s string) value.Value { return value.String(s) }

func list(items ...string) value.Value {
	var all []value.Value
	for _, item := range items {
		all = append(all, text(item))
	}
	return value.NewList(all)
}

// delivered is a message as the real catcher has it.
type delivered struct {
	From    string
	To      []string
	Content struct {
		Headers map[string][]string
		Body    string
	}
}

// mailbox returns what has arrived for somebody.
func mailbox(t *testing.T, address, to string) []delivered {
	t.Helper()
	reply, err := http.Get(address + "/api/v2/messages")
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var all struct{ Items []delivered }
	if err := json.NewDecoder(reply.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	var theirs []delivered
	for _, m := range all.Items {
		if len(m.To) > 0 && m.To[0] == to {
			theirs = append(theirs, m)
		}
	}
	return theirs
}

func TestRealServer(t *testing.T) {
	got, err := ask(t, hostile.Host(t), "mail.server", hostile.Args{"address": text(hostile.Real(t, "DRL_TEST_SMTP"))})
	if err != nil || !strings.Contains(hostile.Field(t, got, "banner").String(), "SMTP") || hostile.Field(t, got, "starttls") != value.Bool(false) {
		t.Errorf("mail.server = %v, %v", got, err)
	}
}

// Each text arrives as the subject and the text of a mail, or none is sent.
func TestRealMail(t *testing.T) {
	server, box := hostile.Real(t, "DRL_TEST_SMTP"), hostile.Real(t, "DRL_TEST_MAILBOX")
	h := hostile.Host(t)
	me := fmt.Sprintf("drl-%d@ticketing.test", time.Now().UnixNano())
	h.Env = hostile.Env(map[string]string{"SMTP_URL": "smtp://" + server, "MAIL_FROM": "Deploy <deploy@ticketing.test>"})
	want := map[string]string{} // text by subject
	for i, hostileText := range hostile.Strings() {
		subject := fmt.Sprintf("%d %s %d", i, hostileText, i)
		_, err := ask(t, h, "mail.send", hostile.Args{"to": list(me), "subject": text(subject), "text": text(hostileText)})
		if err == nil {
			want[subject] = hostileText
			continue
		}
		if !strings.HasPrefix(err.Error(), "subject is ") && !strings.HasPrefix(err.Error(), "text has bytes") {
			t.Errorf("%q: %v", hostileText, err)
		}
		// As a text alone, it may well be sent.
		subject = fmt.Sprint(i)
		if _, err := ask(t, h, "mail.send", hostile.Args{"to": list(me), "subject": text(subject), "text": text(hostileText)}); err == nil {
			want[subject] = hostileText
		}
	}
	found := mailbox(t, box, me)
	if len(found) != len(want) || len(want) < 250 {
		t.Errorf("%d messages arrived of %d", len(found), len(want))
	}
	lines := strings.NewReplacer("\r\n", "\n")
	for _, m := range found {
		subject := m.Content.Headers["Subject"][0]
		sent, ok := want[subject]
		if !ok {
			t.Errorf("a mail with the subject %q arrived", subject)
			continue
		}
		if body := m.Content.Body; lines.Replace(body) != lines.Replace(sent) && strings.TrimSuffix(lines.Replace(body), "\n") != strings.TrimSuffix(lines.Replace(sent), "\n") {
			t.Errorf("%q: the text is %q, want %q", subject, body, sent)
		}
		if m.From != "deploy@ticketing.test" || len(m.To) != 1 {
			t.Errorf("%q is from %s to %v", subject, m.From, m.To)
		}
	}
}

func TestWhatIsNoMail(t *testing.T) {
	h := hostile.Host(t)
	h.Dial = nil
	good := func(change string, v value.Value) hostile.Args {
		args := hostile.Args{"to": list("a@b.c"), "subject": text("s"), "text": text("t"), "from": text("d@e.f"), "server": text("smtp://mail.example.com")}
		if v == nil {
			delete(args, change)
		} else {
			args[change] = v
		}
		return args
	}
	const address = ", want an address such as ops@example.com"
	for _, tt := range []struct {
		change string
		v      value.Value
		want   string
	}{
		{"to", list("a@b.c\r\nBcc: x@y.z"), `to is "a@b.c\u{d}\nBcc: x@y.z"` + address},
		{"to", list("a@b.c, x@y.z"), `to is "a@b.c, x@y.z"` + address},
		{"to", list(), "to is empty, want at least one address"},
		{"from", text("nobody"), `from is "nobody"` + address},
		{"from", nil, "from is not given and MAIL_FROM is not set: one of them says who sends the message"},
		{"subject", text("a\nb"), `subject is "a\nb", want one line of text`},
		{"files", list("none.txt"), "read none.txt: there is no such file"},
		{"server", nil, "server is not given and SMTP_URL is not set: one of them says where to ask"},
		{"server", text("mail.example.com:25"), `server is "mail.example.com:25", want an address such as smtp://mail.example.com:587, with user:password@ before the host`},
		{"server", text("smtp://u:p4ss@a b"), `server is "smtp://•••@a b", want an address such as smtp://mail.example.com:587, with user:password@ before the host`},
		{"", nil, "mail.example.com:25: there is no network here"},
	} {
		if _, err := ask(t, h, "mail.send", good(tt.change, tt.v)); err == nil || err.Error() != tt.want {
			t.Errorf("%s %v\n got %v\nwant %s", tt.change, tt.v, err, tt.want)
		}
	}
}

// talker is a mail server with TLS and a login.
type talker struct {
	mu      sync.Mutex
	tls     *tls.Config
	offers  string
	refuses string // a command's beginning
	heard   []string
	message string
	secure  bool
}

// hear looks at what was heard.
func (s *talker) hear(look func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	look()
}

func (s *talker) talk(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := bufio.NewReader(c)
	fmt.Fprint(c, "220 mail.example.com\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.heard = append(s.heard, line)
		word, _, _ := strings.Cut(line, " ")
		switch {
		case s.refuses != "" && strings.HasPrefix(line, s.refuses):
			fmt.Fprintf(c, "550 no %s hunter2hunter2\r\n", line)
		case word == "EHLO":
			fmt.Fprintf(c, "250-mail.example.com\r\n%s250 8BITMIME\r\n", s.offers)
		case word == "STARTTLS":
			fmt.Fprint(c, "220 go on\r\n")
			c = tls.Server(c, s.tls)
			in, s.secure = bufio.NewReader(c), true
		case word == "AUTH":
			fmt.Fprint(c, "235 welcome\r\n")
		case word == "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				s.message += strings.TrimPrefix(line, ".")
			}
			fmt.Fprint(c, "250 taken\r\n")
		case word == "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func TestLoginGoesOverTLS(t *testing.T) {
	authority := hostile.NewAuthority(t)
	config := &tls.Config{Certificates: []tls.Certificate{authority.Certificate(t, nil)}}
	login := func(s *talker, scheme string, secure bool) (string, hostile.Args) {
		s.tls = config
		address := ""
		if secure {
			address = hostile.ServeTLS(t, config, s.talk)
		} else {
			address = hostile.Serve(t, s.talk)
		}
		return address, hostile.Args{"to": list("a@b.c"), "subject": text("s"), "text": text(".\n..\nt"), "from": text("d@e.f"), "ca": text(authority.CA),
			"server": value.NewSecret(scheme + "://me:hunter2hunter2@" + address)}
	}
	for name, tt := range map[string]struct {
		s      *talker
		scheme string
		secure bool
		want   string // the error's part; "": none
	}{
		"turned to TLS":  {&talker{offers: "250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n"}, "smtp", false, ""},
		"TLS at once":    {&talker{offers: "250-AUTH PLAIN LOGIN\r\n"}, "smtps", true, ""},
		"no TLS":         {&talker{offers: "250-AUTH PLAIN LOGIN\r\n"}, "smtp", false, "STARTTLS"},
		"no login":       {&talker{offers: "250-STARTTLS\r\n"}, "smtp", false, "AUTH"},
		"wrong password": {&talker{offers: "250-STARTTLS\r\n250-AUTH PLAIN\r\n", refuses: "AUTH"}, "smtp", false, "550"},
		"sender":         {&talker{offers: "250-STARTTLS\r\n250-AUTH PLAIN\r\n", refuses: "MAIL"}, "smtp", false, "the server refuses the sender"},
		"recipient":      {&talker{offers: "250-STARTTLS\r\n250-AUTH PLAIN\r\n", refuses: "RCPT"}, "smtp", false, "the server refuses a recipient"},
		"message":        {&talker{offers: "250-STARTTLS\r\n250-AUTH PLAIN\r\n", refuses: "DATA"}, "smtp", false, "the server refuses the message"},
	} {
		t.Run(name, func(t *testing.T) {
			_, args := login(tt.s, tt.scheme, tt.secure)
			_, err := ask(t, hostile.Host(t), "mail.send", args)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
			tt.s.mu.Lock()
			defer tt.s.mu.Unlock()
			if heard := strings.Join(tt.s.heard, "\n"); !tt.secure && !tt.s.secure && strings.Contains(heard, "AUTH") {
				t.Errorf("it logged in without TLS:\n%s", heard)
			}
			if tt.want == "" {
				m, err := netmail.ReadMessage(strings.NewReader(tt.s.message))
				if err != nil {
					t.Fatal(err)
				}
				if body, _ := io.ReadAll(quotedprintable.NewReader(m.Body)); strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")) != ".\n..\nt" {
					t.Errorf("the text is %q", body)
				}
			}
		})
	}
}

// A file arrives with its name and its content, or there is no mail.
func TestAttachedFiles(t *testing.T) {
	h := hostile.Host(t)
	s := &talker{}
	server := "smtp://" + hostile.Serve(t, s.talk)
	arrived := 0
	for _, name := range append([]string{"a b\"ü.bin"}, hostile.Strings()...) {
		if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") || len(name) > 255 {
			continue // no name of a file in this folder
		}
		content := "\x00\x01\xff\r\n." + name
		if err := os.WriteFile(filepath.Join(h.Dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s.hear(func() { s.message = "" })
		_, err := ask(t, h, "mail.send", hostile.Args{"to": list("a@b.c"), "subject": text("grüße =?x"), "text": text("t"), "from": text("d@e.f"),
			"files": list(name), "server": text(server)})
		s.hear(func() {
			if err != nil {
				if s.message != "" || !strings.Contains(err.Error(), "whose name can't be sent") {
					t.Errorf("%q: %v, and %q was sent", name, err, s.message)
				}
				return
			}
			subject, file, got := opened(t, s.message)
			if subject != "grüße =?x" || file != name || got != content {
				t.Errorf("%q arrives as %q, with %q and the subject %q", name, file, got, subject)
			}
			arrived++
		})
	}
	if arrived < 150 {
		t.Errorf("%d files arrived", arrived)
	}
}

// opened is what a mail with one file says.
func opened(t *testing.T, message string) (subject, name, content string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = (&mime.WordDecoder{}).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	if _, err := parts.NextPart(); err != nil {
		t.Fatal(err)
	}
	part, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	_, params, err = mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		t.Fatalf("%s: %v", part.Header.Get("Content-Disposition"), err)
	}
	decoded, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
	if err != nil {
		t.Fatal(err)
	}
	return subject, params["filename"], string(decoded)
}

func TestBadServers(t *testing.T) {
	for name, says := range map[string]string{
		"HTTP":          "HTTP/1.1 400 Bad Request\r\n\r\n",
		"SSH":           "SSH-2.0-OpenSSH_9.2\r\n",
		"not now":       "554 go away \x1b[2J" + strings.Repeat("x", 3000) + "\r\n",
		"a long line":   "220 " + strings.Repeat("x", 1<<20),
		"no end":        strings.Repeat("220-x\r\n", 1<<17),
		"nothing":       "",
		"half a banner": "220",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := hostile.Serve(t, func(c net.Conn) {
				io.WriteString(c, says)
				if says == "" {
					io.Copy(io.Discard, c)
				}
			})
			for call, args := range map[string]hostile.Args{
				"mail.server": {"address": text(address)},
				"mail.send": {"to": list("a@b.c"), "subject": text("s"), "text": text("t"), "from": text("d@e.f"),
					"server": value.NewSecret("smtp://me:hunter2hunter2@" + address)},
			} {
				args["timeout"] = value.Duration(time.Second)
				_, err := ask(t, hostile.Host(t), call, args)
				if err == nil || len(err.Error()) > 500 || strings.ContainsAny(err.Error(), "\x1b") || strings.Contains(err.Error(), "drl has a bug") || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("%s: %v", call, err)
				}
				t.Log(err)
			}
		})
	}
}
