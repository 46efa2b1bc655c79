package plan

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// chooseTarget finds the target that was named, and evaluates its fields as
// far as they need no input; bindInputs goes on with the rest.
func (b *builder) chooseTarget() {
	targets := b.program.Targets
	if targets == nil {
		if b.in.Target != "" {
			b.ds.Add(CodeTarget, b.program.Source, b.start(), "--target is %q, and the script has no targets", b.in.Target).
				Hint = "leave --target out"
		}
		return
	}
	all := strings.Join(targets.Names, ", ")
	listed := "the targets are " + all
	if len(targets.Names) == 1 {
		listed = "the only target is " + all
	}
	if b.in.Target == "" {
		b.errorf(CodeTarget, targets.Decl, "no target was chosen").Hint = "give --target NAME: " + listed
		return
	}
	if !slices.Contains(targets.Names, b.in.Target) {
		d := b.errorf(CodeTarget, targets.Decl, "no target is called %s", b.in.Target)
		d.Hint = listed
		if near := types.Near(b.in.Target, targets.Names); near != "" {
			d.Hint = "did you mean " + near + "? " + listed
		}
		return
	}
	b.plan.TargetName = b.in.Target
	b.evaluateTarget()
}

// evaluateTarget makes the value of `target`, if what it needs is known.
func (b *builder) evaluateTarget() {
	if b.plan.TargetName == "" || b.plan.Target != nil {
		return
	}
	given, at := b.targetFields()
	names := []string{"name", "guard"}
	values := []value.Value{value.String(b.plan.TargetName), value.Bool(false)}
	for _, f := range b.program.Targets.Type.Fields {
		if f.Name == "name" {
			continue
		}
		var v value.Value = value.Null{}
		if e := given[f.Name]; e != nil {
			if !b.eval.known(e) {
				return
			}
			var err error
			if v, err = b.eval.value(e); err != nil {
				b.fail(CodeTarget, at, err)
				return
			}
		}
		if f.Name == "guard" {
			if on, ok := v.(value.Bool); ok {
				values[1], b.plan.Guard = on, bool(on)
			}
			continue
		}
		names, values = append(names, f.Name), append(values, v)
	}
	b.plan.Target = value.NewRecord("", names, values)
	b.eval.thread.Target = b.plan.Target
}

// targetFields returns the fields of the chosen target as written.
func (b *builder) targetFields() (map[string]syntax.Expr, syntax.Element) {
	given := map[string]syntax.Expr{}
	for _, t := range b.program.Targets.Decl.Fields.Fields {
		if t.Name == nil || t.Name.Text != b.plan.TargetName {
			continue
		}
		if r, ok := t.Value.(*syntax.Record); ok {
			for _, f := range r.Fields {
				given[f.Name.Text] = f.Value
			}
		}
		return given, t
	}
	return given, b.program.Targets.Decl
}
