package plan

import (
	"fmt"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// bindInputs gives every input its value: from flags, then the environment,
// then its default.
func (b *builder) bindInputs() {
	b.given = map[*check.Object]bool{}
	b.unknownFlags()
	for _, o := range b.program.Inputs {
		decl, ok := o.Decl.(*syntax.Input)
		if !ok {
			continue
		}
		if text, spelled, from, ok := b.typed(o.Name); ok {
			b.given[o] = true
			b.bindText(o, decl, text, spelled, from)
			continue
		}
		b.bindDefault(o, decl)
	}
	b.evaluateTarget()
	for i := range b.plan.Inputs {
		if in := &b.plan.Inputs[i]; in.Value == nil {
			b.retryDefault(in)
		}
	}
}

// typed finds the text for an input and how it was spelled there.
func (b *builder) typed(name string) (text, spelled, from string, ok bool) {
	if text, ok = b.in.Flags[name]; ok {
		return text, "--" + name, "flag", true
	}
	variable := "DRL_INPUT_" + strings.ToUpper(name)
	if b.in.Env != nil {
		if text, ok = b.in.Env(variable); ok {
			return text, variable, "environment", true
		}
	}
	return "", "", "", false
}

func (b *builder) unknownFlags() {
	var names []string
	for _, o := range b.program.Inputs {
		names = append(names, o.Name)
	}
	for _, name := range sorted(b.in.Flags) {
		known := false
		for _, n := range names {
			known = known || n == name
		}
		if known {
			continue
		}
		d := b.ds.Add(CodeInput, b.program.Source, b.start(), "the script has no input %s", name)
		if near := types.Near(name, names); near != "" {
			d.Hint = "did you mean --" + near + "?"
		} else if len(names) > 0 {
			d.Hint = "its inputs are " + strings.Join(names, ", ")
		}
	}
}

// bindText binds an input to a text that was typed.
func (b *builder) bindText(o *check.Object, decl *syntax.Input, text, spelled, from string) {
	v, err := Parse(o.Type, text)
	if err != nil {
		d := b.errorf(CodeInput, decl.Name, "%s %s", spelled, err)
		d.Hint = b.wanted(decl)
		return
	}
	shown := value.Quote(v)
	if b.constrained(decl, v, func(c *syntax.Constraint) *source.Diagnostic {
		return b.errorf(CodeInput, decl.Name, "%s is %s, want %s", spelled, shown, b.constraint(c))
	}) {
		b.bind(o, v, from)
	}
}

func (b *builder) bindDefault(o *check.Object, decl *syntax.Input) {
	if decl.Default == nil {
		d := b.errorf(CodeInput, decl.Name, "input %s is missing", o.Name)
		d.Hint = fmt.Sprintf("give --%s or set DRL_INPUT_%s: %s", o.Name, strings.ToUpper(o.Name), b.wanted(decl))
		return
	}
	if !b.eval.known(decl.Default) {
		b.plan.Inputs = append(b.plan.Inputs, Input{Name: o.Name, Text: b.written(decl.Default), From: "default"})
		return
	}
	if b.unset(o) {
		return // environment reports it
	}
	b.evaluateDefault(o, decl)
}

// retryDefault evaluates a default that needed the target or a later input.
func (b *builder) retryDefault(in *Input) {
	for _, o := range b.program.Inputs {
		decl, ok := o.Decl.(*syntax.Input)
		if !ok || o.Name != in.Name || !b.eval.known(decl.Default) {
			continue
		}
		b.evaluateDefault(o, decl)
	}
}

func (b *builder) evaluateDefault(o *check.Object, decl *syntax.Input) {
	v, err := b.eval.value(decl.Default)
	if err != nil {
		b.fail(CodeInput, decl.Default, err)
		return
	}
	v = fit(o.Type, v)
	if b.constrained(decl, v, func(c *syntax.Constraint) *source.Diagnostic {
		return b.errorf(CodeInput, decl.Default, "the default of %s is %s, want %s", o.Name, value.Quote(v), b.constraint(c))
	}) {
		b.bind(o, v, "default")
	}
}

// bind gives an input its value for the plan and the run.
func (b *builder) bind(o *check.Object, v value.Value, from string) {
	b.plan.Frame.Set(o, v)
	in := Input{Name: o.Name, Value: v, Text: v.String(), From: from, Typed: from == "flag"}
	for i := range b.plan.Inputs {
		if b.plan.Inputs[i].Name == o.Name {
			b.plan.Inputs[i] = in
			return
		}
	}
	b.plan.Inputs = append(b.plan.Inputs, in)
}

// constrained reports the first constraint that v breaks, by report.
func (b *builder) constrained(decl *syntax.Input, v value.Value, report func(*syntax.Constraint) *source.Diagnostic) bool {
	for _, c := range decl.Constraints {
		if !b.eval.known(c.Value) {
			continue
		}
		want, err := b.eval.value(c.Value)
		if err != nil {
			b.fail(CodeInput, c, err)
			return false
		}
		ok, err := holds(c.Op, v, want)
		if err != nil {
			b.fail(CodeInput, c, err)
			return false
		}
		if !ok {
			d := report(c)
			d.Related = append(d.Related, source.Related{File: b.program.Source, Span: c.Span(), Message: "wanted here"})
			return false
		}
	}
	return true
}

// constraint is a constraint in words: one matching '^v', one of "eu", "us".
func (b *builder) constraint(c *syntax.Constraint) string {
	text := b.written(c.Value)
	switch c.Op {
	case "matches":
		return "one matching " + text
	case "in":
		if list, ok := c.Value.(*syntax.List); ok {
			var items []string
			for _, item := range list.Items {
				items = append(items, b.written(item))
			}
			return "one of " + strings.Join(items, ", ")
		}
		return "in " + text
	}
	return c.Op + " " + text
}

// wanted says what an input takes.
func (b *builder) wanted(decl *syntax.Input) string {
	text := "want " + b.written(decl.Type)
	for _, c := range decl.Constraints {
		text += ", " + b.constraint(c)
	}
	return text
}

// written is an element as it stands in the script, on one line.
func (b *builder) written(e syntax.Element) string { return oneLine(b.program.Source.Slice(e.Span())) }

// start is the first byte of the script, for problems that have no place.
func (b *builder) start() source.Span { return source.Span{} }

// fail reports an error of an evaluation.
func (b *builder) fail(code *source.Code, at syntax.Element, err error) {
	if d, ok := err.(*source.Diagnostic); ok {
		b.ds = append(b.ds, d)
		return
	}
	b.errorf(code, at, "%s", err)
}
