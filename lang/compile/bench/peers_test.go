package bench

import (
	"context"
	"errors"
	"testing"

	"cel.dev/cel-go/cel"
	"github.com/d5/tengo/v2"
	"github.com/dop251/goja"
	lua "github.com/yuin/gopher-lua"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// luaCall returns the work of calling a global function of a chunk. The
// arguments are made before. An error comes back as one, as drl's do.
func luaCall(b *testing.B, chunk, function string, args ...lua.LValue) work[lua.LValue] {
	b.Helper()
	state := lua.NewState()
	b.Cleanup(state.Close)
	if err := state.DoString(chunk); err != nil {
		b.Fatal(err)
	}
	call := lua.P{Fn: state.GetGlobal(function), NRet: 1, Protect: true}
	return func() (lua.LValue, error) {
		if err := state.CallByParam(call, args...); err != nil {
			return nil, err
		}
		result := state.Get(-1)
		state.Pop(1)
		return result, nil
	}
}

// celBool returns the work of evaluating an expression of doubles, checked and
// planned before, with the optimizations that cel has to offer.
func celBool(b *testing.B, expression string, values map[string]any) work[bool] {
	b.Helper()
	var options []cel.EnvOption
	for name := range values {
		options = append(options, cel.Variable(name, cel.DoubleType))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		b.Fatal(err)
	}
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		b.Fatal(issues.Err())
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		b.Fatal(err)
	}
	activation, err := cel.NewActivation(values)
	if err != nil {
		b.Fatal(err)
	}
	return func() (bool, error) {
		v, _, err := program.Eval(activation)
		if err != nil {
			return false, err
		}
		return v.Value().(bool), nil
	}
}

// starlarkCall returns the work of calling a function of a file. Recursion,
// which Starlark leaves out, is allowed.
func starlarkCall(b *testing.B, file, function string) work[int64] {
	b.Helper()
	thread := &starlark.Thread{}
	globals, err := starlark.ExecFileOptions(&syntax.FileOptions{Recursion: true}, thread, "bench.star", file, nil)
	if err != nil {
		b.Fatal(err)
	}
	return func() (int64, error) {
		v, err := starlark.Call(thread, globals[function], nil, nil)
		if err != nil {
			return 0, err
		}
		n, _ := v.(starlark.Int).Int64()
		return n, nil
	}
}

// gojaCall returns the work of calling a global function of a script.
func gojaCall(b *testing.B, script, function string) work[int64] {
	b.Helper()
	vm := goja.New()
	if _, err := vm.RunString(script); err != nil {
		b.Fatal(err)
	}
	call, ok := goja.AssertFunction(vm.Get(function))
	if !ok {
		b.Fatal("no function " + function)
	}
	return func() (int64, error) {
		v, err := call(goja.Undefined())
		if err != nil {
			return 0, err
		}
		return v.ToInteger(), nil
	}
}

// tengoRun returns the work of running a compiled script, which leaves its
// answer in a global: tengo has no way to call one of its functions from Go.
// What the script goes over is a global, given before.
func tengoRun(b *testing.B, script, global string, given map[string]any) work[int64] {
	b.Helper()
	s := tengo.NewScript([]byte(script))
	for name, v := range given {
		if err := s.Add(name, v); err != nil {
			b.Fatal(err)
		}
	}
	compiled, err := s.Compile()
	if err != nil {
		b.Fatal(err)
	}
	return func() (int64, error) {
		if err := compiled.RunContext(context.Background()); err != nil {
			return 0, err
		}
		return compiled.Get(global).Int64(), nil
	}
}

// luaInt is luaCall of a function that returns a whole number.
func luaInt(b *testing.B, chunk, function string) work[int64] {
	call := luaCall(b, chunk, function)
	return func() (int64, error) {
		v, err := call()
		if err != nil {
			return 0, err
		}
		n, ok := v.(lua.LNumber)
		if !ok {
			return 0, errors.New("no number")
		}
		return int64(n), nil
	}
}
