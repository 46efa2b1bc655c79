package value

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/drl-lang/drl/lang/lazy"
)

// AddressPart is one part of an address that a script writes as a text with
// values in it. The zero AddressPart is an empty value.
type AddressPart struct {
	Text    string
	Written bool // the author's own text: it stands as it is
	Encoded bool // a value that was encoded before
	Secret  bool // a value that messages don't show
}

// AddressError says which part of an address can't stand where it does.
type AddressError struct {
	Part    int // its index
	Problem string
}

func (e *AddressError) Error() string { return e.Problem }

// Address puts an address together so that no value in it changes where it
// leads:
//
//   - a value at the very start is the address itself, and stands as it is;
//   - a value right after that, or right after the host, which begins with / is
//     a path: its slashes stay;
//   - a value before the first / is part of the host's name, or the port; one
//     before an @ is a user or a password;
//   - any other value is one piece, encoded by [AddressPiece].
//
// A piece that would be empty, "." or ".." as a whole folder of the path names
// another address, and what is no part of a host would name another host: both
// are an [*AddressError].
//
// The path of a file, after sqlite:, is not encoded: all stands as it is.
func Address(parts []AddressPart) (string, error) {
	a := address{parts: parts}
	if len(parts) > 0 && parts[0].Written && strings.HasPrefix(parts[0].Text, "sqlite:") {
		for _, p := range parts {
			a.text += p.Text
		}
		return a.text, nil
	}
	for i, p := range parts {
		if p.Written || i == 0 {
			a.text += p.Text
			continue
		}
		if err := a.add(i); err != nil {
			return "", &AddressError{i, err.Error()}
		}
	}
	return a.text, a.folders()
}

// AddressPiece writes a text so that it is one piece wherever it stands in an
// address: all but ASCII letters, digits and -._~ becomes %XX, byte for byte.
func AddressPiece(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; isPlain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// address is an address in the making.
type address struct {
	parts []AddressPart
	text  string
	spans []addressSpan
}

// addressSpan is where a value came to stand in the text.
type addressSpan struct {
	part, start, end int
	path             bool // with its slashes
}

// add writes the value at i where it comes to stand.
func (a *address) add(i int) error {
	text := a.parts[i].Text
	first, last := i == 1 && !a.parts[0].Written, a.lastByte()
	inHost := !strings.ContainsAny(a.text[a.hostStart():], "/?#")
	switch {
	case inHost && a.isUser(i):
	case strings.HasPrefix(text, "/") && (first || inHost && (last == ']' || isPlain(last) && last != '.')):
		a.write(i, strings.ReplaceAll(AddressPiece(text), "%2F", "/"), true)
		return nil
	case inHost && first:
		if text != "" {
			return fmt.Errorf("is %s, want a path that begins with /: here it would change the host", a.parts[i].shown())
		}
	case inHost:
		if want := fitsHost(text, last); want != "" {
			return fmt.Errorf("is %s, want %s", a.parts[i].shown(), want)
		}
		a.write(i, text, false)
		return nil
	}
	if !a.parts[i].Encoded {
		text = AddressPiece(text)
	}
	a.write(i, text, false)
	return nil
}

func (a *address) write(part int, text string, path bool) {
	a.spans = append(a.spans, addressSpan{part, len(a.text), len(a.text) + len(text), path})
	a.text += text
}

func (a *address) lastByte() byte {
	if a.text == "" {
		return 0
	}
	return a.text[len(a.text)-1]
}

var schemePattern = lazy.Regexp(`^[a-zA-Z][a-zA-Z0-9+.-]*://`)

// hostStart is where the host begins, or would without a scheme.
func (a *address) hostStart() int { return len(schemePattern().FindString(a.text)) }

// isUser tells whether an @ follows the part at i before the host ends.
func (a *address) isUser(i int) bool {
	for _, p := range a.parts[i+1:] {
		if !p.Written {
			continue
		}
		if at := strings.IndexAny(p.Text, "@/?#"); at >= 0 {
			return p.Text[at] == '@'
		}
	}
	return false
}

var (
	wholeHost = lazy.Regexp(`^(?:[\p{L}\p{M}\p{Nd}_.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?$`)
	port      = lazy.Regexp(`^[0-9]{1,5}$`)
)

// fitsHost tells what is wanted where a text can't go on with a host after the
// byte last; "" where it can.
func fitsHost(text string, last byte) (want string) {
	switch {
	case last == ':':
		if !port().MatchString(text) {
			return "the number of a port"
		}
	case last == '/' || last == '@':
		if !wholeHost().MatchString(text) {
			return "the name of a host"
		}
	case text == "" || strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && r != '-' && r != '_' && (r != '.' || last != '.')
	}):
		return "letters, digits, - or _: it stands in the name of a host"
	}
	return ""
}

// folders reports the first value that would be skipped as a folder of the
// path, or lead out of one.
func (a *address) folders() error {
	start := a.hostStart()
	end := len(a.text)
	if i := strings.IndexAny(a.text[start:], "?#"); i >= 0 {
		end = start + i
	}
	slash := strings.IndexByte(a.text[start:end], '/')
	if slash < 0 {
		return nil
	}
	for from := start + slash + 1; ; {
		to := end
		if i := strings.IndexByte(a.text[from:end], '/'); i >= 0 {
			to = from + i
		}
		folder := a.text[from:to]
		for _, s := range a.spans {
			if s.start > to || s.end < from {
				continue
			}
			if folder == "." || folder == ".." || folder == "" && !s.path && s.start == s.end {
				return &AddressError{s.part, "is " + a.parts[s.part].shown() + ", which would lead to another address"}
			}
		}
		if to == end {
			return nil
		}
		from = to + 1
	}
}

// shown is the value for a message; a long one is cut.
func (p AddressPart) shown() string {
	const most = 60
	if p.Secret {
		return Mask
	}
	if runes := []rune(p.Text); len(runes) > most {
		return QuoteString(string(runes[:most]) + "…")
	}
	return QuoteString(p.Text)
}
