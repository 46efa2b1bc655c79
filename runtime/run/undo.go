package run

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// armed is the undo of a step that has begun to write, with the values that
// it will use.
type armed struct {
	s      *strand // with bindings as they were when it was armed
	node   string
	title  string
	undo   *syntax.Undo
	limit  time.Duration
	grace  time.Duration
	leaves bool // as the step: what starts a service may have to start it again
	state  undoState
}

type undoState uint8

const (
	undoArmed   undoState = iota
	undoDone              // it was undone
	undoFailed            // it was tried
	undoLeft              // a person has to decide
	undoSettled           // the time for it is over
)

// undoList is what is armed in one place, in the order it was armed. What ran
// side by side is undone side by side.
type undoList struct{ items []undoItem }

// undoItem is either one undo or the branches of a parallel.
type undoItem struct {
	one      *armed
	branches []*undoList
}

// split adds the branches of a parallel to a list.
func (r *runner) split(l *undoList, n int) []*undoList {
	branches := make([]*undoList, n)
	for i := range branches {
		branches[i] = &undoList{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l.items = append(l.items, undoItem{branches: branches})
	return branches
}

// arm makes a step's undo ready, once the step has begun to write and every
// name that the undo uses is bound.
func (s *strand) arm(a *attempt) {
	if a.undo == nil || a.undo.Body == nil || a.armed != nil || s.missing(a) != "" {
		return
	}
	bindings := map[string]json.RawMessage{}
	frozen := s.fork()
	frozen.body, frozen.monitor, frozen.pending = nil, nil, nil
	for _, o := range s.program.Info.UndoNames[a.undo] {
		bindings[o.Name] = encode(s.frame.Get(o))
	}
	a.armed = &armed{s: frozen, node: a.n.id, title: a.n.title, undo: a.undo, limit: a.n.limit, grace: a.grace, leaves: a.decl.Leaves != nil}
	s.r.mu.Lock()
	s.r.armed = append(s.r.armed, a.armed)
	s.undos.items = append(s.undos.items, undoItem{one: a.armed})
	s.r.mu.Unlock()
	s.r.engine.Emit(a.n.id, event.UndoArmed{Title: a.n.title, OrAsk: a.undo.OrAsk, Bindings: bindings})
}

// missing names what the undo uses and what isn't bound yet; "" is nothing.
func (s *strand) missing(a *attempt) string {
	within := a.decl.Span()
	for _, o := range s.program.Info.UndoNames[a.undo] {
		own := o.Kind == check.ObjLet && o.File == s.program.Source && within.Contains(o.Span.Start)
		// An earlier turn of a loop around may have left a value of its own.
		if own && !a.bound[o] && !bindsLoop(a.decl, o) || s.frame.Get(o) == nil {
			return o.Name
		}
	}
	return ""
}

// bindsLoop tells whether o is the name of a for in the step.
func bindsLoop(d *syntax.Step, o *check.Object) bool {
	_, loop := o.Decl.(*syntax.For)
	return loop
}

// unarmed says so when a step has written and can't be undone after all.
func (a *attempt) unarmed(s *strand) {
	if !a.wrote || a.undo == nil || a.undo.Body == nil || a.armed != nil {
		return
	}
	s.r.engine.Emit(a.n.id, event.Noted{Level: "warning", Text: fmt.Sprintf(
		"%s has written and can't be undone: %s, which its undo uses, has no value", a.n.title, s.missing(a))})
}

// left lists what is armed and was not undone, newest first. The caller holds
// the lock.
func (r *runner) left() (left []*armed) {
	for _, a := range slices.Backward(r.armed) {
		if a.state != undoDone && a.state != undoSettled {
			left = append(left, a)
		}
	}
	return left
}

// byHand says what a person has to do in the undo's place: its text, and the
// values that it would use.
func (a *armed) byHand() string {
	body := a.s.program.Source.Slice(a.undo.Body.Span())
	var text strings.Builder
	text.WriteString(a.title + ":")
	separate := " "
	for line := range strings.Lines(body[1 : len(body)-1]) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case line == "}":
			separate = " "
		}
		text.WriteString(separate + line)
		separate = "; "
		if strings.HasSuffix(line, "{") {
			separate = " "
		}
	}
	var values []string
	for _, o := range a.s.program.Info.UndoNames[a.undo] {
		if v := a.s.frame.Get(o); v != nil {
			values = append(values, o.Name+" = "+value.Short(v, 80))
		}
	}
	if len(values) > 0 {
		text.WriteString("  (" + strings.Join(values, ", ") + ")")
	}
	return text.String()
}

// standing lists what a rollback would undo, newest first.
func (r *runner) standing() (titles []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.left() {
		titles = append(titles, a.title)
	}
	return titles
}

// encode is a value as events keep it; a handle is null.
func encode(v value.Value) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	text, err := value.Encode(v)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

// quoteAll lists titles in a sentence.
func quoteAll(titles []string) string {
	quoted := make([]string, len(titles))
	for i, t := range titles {
		quoted[i] = value.QuoteString(t)
	}
	return strings.Join(quoted, ", ")
}
