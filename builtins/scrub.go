package builtins

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/value"
)

// masked stands for what may not be shown.
const masked = "•••"

// shortestMask is the length from which a secret is looked for in a library's
// texts: shorter ones are parts of common words. Builtins themselves never
// write a secret of any length.
const shortestMask = 4

// scrubbed is an error whose text shows no secret. What it was stays known to
// errors.Is alone: unwrapping it would show the text again.
type scrubbed struct {
	text string
	was  error
}

func (e *scrubbed) Error() string        { return e.text }
func (e *scrubbed) Is(target error) bool { return errors.Is(e.was, target) }

// scrub returns err with no secret of args in its text, and with no password
// or token of an address: url.Error and the drivers of databases put them
// there.
func scrub(err error, args []value.Value) error {
	if err == nil {
		return nil
	}
	text := Scrub(err.Error())
	for _, arg := range args {
		value.EachSecret(arg, func(secret string) { text = mask(text, secret) })
	}
	if text == err.Error() {
		return err
	}
	return &scrubbed{text, err}
}

var (
	userinfo  = lazy.Regexp(`([a-zA-Z][a-zA-Z0-9+.-]*://)([^/?#\s"'@]*:)?[^/?#\s"']*@`)
	parameter = lazy.Regexp(`(?i)([?&;][a-z0-9_.%-]*(?:token|key|secret|password|passwd|pwd|signature|sig|auth|code|session|credential)[a-z0-9_.%-]*=)(?:[^&;#\s"']*[^&;#\s"':,])?`)
	dsnPart   = lazy.Regexp(`(?i)\b(password|passwd|pwd)\s*=\s*('[^']*'|[^\s&;,"']+)`)
)

// Scrub returns text without the passwords and tokens that addresses and
// connection strings in it hold.
func Scrub(text string) string {
	if strings.Contains(text, "@") {
		text = userinfo().ReplaceAllString(text, "${1}"+masked+"@")
	}
	if !strings.Contains(text, "=") {
		return text
	}
	text = parameter().ReplaceAllString(text, "${1}"+masked)
	return dsnPart().ReplaceAllString(text, "${1}="+masked)
}

// mask replaces a secret, its parts that are secrets of their own, and the
// ways in which libraries write it.
func mask(text, secret string) string {
	for _, form := range forms(secret) {
		if len(form) >= shortestMask {
			text = strings.ReplaceAll(text, form, masked)
		}
	}
	return text
}

var databases = []string{"postgres", "postgresql", "mysql", "mariadb", "redis", "rediss", "amqp", "amqps"}

func forms(secret string) []string {
	quoted := strconv.Quote(secret)
	all := []string{
		secret, strings.TrimSpace(secret), quoted[1 : len(quoted)-1],
		url.QueryEscape(secret), url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
	if u, err := url.Parse(secret); err == nil && u.Host != "" {
		all = append(all, u.String(), u.Redacted())
		if u.User != nil {
			password, _ := u.User.Password()
			all = append(all, u.User.String(), password, url.QueryEscape(password))
		}
		all = append(all, u.RawQuery)
		// The path of a webhook's address is its key; that of a database's is
		// its name, which a backup's file has too.
		if !slices.Contains(databases, u.Scheme) {
			all = append(all, u.RequestURI(), u.EscapedPath(), u.Path)
		}
	}
	return all
}
