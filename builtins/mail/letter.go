package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// mostFiles is how much may be attached.
const mostFiles = 20 << 20

// letter writes the message. What can't arrive as it is given is refused:
// line breaks and other control characters in a header, bytes that are no
// text. Secrets in it are masked: people read it.
func letter(ctx context.Context, h *builtins.Host, a sendArgs, now time.Time) (*mail.Msg, error) {
	from := ""
	if a.From != nil {
		from = *a.From
	} else if from, _ = h.Getenv("MAIL_FROM"); from == "" {
		return nil, errors.New("from is not given and MAIL_FROM is not set: one of them says who sends the message")
	}
	subject, text := h.Masked(a.Subject), h.Masked(a.Text)
	switch {
	case len(a.To) == 0:
		return nil, errors.New("to is empty, want at least one address")
	case !utf8.ValidString(subject) || strings.ContainsFunc(subject, unicode.IsControl):
		return nil, fmt.Errorf("subject is %s, want one line of text", value.QuoteString(subject))
	case !utf8.ValidString(text):
		return nil, errors.New("text has bytes that are no UTF-8")
	}
	sender, err := parse("from", from)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg()
	if err := m.From(sender.String()); err != nil {
		return nil, fmt.Errorf("from is %s, which can't be sent", value.QuoteString(from))
	}
	var to []string
	for _, given := range a.To {
		address, err := parse("to", given)
		if err != nil {
			return nil, err
		}
		to = append(to, address.String())
	}
	if err := m.To(to...); err != nil {
		return nil, fmt.Errorf("to is %s, which can't be sent", value.QuoteString(strings.Join(a.To, ", ")))
	}
	id, err := messageID(h, sender.Address)
	if err != nil {
		return nil, err
	}
	m.Subject(header(subject))
	m.SetDateWithValue(now)
	m.SetMessageIDWithValue(id)
	m.SetUserAgent(strings.TrimSuffix("drl/"+h.Version, "/"))
	if strings.Contains(text, "\r") || strings.Contains(text, "\x00") {
		// Line breaks of another kind are lost in any other form.
		m.SetBodyString(mail.TypeTextPlain, text, mail.WithPartEncoding(mail.EncodingB64))
	} else {
		m.SetBodyString(mail.TypeTextPlain, text)
	}
	return m, attach(ctx, h, m, a.Files)
}

// parse reads an address of a person.
func parse(name, given string) (*netmail.Address, error) {
	address, err := netmail.ParseAddress(given)
	if err != nil || !utf8.ValidString(given) || strings.ContainsFunc(given, unicode.IsControl) || strings.ContainsFunc(address.Address, unicode.IsSpace) {
		return nil, fmt.Errorf("%s is %s, want an address such as ops@example.com", name, value.QuoteString(given))
	}
	return address, nil
}

// header encodes a text for a header where readers would else see another:
// letters beyond ASCII, blanks that folding loses, words that are too long to
// stand on the first line, and texts that look as if they were encoded.
func header(text string) string {
	plain := !strings.Contains(text, "=?") && !strings.Contains(text, "  ") && strings.TrimSpace(text) == text
	for word := range strings.SplitSeq(text, " ") {
		plain = plain && len(word) < 60 && !strings.ContainsFunc(word, func(c rune) bool { return c > '~' })
	}
	if plain {
		return text
	}
	const most = 36 // bytes of a word, which are 60 letters with what is around them
	var words []string
	for start := 0; start < len(text); {
		end := min(start+most, len(text))
		for end < len(text) && !utf8.RuneStart(text[end]) {
			end--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[start:end]))+"?=")
		start = end
	}
	return strings.Join(words, " ")
}

func messageID(h *builtins.Host, sender string) (string, error) {
	if h.Random == nil {
		return "", errors.New("there is no source of chance here")
	}
	var b [16]byte
	if _, err := io.ReadFull(h.Random, b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]) + sender[strings.LastIndexByte(sender, '@'):], nil
}

func attach(ctx context.Context, h *builtins.Host, m *mail.Msg, files []string) error {
	left := value.Size(mostFiles)
	for _, path := range files {
		content, err := h.ReadFile(ctx, path, left)
		if err != nil {
			return err
		}
		left -= value.Size(len(content))
		name := filepath.Base(path)
		if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
			return fmt.Errorf("files has %s, whose name can't be sent", value.QuoteString(path))
		}
		if err := m.AttachReader(name, bytes.NewReader(content), func(f *mail.File) {
			f.Header.Set("Content-Disposition", disposition(name))
		}); err != nil {
			return fmt.Errorf("attach %s: %w", path, err)
		}
	}
	return nil
}

// disposition gives a file its name, whatever letters that has: the library
// would write _ for the quotes and other signs in it.
// https://www.rfc-editor.org/rfc/rfc2231#section-4
func disposition(name string) string {
	escaped := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	if escaped == name {
		return "attachment; filename=" + name
	}
	return "attachment; filename*=utf-8''" + escaped
}
