package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// use resolves a name and records it, or reports that nothing has it and
// returns nil.
func (c *checker) use(id *syntax.Ident) *Object {
	o := c.find(id.Name)
	if o == nil {
		c.unknownName(id)
		return nil
	}
	c.prog.Info.Uses[id] = o
	return o
}

// find returns what a name means where it stands; nil: nothing.
func (c *checker) find(name string) *Object {
	if o := c.monitorName(name); o != nil {
		return o
	}
	return c.lookup(name)
}

// pack returns the built-in module of that name. A name can be both a
// function and a module: secret(…) and secret.file(…).
func (c *checker) pack(name string) *types.Package {
	for _, p := range c.opts.Universe.Packages {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func (c *checker) unknownName(id *syntax.Ident) {
	if c.outOfReach(id) {
		return
	}
	d := c.errorf(codeUnknownName, id, "nothing is named %s", id.Name)
	switch id.Name {
	case "target":
		d.Message = "target is known only where the file has a targets block"
		d.Hint = `declare it: targets { staging: { url: "https://…" } }`
	case "run":
		d.Message = "run is known only in handlers, and in tests as run(…)"
	case "degradation", "baseline", "proven", "burn", "leak":
		d.Message = id.Name + " is known only in a monitor's rules"
	default:
		suggest(d, id.Name, c.visibleNames())
	}
	if d.Hint != "" {
		return
	}
	if c.context.place == "an undo" {
		d.Hint = "read it in the step, before its first write: let " + id.Name + " = …"
		return
	}
	if d.Hint = foreignNames[id.Name]; d.Hint == "" && strings.HasPrefix(c.context.place, "an input's ") {
		d.Hint = `text stands in quotes: "` + id.Name + `"`
	}
}

// foreignNames are what other languages call it.
var foreignNames = map[string]string{
	"len": "a list or map has .count, a text .length", "size": "a list or map has .count, a text .length",
	"str": `a text with a value in it: "{value}"`, "string": `a text with a value in it: "{value}"`,
	"range":  "a range is written 1..10",
	"printf": "write print(value)", "println": "write print(value)", "console": "write print(value)", "log": "write print(value)",
	"exit": "fail(text) ends what runs", "die": "fail(text) ends what runs", "raise": "fail(text) ends what runs", "throw": "fail(text) ends what runs",
	"nil": "write null", "None": "write null", "undefined": "write null", "NULL": "write null",
	"True": "write true", "False": "write false", "TRUE": "write true", "FALSE": "write false", "yes": "write true", "no": "write false",
	"getenv": `write env("NAME")`, "environ": `write env("NAME")`, "os": `write env("NAME")`, "process": `write env("NAME")`,
	"fetch": "write http.get(url)", "requests": "write http.get(url)", "axios": "write http.get(url)",
	"open": "write file.read(path)", "sleep": "between nodes write wait 5s; a check with within and every tries again",
}

// suggest hints at a near name.
func suggest(d *source.Diagnostic, word string, candidates []string) {
	if near := types.Near(word, candidates); near != "" {
		d.Hint = "did you mean " + near + "?"
	}
}

// visibleNames are all names that could stand here, the innermost first.
func (c *checker) visibleNames() []string {
	names := c.monitorNames()
	for s := c.scope; s != nil; s = s.parent {
		names = append(names, slices.Sorted(maps.Keys(s.names))...)
	}
	return names
}

// ident is the type of a name that is used as a value.
func (c *checker) ident(id *syntax.Ident) *types.Type {
	o := c.use(id)
	if o == nil {
		return types.TUnknown
	}
	switch o.Kind {
	case ObjLet, ObjParam, ObjInput, ObjTarget, ObjRun:
		return c.variable(id, o)
	case ObjMetric:
		return c.statistic(id, o, "")
	case ObjDegradation:
		return types.TPercent
	}
	d := c.errorf(codeNotAValue, id, "%s is %s, not a value", id.Name, aKind(o.Kind))
	switch o.Kind {
	case ObjFn, ObjBuiltin:
		d.Message = id.Name + " is a function, not a value"
		d.Hint = "call it: " + id.Name + "(…)"
	case ObjRule:
		d.Hint = "call it on a line of its own: " + id.Name + "(…)"
	case ObjPackage, ObjImport:
		d.Hint = "name what you need of it: " + id.Name + ".…"
	case ObjBaselineValue:
		d.Message = "baseline has a value for each metric"
		d.Hint = "name the metric: baseline.…"
	}
	return types.TUnknown
}

// variable is the type of a name that is bound to a value, as far as tests
// before it have narrowed it.
func (c *checker) variable(id *syntax.Ident, o *Object) *types.Type {
	if t := c.narrowed(id.Name, id.Name); t != nil {
		return t
	}
	if o.Type == nil {
		return types.TUnknown
	}
	return o.Type
}
