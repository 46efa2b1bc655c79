package repl

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/drl-lang/drl/lang/syntax"
)

// editor reads statements from a person, whole ones, however many lines they
// take.
type editor interface {
	// Read returns the next statement. It is io.EOF where the person leaves,
	// and errInterrupted where they begin anew.
	Read(prompt string) (string, error)
	// Preset puts a text where the next statement is typed, for Read to begin
	// with.
	Preset(text string)
	// Print shows lines above what is being typed.
	Print(text string)
	// Pin keeps lines right above what is being typed.
	Pin(lines []string)
	// Aside gives the terminal to f as it was before the session.
	Aside(f func() error) error
	// Suspend gives the terminal back as it was before the session, calls stop,
	// which stops the process until it is called back, and takes the terminal
	// over again.
	Suspend(stop func())
	// Again takes the terminal over after a stop that Suspend knew nothing of.
	Again()
	// Remember adds a statement to those that can be called back, in the form
	// in which it may be kept.
	Remember(statement, kept string)
	// Forget drops what was typed ahead.
	Forget()
	// Leave ends a Read that waits in another goroutine, with io.EOF: what was
	// half typed is not carried out.
	Leave()
	// Close gives the terminal back.
	Close() error
}

// errInterrupted is Ctrl-C at the prompt.
var errInterrupted = errors.New("interrupted")

// assistant is what an editor asks about the text that is typed.
type assistant interface {
	// complete returns the text with what Tab adds, the cursor in it, and
	// lines to choose from.
	complete(text string, cursor int) (completed string, at int, choices []string)
	// finished tells whether Enter ends the statement.
	finished(text string) bool
}

// plain reads statements from a file or pipe, and shows no prompt.
type plain struct {
	out   io.Writer
	lines chan piped
	ended chan struct{}
	once  sync.Once
}

// piped is a line that has come, and why no other will.
type piped struct {
	text string
	err  error
}

// newPlain reads lines ahead, so that a read that waits doesn't keep the
// session from its end; what waits then ends with the process.
func newPlain(in io.Reader, out io.Writer) *plain {
	p := &plain{out: out, lines: make(chan piped), ended: make(chan struct{})}
	go func() {
		r := bufio.NewReader(in)
		for {
			line, err := r.ReadString('\n')
			select {
			case p.lines <- piped{line, err}:
			case <-p.ended:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return p
}

func (p *plain) next() (string, error) {
	select {
	case l := <-p.lines:
		return l.text, l.err
	case <-p.ended:
		return "", io.EOF
	}
}

func (p *plain) Read(string) (string, error) {
	var text strings.Builder
	for {
		line, err := p.next()
		text.WriteString(line)
		all := text.String()
		if err != nil {
			p.Leave() // nothing more comes
			if strings.TrimSpace(all) == "" || !errors.Is(err, io.EOF) {
				return "", err
			}
		}
		if err != nil || finished(all) {
			return strings.TrimRight(all, "\n"), nil
		}
	}
}

// finished tells whether Enter ends the statement: it is whole, or somebody
// who doesn't know what is missing has pressed it three times.
func finished(text string) bool {
	trimmed := strings.TrimSpace(text)
	return strings.HasPrefix(trimmed, ":") || strings.HasSuffix(strings.TrimRight(text, " "), "\n\n") || !syntax.Unfinished(text)
}

func (p *plain) Preset(string)              {}
func (p *plain) Print(text string)          { io.WriteString(p.out, text) }
func (p *plain) Pin([]string)               {}
func (p *plain) Aside(f func() error) error { return f() }
func (p *plain) Suspend(stop func())        { stop() }
func (p *plain) Again()                     {}
func (p *plain) Remember(string, string)    {}
func (p *plain) Forget()                    {}
func (p *plain) Leave()                     { p.once.Do(func() { close(p.ended) }) }
func (p *plain) Close() error               { p.Leave(); return nil }
