package repl

import (
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
)

// slow is after how long something that says nothing is shown to be at work.
const slow = 300 * time.Millisecond

// progress shows what happens while a statement is carried out: what drl run
// would show of it, without what is only there because it was typed.
type progress struct {
	terminal *report.Terminal
	st       *statement // nil: of an undo
	hide     *event.Redactor

	done chan struct{}
	wait sync.WaitGroup
}

func newProgress(o *Options, st *statement) *progress {
	p := &progress{st: st, hide: o.Hide, done: make(chan struct{})}
	p.terminal = report.NewTerminal(o.Err, report.TerminalOptions{
		Live: o.Live, Color: o.Color, Data: o.Out, Bare: true, Size: o.Size, Ours: o.Ours,
	})
	if !o.Live {
		return p
	}
	began := time.Now()
	p.wait.Go(func() {
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		shown := st == nil || !st.onlyLets()
		for {
			select {
			case now := <-ticker.C:
				if !shown && now.Sub(began) > slow {
					shown = true
					p.terminal.Event(event.Event{Time: began, Node: "typed", Body: event.NodeStarted{Type: "let", Title: p.hide.Text(oneLine(st.source()))}})
				}
				p.terminal.Tick(now)
			case <-p.done:
				return
			}
		}
	})
	return p
}

// onlyLets tells whether no node shows that the statement is at work.
func (st *statement) onlyLets() bool {
	return !st.form.wrapped && len(st.stmts) == 1 && len(st.binds()) == 1
}

func (p *progress) close() {
	close(p.done)
	p.wait.Wait()
	p.terminal.Close()
}

func (p *progress) event(e event.Event) {
	switch b := e.Body.(type) {
	case event.RunFinished:
		return
	case event.NodeStarted:
		if b.Type == "let" {
			return // its failure is shown with its place
		}
		b.Place = p.place(b.Place)
		e.Body = b
	case event.NodeFinished:
		if b.Type == "let" || p.st != nil && p.st.form.wrapped && (b.Type == "step" || b.Type == "check") && b.Status != event.Failed {
			return
		}
		b.Place, b.Failures = p.place(b.Place), p.failures(b.Failures)
		if p.st != nil && p.st.form.streams {
			b.Failures = withoutOutput(b.Failures)
		}
		e.Body = b
	case event.TryFailed:
		b.Failures = p.failures(b.Failures)
		e.Body = b
	case event.Decided:
		b.Place = p.place(b.Place)
		e.Body = b
	case event.Output:
		if p.st == nil || !p.st.form.streams {
			break
		}
		e.Body = event.Printed{Text: b.Line}
	}
	p.terminal.Event(p.hide.Event(e))
}

func (p *progress) place(at source.Place) source.Place {
	if p.st == nil {
		return at
	}
	return p.st.text.place(at)
}

func (p *progress) failures(fs []event.Failure) []event.Failure {
	moved := append([]event.Failure(nil), fs...)
	for i := range moved {
		moved[i].Place = p.place(moved[i].Place)
	}
	return moved
}

// withoutOutput leaves out the last lines of a command that were shown as they
// came.
func withoutOutput(fs []event.Failure) []event.Failure {
	for i := range fs {
		fs[i].Output = nil
	}
	return fs
}
