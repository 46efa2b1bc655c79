package types

// Convert returns the type of `x as to`. When a value of type from can never
// become one, it returns a nil type with the problem, and a hint in which {x}
// stands for x as it is written.
func Convert(from, to *Type) (t *Type, problem, hint string) {
	if from == nil {
		return nil, "this has no value", ""
	}
	if Becomes(from, to) {
		return to, "", ""
	}
	problem = "can't make " + to.A() + " of " + from.A()
	from, to = Present(from), Present(to)
	switch {
	case from.Kind == Secret:
		hint = "nothing reveals a secret: pass it on as it is"
	case to.Kind == Secret && text(from):
		hint = "write secret({x})"
	case to.Kind == String:
		hint = `write "{{x}}"`
	case to.Kind == Int && plain(from):
		hint = "write floor({x}), round({x}) or ceil({x})"
	case from.Kind == Duration && plain(to):
		hint = "divide by the unit that it counts: {x} / 1s"
	case from.Kind == Size && plain(to):
		hint = "divide by the unit that it counts: {x} / 1MiB"
	case from.Kind == Points && plain(to):
		hint = "divide by the unit that it counts: {x} / 1pp"
	case plain(from) && unitOf(to) != "" && to.Kind != Time:
		hint = "multiply by the unit that it counts: {x} * " + "1" + unitOf(to)[1:]
	case from.Kind == Events:
		hint = "events has .bad, .total and .ratio"
	case from.Kind == String && to.Kind == Time:
		hint = "write date({x})"
	case from.Kind == String && (plain(to) || to.Kind == Bool):
		hint = "write json.parse({x}) as " + to.String()
	}
	return nil, problem, hint
}

// Becomes tells whether a value of type from can be one of type to, by being
// one already, by a check when the script runs, or by a change that `as`
// makes: a fraction to percent and back.
func Becomes(from, to *Type) bool {
	if Fits(from, to) {
		return true
	}
	switch {
	case from.Kind == Option:
		return Becomes(from.Elem, to)
	case to.Kind == Option:
		return Becomes(from, to.Elem)
	case plain(from) && to.Kind == Percent, from.Kind == Percent && to.Kind == Number:
		return true
	case from.Kind == List && to.Kind == List, from.Kind == Map && to.Kind == Map:
		return holdsAny(from.Elem) && Becomes(from.Elem, to.Elem)
	case from.Kind == Record && to.Kind == Record && to.Methods == nil:
		return recordBecomes(from, to)
	}
	return false
}

func recordBecomes(from, to *Type) bool {
	for _, want := range to.Fields {
		have, ok := from.Field(want.Name)
		switch {
		case !ok && !from.Open && !want.Optional:
			return false
		case ok && !Fits(have.Type, want.Type) && !(holdsAny(have.Type) && Becomes(have.Type, want.Type)):
			return false
		}
	}
	return true
}

// holdsAny tells whether something in t is known only when the script runs.
func holdsAny(t *Type) bool {
	switch t.Kind {
	case Any:
		return true
	case List, Map, Option:
		return holdsAny(t.Elem)
	case Record:
		for _, f := range t.Fields {
			if holdsAny(f.Type) {
				return true
			}
		}
		return t.Open
	}
	return false
}
