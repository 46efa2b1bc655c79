package run

import (
	"fmt"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// hide makes the secrets in a value unreadable wherever something is shown.
// Of one that is too short to be looked for, the operator is told.
func (s *strand) hide(v value.Value) {
	s.r.host.ConcealIn(v)
	value.EachSecret(v, func(text string) {
		if text == "" || event.Maskable(text) || s.r.shortInputs[text] {
			return
		}
		s.r.shortOnce.Do(func() { s.r.warnShort(s.node, "a secret") })
	})
}

// tellShortInputs names the secret inputs that are too short to be looked for.
func (r *runner) tellShortInputs() {
	r.shortInputs = map[string]bool{}
	for _, in := range r.plan.Inputs {
		value.EachSecret(in.Value, func(text string) {
			if text != "" && !event.Maskable(text) && !r.shortInputs[text] {
				r.shortInputs[text] = true
				r.warnShort("", in.Name)
			}
		})
	}
}

func (r *runner) warnShort(node, name string) {
	r.engine.Emit(node, event.Noted{Level: "warning", Text: name + " is under 8 characters long: " +
		"it is hidden wherever the script uses it, but not looked for in what programs and servers write"})
}

// keepFromWords refuses a command that would show a secret in the process
// list. What is a secret by its type was refused before the run; here it is a
// value of type any that turned out to be one. A plain text that holds a known
// secret gets a warning: it may be no more than the same word.
func (s *strand) keepFromWords(file *source.File, c *syntax.Command, holes []value.Value) error {
	kinds := make([]syntax.HoleKind, len(holes))
	for i, v := range holes {
		if value.HoldsSecret(v) {
			kinds[i] = syntax.HoleSecret
		}
	}
	for _, d := range syntax.CheckShell(file, c, kinds) {
		if d.Severity == source.Error {
			return d
		}
	}
	for i, v := range holes {
		text, _ := value.Text(v)
		kinds[i] = syntax.HoleUnknown
		if s.r.opts.Secrets.Text(text) != text {
			kinds[i] = syntax.HoleSecret
		}
	}
	for _, d := range syntax.CheckShell(file, c, kinds) {
		if d.Severity == source.Error {
			s.r.engine.Emit(s.node, event.Noted{Level: "warning", Text: fmt.Sprintf(
				"%s: this value holds a secret, and others can read the process list; %s", file.Place(d.Span), d.Hint)})
			break
		}
	}
	return nil
}
