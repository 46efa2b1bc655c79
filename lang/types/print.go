package types

import "strings"

var kindNames = map[Kind]string{
	Unknown: "unknown", Never: "never", Null: "null", Any: "any", Bool: "bool", Int: "int",
	Number: "number", Ratio: "ratio", Percent: "percent", Points: "points", Duration: "duration",
	Size: "size", Time: "time", String: "string", Secret: "secret", Events: "events", Module: "module",
}

// String returns the type as a script writes it; what has no such spelling is
// put in words ("size per duration").
func (t *Type) String() string {
	if t == nil {
		return "no value"
	}
	if t.Name != "" {
		return t.Name
	}
	switch t.Kind {
	case List:
		return "list[" + t.Elem.String() + "]"
	case Map:
		return "map[" + t.Elem.String() + "]"
	case Option:
		return t.Elem.String() + "?"
	case Rate:
		return t.Elem.String() + " per duration"
	case Record:
		return t.recordString()
	case Lambda:
		params := make([]string, len(t.Params))
		for i, p := range t.Params {
			params[i] = p.String()
		}
		return "(" + strings.Join(params, ", ") + ") => " + t.Elem.String()
	}
	return kindNames[t.Kind]
}

func (t *Type) recordString() string {
	if len(t.Fields) == 0 {
		return "{}"
	}
	fields := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = f.Name + ": " + f.Type.String()
	}
	return "{ " + strings.Join(fields, ", ") + " }"
}

// Word returns the type as messages name it: "text", "duration".
func (t *Type) Word() string {
	if t != nil && t.Kind == String {
		return "text"
	}
	return t.String()
}

// A returns Word with its article where it takes one: "a duration", "text".
func (t *Type) A() string {
	word := t.Word()
	switch {
	case t == nil:
		return word
	case t.Kind == String, t.Kind == Null, t.Kind == Any, t.Kind == Points, t.Kind == Events,
		t.Kind == Unknown, t.Kind == Never, t.Kind == Lambda:
		return word
	case t.Kind == Record && t.Name == "":
		return "a record " + word
	case strings.ContainsRune("aeioAEIO", rune(word[0])):
		return "an " + word
	}
	return "a " + word
}
