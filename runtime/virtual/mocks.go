package virtual

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Command is the name of mocks that answer command lines: `mock $ "…"`.
const Command = "$"

// Mock answers calls of one built-in, method or fn, or command lines.
type Mock struct {
	Name  string        // "http.get", "session.get"; Command
	Args  []Arg         // what a call has to have; others may be anything
	After time.Duration // from then on, since the run's start
	// Value is evaluated at each call: its number in this run, from 1, and how
	// long the run has lasted. A *Failure is an error of the call.
	Value func(call int, elapsed time.Duration) (value.Value, error)

	calls int
}

// Arg is an argument that a mock wants: a text is a pattern, in which * is any
// text; everything else is equal.
type Arg struct {
	Name string // "": by Index
	// Index counts from 0; of a command line it is 0.
	Index int
	Want  value.Value
}

// Failure is what `fail(text)` gives in a mock: the call that it answers fails.
type Failure struct{ Text string }

func (f *Failure) Error() string { return f.Text }

// Broken is an error of a mock itself: it ends the test.
type Broken struct{ Err error }

func (b *Broken) Error() string { return b.Err.Error() }
func (b *Broken) Unwrap() error { return b.Err }

// Mocks answer in the place of the world. They are used by one goroutine at a
// time, as an [Engine] sees to.
type Mocks struct {
	// Functions finds a real built-in, for its signature and for what is pure.
	Functions func(name string) *builtins.Func
	// Missing is told of each call without a mock: the line to add. The call
	// is given a neutral value.
	Missing func(mock string)
	// Failed is told of each mock that could not be evaluated.
	Failed func(err error)

	engine *Engine // of the run at work; nil: outside of one
	start  time.Time
	all    []*Mock
	own    map[string]*builtins.Func // the substitutes, by name
}

// Add adds a mock. Of those that fit a call, the one with the greatest After
// that has passed wins, then the one that was added last.
func (m *Mocks) Add(mock *Mock) { m.all = append(m.all, mock) }

// Begin says that a run over the engine begins: After and calls count from
// here.
func (m *Mocks) Begin(e *Engine) {
	m.engine, m.start = e, e.Now()
	for _, mock := range m.all {
		mock.calls = 0
	}
}

// End says that the run is over.
func (m *Mocks) End() { m.engine = nil }

// untouched are the built-ins that need no mock: they look at the clock, the
// seed and the mocked environment alone.
var untouched = map[string]bool{"now": true, "print": true, "random.uuid": true, "time.within": true, "env": true}

// Function finds a built-in by name. What reads or writes is answered by a
// mock, whatever the host can do.
func (m *Mocks) Function(name string) *builtins.Func {
	if f := m.own[name]; f != nil {
		return f
	}
	f := m.Functions(name)
	if f == nil {
		return nil
	}
	if f.Signature.Effect != types.Pure && !untouched[name] {
		sig := f.Signature
		f = f.Instead(func(ctx context.Context, _ *builtins.Host, _ value.Value, args []value.Value) (value.Value, error) {
			return m.call(ctx, sig, args)
		})
	}
	if m.own == nil {
		m.own = map[string]*builtins.Func{}
	}
	m.own[name] = f
	return f
}

// call answers a call of a built-in or method.
func (m *Mocks) call(ctx context.Context, fn *types.Func, args []value.Value) (value.Value, error) {
	mock := m.find(fn.Name, fn, args)
	if mock == nil {
		m.missing(lineFor(fn, args))
		return neutral(fn.Result, m.now()), nil
	}
	v, err := m.answer(mock, fn.Result)
	if err != nil {
		return nil, err
	}
	return v, m.take(ctx, taken(v), timeout(fn, args))
}

// Fn answers a call of a fn of the language; ok is false where no mock fits,
// and then its own body runs.
func (m *Mocks) Fn(name string, fn *types.Func, result *types.Type, args []value.Value) (v value.Value, ok bool, err error) {
	mock := m.find(name, fn, args)
	if mock == nil {
		return nil, false, nil
	}
	v, err = m.answer(mock, result)
	return v, true, err
}

// Line answers a command line, as people are shown it. The value is a
// CommandResult.
func (m *Mocks) Line(ctx context.Context, line string) (*value.Record, error) {
	mock := m.find(Command, nil, []value.Value{value.String(line)})
	if mock == nil {
		m.missing(lineForCommand(line))
		return neutral(check.CommandResult, m.now()).(*value.Record), nil
	}
	v, err := m.answer(mock, check.CommandResult)
	if err != nil {
		return nil, err
	}
	return v.(*value.Record), m.take(ctx, taken(v), 0)
}

// Env answers env(name): set is false where there is no mock.
func (m *Mocks) Env(name string) (text string, set bool) {
	f := m.Functions("env")
	if f == nil {
		return "", false
	}
	mock := m.find("env", f.Signature, []value.Value{value.String(name)})
	if mock == nil {
		return "", false
	}
	v, err := m.answer(mock, types.TString)
	if err != nil {
		return "", false // env fails as for a name that isn't set
	}
	return plain(v), true
}

// NeedEnv says that env(name) is called without a default, and without a mock.
func (m *Mocks) NeedEnv(name string) {
	if f := m.Functions("env"); f != nil {
		m.missing(lineFor(f.Signature, []value.Value{value.String(name)}))
	}
}

// find returns the mock that answers a call, or nil.
func (m *Mocks) find(name string, fn *types.Func, args []value.Value) *Mock {
	elapsed := m.elapsed()
	var best *Mock
	for _, mock := range m.all {
		if mock.Name == name && mock.After <= elapsed && (best == nil || mock.After >= best.After) && mock.fits(fn, args) {
			best = mock
		}
	}
	return best
}

// fits tells whether the call has the arguments that the mock wants.
func (mock *Mock) fits(fn *types.Func, args []value.Value) bool {
	for _, want := range mock.Args {
		i := want.Index
		if want.Name != "" && fn != nil {
			i = -1
			for k, p := range fn.Params {
				if p.Name == want.Name {
					i = k
				}
			}
		}
		var arg value.Value
		if i >= 0 && i < len(args) {
			arg = args[i]
		}
		if arg == nil && fn != nil && i >= 0 && i < len(fn.Params) && fn.Params[i].Default != "" {
			arg = value.String(fn.Params[i].Default)
		}
		if !alike(want.Want, arg) {
			return false
		}
	}
	return true
}

// alike tells whether an argument is what a mock wants.
func alike(want, arg value.Value) bool {
	if pattern, ok := want.(value.String); ok {
		return arg == nil && pattern == "*" || arg != nil && value.Wildcard(string(pattern), plain(arg))
	}
	return arg != nil && (value.Equal(want, arg) || want.String() == arg.String())
}

// plain is a value's text, of a secret too: patterns are compared with it.
func plain(v value.Value) string {
	if secret, ok := v.(value.Secret); ok {
		return secret.Reveal()
	}
	return v.String()
}

// answer evaluates a mock for one call.
func (m *Mocks) answer(mock *Mock, result *types.Type) (value.Value, error) {
	mock.calls++
	v, err := mock.Value(mock.calls, m.elapsed())
	var failure *Failure
	switch {
	case errors.As(err, &failure):
		return nil, failure
	case err == nil:
		v, err = whole(v, result, m.now())
	}
	if err != nil {
		m.Failed(err)
		return nil, &Broken{err}
	}
	return v, nil
}

// elapsed is how long the run has lasted; 0 outside of one.
func (m *Mocks) elapsed() time.Duration {
	if m.engine == nil {
		return 0
	}
	return m.engine.Now().Sub(m.start)
}

func (m *Mocks) now() time.Time {
	if m.engine == nil {
		return m.start
	}
	return m.engine.Now()
}

func (m *Mocks) missing(line string) {
	if m.Missing != nil {
		m.Missing(line)
	}
}

// take lets the time pass that a call takes; one that takes longer than limit
// (0: none) times out.
func (m *Mocks) take(ctx context.Context, d, limit time.Duration) error {
	if m.engine == nil || d <= 0 {
		return nil
	}
	if limit > 0 && d > limit {
		if err := m.engine.Sleep(ctx, limit); err != nil {
			return err
		}
		return fmt.Errorf("timed out after %s", value.Duration(limit))
	}
	return m.engine.Sleep(ctx, d)
}

// taken is how long a call took that gave v: its latency or duration.
func taken(v value.Value) time.Duration {
	r, ok := v.(*value.Record)
	if !ok {
		return 0
	}
	for _, name := range []string{"latency", "duration"} {
		if f, ok := r.Get(name); ok {
			if d, ok := f.(value.Duration); ok {
				return time.Duration(d)
			}
		}
	}
	return 0
}

// timeout is how long a call may take.
func timeout(fn *types.Func, args []value.Value) time.Duration {
	for i, p := range fn.Params {
		if p.Name != "timeout" {
			continue
		}
		if i < len(args) {
			if d, ok := args[i].(value.Duration); ok {
				return time.Duration(d)
			}
		}
		d, _ := value.ParseDuration(p.Default)
		return time.Duration(d)
	}
	return 0
}
