package check

import (
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// namedTypes are the types that have a word of their own.
var namedTypes = map[string]*types.Type{
	"bool": types.TBool, "int": types.TInt, "number": types.TNumber, "string": types.TString, "duration": types.TDuration,
	"size": types.TSize, "percent": types.TPercent, "points": types.TPoints, "time": types.TTime, "secret": types.TSecret,
	"events": types.TEvents, "any": types.TAny,
}

// foreignTypes are what other languages call them.
var foreignTypes = map[string]string{
	"str": "string", "text": "string", "boolean": "bool", "integer": "int", "int64": "int", "float": "number", "float64": "number",
	"double": "number", "bytes": "size", "timestamp": "time", "datetime": "time", "date": "time", "timedelta": "duration",
	"object": "any", "password": "secret",
}

// typeExpr returns the meaning of a written type.
func (c *checker) typeExpr(t *syntax.TypeExpr) *types.Type {
	if t == nil {
		return types.TUnknown
	}
	if known := c.prog.Info.TypeExprs[t]; known != nil {
		return known
	}
	var meaning *types.Type
	switch {
	case t.List != nil:
		meaning = types.ListOf(c.typeExpr(t.List))
	case t.Map != nil:
		meaning = types.MapOf(c.typeExpr(t.Map))
	case t.IsRecord:
		fields := make([]types.Field, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = types.Field{Name: f.Name.Text, Type: c.typeExpr(f.Type)}
		}
		meaning = types.RecordOf(fields...)
	default:
		meaning = c.namedType(t)
	}
	if t.Optional {
		meaning = types.OptionOf(meaning)
	}
	c.prog.Info.TypeExprs[t] = meaning
	return meaning
}

func (c *checker) namedType(t *syntax.TypeExpr) *types.Type {
	if t.Name == "" {
		return types.TUnknown
	}
	if found := namedTypes[t.Name]; found != nil {
		return found
	}
	module, name, qualified := strings.Cut(t.Name, ".")
	if !qualified {
		name = t.Name
	}
	if found := c.declaredType(name); found != nil && (!qualified || c.pack(module) != nil) {
		return found
	}
	d := c.errorf(codeUnknownType, t, "there is no type %s", t.Name)
	switch {
	case foreignTypes[strings.ToLower(t.Name)] != "":
		d.Hint = "write " + foreignTypes[strings.ToLower(t.Name)]
	case t.Name == "list" || t.Name == "map":
		d.Hint = "say of what: " + t.Name + "[string]"
	default:
		suggest(d, name, c.typeNames())
	}
	return types.TUnknown
}

// declaredType returns a type that a built-in declares.
func (c *checker) declaredType(name string) *types.Type {
	for _, t := range c.opts.Universe.Declared() {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func (c *checker) typeNames() []string {
	names := []string{"bool", "int", "number", "string", "duration", "size", "percent", "points", "time", "secret", "events", "any"}
	for _, t := range c.opts.Universe.Declared() {
		names = append(names, t.Name)
	}
	return names
}
