package builtins

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/drl-lang/drl/lang/value"
)

// Host is the world as builtins see it: whatever is not in the arguments
// comes from here. The zero Host is an empty world, not the real one: it has
// no clock and no network, and what needs them says so. cmd/drl fills it.
type Host struct {
	// Now is the clock: of time stamps and of measured latencies.
	Now func() time.Time
	// Sleep waits for d, or until ctx ends: then it returns context.Cause.
	Sleep func(ctx context.Context, d time.Duration) error
	// Dial opens network connections, and is the only thing that does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy says through which proxy a request goes; nil: through none.
	Proxy func(*http.Request) (*url.URL, error)
	// Env looks an environment variable up.
	Env func(name string) (text string, set bool)
	// Run runs a program to its end, without a shell or a terminal, and leaves
	// no process behind. A code other than 0 is no error; when ctx ends the
	// program does too, and the error is context.Cause.
	Run func(ctx context.Context, p Program) (Ended, error)
	// Dir is the script's folder: relative paths start there.
	Dir string
	// Print shows a line that the script prints.
	Print func(text string)
	// Output keeps a line of what a call that takes its time hears from the
	// other side, such as a build's log: as the output of a command is kept.
	Output func(line string)
	// Warn shows a line that the operator should know of.
	Warn func(text string)
	// Random gives random bytes.
	Random io.Reader
	// PrivateFile keeps content in a file that only this user can read and
	// that is gone when the command or the run ends.
	PrivateFile func(content []byte) (path string, err error)
	// Hide makes a text that turned out to be a secret unreadable in all that
	// is shown from now on. Nil: nothing is shown.
	Hide func(text string)
	// Report writes what happened in the run so far in a format: text, json,
	// junit or markdown.
	Report func(w io.Writer, format string) error
	// Mask returns a text that leaves for people, such as a notification, with
	// the secrets in it masked. Nil: nothing is known to be one.
	Mask func(text string) string
	// Kept holds what lives until the run ends: pools of connections. Nil:
	// nothing can be kept. Whoever makes the Host closes it.
	Kept *Kept
	// Version is drl's own, for the User-Agent of requests.
	Version string
}

// Path returns where a script's path is: relative ones start at the script's
// folder.
func (h *Host) Path(path string) string {
	if filepath.IsAbs(path) || h.Dir == "" {
		return path
	}
	return filepath.Join(h.Dir, path)
}

// Clock returns the time, or an error in a world without a clock.
func (h *Host) Clock() (time.Time, error) {
	if h.Now == nil {
		return time.Time{}, errors.New("there is no clock here")
	}
	return h.Now(), nil
}

// Getenv is Env that finds nothing in a world without an environment.
func (h *Host) Getenv(name string) (string, bool) {
	if h.Env == nil {
		return "", false
	}
	return h.Env(name)
}

// Conceal is Hide that may be called in any world.
func (h *Host) Conceal(text string) {
	if h.Hide != nil && text != "" {
		h.Hide(text)
	}
}

// Say is Output that may be called in any world.
func (h *Host) Say(line string) {
	if h.Output != nil {
		h.Output(line)
	}
}

// ConcealIn conceals every secret in a value.
func (h *Host) ConcealIn(v value.Value) {
	if h.Hide != nil {
		value.EachSecret(v, h.Conceal)
	}
}

// Masked is Mask that may be called in any world.
func (h *Host) Masked(text string) string {
	if h.Mask == nil {
		return text
	}
	return h.Mask(text)
}
