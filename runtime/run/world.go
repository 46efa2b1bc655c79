package run

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
)

// world is what the expressions of a strand reach.
type world struct{ s *strand }

// quiet are built-ins that look at this process alone: no event tells of them.
var quiet = map[string]bool{"env": true, "now": true, "print": true}

// Call calls a built-in. What reads or writes goes through the engine.
func (w world) Call(ctx context.Context, at compile.Site, fn *types.Func, recv value.Value, args []value.Value, safe bool) (value.Value, error) {
	r := w.s.r
	var f *builtins.Func
	if r.opts.Functions != nil {
		f = r.opts.Functions(fn.Name)
	}
	if f == nil {
		return nil, fmt.Errorf("there is no built-in %s", fn.Name)
	}
	for _, arg := range args {
		w.s.hide(arg)
	}
	if fn.Effect == types.Pure || quiet[fn.Name] {
		v, err := f.Call(ctx, w.s.host(0), recv, args)
		w.s.hide(v)
		return v, err
	}
	writes := fn.Effect == types.Writes && !safe
	if writes {
		if err := w.s.beforeWrite(ctx); err != nil {
			return nil, err
		}
	}
	var v value.Value
	effect := engine.Effect{
		Node: w.s.node,
		Started: event.EffectStarted{
			Name: fn.Name, Writes: fn.Effect == types.Writes, Text: w.s.callText(fn, args), Place: at.File.Place(at.Span),
		},
		Repeatable: !writes || w.s.repeatable(),
	}
	err := r.engine.Do(ctx, effect, func(ctx context.Context, id int64) error {
		var err error
		host := r.host
		if !f.Alone() {
			host = w.s.host(id)
		}
		v, err = f.Call(ctx, host, recv, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	w.s.hide(v)
	return v, nil
}

// Command runs $( … ), $?( … ) and `secret $( … )`.
func (w world) Command(ctx context.Context, at compile.Site, c *syntax.CommandValue, holes []value.Value) (value.Value, error) {
	return w.s.runCommand(ctx, at.File, c.Command, holes, commandKind{observes: true, mayFail: c.MayFail, secret: c.IsSecret})
}

// repeatable tells whether the step at work says that it may be repeated.
func (s *strand) repeatable() bool {
	return s.body != nil && s.body.step != nil && s.body.step.decl.Repeatable != nil
}

// host is the world of a built-in that this strand calls as an effect. What
// is none has no output.
func (s *strand) host(effect int64) *builtins.Host {
	node := s.node
	if effect == 0 && s.pure != nil && s.pureOf == node {
		return s.pure
	}
	h := *s.r.host
	h.Print = func(text string) { s.r.engine.Emit(node, event.Printed{Text: text}) }
	if effect != 0 {
		h.Output = func(line string) { s.r.engine.Emit(node, event.Output{ID: effect, Stream: "stdout", Line: line}) }
	}
	h.Warn = func(text string) { s.r.engine.Emit(node, event.Noted{Level: "warning", Text: text}) }
	if effect == 0 {
		s.pure, s.pureOf = &h, node
	}
	return &h
}

// saidCalls are the last calls of a strand with their texts.
type saidCalls struct {
	calls [4]saidCall
	next  int
}

type saidCall struct {
	fn   *types.Func
	args []value.Value
	text string
}

// callText is the text of a call. A monitor makes the same calls at each tick:
// they aren't put into words anew.
func (s *strand) callText(fn *types.Func, args []value.Value) string {
	if s.said == nil {
		s.said = &saidCalls{}
	}
	said := s.said
	for i := range said.calls {
		if c := &said.calls[i]; c.fn == fn && slices.EqualFunc(c.args, args, sameScalar) {
			return c.text
		}
	}
	c := saidCall{fn, slices.Clone(args), callText(fn, args)}
	said.calls[said.next%len(said.calls)] = c
	said.next++
	return c.text
}

// sameScalar tells whether two arguments are the same; of what has parts it
// says no.
func sameScalar(a, b value.Value) bool {
	switch a.(type) {
	case nil, value.String, value.Bool, value.Int, value.Number, value.Percent, value.Duration, value.Size:
		return a == b
	}
	return false
}

// callText is a call as a script could have written it, with its values.
func callText(fn *types.Func, args []value.Value) string {
	var parts []string
	skipped := false
	for i, arg := range args {
		if arg == nil {
			skipped = true
			continue
		}
		text := value.Short(arg, shownWidth)
		if i < len(fn.Params) && (skipped || fn.Params[i].NamedOnly || i > 0 && fn.Params[i].Optional) {
			text = fn.Params[i].Name + ": " + text
		}
		parts = append(parts, text)
	}
	return fn.Name + "(" + strings.Join(parts, ", ") + ")"
}
