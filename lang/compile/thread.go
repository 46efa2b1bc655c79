package compile

import (
	"context"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
)

// The limits of evaluation between two effects. No script that a person wrote
// for a release comes near; one that does would hold the release up.
const (
	DefaultFuel = 50_000_000 // steps: calls, turns of loops, items gone over
	maxDepth    = 256        // calls within calls
	maxMemory   = 512 << 20  // bytes of texts and lists made
)

// watchEvery is how many steps pass between two looks at the context.
const watchEvery = 4096

// Thread is one strand of evaluation. It is used by one goroutine at a time.
// A copy shares nothing with the original but what its fields name.
type Thread struct {
	World World
	// Files has the file frame of each imported program.
	Files map[*check.Program]*Frame
	// Target and Run are the values of `target` and `run`; nil where they
	// cannot be named.
	Target value.Value
	Run    func() value.Value
	// Fuel is how many steps are left; 0 means DefaultFuel at the next Eval.
	// An effect fills it up again.
	Fuel int64

	m *machine
}

// machine is the state of a thread while it evaluates.
type machine struct {
	thread *Thread
	ctx    context.Context
	frames []*frame // a pool; those below top are in use
	top    int
	fuel   int64
	full   int64 // what an effect fills fuel up to
	watch  int64 // look at the context when fuel is below
	memory int64
	parts  []value.Value // of Explain
	trail  []value.Value // the last index at each place that indexes an any
	loops  []loop        // methods that go over a list right now

	received value.Value // what a method of an any is about to be called on
}

// loop is a method that is going over a list, for the place in messages.
type loop struct {
	at     place
	method string
	item   int
}

// frame is an activation while closures run: of a function, or over the
// registers of a Frame.
type frame struct {
	nums []uint64
	refs []value.Value
	file *Frame // the names of the file that the code is in
	m    *machine

	index int             // in m.frames
	outer context.Context // of the evaluation that this one is within
	loops int             // open in that one

	of      *Frame   // whose registers these are; nil: those of a function
	ownNums []uint64 // what a function's activation uses, kept for the next
	ownRefs []value.Value

	num uint64 // what a function returned, by its kind
	ref value.Value
}

// mark is what a trap has to put back.
type mark struct{ top, loops int }

func (t *Thread) machine() *machine {
	if t.m == nil || t.m.thread != t { // none yet, or t is a copy
		t.m = &machine{thread: t}
	}
	return t.m
}

// enter begins an evaluation over f's registers, perhaps within another one
// of the same thread.
func (t *Thread) enter(ctx context.Context, f *Frame) *frame {
	m := t.machine()
	if m.top == 0 {
		if t.Fuel == 0 {
			t.Fuel = DefaultFuel
		}
		m.fuel, m.full = t.Fuel, max(t.Fuel, m.full)
		m.memory = maxMemory
	}
	fr := m.push()
	fr.outer, fr.loops = m.ctx, len(m.loops)
	m.ctx = ctx
	m.watch = max(0, m.fuel-watchEvery)
	if fr.of != f { // mostly it is the one of the last time
		fr.of, fr.nums, fr.refs, fr.file = f, f.nums, f.refs, f.File()
	}
	return fr
}

// leave ends an evaluation, and what a trap left behind in it.
func (f *frame) leave() {
	m := f.m
	m.back(mark{f.index, f.loops})
	m.ctx = f.outer
	if m.top == 0 {
		m.thread.Fuel = max(m.fuel, 0)
	}
}

// rescue, deferred, ends an evaluation that [frame.leave] didn't, and turns
// the trap into an error. Any other panic is a bug and goes on.
func (f *frame) rescue(err *error) {
	if f.m.top == f.index {
		return
	}
	f.leave()
	switch r := recover().(type) {
	case nil: // the goroutine ends
	case *trap:
		*err = r.err
	default:
		panic(r)
	}
}

// back drops the activations that a trap left behind.
func (m *machine) back(to mark) {
	m.top = to.top
	m.loops = m.loops[:to.loops]
}

// push returns the next free activation.
func (m *machine) push() *frame {
	if m.top == len(m.frames) {
		m.frames = append(m.frames, &frame{m: m, index: m.top})
	}
	fr := m.frames[m.top]
	m.top++
	return fr
}

// own gives an activation the registers of a function.
func (f *frame) own(slots int) {
	if len(f.ownNums) < slots {
		f.ownNums, f.ownRefs = make([]uint64, slots), make([]value.Value, slots)
	}
	f.of, f.nums, f.refs = nil, f.ownNums, f.ownRefs
}

// burn takes a step.
func (m *machine) burn(at *place) {
	m.fuel--
	if m.fuel < m.watch {
		m.look(at)
	}
}

// burnMany takes n steps at once.
func (m *machine) burnMany(n int, at *place) {
	m.fuel -= int64(n)
	if m.fuel < m.watch {
		m.look(at)
	}
}

// look ends the evaluation when its context has ended or its fuel is used up.
func (m *machine) look(at *place) {
	m.watch = max(0, m.fuel-watchEvery)
	if m.ctx.Err() != nil {
		panic(&trap{err: context.Cause(m.ctx), fatal: true})
	}
	if m.fuel < 0 {
		d := at.diagnostic(TooManySteps, "this takes more than %d steps", m.full)
		d.Hint = "go over less: filter first, or ask the system that has the data"
		panic(&trap{err: d, fatal: true})
	}
}

// take accounts for n bytes of a text or list about to be made.
func (m *machine) take(n int, at *place) {
	m.memory -= int64(n)
	if m.memory < 0 {
		d := at.diagnostic(TooLarge, "this makes more than %d MiB of texts and lists", maxMemory>>20)
		panic(&trap{err: d, fatal: true})
	}
}

// place is somewhere in a script.
type place struct {
	file *source.File
	span source.Span
}

func (p *place) text() string { return p.file.Slice(p.span) }

// trap is how a failure leaves the closures: as a panic that the way in
// recovers. The good path pays nothing for it.
type trap struct {
	err   error
	fatal bool // `try` doesn't catch it
}

func (p *place) diagnostic(code *source.Code, format string, args ...any) *source.Diagnostic {
	var ds source.Diagnostics
	return ds.Add(code, p.file, p.span, format, args...)
}

// fail traps. It never returns.
func (f *frame) fail(at *place, code *source.Code, format string, args ...any) {
	f.raise(at.diagnostic(code, format, args...))
}

// failHint is fail with a hint.
func (f *frame) failHint(at *place, code *source.Code, hint, format string, args ...any) {
	d := at.diagnostic(code, format, args...)
	d.Hint = hint
	f.raise(d)
}

// raise traps with a diagnostic, and adds which loops it happened in.
func (f *frame) raise(d *source.Diagnostic) {
	for i := len(f.m.loops) - 1; i >= 0; i-- {
		l := f.m.loops[i]
		d.Related = append(d.Related, source.Related{File: l.at.file, Span: l.at.span,
			Message: "in " + l.method + ", at item " + value.Int(l.item).String() + " (counted from 0)"})
	}
	panic(&trap{err: d})
}
