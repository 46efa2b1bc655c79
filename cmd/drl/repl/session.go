package repl

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/monitor"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// session is what was typed and loaded so far: declarations, which are checked
// again with each new line, and names, which keep the value that they got.
type session struct {
	opts *Options

	mu        sync.Mutex // watches look while a line is carried out
	kept      []kept
	names     []check.Given
	values    map[string]value.Value
	baselines map[string]*monitor.Baseline

	undos    []*run.Undo
	timeline []moment
	log      []logged // what :save writes
}

// kept is a declaration, or a baseline, which a monitor names.
type kept struct {
	key  string // what a later one of the same replaces
	line line
}

// moment is an entry of the timeline.
type moment struct {
	at   time.Time
	what string
}

// logged is a line that went well, with what :save needs to write it again.
type logged struct {
	statement *statement
	at        time.Time
}

func newSession(o *Options) *session {
	return &session{opts: o, values: map[string]value.Value{}, baselines: map[string]*monitor.Baseline{}}
}

// fork returns a session that can be told more without this one knowing.
func (s *session) fork() *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &session{
		opts: s.opts, kept: slices.Clone(s.kept), names: slices.Clone(s.names),
		values: maps.Clone(s.values), baselines: maps.Clone(s.baselines),
	}
}

// note adds to the timeline.
func (s *session) note(what string) {
	s.timeline = append(s.timeline, moment{time.Now(), s.opts.Hide.Text(what)})
}

// statement is a line that was checked, or the lines of a script.
type statement struct {
	lines   []line
	form    form
	text    *text
	program *check.Program
	stmts   []syntax.Stmt // those of the line, as they were made
}

// check reads a line. The mistakes are of what was typed, and warnings are
// among them; without errors there is a statement.
func (s *session) check(l line) (*statement, source.Diagnostics) {
	var first source.Diagnostics
	for i, f := range l.forms() {
		st, ds := s.try(f, l)
		if !ds.HasErrors() && st.runs() {
			return st, ds
		}
		if i == 0 {
			first = ds
		}
	}
	return nil, first
}

// runs tells whether a run has something to do for each statement: a call on
// its own that is not one of a rule stands in a body.
func (st *statement) runs() bool {
	return !slices.ContainsFunc(st.stmts, func(stmt syntax.Stmt) bool {
		call, isCall := stmt.(*syntax.CallStmt)
		return isCall && plan.RuleOf(st.program, call.Call) == nil
	})
}

// try reads lines as statements in the given form.
func (s *session) try(f form, lines ...line) (*statement, source.Diagnostics) {
	t := newText()
	var keys []string
	for _, l := range lines {
		keys = append(keys, keysOf(l.text)...)
	}
	for _, k := range s.kept {
		if !slices.Contains(keys, k.key) {
			t.take(k.line.file, k.line.span)
			t.glue("\n")
		}
	}
	start := uint32(t.b.Len())
	for _, l := range lines {
		l.put(t, f)
	}
	file := t.done()
	tree, ds := syntax.Parse(file)
	o := s.opts.Check
	o.Given = s.names
	program, more := check.File(tree, o)
	ds = append(ds, more...)
	ds.Sort()
	st := &statement{lines: lines, form: f, text: t, program: program}
	for _, stmt := range tree.Stmts {
		if stmt.Span().End > start {
			st.stmts = append(st.stmts, stmt)
		}
	}
	// Warnings of what was kept were shown when it was typed.
	ds = slices.DeleteFunc(ds, func(d *source.Diagnostic) bool {
		return d.Severity == source.Warning && (d.File != file || d.Span.Start < start)
	})
	return st, t.diagnostics(ds)
}

// prepare makes the plan of a statement: nothing of what was kept runs again.
func (s *session) prepare(st *statement) (*plan.Plan, error) {
	p := st.program
	p.Handlers = nil
	p.Tree.Stmts = slices.DeleteFunc(slices.Clone(p.Tree.Stmts), func(stmt syntax.Stmt) bool {
		_, baseline := stmt.(*syntax.Baseline)
		return baseline && !slices.Contains(st.stmts, stmt)
	})
	// A plan computes what is known ahead; here that is the run's, which
	// Ctrl-C ends.
	all := p.Tree.Stmts
	p.Tree.Stmts = slices.DeleteFunc(slices.Clone(all), func(stmt syntax.Stmt) bool {
		let, isLet := stmt.(*syntax.Let)
		return isLet && let.Value != nil && plan.RuleOf(p, let.Value) == nil
	})
	defer func() { p.Tree.Stmts = all }()
	s.mu.Lock()
	values := maps.Clone(s.values)
	s.mu.Unlock()
	built, err := plan.Build(p, plan.Inputs{
		Flags: s.opts.Flags, Target: s.opts.Target, Env: s.opts.LookupEnv, LookPath: s.opts.Check.LookPath,
		Functions: s.opts.Functions, Host: s.opts.Host, Given: values,
	})
	var ds source.Diagnostics
	if errors.As(err, &ds) {
		return nil, st.text.diagnostics(ds)
	}
	return built, err
}

// declare adds what a statement declares to the session, and the names that it
// binds without their values.
func (s *session) declare(st *statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keys []string
	for _, l := range st.lines {
		keys = append(keys, keysOf(l.text)...)
	}
	s.kept = slices.DeleteFunc(s.kept, func(k kept) bool { return slices.Contains(keys, k.key) })
	for _, key := range keys {
		if name, isName := strings.CutPrefix(key, "name "); isName {
			s.names = slices.DeleteFunc(s.names, func(g check.Given) bool { return g.Name == name })
			delete(s.values, name)
		}
	}
	for _, stmt := range st.stmts {
		if key := declares(stmt); key != "" {
			s.kept = append(s.kept, kept{key, st.lineOf(stmt)})
		}
	}
	for _, o := range st.binds() {
		s.names = append(s.names, check.Given{Name: o.Name, Type: o.Type})
	}
}

// bind gives the names of a statement the values that its run left.
func (s *session) bind(st *statement, result run.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range st.binds() {
		v := result.Frame.Get(o)
		if v == nil {
			continue
		}
		s.names = slices.DeleteFunc(s.names, func(g check.Given) bool { return g.Name == o.Name })
		s.names = append(s.names, check.Given{Name: o.Name, Type: o.Type})
		s.values[o.Name] = v
	}
	maps.Copy(s.baselines, result.Baselines)
	s.undos = append(s.undos, result.Undos...)
}

// lineOf returns the line that a statement of the text came from.
func (st *statement) lineOf(stmt syntax.Stmt) line {
	from, offset := st.text.origin(stmt.Span().Start)
	for _, l := range st.lines {
		if l.file == from.file && l.span.Start <= offset && offset <= l.span.End {
			return l
		}
	}
	return st.lines[0]
}

// binds are the names of the file that the statement binds.
func (st *statement) binds() (objects []*check.Object) {
	var in func(stmts []syntax.Stmt)
	in = func(stmts []syntax.Stmt) {
		for _, stmt := range stmts {
			switch stmt := stmt.(type) {
			case *syntax.Let:
				if o := st.program.Info.Defs[stmt.Name]; o != nil && o.Type != nil && o.Type.Kind != types.Unknown {
					objects = append(objects, o)
				}
			case *syntax.Phase:
				in(stmt.Body.Stmts)
			}
		}
	}
	in(st.stmts)
	return objects
}

// value returns what a name stands for now, or nil.
func (s *session) value(name string) value.Value {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values[name]
}

// keysOf are the keys of what a text declares or binds.
func keysOf(text string) (keys []string) {
	tree, _ := syntax.Parse(source.NewFile("", []byte(text)))
	for _, stmt := range tree.Stmts {
		if key := declares(stmt); key != "" {
			keys = append(keys, key)
		}
		if let, ok := stmt.(*syntax.Let); ok && let.Name != nil {
			keys = append(keys, "name "+let.Name.Text)
		}
	}
	return keys
}

// declares returns the key of a declaration; "" for all else.
func declares(stmt syntax.Stmt) string {
	switch s := stmt.(type) {
	case *syntax.Use:
		if s.As != nil {
			return "name " + s.As.Text
		}
		path, _ := s.Path.Constant()
		return "name " + strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".drl")
	case *syntax.Release:
		return "release"
	case *syntax.Targets:
		return "targets"
	case *syntax.Input:
		return "name " + s.Name.Text
	case *syntax.Fn:
		return "name " + s.Name.Text
	case *syntax.Rule:
		return "name " + s.Name.Text
	case *syntax.Metrics:
		return "metrics " + s.Name.Text
	case *syntax.Baseline:
		return "baseline " + s.Name.Text
	case *syntax.Handler:
		return "on " + s.Event.Text
	}
	return ""
}
