package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	netsmtp "net/smtp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"

	"github.com/drl-lang/drl/builtins"
)

// implicitTLS is the port on which mail servers speak TLS from the start.
const implicitTLS = 465

// mail sends a message to the mail server of an address of the library's form,
// smtp://user:password@host:587/?from=…&to=…. It dials through the host, ends
// by the deadline whatever the server does, and gives a password to nobody
// but over TLS.
func mail(ctx context.Context, h *builtins.Host, u *url.URL, title, text string) error {
	service := &smtp.Service{}
	if err := service.Initialize(u, quiet{}); err != nil {
		return fmt.Errorf("url is not as smtp wants it: %w", err)
	}
	c := service.Config
	c.FixEmailTags()
	if title == "" {
		title = c.Subject
	}
	if c.SkipTLSVerify {
		return errors.New("url says skiptlsverify, want a server whose certificate is trusted")
	}
	message, err := letter(h, c, title, text)
	if err != nil {
		return err
	}
	client, err := connect(ctx, h, c)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := login(client, c); err != nil {
		return fmt.Errorf("log in to the mail server: %w", err)
	}
	if err := client.Mail(c.FromAddress); err != nil {
		return fmt.Errorf("the mail server refuses the sender: %w", err)
	}
	for _, to := range c.ToAddresses {
		if err := client.Rcpt(to); err != nil {
			return fmt.Errorf("the mail server refuses a recipient: %w", err)
		}
	}
	w, err := client.Data()
	if err != nil {
		return fmt.Errorf("the mail server refuses the message: %w", err)
	}
	if _, err := w.Write(message); err != nil {
		return fmt.Errorf("send the message: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("the mail server refuses the message: %w", err)
	}
	// The server has the message: how it says goodbye is of no consequence.
	_ = client.Quit()
	return nil
}

// connect greets the server, and turns to TLS where it can.
func connect(ctx context.Context, h *builtins.Host, c *smtp.Config) (*netsmtp.Client, error) {
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	conn, err := h.Dial(ctx, "tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))))
	if err != nil {
		return nil, err
	}
	// What is under way ends with the context.
	context.AfterFunc(ctx, func() { conn.Close() })
	settings := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12}
	encrypted := c.Port == implicitTLS || c.Encryption == smtp.EncMethods.ImplicitTLS
	if encrypted {
		conn = tls.Client(conn, settings)
	}
	client, err := netsmtp.NewClient(conn, c.Host)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("greet the mail server: %w", err)
	}
	if err := client.Hello(c.ClientHost); err != nil {
		client.Close()
		return nil, fmt.Errorf("greet the mail server: %w", err)
	}
	if encrypted {
		return client, nil
	}
	if offered, _ := client.Extension("STARTTLS"); offered && c.UseStartTLS {
		if err := client.StartTLS(settings); err != nil {
			client.Close()
			return nil, fmt.Errorf("turn to TLS: %w", err)
		}
	} else if c.RequireStartTLS {
		client.Close()
		return nil, errors.New("the mail server offers no TLS, and url says requirestarttls")
	}
	return client, nil
}

func login(client *netsmtp.Client, c *smtp.Config) error {
	switch c.Auth {
	case smtp.AuthTypes.None:
		return nil
	case smtp.AuthTypes.Plain:
		return client.Auth(netsmtp.PlainAuth("", c.Username, c.Password, c.Host))
	case smtp.AuthTypes.CRAMMD5:
		return client.Auth(netsmtp.CRAMMD5Auth(c.Username, c.Password))
	}
	return errors.New("url asks for a kind of login that is not known, want auth=Plain, CRAMMD5 or None")
}

// letter writes the mail. Headers are one line each, whatever is in the title.
func letter(h *builtins.Host, c *smtp.Config, title, text string) ([]byte, error) {
	now, err := h.Clock()
	if err != nil {
		return nil, err
	}
	from := netmail.Address{Name: c.FromName, Address: c.FromAddress}
	var to []string
	for _, address := range c.ToAddresses {
		to = append(to, (&netmail.Address{Address: address}).String())
	}
	var b strings.Builder
	for _, header := range [][2]string{
		{"From", from.String()},
		{"To", strings.Join(to, ", ")},
		{"Subject", mime.QEncoding.Encode("utf-8", strings.Join(strings.Fields(title), " "))},
		{"Date", now.Format(time.RFC1123Z)},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		if strings.ContainsAny(header[1], "\r\n") {
			return nil, fmt.Errorf("url has a line end in %s", strings.ToLower(header[0]))
		}
		b.WriteString(header[0] + ": " + header[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	w.Write([]byte(text)) // a strings.Builder takes all
	w.Close()
	return []byte(b.String()), nil
}
