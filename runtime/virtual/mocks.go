package virtual

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/engine"
)

// Command is the name of mocks that answer command lines: `mock $ "…"`.
const Command = "$"

// Mock answers calls of one built-in, method or fn, or command lines.
type Mock struct {
	Name  string        // "http.get", "session.get"; Command; of a fn as [FnName] has it, or "library.fn"
	Args  []Arg         // what a call has to have; others may be anything
	After time.Duration // from then on, since the run's start
	// Value is evaluated at each call: its number in this run, from 1, and how
	// long the run has lasted. A *Failure is an error of the call.
	Value func(call int, elapsed time.Duration) (value.Value, error)
	// Constant says that Value gives the same for all calls.
	Constant bool

	calls int
	kept  value.Value // of a constant: the whole value, as a result of type of
	of    *types.Type
}

// FnName is the name of mocks of a fn of the language.
func FnName(fn *check.Object) string { return fn.File.Name + ": " + fn.Name }

// LibraryName is how a mock names a fn whose file its test doesn't use:
// "django.latest_migration".
func LibraryName(fn *check.Object) string {
	return strings.TrimSuffix(path.Base(fn.File.Name), ".drl") + "." + fn.Name
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

// Mocks answer in the place of the world, over an engine of any kind. Once a
// run has begun they may be used by several goroutines.
type Mocks struct {
	// Functions finds a real built-in, for its signature and for what is pure.
	Functions func(name string) *builtins.Func
	// Missing is told of each call without a mock: the line to add. The call
	// is given a neutral value.
	Missing func(mock string)
	// Failed is told of each mock that could not be evaluated.
	Failed func(err error)

	// Called is told of each call of a built-in or method that was answered.
	// Nil: nobody is.
	Called func(fn *types.Func, args []value.Value)

	engine engine.Engine // of the run at work; nil: outside of one
	start  time.Time

	mu     sync.Mutex                // holds what calls change: of each mock, and below
	all    map[string][]*Mock        // by name, in the order they were added
	own    map[string]*builtins.Func // the substitutes, by name
	shapes shapes
}

// Add adds a mock. Of those that fit a call, the one with the greatest After
// that has passed wins, then the one that was added last.
func (m *Mocks) Add(mock *Mock) {
	if m.all == nil {
		m.all = map[string][]*Mock{}
	}
	m.all[mock.Name] = append(m.all[mock.Name], mock)
}

// Begin says that a run over the engine begins: After and calls count from
// here.
func (m *Mocks) Begin(e engine.Engine) {
	m.engine, m.start = e, e.Now()
	for _, mocks := range m.all {
		for _, mock := range mocks {
			mock.calls = 0
		}
	}
}

// End says that the run is over.
func (m *Mocks) End() { m.engine = nil }

// untouched are the built-ins that need no mock: they look at the clock, the
// seed and the mocked environment alone. One that fits answers all the same;
// those of env are asked by name, in [Mocks.Env].
var untouched = map[string]bool{"now": true, "print": true, "random.uuid": true, "time.within": true, "env": true}

// Function finds a built-in by name. What reads or writes is answered by a
// mock, whatever the host can do.
func (m *Mocks) Function(name string) *builtins.Func {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.own[name]; f != nil {
		return f
	}
	f := m.Functions(name)
	if f == nil {
		return nil
	}
	if f.Effect != types.Pure && name != "env" {
		real := f
		answer := func(ctx context.Context, args []value.Value) (value.Value, error) {
			return m.call(ctx, real.Signature(), args)
		}
		f = f.Answered(answer)
		if untouched[name] {
			f = real.Instead(func(ctx context.Context, h *builtins.Host, recv value.Value, args []value.Value) (value.Value, error) {
				if m.find(name, real.Signature(), args) == nil {
					return real.Call(ctx, h, recv, args)
				}
				return answer(ctx, args)
			})
		}
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
		return m.nothing(fn.Result), nil
	}
	v, err := m.answer(mock, fn.Result)
	if err != nil {
		return nil, err
	}
	if d := taken(v); d > 0 {
		err = m.take(ctx, d, timeout(fn, args))
	}
	if err == nil && m.Called != nil {
		m.Called(fn, args)
	}
	return v, err
}

// Fn answers a call of a fn of the language; ok is false where no mock fits,
// and then its own body runs.
func (m *Mocks) Fn(ctx context.Context, fn *check.Object, args []value.Value) (v value.Value, ok bool, err error) {
	mock := m.find(FnName(fn), fn.Func, args)
	if other := m.find(LibraryName(fn), fn.Func, args); mock == nil || other != nil && other.After > mock.After {
		mock = other
	}
	if mock == nil {
		return nil, false, nil
	}
	if v, err = m.answer(mock, fn.Type); err == nil {
		err = m.take(ctx, taken(v), 0)
	}
	return v, true, err
}

// Line answers a command line, as people are shown it. The value is a
// CommandResult.
func (m *Mocks) Line(ctx context.Context, line string) (*value.Record, error) {
	mock := m.find(Command, nil, []value.Value{value.String(line)})
	if mock == nil {
		m.missing(lineForCommand(line))
		return m.nothing(check.CommandResult).(*value.Record), nil
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
	mock := m.find("env", f.Signature(), []value.Value{value.String(name)})
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
		m.missing(lineFor(f.Signature(), []value.Value{value.String(name)}))
	}
}

// find returns the mock that answers a call, or nil.
func (m *Mocks) find(name string, fn *types.Func, args []value.Value) *Mock {
	elapsed := m.Elapsed()
	var best *Mock
	for _, mock := range m.all[name] {
		if mock.After <= elapsed && (best == nil || mock.After >= best.After) && mock.fits(fn, args) {
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

// alike tells whether an argument is what a mock wants. Of a record or map the
// mock says the fields that it cares for, of a list all items.
func alike(want, arg value.Value) bool {
	switch want := want.(type) {
	case value.String:
		return arg == nil && want == "*" || arg != nil && value.Wildcard(string(want), plain(arg))
	case *value.Record:
		given, ok := arg.(*value.Record)
		if !ok {
			return false
		}
		for i, name := range want.Names() {
			if field, ok := given.Get(name); !ok || !alike(want.At(i), field) {
				return false
			}
		}
		return true
	case *value.List:
		given, ok := arg.(*value.List)
		if !ok || given.Len() != want.Len() {
			return false
		}
		for i := range want.Len() {
			if !alike(want.At(i), given.At(i)) {
				return false
			}
		}
		return true
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

// nothing is the neutral value of a type.
func (m *Mocks) nothing(t *types.Type) value.Value {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.shapes.neutral(t, m.Now())
}

// answer evaluates a mock for one call. Its value may call what has a mock
// itself, so nothing is held meanwhile.
func (m *Mocks) answer(mock *Mock, result *types.Type) (value.Value, error) {
	m.mu.Lock()
	mock.calls++
	call, kept := mock.calls, mock.kept
	if mock.of != result {
		kept = nil
	}
	m.mu.Unlock()
	if kept != nil {
		return kept, nil
	}
	v, err := mock.Value(call, m.Elapsed())
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		var failure *Failure
		if errors.As(err, &failure) {
			return nil, failure
		}
	} else {
		v, err = m.shapes.whole(v, result, m.Now())
	}
	if err != nil {
		m.Failed(err)
		return nil, &Broken{err}
	}
	if mock.Constant && !tellsTime(result) {
		mock.kept, mock.of = v, result
	}
	return v, nil
}

// Elapsed is how long the run has lasted; 0 outside of one.
func (m *Mocks) Elapsed() time.Duration {
	if m.engine == nil {
		return 0
	}
	return m.engine.Now().Sub(m.start)
}

// Now is the time that calls see.
func (m *Mocks) Now() time.Time {
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
