package types

import "strings"

// The types that stand for an element and for what a lambda gives, where
// methods are listed for the manual. They fit everything.
var (
	anElement = &Type{Kind: Unknown, Name: "T"}
	aResult   = &Type{Kind: Unknown, Name: "U"}
)

// Methods returns the methods of a kind of value in the order in which the
// manual lists them, with T for the type of the elements. A method whose
// parameters are all optional may be written without its parentheses.
func Methods(kind Kind) []*Func {
	switch kind {
	case List:
		return MethodsOf(ListOf(anElement))
	case Map:
		return MethodsOf(MapOf(anElement))
	}
	return MethodsOf(&Type{Kind: kind})
}

// Method returns the method of that name of values of type t, with the types
// of t's own elements; nil when there is none.
func Method(t *Type, name string) *Func {
	for _, f := range MethodsOf(t) {
		if shortName(f) == name {
			return f
		}
	}
	return nil
}

// shortName is how a method is written after its dot: the "get" of a handle's
// session.get.
func shortName(f *Func) string {
	return f.Name[strings.LastIndexByte(f.Name, '.')+1:]
}

// MethodNames returns the names of the methods of values of type t.
func MethodNames(t *Type) []string {
	methods := MethodsOf(t)
	names := make([]string, len(methods))
	for i, f := range methods {
		names[i] = shortName(f)
	}
	return names
}

// MethodsOf returns the methods of values of type t.
func MethodsOf(t *Type) []*Func {
	switch t.Kind {
	case List:
		return listMethods(t.Elem)
	case Map:
		return mapMethods(t.Elem)
	case String:
		return append(textMethods(TString), method("length", "The number of characters.", TInt))
	case Secret:
		return textMethods(TSecret)
	case Time:
		return timeMethods
	case Events:
		return eventsMethods
	case Record:
		if t.Methods == nil {
			return nil
		}
		return t.Methods()
	case Any:
		return anyMethods()
	}
	return nil
}

// anyMethods are those of lists, then what maps and text have beyond them:
// which one it is shows when the script runs.
func anyMethods() []*Func {
	all := listMethods(TAny)
	taken := map[string]bool{}
	for _, f := range all {
		taken[f.Name] = true
	}
	for _, more := range [][]*Func{mapMethods(TAny), textMethods(TString)} {
		for _, f := range more {
			if !taken[f.Name] {
				taken[f.Name] = true
				all = append(all, f)
			}
		}
	}
	return all
}

// method is a pure function of its receiver.
func method(name, doc string, result *Type, params ...Param) *Func {
	return &Func{Name: name, Doc: doc, Result: result, Params: params}
}

// inferred is a method whose result depends on its arguments or refuses some
// receivers; result is what the manual shows.
func inferred(name, doc string, result *Type, infer func(args []*Type) (*Type, string), params ...Param) *Func {
	f := method(name, doc, result, params...)
	f.Infer = infer
	return f
}
