package types

// Same tells whether two types are one. Declared records are the same when
// their names are.
func Same(x, y *Type) bool {
	if x == y {
		return true
	}
	if x == nil || y == nil || x.Kind != y.Kind || x.Name != y.Name {
		return false
	}
	if x.Name != "" {
		return true
	}
	switch x.Kind {
	case List, Map, Option, Rate:
		return Same(x.Elem, y.Elem)
	case Record:
		return sameFields(x, y)
	case Lambda:
		if len(x.Params) != len(y.Params) {
			return false
		}
		for i := range x.Params {
			if !Same(x.Params[i], y.Params[i]) {
				return false
			}
		}
		return Same(x.Elem, y.Elem)
	}
	return true
}

func sameFields(x, y *Type) bool {
	if len(x.Fields) != len(y.Fields) || x.Open != y.Open {
		return false
	}
	for _, f := range x.Fields {
		g, ok := y.Field(f.Name)
		if !ok || f.Optional != g.Optional || !Same(f.Type, g.Type) {
			return false
		}
	}
	return true
}

// Fits tells whether a value of type from may stand where to is wanted. Where
// from is any, the value is checked when the script runs.
func Fits(from, to *Type) bool {
	switch {
	case from == nil || to == nil:
		return from == to
	case from == to, flexible(from), flexible(to):
		return true
	case from.Kind == Lambda || from.Kind == Module || to.Kind == Module:
		return from.Kind == Lambda && to.Kind == Lambda && fitsLambda(from, to)
	case to.Kind == Any:
		return true
	case from.Kind == Any:
		return to.Kind != Lambda && to.Kind != Null
	case to.Kind == Option:
		return from.Kind == Null || Fits(Present(from), to.Elem)
	}
	switch to.Kind {
	case Number:
		return from.Kind == Number || from.Kind == Int || from.Kind == Ratio
	case Percent:
		return from.Kind == Percent || from.Kind == Ratio
	case Secret:
		// Hiding what needn't be hidden does no harm.
		return from.Kind == Secret || from.Kind == String
	case List, Rate:
		return from.Kind == to.Kind && Fits(from.Elem, to.Elem)
	case Map:
		return from.Kind == Map && Fits(from.Elem, to.Elem) || fieldsFit(from, to.Elem)
	case Record:
		return from.Kind == Record && fitsRecord(from, to)
	}
	return Same(from, to)
}

// flexible tells whether a type fits all and is fitted by all.
func flexible(t *Type) bool { return t.Kind == Unknown || t.Kind == Never }

func fitsLambda(from, to *Type) bool {
	if len(from.Params) > len(to.Params) {
		return false
	}
	return Fits(from.Elem, to.Elem)
}

// fieldsFit tells whether a plain record can be read as a map of elem.
func fieldsFit(from, elem *Type) bool {
	if from.Kind != Record || from.Name != "" {
		return false
	}
	for _, f := range from.Fields {
		if !Fits(f.Type, elem) {
			return false
		}
	}
	return true
}

// fitsRecord compares fields, not names: but a handle is made by its built-in
// alone.
func fitsRecord(from, to *Type) bool {
	if to.Name != "" && to.Name == from.Name {
		return true
	}
	if to.Methods != nil || to.Name != "" && from.Name != "" {
		return false
	}
	for _, want := range to.Fields {
		have, ok := from.Field(want.Name)
		if !ok && !want.Optional || ok && !Fits(have.Type, want.Type) {
			return false
		}
	}
	return true
}

// Present returns T for T?, and every other type as it is.
func Present(t *Type) *Type {
	if t != nil && t.Kind == Option {
		return t.Elem
	}
	return t
}

// MayBeNull tells whether a value of the type can be null, as far as is known
// before the run; any is a case of its own.
func MayBeNull(t *Type) bool { return t != nil && (t.Kind == Option || t.Kind == Null) }

// Join returns the type of what is either an x or a y: of the branches of an
// if, of the items of a list. It is nil when they have nothing in common.
func Join(x, y *Type) *Type {
	switch {
	case x == nil || y == nil:
		return nil
	case flexible(x):
		return y
	case flexible(y):
		return x
	case x.Kind == Null:
		return OptionOf(y)
	case y.Kind == Null:
		return OptionOf(x)
	case x.Kind == Option || y.Kind == Option:
		if t := Join(Present(x), Present(y)); t != nil {
			return OptionOf(t)
		}
		return nil
	case x.Kind == Any && y.Kind != Lambda || y.Kind == Any && x.Kind != Lambda:
		return TAny
	case x.Kind == y.Kind && (x.Kind == List || x.Kind == Map):
		if t := Join(x.Elem, y.Elem); t != nil {
			return &Type{Kind: x.Kind, Elem: t}
		}
		return nil
	case x.Kind == Record && y.Kind == Record && x.Name == "" && y.Name == "":
		return joinRecords(x, y)
	case Fits(x, y):
		return y
	case Fits(y, x):
		return x
	case x.Kind == Int && y.Kind == Ratio || x.Kind == Ratio && y.Kind == Int:
		return TNumber
	}
	return nil
}

func joinRecords(x, y *Type) *Type {
	if len(x.Fields) != len(y.Fields) {
		return nil
	}
	fields := make([]Field, len(x.Fields))
	for i, f := range x.Fields {
		g, ok := y.Field(f.Name)
		if !ok {
			return nil
		}
		t := Join(f.Type, g.Type)
		if t == nil {
			return nil
		}
		fields[i] = Field{Name: f.Name, Type: t, Doc: f.Doc, Optional: f.Optional || g.Optional}
	}
	return &Type{Kind: Record, Fields: fields, Open: x.Open || y.Open}
}
