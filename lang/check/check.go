package check

import (
	"path"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// File checks a parsed file and everything it imports.
// The diagnostics are of all files, sorted, warnings among them; those of
// parsing f are the caller's. The program is never nil, and complete when
// none of the diagnostics is an error.
func File(f *syntax.File, o Options) (*Program, source.Diagnostics) {
	if o.Universe == nil {
		o.Universe = &types.Universe{}
	}
	s := &session{opts: o, programs: map[string]*Program{}, programsOnPath: map[string]bool{}, looks: map[*Object]look{}}
	p := s.program(f, nil)
	s.ds.Sort()
	return p, s.ds
}

// session is the checking of one file with all it imports.
type session struct {
	opts           Options
	ds             source.Diagnostics
	programs       map[string]*Program // by file name: each is checked once
	ring           []*source.File      // being checked, outermost first
	programsOnPath map[string]bool     // what LookPath said
	looks          map[*Object]look    // where fns look at the world
}

// look is the first place where a fn reads, itself or in a fn that it calls.
type look struct {
	file *source.File
	span source.Span
}

// declarations is what a file declares, and what has to be remembered while
// its statements are checked.
type declarations struct {
	session     *session
	tree        *syntax.File
	imported    *syntax.Use // why the file is checked; nil: it is the script itself
	scope       *scope      // of the file
	top         *scope      // of what the language and the built-ins give
	prelude     map[*Object]bool
	preludeLets []*syntax.Let
	metrics     map[string]*Object
	baselines   map[string]*Object
	metricsOf   map[*syntax.Metrics][]*Object
	handlers    map[string]*syntax.Handler
	fns         []*fnBody
	calls       map[*syntax.Rule][]ruleCall
	settle      *syntax.Settle
	undirected  map[*syntax.Metric]bool // reported already
	folded      map[*Object]value.Value // what lets are known to be; nil: not before the run
}

// program checks one file. use is the statement that names it, nil for the
// script itself.
func (s *session) program(f *syntax.File, use *syntax.Use) *Program {
	p := &Program{
		Source: f.Source, Tree: f, Name: strings.TrimSuffix(path.Base(f.Source.Name), ".drl"),
		Imports: map[string]*Program{}, Exports: map[string]*Object{}, Baselines: map[string]*Object{}, Metrics: map[string]*Object{},
		Info: &Info{
			Types: map[syntax.Expr]*types.Type{}, Uses: map[*syntax.Ident]*Object{}, Defs: map[*syntax.Name]*Object{},
			Calls: map[*syntax.Call]*Call{}, Members: map[*syntax.Member]*Call{}, Monitors: map[*syntax.Monitor]*Monitor{},
			Units: map[syntax.Stmt]*Unit{nil: {}}, UndoNames: map[*syntax.Undo][]*Object{}, TypeExprs: map[*syntax.TypeExpr]*types.Type{},
			Mocks: map[*syntax.Mock]*Mock{},
		},
	}
	s.programs[f.Source.Name] = p
	s.ring = append(s.ring, f.Source)
	defer func() { s.ring = s.ring[:len(s.ring)-1] }()

	c := &checker{opts: s.opts, file: f.Source, prog: p, ds: &s.ds, gone: map[string]gone{}}
	c.decls = &declarations{
		session: s, tree: f, imported: use, prelude: map[*Object]bool{}, metrics: p.Metrics, baselines: p.Baselines,
		metricsOf: map[*syntax.Metrics][]*Object{}, handlers: map[string]*syntax.Handler{}, calls: map[*syntax.Rule][]ruleCall{},
		undirected: map[*syntax.Metric]bool{}, folded: map[*Object]value.Value{},
	}
	c.decls.top = newScope(nil, p.Info.Units[nil])
	c.universe(c.decls.top)
	if use == nil {
		c.given(c.decls.top)
	}
	c.scope = newScope(c.decls.top, p.Info.Units[nil])
	c.decls.scope = c.scope
	c.all(f)
	return p
}

// universe binds what every script can name without declaring it.
func (c *checker) universe(s *scope) {
	for _, f := range c.opts.Universe.Core {
		s.names[f.Name] = &Object{Kind: ObjBuiltin, Name: f.Name, Type: f.Result, Func: f, Effect: f.Effect}
	}
	for _, p := range c.opts.Universe.Packages {
		// A module may share its name with a core function: secret("x") and
		// secret.file("x"). The function has the name; its members are the
		// module's.
		if s.names[p.Name] == nil {
			s.names[p.Name] = &Object{Kind: ObjPackage, Name: p.Name, Type: &types.Type{Kind: types.Module, Name: p.Name}}
		}
	}
}

// given binds the names that had their values before.
func (c *checker) given(s *scope) {
	for _, g := range c.opts.Given {
		o := &Object{Kind: ObjLet, Name: g.Name, Type: typed(g.Type), Slot: s.unit.Slots}
		s.unit.Slots++
		s.names[g.Name] = o
		c.prog.Given = append(c.prog.Given, o)
	}
}

// all checks the whole file: first what it declares, so that fns, rules,
// inputs, metrics and baselines are known in all of it, then its statements
// from the first to the last.
func (c *checker) all(f *syntax.File) {
	c.context = context{at: inFile, place: "a let outside of a step", allows: types.Reads}
	c.announce(f.Stmts)
	c.collect(f)
	if c.decls.imported != nil {
		c.importable(f)
	}
	c.inputs(f)
	c.targets()
	c.preludeLets()
	c.fnBodies()
	c.preludeOrder()
	c.paramDefaults(f)
	c.metricsBlocks(f)
	c.release()
	c.ruleBodies(f)
	firstNode := c.firstNode(f)
	for i, s := range f.Stmts {
		if _, isLet := s.(*syntax.Let); isLet && i < firstNode {
			continue // checked with the declarations
		}
		if kind, _ := sortOf(s); kind != sDeclaration {
			c.stmt(s, true)
		}
	}
	c.handlersOf(f)
	c.tests(f)
	c.exports()
	c.environment(f)
}

// firstNode returns the index of the first statement that is a node: lets
// above it are evaluated before anything starts.
func (c *checker) firstNode(f *syntax.File) int {
	for i, s := range f.Stmts {
		if _, bad := s.(*syntax.Bad); bad {
			continue
		}
		switch kind, _ := sortOf(s); kind {
		case sDeclaration, sLet, sMock:
			if let, ok := s.(*syntax.Let); ok && c.callsRule(let.Value) {
				return i
			}
		default:
			return i
		}
	}
	return len(f.Stmts)
}

// callsRule tells whether e is the call of a rule, before it was checked.
func (c *checker) callsRule(e syntax.Expr) bool {
	call, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	switch fn := call.Fn.(type) {
	case *syntax.Ident:
		o := c.decls.scope.names[fn.Name]
		return o != nil && o.Kind == ObjRule
	case *syntax.Member:
		if x, ok := fn.X.(*syntax.Ident); ok && fn.Name != nil {
			o := c.decls.scope.names[x.Name]
			if o != nil && o.Kind == ObjImport && o.Program != nil {
				member := o.Program.Exports[fn.Name.Text]
				return member != nil && member.Kind == ObjRule
			}
		}
	}
	return false
}

// preludeLets checks the lets above the first node.
func (c *checker) preludeLets() {
	f := c.decls.tree
	c.context.place = "a let above the first node"
	for _, s := range f.Stmts[:c.firstNode(f)] {
		let, ok := s.(*syntax.Let)
		if !ok {
			continue
		}
		c.stmt(let, true)
		if o := c.prog.Info.Defs[let.Name]; o != nil {
			c.decls.prelude[o] = true
			c.decls.preludeLets = append(c.decls.preludeLets, let)
		}
	}
	c.context.place = "a let outside of a step"
}

// exports lists what an importer can name.
func (c *checker) exports() {
	for name, o := range c.decls.scope.names {
		switch {
		case o.Kind == ObjFn, o.Kind == ObjRule, o.Kind == ObjLet && c.decls.prelude[o]:
			c.prog.Exports[name] = o
		}
	}
	for name, o := range c.decls.metrics {
		if c.prog.Exports[name] == nil {
			c.prog.Exports[name] = o
		}
	}
}
