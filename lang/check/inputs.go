package check

import (
	"regexp"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// ReservedInputs are the names that no input may have: the flags of drl run
// and the arguments of run(…) in a test.
var ReservedInputs = []string{"answer", "color", "dry_run", "help", "json", "only", "quiet", "target", "verbose", "yes"}

// inputKinds are the kinds of type that text on a command line can become.
var inputKinds = []types.Kind{types.Bool, types.Int, types.Number, types.String, types.Duration, types.Size, types.Percent, types.Points,
	types.Time, types.Secret, types.Unknown}

func (c *checker) declareInput(in *syntax.Input) {
	t := c.typeExpr(in.Type)
	if slices.Contains(ReservedInputs, in.Name.Text) {
		d := c.errorf(codeReserved, in.Name, "an input cannot be named %s: drl run has a flag of that name", in.Name.Text)
		d.Hint = "for example " + c.nameHint(in.Name.Text)
	}
	switch {
	case slices.Contains(inputKinds, t.Kind), t.Kind == types.List && (t.Elem.Kind == types.String || t.Elem.Kind == types.Unknown):
	case t.Kind == types.Option:
		d := c.errorf(codeInputType, in.Type, "an input cannot be left without a value: its type is not %s", t)
		d.Hint = "give it a default: input " + in.Name.Text + ": " + t.Elem.String() + " = …"
		t = t.Elem
	default:
		d := c.errorf(codeInputType, in.Type, "an input is one value from the command line, not %s", t.A())
		d.Hint = "bool, int, number, string, duration, size, percent, points, time, secret or list[string]"
		t = types.TUnknown
	}
	o := c.bind(in.Name, &Object{Kind: ObjInput, Type: t, Decl: in})
	c.prog.Inputs = append(c.prog.Inputs, o)
}

func (c *checker) nameHint(name string) string {
	if c.prog.Release != nil {
		return "release_" + name
	}
	return "the_" + name
}

// inputs checks constraints and defaults, once all names are declared.
func (c *checker) inputs(f *syntax.File) {
	const early = "inputs are read before anything else: only inputs above it are known here"
	for _, s := range f.Stmts {
		in, ok := s.(*syntax.Input)
		if !ok {
			continue
		}
		o := c.prog.Info.Defs[in.Name]
		leave := c.within(context{at: inFile, place: "an input's constraint", because: in.Name, everywhere: true, early: early})
		for _, constraint := range in.Constraints {
			c.constraint(in, o, constraint)
		}
		leave()
		if in.Default == nil {
			continue
		}
		leave = c.within(context{at: inFile, place: "an input's default", allows: types.Reads, because: in.Name, everywhere: true, early: early})
		c.exprAs(in.Default, o.Type, "the default of "+in.Name.Text)
		c.onlyInputsAbove(in)
		leave()
		c.brokenDefault(in)
	}
}

// onlyInputsAbove reports a default that uses an input that is read later.
func (c *checker) onlyInputsAbove(in *syntax.Input) {
	syntax.Walk(in.Default, func(e syntax.Element) bool {
		id, ok := e.(*syntax.Ident)
		if !ok {
			return true
		}
		if o := c.prog.Info.Uses[id]; o != nil && o.Kind == ObjInput && o.Span.Start >= in.Name.Span().Start {
			d := c.errorf(codeTooEarly, id, "%s is not known yet when the default of %s is computed", id.Name, in.Name.Text)
			d.Hint = "inputs are read from the first to the last: move it above"
			c.alsoAt(d, o, "declared here")
		}
		return true
	})
}

// constraint checks `matches`, `in` and comparisons as the expression that
// they are short for; of a list they limit each of its items.
func (c *checker) constraint(in *syntax.Input, o *Object, k *syntax.Constraint) {
	item := o.Type
	if item.Kind == types.List {
		item = item.Elem
	}
	defer c.push("the constraint of " + in.Name.Text)()
	c.scope.names[in.Name.Text] = &Object{Kind: ObjInput, Name: in.Name.Text, Type: item, File: c.file, Span: o.Span, Decl: in, Slot: o.Slot}
	if o.Type.Kind == types.Secret && k.Op != "matches" {
		d := c.errorf(codeSecretLimit, k, "a secret cannot be limited with %s: the message would show what it is not", k.Op)
		d.Hint = "matches '…' can say what it looks like"
		return
	}
	if o.Type.Kind == types.Secret {
		c.scope.names[in.Name.Text].Type = types.TString
	}
	c.cond(&syntax.Binary{At: k.At, Op: k.Op, OpAt: k.Span(), X: &syntax.Ident{At: in.Name.At, Name: in.Name.Text}, Y: k.Value})
}

// brokenDefault reports a constant default that breaks a constraint.
func (c *checker) brokenDefault(in *syntax.Input) {
	def := c.fold(in.Default)
	if def == nil {
		return
	}
	items := []value.Value{def}
	if list, ok := def.(*value.List); ok {
		items = list.Items()
	}
	for _, k := range in.Constraints {
		limit := c.fold(k.Value)
		if limit == nil {
			continue
		}
		for _, item := range items {
			if holds, known := constraintHolds(k.Op, item, limit); known && !holds {
				d := c.errorf(codeDefault, in.Default, "the default of %s breaks its own constraint: %s %s", in.Name.Text, k.Op, c.file.Slice(k.Value.Span()))
				d.Hint = "change one of them"
				c.also(d, k, "the constraint")
				return
			}
		}
	}
}

// constraintHolds tells whether a value keeps to a constraint; known is false
// where the two do not go together, which was reported.
func constraintHolds(op string, item, limit value.Value) (holds, known bool) {
	switch op {
	case "matches":
		text, ok := item.(value.String)
		pattern, ok2 := limit.(value.String)
		if !ok || !ok2 {
			return false, false
		}
		re, err := regexp.Compile(string(pattern))
		if err != nil {
			return false, false
		}
		return re.MatchString(string(text)), true
	case "in":
		list, ok := limit.(*value.List)
		if !ok {
			return false, false
		}
		for _, x := range list.Items() {
			a, number := value.Magnitude(x)
			b, number2 := value.Magnitude(item)
			if x == item || number && number2 && a == b {
				return true, true
			}
		}
		return false, true
	}
	x, ok := value.Magnitude(item)
	y, ok2 := value.Magnitude(limit)
	if !ok || !ok2 {
		a, isText := item.(value.String)
		b, isText2 := limit.(value.String)
		if !isText || !isText2 {
			return false, false
		}
		return ordered(op, strings.Compare(string(a), string(b))), true
	}
	switch {
	case x < y:
		return ordered(op, -1), true
	case x > y:
		return ordered(op, 1), true
	}
	return ordered(op, 0), true
}

func ordered(op string, compared int) bool {
	switch op {
	case "<":
		return compared < 0
	case "<=":
		return compared <= 0
	case ">":
		return compared > 0
	}
	return compared >= 0
}

// environment lists the variables that literal env(…) calls without a default
// need, those of imported programs among them.
func (c *checker) environment(f *syntax.File) {
	seen := map[string]bool{}
	add := func(v EnvVar) {
		key := v.Name
		if v.Input != nil {
			key += "\x00" + v.Input.Name
		}
		if !seen[key] {
			seen[key] = true
			c.prog.Env = append(c.prog.Env, v)
		}
	}
	for _, s := range f.Stmts {
		var input *Object
		switch s := s.(type) {
		case *syntax.Test:
			continue
		case *syntax.Input:
			input = c.prog.Info.Defs[s.Name]
		}
		syntax.Walk(s, func(e syntax.Element) bool {
			call, ok := e.(*syntax.Call)
			if !ok {
				return true
			}
			known := c.prog.Info.Calls[call]
			if known == nil || known.Kind != CallBuiltin || known.Func == nil || known.Func.Name != "env" || len(known.Args) == 0 {
				return true
			}
			if len(known.Args) > 1 && known.Args[1] != nil {
				return true
			}
			if text, ok := known.Args[0].(*syntax.String); ok {
				if name, ok := text.Constant(); ok {
					add(EnvVar{Name: name, File: c.file, Span: call.Span(), Input: input})
				}
			}
			return true
		})
	}
	names := make([]string, 0, len(c.prog.Imports))
	for name := range c.prog.Imports {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range c.prog.Imports[name].Env {
			add(v)
		}
	}
}

// release checks the fields of `release "…" { … }`.
func (c *checker) release() {
	r := c.prog.Release
	if r == nil {
		return
	}
	if title, ok := r.Title.Constant(); ok {
		c.prog.Name = title
		if strings.TrimSpace(title) == "" {
			c.errorf(codeTitle, r.Title, "a release needs a name")
		}
	} else {
		d := c.errorf(codeTitle, r.Title, "a release's name is the same for all its runs: no { } in it")
		d.Hint = "version: version in its block says which version goes out"
	}
	if r.Fields != nil {
		defer c.within(context{at: inFile, place: "release", allows: types.Reads, because: r.Title, everywhere: true,
			early: "release is read before anything starts: only inputs and lets above the first node are known here"})()
		c.expr(r.Fields, nil)
	}
}
