package check

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// TestSuffix is how the names of files with tests end.
const TestSuffix = "_test.drl"

// RunResult is the type of what run(…) gives in a test.
var RunResult = &types.Type{Kind: types.Record, Name: "RunResult", Fields: []types.Field{
	{Name: "outcome", Type: types.TString, Doc: "passed, failed, rolled_back, …"},
	{Name: "reason", Type: types.TString, Doc: "why it went wrong; empty where nothing did"},
	{Name: "duration", Type: types.TDuration, Doc: "how long it took, in virtual time"},
	{Name: "nodes", Type: types.ListOf(RanNode), Doc: "the nodes that ran, in the order in which they ended"},
	{Name: "commands", Type: types.ListOf(types.TString), Doc: "the command lines, in order"},
	{Name: "calls", Type: types.ListOf(types.TString), Doc: "the calls that read or wrote, in order"},
	{Name: "decisions", Type: types.ListOf(RanDecision), Doc: "what each monitor decided"},
	{Name: "notifications", Type: types.ListOf(types.TString), Doc: "the texts that notify.send sent"},
}}

// RanNode is a node that ran, as a test sees it.
var RanNode = &types.Type{Kind: types.Record, Name: "Node", Fields: []types.Field{
	{Name: "kind", Type: types.TString, Doc: "check, step, confirm, monitor, undo, …"},
	{Name: "title", Type: types.TString, Doc: "its title"},
	{Name: "status", Type: types.TString, Doc: "passed, failed, warned, skipped or interrupted"},
	{Name: "reason", Type: types.TString, Doc: "what went wrong, or why it was skipped; empty where neither is so"},
	{Name: "duration", Type: types.TDuration, Doc: "how long it took, in virtual time"},
	{Name: "tries", Type: types.TInt, Doc: "how often it was tried"},
}}

// RanDecision is what a monitor decided, as a test sees it.
var RanDecision = &types.Type{Kind: types.Record, Name: "Decision", Fields: []types.Field{
	{Name: "monitor", Type: types.TString, Doc: "the monitor's title"},
	{Name: "verdict", Type: types.TString, Doc: "rollback, fail, error, inconclusive, warn, pass, not_compared or interrupted"},
	{Name: "rule", Type: types.TString, Doc: "the rule that decided, as it is written; empty where none did"},
	{Name: "words", Type: types.TString, Doc: "the verdict in words"},
	{Name: "at", Type: types.TDuration, Doc: "when, since the start of the run"},
}}

// tests checks the tests of a file: names, types and what may stand in them.
func (c *checker) tests(f *syntax.File) {
	for _, t := range c.prog.Tests {
		unit := &Unit{}
		c.prog.Info.Units[t] = unit
		c.title(t.Title, "the test's title")
		if t.Body == nil {
			continue
		}
		pop := c.pushUnit(c.owner("test", t.Title), unit)
		leave := c.within(context{at: inTest, place: "a test", allows: types.Reads, because: t.Title, everywhere: true})
		c.scope.names["run"] = c.runFunc(t)
		c.body(t.Body, true)
		leave()
		pop()
	}
}

// runFunc declares run(…) for a test: its arguments are the inputs of the
// scripts that the test runs, and what drl run has flags for.
func (c *checker) runFunc(t *syntax.Test) *Object {
	fn := &types.Func{Name: "run", Doc: "Run a script in virtual time and return how it went.", Effect: types.Reads, Result: RunResult, Params: []types.Param{
		{Name: "script", Type: types.TString, Constant: true, Doc: "the script's file, beside this one"},
		{Name: "target", Type: types.TString, Optional: true, NamedOnly: true, Doc: "the target's name"},
		{Name: "yes", Type: types.ListOf(types.TString), Optional: true, NamedOnly: true, Doc: "confirmations that are answered yes"},
		{Name: "no", Type: types.ListOf(types.TString), Optional: true, NamedOnly: true, Doc: "confirmations that are answered no, whatever yes says"},
		{Name: "answer", Type: types.MapOf(types.TString), Optional: true, NamedOnly: true, Doc: "answers to ask, by question"},
		{Name: "only", Type: types.TString, Optional: true, NamedOnly: true, Doc: "a filter, as for drl run"},
	}}
	readable := true
	syntax.Walk(t.Body, func(e syntax.Element) bool {
		call, ok := e.(*syntax.Call)
		if !ok {
			return true
		}
		if id, ok := call.Fn.(*syntax.Ident); !ok || id.Name != "run" || len(call.Args) == 0 || call.Args[0].Name != nil {
			return true
		}
		text, ok := call.Args[0].Value.(*syntax.String)
		if !ok {
			return true
		}
		name, constant := text.Constant()
		if !constant || c.opts.Import == nil {
			return true
		}
		if !strings.HasPrefix(name, "./") && !strings.HasPrefix(name, "../") {
			name = "./" + name
		}
		file, err := c.opts.Import(c.file, name)
		if err != nil || file == nil {
			d := c.errorf(codeNoFile, text, "there is no script %s beside this one", strings.TrimPrefix(name, "./"))
			d.Cause = unlessMissing(err)
			readable = false
			return true
		}
		c.scriptInputs(fn, file)
		return true
	})
	if !readable || c.opts.Import == nil {
		return &Object{Kind: ObjLet, Name: "run", Type: types.TUnknown}
	}
	return &Object{Kind: ObjBuiltin, Name: "run", Type: RunResult, Func: fn, Effect: types.Reads}
}

// scriptInputs adds the inputs of a script to run's parameters.
func (c *checker) scriptInputs(fn *types.Func, file *source.File) {
	tree, _ := syntax.Parse(file)
	if tree == nil {
		return
	}
	for _, s := range tree.Stmts {
		in, ok := s.(*syntax.Input)
		if !ok || in.Name == nil || slices.ContainsFunc(fn.Params, func(p types.Param) bool { return p.Name == in.Name.Text }) {
			continue
		}
		fn.Params = append(fn.Params, types.Param{Name: in.Name.Text, Type: c.inputType(in.Type), Doc: in.Doc, Optional: true, NamedOnly: true})
	}
}

// inputType is the meaning of an input's type in another file: inputs have
// the language's own types alone.
func (c *checker) inputType(t *syntax.TypeExpr) *types.Type {
	if t == nil {
		return types.TUnknown
	}
	if t.List != nil {
		return types.ListOf(c.inputType(t.List))
	}
	for _, known := range []*types.Type{types.TBool, types.TInt, types.TNumber, types.TString, types.TDuration, types.TSize, types.TPercent,
		types.TPoints, types.TTime, types.TSecret} {
		if known.String() == t.Name {
			if known == types.TSecret {
				return types.TString
			}
			return known
		}
	}
	return types.TUnknown
}

// mock checks a mock: that there is such a call, that its arguments have
// names that the call knows, and that its value has fields that the result
// has. Fields that are left out are neutral.
func (c *checker) mock(m *syntax.Mock) {
	c.duration(m.After, "after")
	known := &Mock{}
	c.prog.Info.Mocks[m] = known
	if m.Command != nil {
		c.expr(m.Command, types.TString)
		known.Result = CommandResult
	} else {
		c.mocked(m, known)
		c.mockArgs(m, known.Func)
	}
	if m.Value != nil {
		c.mockValue(m, known)
	}
}

// mockValue checks what a mock gives. It may name `call`, which call of this
// mock in the run it is, and `elapsed`, how long the run has lasted; and
// sequence(…) gives its arguments one after the other.
func (c *checker) mockValue(m *syntax.Mock, known *Mock) {
	leave := c.within(c.context)
	defer leave()
	defer c.push("a mock's value")()
	c.context.place, c.context.allows, c.context.because = "a mock's value", types.Pure, nil
	known.Call, known.Elapsed = c.mockName(m, "call", types.TInt), c.mockName(m, "elapsed", types.TDuration)
	c.scope.names[Series.Name] = &Object{Kind: ObjBuiltin, Name: Series.Name, Type: Series.Result, Func: Series}
	known.Values = []syntax.Expr{m.Value}
	if call, ok := m.Value.(*syntax.Call); ok {
		if id, ok := call.Fn.(*syntax.Ident); ok && id.Name == "sequence" && c.lookup("sequence") == nil {
			known.Values = nil
			if len(call.Args) == 0 {
				c.errorf(codeMock, call, "sequence() has no values to give").Hint = "one for each call, the last for all further ones: sequence({ status: 500 }, { status: 200 })"
			}
			for _, a := range call.Args {
				if a.Name != nil {
					c.errorf(codeMock, a.Name, "sequence has no argument %s", a.Name.Text).Hint = "its values stand one after the other: sequence({ status: 500 }, { status: 200 })"
				}
				known.Values = append(known.Values, a.Value)
			}
		}
	}
	if known.Result != nil {
		known.Want = partial(known.Result, 0)
	}
	for _, v := range known.Values {
		if known.Want == nil {
			c.expr(v, nil)
		} else {
			c.exprAs(v, known.Want, "the mock's value")
		}
	}
}

// Series is series(…), which the value of a mock may call.
var Series = &types.Func{
	Name: "series", Doc: "What a recorded file has in a column at this time of the run.", Result: types.TAny,
	Params: []types.Param{
		{Name: "file", Type: types.TString, Doc: "a CSV file beside the test; its first column is the time since the start"},
		{Name: "column", Type: types.TString, Doc: "the name of the column"},
	},
}

// mockName binds a name that the language gives to the value of a mock.
func (c *checker) mockName(m *syntax.Mock, name string, t *types.Type) *Object {
	o := &Object{Kind: ObjLet, Name: name, Type: t, File: c.file, Span: m.Span(), Slot: c.scope.unit.Slots}
	c.scope.unit.Slots++
	c.scope.names[name] = o
	return o
}

// mocked finds what a mock stands for: its function, if its arguments are
// known, and its result, if that is known.
func (c *checker) mocked(m *syntax.Mock, known *Mock) {
	if len(m.Path) == 0 {
		return
	}
	first := m.Path[0]
	if len(m.Path) == 1 {
		for _, f := range c.opts.Universe.Core {
			if f.Name == first.Text {
				known.Func, known.Result = f, f.Result
				return
			}
		}
		if o := c.lookup(first.Text); o != nil && o.Kind == ObjFn {
			known.Fn, known.Func, known.Result = o, o.Func, o.Type
			return
		}
		d := c.errorf(codeMock, first, "there is no call named %s to mock", first.Text)
		d.Hint = "a built-in such as http.get(…), a fn, or a command: mock $ \"…\""
		return
	}
	last := m.Path[len(m.Path)-1]
	if o := c.lookup(first.Text); o != nil && o.Kind == ObjImport && o.Program != nil {
		if f := o.Program.Exports[last.Text]; f != nil && f.Kind == ObjFn {
			known.Fn, known.Func, known.Result = f, f.Func, f.Type
			return
		}
	}
	for _, p := range c.opts.Universe.Packages {
		if p.Name != first.Text {
			continue
		}
		functions := p.Funcs()
		names := make([]string, 0, len(functions))
		for _, f := range functions {
			short := strings.TrimPrefix(f.Name, p.Name+".")
			if short == last.Text {
				known.Func, known.Result = f, f.Result
				return
			}
			names = append(names, short)
		}
		d := c.errorf(codeMock, last, "%s has no function %s", first.Text, last.Text)
		if near := types.Near(last.Text, names); near != "" {
			d.Hint = "did you mean " + first.Text + "." + near + "?"
		}
		return
	}
	// What else a script calls through a dot is a fn of a library that it uses,
	// or a method of a handle such as a session: known when the test runs.
}

// mockArgs checks a mock's arguments: patterns and values, by position or name.
func (c *checker) mockArgs(m *syntax.Mock, fn *types.Func) {
	for i, a := range m.Args {
		c.expr(a.Value, nil)
		switch {
		case fn == nil:
		case a.Name != nil:
			names := make([]string, 0, len(fn.Params))
			for _, p := range fn.Params {
				names = append(names, p.Name)
			}
			if slices.Contains(names, a.Name.Text) || a.Name.Text == "timeout" {
				continue
			}
			d := c.errorf(codeMock, a.Name, "%s has no argument %s", fn.Name, a.Name.Text)
			if near := types.Near(a.Name.Text, names); near != "" {
				d.Hint = "did you mean " + near + "?"
			}
		case i >= len(fn.Params) && !(len(fn.Params) > 0 && fn.Params[len(fn.Params)-1].Variadic):
			c.errorf(codeMock, a, "%s takes %d arguments, and this mock has more", fn.Name, len(fn.Params))
		}
	}
}

// partial returns t with every field optional, at any depth: what a mock may
// leave out.
func partial(t *types.Type, depth int) *types.Type {
	if t == nil || depth > 8 {
		return t
	}
	switch t.Kind {
	case types.List, types.Map, types.Option:
		copied := *t
		copied.Elem = partial(t.Elem, depth+1)
		return &copied
	case types.Record:
		copied := &types.Type{Kind: types.Record, Name: t.Name, Open: t.Open}
		for _, f := range t.Fields {
			f.Type, f.Optional = partial(f.Type, depth+1), true
			copied.Fields = append(copied.Fields, f)
		}
		return copied
	}
	return t
}
