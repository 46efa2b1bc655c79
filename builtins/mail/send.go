package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type sendArgs struct {
	To      []string       `drl:"to,named" doc:"who gets it: \"ops@example.com\", or \"Operations <ops@example.com>\""`
	Subject string         `drl:"subject,named" doc:"its subject, one line"`
	Text    string         `drl:"text,named" doc:"what it says"`
	From    *string        `drl:"from,named" doc:"who sends it; without one, MAIL_FROM"`
	Files   []string       `drl:"files,optional,named" doc:"files to attach, from the script's folder, 20MiB at most together"`
	Server  *builtins.Text `drl:"server,named" doc:"the mail server: \"smtp://user:password@mail.example.com:587\"; without one, SMTP_URL"`
	CA      *string        `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait until the server has taken it" default:"30s"`
}

type sent struct {
	ID      string        `drl:"id" doc:"the message's Message-ID, without its brackets"`
	Latency time.Duration `drl:"latency" doc:"until the server had taken it"`
}

var send = builtins.New("mail.send", types.Writes, "Give a message to a mail server. That it takes it says nothing of whether it arrives.",
	func(ctx context.Context, h *builtins.Host, a sendArgs) (sent, error) {
		start, err := h.Clock()
		if err != nil {
			return sent{}, err
		}
		given, name, err := h.Given(a.Server, "server", "SMTP_URL")
		if err != nil {
			return sent{}, err
		}
		to, err := newServer(h, given, name, a.CA)
		if err != nil {
			return sent{}, err
		}
		message, err := letter(ctx, h, a, start)
		if err != nil {
			return sent{}, err
		}
		if err := to.deliver(ctx, h, message); err != nil {
			return sent{}, problem(ctx, to.at, err)
		}
		id := message.GetMessageID()
		return sent{ID: id[1 : len(id)-1], Latency: h.Now().Sub(start)}, nil
	}).With(`mail.send(to: ["ops@example.com"], subject: "v1.2.3 is out", text: "All is well.", from: "deploy@example.com")`)

// mailServer is where messages are given to.
type mailServer struct {
	host, at string
	port     int
	user     *url.Userinfo
	implicit bool // TLS from the start
	tls      *tls.Config
}

func newServer(h *builtins.Host, given builtins.Text, name string, ca *string) (*mailServer, error) {
	u, err := url.Parse(given.Reveal())
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, wrong(given, name)
	}
	host, port, err := builtins.Endpoint(given, "")
	if err != nil {
		return nil, wrong(given, name)
	}
	roots, err := h.Roots(ca)
	if err != nil {
		return nil, err
	}
	s := &mailServer{host: host, at: net.JoinHostPort(host, port), user: u.User, implicit: u.Scheme == "smtps"}
	s.tls = &tls.Config{ServerName: host, RootCAs: roots, Time: h.Now, MinVersion: tls.VersionTLS12}
	s.port, err = strconv.Atoi(port)
	return s, err
}

func wrong(given builtins.Text, name string) error {
	shown := value.QuoteString(builtins.Scrub(given.String()))
	if given.IsSecret() {
		shown = given.String()
	}
	return fmt.Errorf("%s is %s, want an address such as smtp://mail.example.com:587, with user:password@ before the host", name, shown)
}

// deliver gives the server a message. Where there is a password the way is
// encrypted, or there is none.
func (s *mailServer) deliver(ctx context.Context, h *builtins.Host, message *mail.Msg) error {
	policy := mail.TLSOpportunistic
	options := []mail.Option{
		mail.WithPort(s.port), mail.WithHELO("localhost"), mail.WithTLSConfig(s.tls),
		mail.WithTimeout(24 * time.Hour), // the connection ends with ctx
		mail.WithDialContextFunc(func(_ context.Context, network, at string) (net.Conn, error) { return s.dial(ctx, h, network, at) }),
	}
	if s.user != nil {
		policy = mail.TLSMandatory
		password, _ := s.user.Password()
		options = append(options, mail.WithUsername(s.user.Username()), mail.WithPassword(password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthCramMD5, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	options = append(options, mail.WithTLSPolicy(policy))
	if s.implicit {
		options = append(options, mail.WithSSL())
	}
	client, err := mail.NewClient(s.host, options...)
	if err != nil {
		return err
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return builtins.WhyUntrusted(err)
	}
	defer session.Close()
	if err := client.SendWithSMTPClient(session, message); err != nil {
		return refused(err)
	}
	// The server has the message: how it says goodbye is of no consequence.
	_ = session.Quit()
	return nil
}

// dial opens the connection, with TLS from the start where the address says
// so.
func (s *mailServer) dial(ctx context.Context, h *builtins.Host, network, at string) (net.Conn, error) {
	conn, err := h.DialLimited(ctx, network, at, mostTraffic)
	if err != nil || !s.implicit {
		return conn, err
	}
	secure := tls.Client(conn, s.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// refused says what the server doesn't take, in its own words.
func refused(err error) error {
	var said *mail.SendError
	if !errors.As(err, &said) {
		return err
	}
	what := map[mail.SendErrReason]string{
		mail.ErrSMTPMailFrom: "the server refuses the sender", mail.ErrSMTPRcptTo: "the server refuses a recipient",
		mail.ErrSMTPData: "the server refuses the message", mail.ErrSMTPDataClose: "the server refuses the message",
		mail.ErrWriteContent: "the message can't be sent", mail.ErrGetRcpts: "the message has no recipients",
	}[said.Reason]
	if what == "" {
		return err
	}
	return fmt.Errorf("%s: %s", what, builtins.Short(said.Error()))
}
