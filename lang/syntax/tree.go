package syntax

import "github.com/drl-lang/drl/lang/source"

// Element is anything in the tree: it knows the bytes it was written with.
type Element interface{ Span() source.Span }

// At is the place of an element, embedded in each.
type At source.Span

// Span returns the place.
func (a At) Span() source.Span { return source.Span(a) }

// Stmt is a declaration, a node or a statement of a body: whatever stands on
// a line of its own. Which may stand where is the checker's business.
type Stmt interface {
	Element
	stmt()
}

// Expr is an expression.
type Expr interface {
	Element
	expr()
}

// File is one parsed script. Statements that could not be read are *Bad, so
// that everything around them is still checked.
type File struct {
	At
	Source   *source.File
	Stmts    []Stmt
	Comments []*Comment // all, in the order of the text
}

// Comment is a "#" comment; Doc says that it began with "##".
type Comment struct {
	At
	Text string // with its "#", without the line's end
	Doc  bool
}

// Name is a word that declares or names something.
type Name struct {
	At
	Text string
}

// ---- declarations

// Use is `use "path" [as name]`.
type Use struct {
	At
	Path *String
	As   *Name // nil: the last part of the path
}

// Release is `release "name" { … }`.
type Release struct {
	At
	Title  *String
	Fields *Record
}

// Targets is `targets { … }`.
type Targets struct {
	At
	Fields *Record // of records
}

// Input is `input name: type constraint… [= default]`.
type Input struct {
	At
	Doc         string
	Name        *Name
	Type        *TypeExpr
	Constraints []*Constraint
	Default     Expr // nil: required
}

// Constraint limits an input: Op is one of matches in > >= < <=.
type Constraint struct {
	At
	Op    string
	Value Expr
}

// Fn is `fn name(params) -> type { … }`.
type Fn struct {
	At
	Doc    string
	Name   *Name
	Params []*Param
	Result *TypeExpr
	Body   *Block
}

// Rule is `rule name(params) [-> type] { … }`.
type Rule struct {
	At
	Doc    string
	Name   *Name
	Params []*Param
	Result *TypeExpr // nil: no value
	Body   *Block
}

// Param is one parameter of a fn or rule.
type Param struct {
	At
	Name    *Name
	Type    *TypeExpr
	Default Expr // nil: required
}

// Metrics is `metrics name { … }`.
type Metrics struct {
	At
	Doc     string
	Name    *Name
	Metrics []*Metric
}

// Metric is one line of a metrics block.
type Metric struct {
	At
	Name      *Name
	Value     Expr
	Direction string // "lower", "higher" or "" (not said)
	Floor     Expr   // nil: none
}

// Handler is `on event { … }`.
type Handler struct {
	At
	Event *Name // start warn waiting failure rollback success finish
	Body  *Block
}

// Test is `test "title" { … }`.
type Test struct {
	At
	Title *String
	Body  *Block
}

// ---- nodes

// Block is `{ … }`.
type Block struct {
	At
	Stmts []Stmt
}

// Policy is `or stop | rollback | warn | ask`; a nil policy is the default.
type Policy struct {
	At
	Action string
}

// Phase is `phase "title" [or policy] { … }`.
type Phase struct {
	At
	Doc    string
	Title  *String
	Policy *Policy
	Body   *Block
}

// Check is `check "title" [clauses] { … }`. Clauses not written are nil.
type Check struct {
	At
	Doc     string
	Title   *String
	Policy  *Policy
	Within  Expr
	Every   Expr
	Timeout Expr
	Body    *Block
}

// Step is `step "title" [clauses] { … }`. Clauses not written are nil.
type Step struct {
	At
	Doc          string
	Title        *String
	Policy       *Policy
	Timeout      Expr
	Retry        Expr
	Every        Expr // between tries
	Grace        Expr
	Leaves       *String
	Irreversible *String
	Repeatable   *Name // nil: not
	Body         *Block
}

// Confirm is `confirm "title" [clauses]`.
type Confirm struct {
	At
	Doc       string
	Title     *String
	Policy    *Policy
	By        Expr
	Approvals Expr // an integer literal
	Timeout   Expr
}

// Ask is `ask "title" [secret] [timeout D]`; it stands after `let x =` only.
type Ask struct {
	At
	Title   *String
	Secret  bool
	Timeout Expr
}

// Wait is `wait D` (For) or `wait until EXPR within D [every D]`.
type Wait struct {
	At
	For    Expr // nil with Until
	Until  Expr
	Within Expr
	Every  Expr
}

// Parallel is `parallel [max N] { … }` or `parallel [max N] for … { … }`.
type Parallel struct {
	At
	Max  Expr
	Body *Block // nil with For
	For  *For
}

// For is `for name in list { … }`.
type For struct {
	At
	Name *Name
	List Expr
	Body *Block
}

// If is `if cond { … } [else …]`.
type If struct {
	At
	Cond Expr
	Then *Block
	Else Stmt // *If, *ElseBlock or nil
}

// ElseBlock is the block after a last `else`.
type ElseBlock struct{ *Block }

// In is `in dir [with { … }] { … }` or `with { … } { … }`.
type In struct {
	At
	Dir  Expr    // nil: unchanged
	With *Record // nil: none
	Body *Block
}

// Baseline is `baseline name of metrics for D every D`, or `… from last N
// passed runs`.
type Baseline struct {
	At
	Doc   string
	Name  *Name
	Of    *Name
	For   Expr // nil with Last
	Every Expr
	Last  Expr // an integer literal
}

// Monitor is `monitor "title" of metrics [clauses] { rules }`. Exactly one of
// For and While is there in a right script.
type Monitor struct {
	At
	Doc          string
	Title        *String
	Policy       *Policy
	Of           *Name
	Against      *Name // nil: none
	AgainstLive  bool  // Against names a metrics block, not a baseline
	For          Expr
	Every        Expr
	Warmup       Expr
	OnNoBaseline *Name // ask pass fail, or nil
	Rules        []*MonRule
	While        *Block
}

// MonRule is `rollback | fail | warn | pass [now] if COND [for D | for M of N]`.
type MonRule struct {
	At
	Action string
	Now    bool
	Cond   Expr
	Hold   Expr // nil: none
	Of     Expr // nil unless `for M of N`
}

// Settle is `settle "title"`.
type Settle struct {
	At
	Doc   string
	Title *String
}

// Follow is `follow "title" after D [by group] { … }`.
type Follow struct {
	At
	Doc    string
	Title  *String
	Policy *Policy
	After  Expr
	By     Expr
	Body   *Block
}

// ---- statements

// Let is `let name = …`: exactly one of Value, Command, Step, Confirm and Ask
// is there. `let r = $ cmd` is a write that has a value.
type Let struct {
	At
	Doc     string
	Name    *Name
	Value   Expr
	Command *Command
	Step    *Step
	Confirm *Confirm
	Ask     *Ask
}

// Expect is `expect | require EXPR [else EXPR]`.
type Expect struct {
	At
	Require bool
	Cond    Expr
	Else    Expr
}

// Return is `return EXPR`.
type Return struct {
	At
	Value Expr
}

// Undo is `undo [or ask] { … }` or `undo none "why"`.
type Undo struct {
	At
	OrAsk bool
	None  *String // not nil: nothing to undo, and why
	Body  *Block
}

// Done is `done if EXPR`.
type Done struct {
	At
	Cond Expr
}

// Finally is `finally { … }`.
type Finally struct {
	At
	Body *Block
}

// Mock is `mock call [after D] => EXPR`: Path with Args, or Command.
type Mock struct {
	At
	Path    []*Name
	Args    []*Arg
	Command *String // `mock $ "pattern"`
	After   Expr
	Value   Expr
}

// CallStmt is a call on a line of its own.
type CallStmt struct {
	At
	Call Expr // *Call in a right script
}

// CommandStmt is `$ …` on a line of its own.
type CommandStmt struct {
	At
	Command *Command
}

// Bad is a statement that could not be read; it was reported.
type Bad struct{ At }

// ---- commands

// Command is one shell line: the text between `$ ` and its end, or between
// `$(` and `)`.
type Command struct {
	At                // from the `$`
	Text  source.Span // the shell text alone
	Holes []*Hole     // in the order of the text
	Line  *ShellLine  // nil when the text is not a shell line; that was reported
}

// Hole is `{expr}` in a command.
type Hole struct {
	At   // with its braces
	Expr Expr
}

// ---- expressions

// Ident is a name.
type Ident struct {
	At
	Name string
}

// Int is a whole number literal.
type Int struct {
	At
	Value int64
}

// Number is a literal with a point or an exponent.
type Number struct {
	At
	Value float64
}

// Unit is the dimension of a Quantity literal.
type Unit uint8

// Units of quantity literals.
const (
	UnitDuration Unit = iota + 1 // Quantity.Int is nanoseconds
	UnitSize                     // Quantity.Int is bytes
	UnitPercent                  // Quantity.Float is the fraction: 50% is 0.5
	UnitPoints                   // Quantity.Float is the fraction: 5pp is 0.05
)

// Quantity is a number with its unit: 500ms, 2MiB, 50%, 5pp.
type Quantity struct {
	At
	Unit  Unit
	Int   int64
	Float float64
	Text  string // as written
}

// Bool is true or false.
type Bool struct {
	At
	Value bool
}

// Null is null.
type Null struct{ At }

// String is a string literal, of either kind of quotes.
type String struct {
	At
	Parts []StringPart // none: the empty string
	Raw   bool         // '…'
	Multi bool         // """…""" or '''…'''
}

// StringPart is literal text (Expr is nil) or an interpolation.
type StringPart struct {
	Text string      // with escapes resolved
	Expr Expr        // nil: Text
	Span source.Span // with the braces, for an interpolation
}

// Constant returns the text of a string without interpolations.
func (s *String) Constant() (string, bool) {
	text := ""
	for _, p := range s.Parts {
		if p.Expr != nil {
			return "", false
		}
		text += p.Text
	}
	return text, true
}

// List is [a, b].
type List struct {
	At
	Items []Expr
}

// Record is { name: value }; with IsMap, { "key": value }.
type Record struct {
	At
	Fields []*Field
	IsMap  bool // every key is a string
}

// Field is one entry of a record (Name) or map (Key).
type Field struct {
	At
	Name  *Name
	Key   *String
	Value Expr
}

// Unary is `- x`, `not x`, `try x`, `safe x`.
type Unary struct {
	At
	Op string
	X  Expr
}

// Binary is x Op y, with Op one of
// or and == != < <= > >= in contains matches ?? .. + - * / mod.
type Binary struct {
	At
	Op   string
	OpAt source.Span
	X, Y Expr
}

// Is is `x is T` or `x is null` (Type is nil).
type Is struct {
	At
	X    Expr
	Type *TypeExpr
}

// As is `x as T`.
type As struct {
	At
	X    Expr
	Type *TypeExpr
}

// IfExpr is `if c then a else b`.
type IfExpr struct {
	At
	Cond, Then, Else Expr
}

// Member is x.name or x?.name.
type Member struct {
	At
	X        Expr
	Name     *Name
	Optional bool
}

// Index is x[i].
type Index struct {
	At
	X, I Expr
}

// Call is f(args).
type Call struct {
	At
	Fn   Expr
	Args []*Arg
}

// Arg is one argument, positional (Name is nil) or named.
type Arg struct {
	At
	Name  *Name
	Value Expr
}

// Lambda is `x => expr` or `(x, y) => expr`; it is an argument only.
type Lambda struct {
	At
	Params []*Name
	Body   Expr
}

// CommandValue is `$( … )`, `$?( … )` or `secret $( … )`.
type CommandValue struct {
	At
	Command  *Command
	MayFail  bool // $?( … )
	IsSecret bool
}

// Paren is (x).
type Paren struct {
	At
	X Expr
}

// BadExpr is an expression that could not be read; it was reported.
type BadExpr struct{ At }

// TypeExpr is a type as written: exactly one of List, Map, Fields and Name.
type TypeExpr struct {
	At
	List     *TypeExpr    // list[T]
	Map      *TypeExpr    // map[T]
	Fields   []*FieldType // { a: T }
	IsRecord bool         // Fields, which may be empty
	Name     string       // "int", "Backup", "postgres.Backup"
	Optional bool         // T?
}

// FieldType is one field of a record type.
type FieldType struct {
	At
	Name *Name
	Type *TypeExpr
}

func (*Use) stmt()         {}
func (*Release) stmt()     {}
func (*Targets) stmt()     {}
func (*Input) stmt()       {}
func (*Fn) stmt()          {}
func (*Rule) stmt()        {}
func (*Metrics) stmt()     {}
func (*Handler) stmt()     {}
func (*Test) stmt()        {}
func (*Phase) stmt()       {}
func (*Check) stmt()       {}
func (*Step) stmt()        {}
func (*Confirm) stmt()     {}
func (*Wait) stmt()        {}
func (*Parallel) stmt()    {}
func (*For) stmt()         {}
func (*If) stmt()          {}
func (*ElseBlock) stmt()   {}
func (*In) stmt()          {}
func (*Baseline) stmt()    {}
func (*Monitor) stmt()     {}
func (*Settle) stmt()      {}
func (*Follow) stmt()      {}
func (*Let) stmt()         {}
func (*Expect) stmt()      {}
func (*Return) stmt()      {}
func (*Undo) stmt()        {}
func (*Done) stmt()        {}
func (*Finally) stmt()     {}
func (*Mock) stmt()        {}
func (*CallStmt) stmt()    {}
func (*CommandStmt) stmt() {}
func (*Bad) stmt()         {}

func (*Ident) expr()        {}
func (*Int) expr()          {}
func (*Number) expr()       {}
func (*Quantity) expr()     {}
func (*Bool) expr()         {}
func (*Null) expr()         {}
func (*String) expr()       {}
func (*List) expr()         {}
func (*Record) expr()       {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*Is) expr()           {}
func (*As) expr()           {}
func (*IfExpr) expr()       {}
func (*Member) expr()       {}
func (*Index) expr()        {}
func (*Call) expr()         {}
func (*Lambda) expr()       {}
func (*CommandValue) expr() {}
func (*Paren) expr()        {}
func (*BadExpr) expr()      {}
