package check

import (
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Program is a script that was checked, with what was found out about it.
// It is complete when [File] returned no errors; then nothing in it is nil
// that a right script has.
type Program struct {
	Source   *source.File
	Tree     *syntax.File
	Name     string              // of the release; the file's name without .drl otherwise
	Release  *syntax.Release     // nil: none
	Targets  *Targets            // nil: none
	Inputs   []*Object           // ObjInput, in the order of the file
	Imports  map[string]*Program // by the name the script gives them
	Handlers []*syntax.Handler
	Tests    []*syntax.Test
	Info     *Info
	// Exports has what an importer can name: fns, rules and metrics, and the
	// lets above the first node.
	Exports map[string]*Object
	// Baselines has the file's baselines by name, Metrics its metrics blocks.
	Baselines, Metrics map[string]*Object
	// Env lists the environment variables that have to be set, in the order
	// of the text; those of imported programs too.
	Env []EnvVar
	// Deferred are the limits that depend on inputs: the plan checks them.
	Deferred []*Deferred
	// Given are the names of Options.Given, in their order.
	Given []*Object
}

// Given is a name that has its value before the file begins.
type Given struct {
	Name string
	Type *types.Type
}

// EnvVar is a literal env("NAME") without a default.
type EnvVar struct {
	Name  string
	File  *source.File
	Span  source.Span
	Input *Object // its default: needed only when the input is not given
}

// Deferred is a limit that can be judged once the inputs are known. Its
// expressions use inputs, the target and lets above the first node alone.
type Deferred struct {
	File  *source.File
	Span  source.Span
	Exprs []syntax.Expr
	// Check is given the values of Exprs and returns what is wrong with them,
	// or nil.
	Check func(values []value.Value) *source.Diagnostic
}

// Targets is the checked targets block.
type Targets struct {
	Decl  *syntax.Targets
	Names []string
	Type  *types.Type // of `target`: a record with name, guard and the fields
}

// Info is what the checker found out about the elements of one program.
// Imported programs have their own.
type Info struct {
	// Types has the type of every expression, after options were narrowed.
	Types map[syntax.Expr]*types.Type
	// Uses says what a name in an expression means.
	Uses map[*syntax.Ident]*Object
	// Defs says what a declaring name declares: lets, params, loop names,
	// lambda parameters, inputs, fns, rules, metrics blocks and their
	// metrics, baselines.
	Defs map[*syntax.Name]*Object
	// Calls says what is called, with the arguments in the parameters' order.
	Calls map[*syntax.Call]*Call
	// Members says what x.name is, where it is not a field: a method without
	// parentheses, a monitor's statistic, or the let of an import: CallFn with
	// an ObjLet.
	Members map[*syntax.Member]*Call
	// Monitors has what a monitor's names mean, by declaration.
	Monitors map[*syntax.Monitor]*Monitor
	// Units are the activation records: one of the file, one of each fn and
	// rule. Slots of objects count within their unit.
	Units map[syntax.Stmt]*Unit // *syntax.Fn, *syntax.Rule, *syntax.Test; nil key: the file
	// UndoNames lists the names that an undo uses and that its step or an
	// enclosing scope binds: they are journaled when it is armed.
	UndoNames map[*syntax.Undo][]*Object
	// TypeExprs has the meaning of each written type.
	TypeExprs map[*syntax.TypeExpr]*types.Type
	// Mocks has what the mocks of tests stand for.
	Mocks map[*syntax.Mock]*Mock
}

// Mock is what a mock stands for and what its value may name.
type Mock struct {
	Func   *types.Func // nil: a command, or a method known when the test runs
	Fn     *Object     // ObjFn: it stands for a fn of the language; else nil
	Result *types.Type // of the call, whole; nil: not known, or no value
	Want   *types.Type // what the value has to fit: Result with every field optional
	// Values are the expressions for its calls: one for each of sequence(…),
	// else the one that was written.
	Values []syntax.Expr
	// Call and Elapsed are the names `call` and `elapsed` in Values.
	Call, Elapsed *Object
}

// Unit counts the slots of one activation record.
type Unit struct{ Slots int }

// ObjectKind is what a name stands for.
type ObjectKind uint8

// The kinds of object.
const (
	ObjLet   ObjectKind = iota // let, loop name: a slot of its unit
	ObjParam                   // of a fn, rule or lambda: a slot of its unit
	ObjInput                   // a slot of the file's unit
	ObjFn
	ObjRule
	ObjMetrics
	ObjMetric        // in a monitor's rules, and under baseline.
	ObjBaseline      // a baseline's own name
	ObjPackage       // a built-in module: http
	ObjImport        // a use: django
	ObjBuiltin       // a built-in function of the core: env
	ObjTarget        // target
	ObjRun           // run, in handlers
	ObjBaselineValue // `baseline` in a monitor's rules
	ObjDegradation   // `degradation` in a monitor's rules
)

// Object is one declared thing.
type Object struct {
	Kind    ObjectKind
	Name    string
	Type    *types.Type // of its value; of the result for fns and rules; nil for none
	File    *source.File
	Span    source.Span    // of the name where it is declared
	Decl    syntax.Element // *syntax.Let, *syntax.Fn, *syntax.Input, …; nil for what the language gives
	Slot    int            // of lets, params and inputs, in their unit
	Func    *types.Func    // of a fn or rule: its signature; of ObjBuiltin
	Effect  types.Effect   // of a fn: what its body does; rules: Writes
	Program *Program       // of a fn, rule, metrics: where it is declared; of ObjImport: what it names
}

// CallKind is what a call calls.
type CallKind uint8

// The kinds of call.
const (
	CallBuiltin CallKind = iota // Call.Func
	CallMethod                  // a method of the language: xs.map(…): Call.Method on Call.Recv
	CallHandle                  // a handle's method: session.get(…): Call.Func on Call.Recv
	CallFn                      // Call.Object
	CallRule                    // Call.Object
	CallMetric                  // in a monitor's rules: Call.Object and Call.Method (p95, over, missing, degradation, proven, burn, leak)
)

// Call is a resolved call. Args has one entry a parameter: nil where it was
// left out. The arguments of a variadic parameter follow from its index on.
type Call struct {
	Kind     CallKind
	Func     *types.Func
	Object   *Object
	Method   string
	Recv     syntax.Expr
	Args     []syntax.Expr
	Optional bool // reached through ?.: null when Recv is
	Baseline bool // CallMetric under `baseline.`
}

// Monitor is what a monitor's declaration refers to.
type Monitor struct {
	Metrics  *Object // ObjMetrics
	Baseline *Object // ObjBaseline or, with AgainstLive, ObjMetrics; nil: none
}

// Options is what checking a file needs from outside of it.
type Options struct {
	// Universe has the built-ins.
	Universe *types.Universe
	// Import returns the text of what a use names ("std/web", "./db.drl"),
	// relative to the file that names it. Nil: no imports can be resolved.
	Import func(from *source.File, path string) (*source.File, error)
	// LookPath tells whether a program can be started. Nil: not asked.
	LookPath func(program string) bool
	// Given are names that the file can use, and bind anew, without declaring
	// them: what was bound before it in a session. The file's text begins with
	// a blank line, so that nothing of its own stands where they do.
	Given []Given
	// Importable lists what a use in the file could name, for "did you mean".
	// Nil: not known.
	Importable func(from *source.File) []string
}
