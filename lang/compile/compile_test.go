package compile_test

import (
	"context"
	"errors"
	"fmt"

	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/lang/check"
	. "github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// reply is the type of what fetch returns: the shape of an HTTP reply.
var reply = &types.Type{Kind: types.Record, Name: "Reply", Fields: []types.Field{
	{Name: "status", Type: types.TInt}, {Name: "latency", Type: types.TDuration}, {Name: "json", Type: types.TAny},
	{Name: "headers", Type: types.MapOf(types.TString)}, {Name: "tls", Type: types.OptionOf(types.TString)},
}}

var counter = &types.Type{Kind: types.Record, Name: "Counter", Methods: types.All([]*types.Func{
	{Name: "add", Effect: types.Reads, Params: []types.Param{{Name: "n", Type: types.TNumber}}, Result: types.TInt},
})}

// universe is what the scripts of these tests can call.
var universe = &types.Universe{
	Types: types.All([]*types.Type{reply, counter}),
	Core: []*types.Func{
		{Name: "fail", Params: []types.Param{{Name: "text", Type: types.TString}}, Result: types.TNever},
		{Name: "date", Params: []types.Param{{Name: "text", Type: types.TString}}, Result: types.TTime},
		{Name: "secret", Params: []types.Param{{Name: "text", Type: types.TString}}, Result: types.TSecret},
		{Name: "events", Params: []types.Param{{Name: "bad", Type: types.TNumber}, {Name: "of", Type: types.TNumber, NamedOnly: true}}, Result: types.TEvents},
		{Name: "abs", Params: []types.Param{{Name: "x", Type: types.TAny}}, Result: types.TAny, Infer: first},
		{Name: "max", Params: []types.Param{{Name: "x", Type: types.TAny}, {Name: "others", Type: types.TAny, Variadic: true}}, Result: types.TAny, Infer: joined},
		{Name: "min", Params: []types.Param{{Name: "x", Type: types.TAny}, {Name: "others", Type: types.TAny, Variadic: true}}, Result: types.TAny, Infer: joined},
		{Name: "round", Params: []types.Param{{Name: "x", Type: types.TNumber}}, Result: types.TInt},
		{Name: "floor", Params: []types.Param{{Name: "x", Type: types.TNumber}}, Result: types.TInt},
		{Name: "ceil", Params: []types.Param{{Name: "x", Type: types.TNumber}}, Result: types.TInt},
		{Name: "percent", Params: []types.Param{{Name: "number", Type: types.TNumber}}, Result: types.TPercent},
		{Name: "fetch", Effect: types.Reads, Params: []types.Param{{Name: "url", Type: types.TString}}, Result: reply},
		{Name: "visit", Effect: types.Reads, Params: []types.Param{{Name: "url", Type: types.TText, Address: true}}, Result: types.TAny},
		{Name: "counter", Effect: types.Reads, Result: counter},
		{Name: "twice", Effect: types.Reads, Params: []types.Param{{Name: "f", Type: types.LambdaOf(types.TInt, types.TInt)}}, Result: types.TInt},
		{Name: "note", Effect: types.Reads, Params: []types.Param{{Name: "a", Type: types.TNumber}, {Name: "b", Type: types.TNumber, Optional: true}, {Name: "rest", Type: types.TAny, Variadic: true}}, Result: types.TString},
	},
	Packages: []*types.Package{
		{Name: "json", Funcs: types.All([]*types.Func{{Name: "json.parse", Params: []types.Param{{Name: "text", Type: types.TString}}, Result: types.TAny}})},
		{Name: "url", Funcs: types.All([]*types.Func{{Name: "url.encode", Params: []types.Param{{Name: "text", Type: types.TString}}, Result: types.TString}})},
	},
}

func first(args []*types.Type) (*types.Type, string) { return args[0], "" }

func joined(args []*types.Type) (*types.Type, string) {
	t := types.TNever
	for _, a := range args {
		if a != nil {
			t = types.Join(t, a)
		}
	}
	return t, ""
}

// world answers the calls of these tests.
type world struct {
	calls []string
	json  string // of fetch
}

func (w *world) Call(ctx context.Context, at Site, fn *types.Func, recv value.Value, args []value.Value, safe bool) (value.Value, error) {
	w.calls = append(w.calls, fn.Name)
	switch fn.Name {
	case "fail":
		return nil, errors.New(args[0].String())
	case "date":
		t, err := time.Parse(time.RFC3339, args[0].String())
		return value.Time(t), err
	case "secret":
		return value.NewSecret(args[0].String()), nil
	case "events":
		bad, of := args[0].(value.Number), args[1].(value.Number)
		return value.Events{Bad: float64(bad), Total: float64(of)}, nil
	case "json.parse":
		return value.FromJSON([]byte(args[0].String()))
	case "fetch":
		var body value.Value = value.Failed{Err: errors.New("the body is no JSON")}
		if v, err := value.FromJSON([]byte(w.json)); err == nil {
			body = v
		}
		return value.NewRecord("Reply", []string{"status", "latency", "json", "headers", "tls"}, []value.Value{
			value.Int(200), value.Duration(80 * time.Millisecond), body,
			value.NewHeaders([]string{"content-type"}, []value.Value{value.String("text/html")}), value.Null{}}), nil
	case "counter":
		return &value.Record{Type: "Counter", Handle: w}, nil
	case "add":
		if recv.(*value.Record).Handle != w {
			return nil, errors.New("another counter")
		}
		return value.Int(args[0].(value.Number) + 1), nil
	case "twice":
		f := args[0].(*value.Func)
		v, err := f.Call(value.Int(1))
		if err != nil {
			return nil, err
		}
		return f.Call(v)
	case "note":
		var words []string
		for _, a := range args {
			if a == nil {
				words = append(words, "-")
			} else {
				words = append(words, fmt.Sprintf("%s %s", value.TypeName(a), a))
			}
		}
		return value.String(strings.Join(words, ", ")), nil
	case "abs", "max", "min", "visit":
		return args[0], nil
	case "url.encode":
		return value.String(value.AddressPiece(args[0].String())), nil
	}
	return nil, fmt.Errorf("no %s here", fn.Name)
}

func (w *world) Command(ctx context.Context, at Site, c *syntax.CommandValue, holes []value.Value) (value.Value, error) {
	text := at.File.Slice(c.Command.Text)
	for _, h := range holes {
		text += " " + h.String()
	}
	return value.NewRecord("CommandResult", []string{"stdout", "stderr", "raw", "code", "duration"},
		[]value.Value{value.String(text), value.String(""), value.String(text), value.Int(0), value.Duration(0)}), nil
}

// script is a checked and compiled script whose file-level lets are bound as
// its tests ask for them.
type script struct {
	program *check.Program
	code    *Code
	frame   *Frame
	thread  *Thread
	world   *world
}

func load(t testing.TB, text string) *script {
	t.Helper()
	s, ds := tryLoad(text)
	if ds.HasErrors() {
		t.Fatalf("%s\n%v", text, ds)
	}
	return s
}

func tryLoad(text string) (*script, source.Diagnostics) {
	tree, ds := syntax.Parse(source.NewFile("test.drl", []byte(text)))
	if ds.HasErrors() {
		return nil, ds
	}
	p, ds := check.File(tree, check.Options{Universe: universe, Import: func(_ *source.File, path string) (*source.File, error) {
		if path != "./lib.drl" {
			return nil, fmt.Errorf("no %s", path)
		}
		return source.NewFile("lib.drl", []byte(library)), nil
	}})
	if ds.HasErrors() {
		return nil, ds
	}
	code := Compile(p)
	w := &world{json: `{"status": "ok", "items": [{"price": 5}, {"price": "n/a"}, {"price": 2.5}], "tags": ["a", "b"], "empty": null, "n": 3}`}
	s := &script{p, code, code.FileFrame(), &Thread{World: w, Files: map[*check.Program]*Frame{}}, w}
	for _, lib := range p.Imports {
		inner := code.Import(lib)
		s.thread.Files[lib] = inner.FileFrame()
		if err := inner.BindLets(s.thread, s.thread.Files[lib], lib); err != nil {
			panic(err)
		}
	}
	return s, nil
}

const library = `
let base = 40
fn plus(n: int, by: int = base) -> int { return n + by }
fn grow(x: duration) -> duration { return x * 2 }
`

// run binds the script's lets and returns the value of the last one.
func (s *script) run(ctx context.Context) (v value.Value, err error) {
	for _, stmt := range s.program.Tree.Stmts {
		let, ok := stmt.(*syntax.Let)
		if !ok || let.Value == nil {
			continue
		}
		if v, err = s.code.Eval(ctx, s.thread, s.frame, let.Value); err != nil {
			return nil, err
		}
		s.frame.Set(s.program.Info.Defs[let.Name], v)
	}
	return v, nil
}

// eval evaluates an expression after some declarations.
func eval(t testing.TB, declarations, expression string) (value.Value, error) {
	t.Helper()
	return load(t, declarations+"\nlet result = "+expression+"\n").run(context.Background())
}
