package tester

import (
	"fmt"
	"io"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
)

// Ran is one run(…) of a test.
type Ran struct {
	Script string
	Place  source.Place // of the call
	Finish event.RunFinished
	Wrong  source.Diagnostics // what kept it from starting

	stop   func(error)
	nodes  map[string]string // titles, by identity
	list   []value.Value     // what run(…) gives
	lines  []value.Value
	calls  []value.Value
	judged []value.Value
	sent   []value.Value
	texts  map[string]value.Value
	told   []event.Event // for Print

	started event.RunStarted
	kept    []event.Event // for later runs of the test

	began  time.Time
	now    time.Time
	still  int            // events since the clock moved
	asking map[string]int // how often a question was asked
}

// How much may happen in a run before it counts as one that never ends: all
// while the clock stands still, and one question.
const (
	mostStill = 1_000_000
	mostAsked = 1_000
)

// event takes what happened. It is called by one at a time.
func (r *Ran) event(e event.Event) {
	if r.began.IsZero() {
		r.began = e.Time
	}
	if e.Time.After(r.now) {
		r.now, r.still = e.Time, 0
	}
	if r.still++; r.still == mostStill {
		r.stop(&endless{fmt.Sprintf("%d things happened, and no time passed", mostStill)})
	}
	switch b := e.Body.(type) {
	case event.EffectStarted:
		if b.Name == "$" {
			r.lines = append(r.lines, r.text(b.Text))
		} else {
			r.calls = append(r.calls, r.text(b.Text))
		}
		return
	case event.Ticked:
		r.keep(e.Node, event.Ticked{Block: b.Block, At: b.At, Metrics: b.Metrics})
		return
	case event.UndoArmed:
		r.keep(e.Node, b)
		return
	case event.EffectFinished, event.Output, event.Bound, event.LoopStarted, event.TryFailed, event.BaselineTaken:
		return
	case event.RunStarted:
		r.started = b
	case event.NodeStarted:
		if r.nodes == nil {
			r.nodes = map[string]string{}
		}
		r.nodes[e.Node] = b.Title
	case event.NodeFinished:
		r.finished(b)
	case event.Decided:
		r.judged = append(r.judged, record(check.RanDecision, value.String(r.nodes[e.Node]), value.String(b.Verdict),
			value.String(b.Rule), value.String(b.Words), value.Duration(e.Time.Sub(r.began))))
	case event.Asked:
		if r.asking == nil {
			r.asking = map[string]int{}
		}
		if r.asking[b.ID]++; r.asking[b.ID] == mostAsked {
			r.stop(&endless{fmt.Sprintf("%q was asked %d times", b.ID, mostAsked)})
		}
	case event.RunFinished:
		r.Finish = b
	}
	r.told = append(r.told, e)
}

// text is a text as a value, the same for the same text: a monitor makes the
// same calls at each tick.
func (r *Ran) text(s string) value.Value {
	if v, ok := r.texts[s]; ok {
		return v
	}
	if r.texts == nil || len(r.texts) == 1000 {
		r.texts = map[string]value.Value{}
	}
	v := value.String(s)
	r.texts[s] = v
	return v
}

func (r *Ran) finished(b event.NodeFinished) {
	reason := b.Reason
	if reason == "" && len(b.Failures) > 0 {
		reason = b.Failures[0].Message
	}
	if b.Status == event.Passed {
		reason = ""
	}
	r.list = append(r.list, record(check.RanNode, value.String(b.Type), value.String(b.Title), value.String(b.Status),
		value.String(reason), value.Duration(b.Duration), value.Int(max(1, b.Tries))))
}

// called takes a call that was answered: what notify.send sends are
// notifications.
func (r *Ran) called(fn *types.Func, args []value.Value) {
	if fn.Name != "notify.send" {
		return
	}
	for i, p := range fn.Params {
		if p.Name == "text" && i < len(args) && args[i] != nil {
			r.sent = append(r.sent, value.String(args[i].String()))
		}
	}
}

// wrong says that nothing ran.
func (r *Ran) wrong(ds source.Diagnostics) {
	r.Wrong = ds
	r.Finish = event.RunFinished{Outcome: "wrong", Exit: 2, Reason: ds[0].Message}
}

// value is what run(…) gives.
func (r *Ran) value() value.Value {
	return record(check.RunResult, value.String(r.Finish.Outcome), value.String(r.Finish.Reason), value.Duration(r.Finish.Duration),
		value.NewList(r.list), value.NewList(r.lines), value.NewList(r.calls), value.NewList(r.judged), value.NewList(r.sent))
}

// record makes a record of a declared type, whose fields the values are.
func record(t *types.Type, values ...value.Value) value.Value {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return value.NewRecord(t.Name, names, values)
}

// Print writes what happened in the run, as its log would have told it: what
// went wrong, what was decided, how it ended.
func (r *Ran) Print(w io.Writer, color bool, columns int) {
	if len(r.Wrong) > 0 {
		source.PrintAll(w, r.Wrong, source.Style{Color: color, Width: columns})
		return
	}
	t := report.NewTerminal(w, report.TerminalOptions{Color: color, Level: report.Quiet, Brief: true, Size: func() (int, int) { return columns, 0 }, Data: io.Discard})
	for _, e := range r.told {
		e.Run = "" // it has no name
		if b, ok := e.Body.(event.RunFinished); ok {
			b.Next = ""
			e.Body = b
		}
		t.Event(e)
	}
}
