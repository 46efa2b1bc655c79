package types

// Kind is what sort of type a Type is.
type Kind uint8

// The kinds. Unknown is the type of what was already reported: it fits
// everything and everything fits it, so that one mistake gives one error.
const (
	Unknown Kind = iota
	Never        // of fail(…): fits everything
	Null         // of the word null alone
	Any          // from outside: JSON, rows; checked when it is used
	Bool
	Int
	Number
	Ratio // a / b of one dimension: fits number and percent
	Percent
	Points
	Duration
	Size
	Time
	Rate // Elem per duration; Elem is size, number or points
	String
	Secret // a string fits where a secret is wanted, never the reverse
	Events // counts of bad ones of a total
	List   // of Elem
	Map    // of Elem, by string
	Record // Fields; with a Name where a built-in declared it
	Option // Elem or null
	Lambda // Params => Elem; a parameter of a method or built-in only
	Module // a name before a dot; never a value
)

// Type is one type. Types are immutable and compared with Same; those without
// parts are the variables below. A nil *Type is no type: of a call that gives
// no value.
type Type struct {
	Kind   Kind
	Elem   *Type
	Fields []Field // of a record, in the order they are declared
	Name   string  // of a declared record: "Response"
	Params []*Type // of a lambda
	Open   bool    // a record with fields beyond Fields, of type any
	// Methods are those of a declared record that is a handle: session.get. Nil:
	// it is none.
	Methods func() []*Func
}

// Field is one field of a record type.
type Field struct {
	Name     string
	Type     *Type
	Doc      string
	Optional bool // may be left out of a literal; then it is null
}

// The types without parts.
var (
	TUnknown  = &Type{Kind: Unknown}
	TNever    = &Type{Kind: Never}
	TNull     = &Type{Kind: Null}
	TAny      = &Type{Kind: Any}
	TBool     = &Type{Kind: Bool}
	TInt      = &Type{Kind: Int}
	TNumber   = &Type{Kind: Number}
	TRatio    = &Type{Kind: Ratio}
	TPercent  = &Type{Kind: Percent}
	TPoints   = &Type{Kind: Points}
	TDuration = &Type{Kind: Duration}
	TSize     = &Type{Kind: Size}
	TTime     = &Type{Kind: Time}
	TString   = &Type{Kind: String}
	TSecret   = &Type{Kind: Secret}
	TEvents   = &Type{Kind: Events}
)

// TText is the type of a built-in's parameter that takes a string or a secret
// and is told which it was given: secret, by which no string is turned into
// one.
var TText = &Type{Kind: Secret, Name: "string | secret"}

// ListOf returns list[t].
func ListOf(t *Type) *Type { return &Type{Kind: List, Elem: t} }

// MapOf returns map[t].
func MapOf(t *Type) *Type { return &Type{Kind: Map, Elem: t} }

// OptionOf returns t?; an option, null, any or unknown is itself.
func OptionOf(t *Type) *Type {
	switch t.Kind {
	case Option, Null, Any, Unknown, Never:
		return t
	}
	return &Type{Kind: Option, Elem: t}
}

// RateOf returns t per duration.
func RateOf(t *Type) *Type { return &Type{Kind: Rate, Elem: t} }

// RecordOf returns a record type with the fields.
func RecordOf(fields ...Field) *Type { return &Type{Kind: Record, Fields: fields} }

// LambdaOf returns the type of params => result.
func LambdaOf(result *Type, params ...*Type) *Type {
	return &Type{Kind: Lambda, Elem: result, Params: params}
}

// Field returns the field of that name.
func (t *Type) Field(name string) (Field, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Effect is what calling something may do to the world.
type Effect uint8

// The effects, weakest first.
const (
	Pure   Effect = iota // the same result for the same arguments
	Reads                // looks at the world
	Writes               // changes the world
)

func (e Effect) String() string {
	switch e {
	case Pure:
		return "pure"
	case Reads:
		return "reads"
	}
	return "writes"
}

// Func is the signature of a built-in function or of a handle's method.
type Func struct {
	Name   string // as a script writes it: "http.get", "env", "session.get"
	Doc    string // one sentence
	Effect Effect
	Params []Param
	Result *Type // nil: no value
	// Infer gives the result where it depends on the arguments (max of two
	// durations is a duration); nil otherwise. It returns a message instead
	// of a type when the arguments do not go together. An argument that was
	// not given is a nil type.
	Infer func(args []*Type) (result *Type, problem string)
	// ByText gives the result where it depends on the text of the first
	// argument (env of a name that looks secret is a secret): text is "" where
	// that argument is not a literal. Nil otherwise.
	ByText func(text string) *Type
}

// Param is one parameter of a Func.
type Param struct {
	Name      string
	Type      *Type
	Doc       string
	Optional  bool   // may be left out
	Default   string // the default as a script would write it; "" for none
	Variadic  bool   // takes all further positional arguments; the last one
	NamedOnly bool   // cannot be given by position
	Constant  bool   // must be a literal or a constant: a query, a pattern
	Pieces    string // of a Constant: the function whose results may stand in it: sql.identifier
	Address   bool   // is an address: the values in a literal are encoded for where they stand
}

// Package is the functions of one built-in module: http.get, http.post.
type Package struct {
	Name  string
	Doc   string
	Funcs func() []*Func // asked for when a script names the module
}

// Universe is everything that a script can call or name without declaring
// it. The zero Universe has nothing.
type Universe struct {
	Core     []*Func // without a module: env, now, max
	Packages []*Package
	Types    func() []*Type // declared by built-ins; nil: none. Asked for when a script names one
}

// Declared returns the types that built-ins declare.
func (u *Universe) Declared() []*Type {
	if u.Types == nil {
		return nil
	}
	return u.Types()
}

// All gives what is there already: of a universe that is small, as those of
// tests are.
func All[T any](items []T) func() []T { return func() []T { return items } }
