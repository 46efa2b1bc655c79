package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// targetField is one field of the targets, as the first of them that has a
// value for it wrote it.
type targetField struct {
	types.Field
	field  *syntax.Field
	target *syntax.Field
	null   bool // null in at least one target
}

// targets checks the targets block: each target has the same fields of the
// same types; guard alone may be left out, and what one lacks it says is null.
func (c *checker) targets() {
	t := c.prog.Targets
	if t == nil {
		return
	}
	defer func() {
		c.decls.top.names["target"] = &Object{Kind: ObjTarget, Name: "target", Type: t.Type, Decl: t.Decl}
	}()
	t.Type = types.TUnknown
	if t.Decl.Fields == nil {
		return
	}
	defer c.within(context{at: inFile, place: "a target", allows: types.Reads, everywhere: true,
		early: "the target is chosen before anything is evaluated: only inputs are known here"})()
	if len(t.Decl.Fields.Fields) == 0 {
		d := c.errorf(codeTargets, t.Decl, "targets has no target in it")
		d.Hint = `targets { staging: { url: "https://…" } }`
		return
	}
	var fields []*targetField
	complete := true
	seen := map[string]*syntax.Name{}
	for _, target := range t.Decl.Fields.Fields {
		record, ok := target.Value.(*syntax.Record)
		if target.Name == nil || !ok || record.IsMap && len(record.Fields) > 0 {
			d := c.errorf(codeTargets, target, "a target is a name and a record")
			d.Hint = `staging: { url: "https://staging.example.com" }`
			complete = false
			continue
		}
		if first := seen[target.Name.Text]; first != nil {
			d := c.errorf(codeBoundTwice, target.Name, "a second target named %s", target.Name.Text)
			c.also(d, first, "the first is here")
			continue
		}
		seen[target.Name.Text] = target.Name
		t.Names = append(t.Names, target.Name.Text)
		fields = c.target(target, record, fields)
	}
	if !complete {
		return
	}
	t.Type = &types.Type{Kind: types.Record, Name: "Target", Fields: []types.Field{
		{Name: "name", Type: types.TString, Doc: "the name that --target gave"},
		{Name: "guard", Type: types.TBool, Doc: "whether what is done to it is confirmed with its name"},
	}}
	c.sameFields(t.Decl.Fields, fields)
	for _, f := range fields {
		if f.null {
			f.Type = types.OptionOf(f.Type)
		}
		if f.Name != "guard" {
			t.Type.Fields = append(t.Type.Fields, f.Field)
		}
	}
}

// target checks one target's fields against those that are known.
func (c *checker) target(target *syntax.Field, record *syntax.Record, fields []*targetField) []*targetField {
	have := map[string]bool{}
	for _, f := range record.Fields {
		if f.Name == nil {
			continue
		}
		name := f.Name.Text
		if have[name] {
			d := c.errorf(codeBoundTwice, f.Name, "%s has %s twice", target.Name.Text, name)
			d.Hint = "keep one of them"
			continue
		}
		have[name] = true
		if name == "name" {
			d := c.errorf(codeTargets, f.Name, "a target has its name already: %s", target.Name.Text)
			d.Hint = "target.name is what --target gave: call this field otherwise"
			continue
		}
		var known *targetField
		for _, k := range fields {
			if k.Name == name {
				known = k
			}
		}
		if name == "guard" {
			c.exprAs(f.Value, types.TBool, "guard")
			if known == nil {
				fields = append(fields, &targetField{Field: types.Field{Name: name, Type: types.TBool}, field: f, target: target})
			}
			continue
		}
		if _, isNull := f.Value.(*syntax.Null); isNull {
			c.expr(f.Value, types.TNull)
			if known == nil {
				known = &targetField{Field: types.Field{Name: name, Type: types.TNull}, field: f, target: target}
				fields = append(fields, known)
			}
			known.null = true
			continue
		}
		if known == nil {
			t := c.expr(f.Value, nil)
			fields = append(fields, &targetField{Field: types.Field{Name: name, Type: typed(t)}, field: f, target: target})
			continue
		}
		if known.Type.Kind == types.Null {
			known.Type, known.field, known.target = typed(c.expr(f.Value, nil)), f, target
			continue
		}
		t := typed(c.expr(f.Value, known.Type))
		switch {
		case types.Fits(t, known.Type):
		case types.Fits(known.Type, t):
			known.Type = t
		default:
			d := c.errorf(codeTargetFields, f.Value, "%s of %s is %s, and of %s %s", name, target.Name.Text, t.A(), known.target.Name.Text, known.Type.A())
			d.Hint = "all targets have the same fields of the same types"
			c.also(d, known.field, known.target.Name.Text+" has it here")
		}
	}
	return fields
}

// typed is t, or unknown where there is none.
func typed(t *types.Type) *types.Type {
	if t == nil {
		return types.TUnknown
	}
	return t
}

// sameFields reports a field that a target lacks and another has. A field
// that a target alone has, and that is spelled nearly like an earlier one that
// it lacks, is one mistake and reported once.
func (c *checker) sameFields(targets *syntax.Record, fields []*targetField) {
	misspelled := map[*targetField]bool{}
	var lacking []func()
	for _, target := range targets.Fields {
		record, ok := target.Value.(*syntax.Record)
		if !ok || target.Name == nil {
			continue
		}
		have := map[string]*syntax.Field{}
		for _, f := range record.Fields {
			if f.Name != nil {
				have[f.Name.Text] = f
			}
		}
		for i, f := range fields {
			if have[f.Name] != nil || f.Name == "guard" {
				continue
			}
			if own := nearField(f, fields[i+1:], target); own != nil && !misspelled[own] {
				misspelled[own] = true
				d := c.errorf(codeTargetFields, have[own.Name].Name, "%s has %s, and %s has %s", target.Name.Text, own.Name, f.target.Name.Text, f.Name)
				d.Hint = "did you mean " + f.Name + "?"
				c.also(d, f.field, f.target.Name.Text+" has it here")
				continue
			}
			lacking = append(lacking, func() {
				if misspelled[f] {
					return
				}
				d := c.errorf(codeTargetFields, target.Name, "%s has no %s, and %s has one", target.Name.Text, f.Name, f.target.Name.Text)
				d.Hint = "give it one, or say that it has none: " + f.Name + ": null"
				c.also(d, f.field, f.target.Name.Text+" has it here")
			})
		}
	}
	for _, report := range lacking {
		report()
	}
}

// nearField returns the one of later that the target was the first to write
// and whose name is nearly that of the missing field.
func nearField(missing *targetField, later []*targetField, target *syntax.Field) *targetField {
	for _, f := range later {
		if f.target == target && f.Name != "guard" && types.Near(f.Name, []string{missing.Name}) != "" {
			return f
		}
	}
	return nil
}
