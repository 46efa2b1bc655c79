package virtual

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// Cover counts what runs reach of the programs that they carry out. It is used
// by one run at a time; those of several are brought together by Add. The zero
// Cover has reached nothing.
type Cover struct{ reached map[point]bool }

// point is a way through an element of a file.
type point struct {
	file       string
	start, end uint32
	way        compile.Way
}

func pointAt(file *source.File, e syntax.Element, way compile.Way) point {
	span := e.Span()
	return point{file.Name, span.Start, span.End, way}
}

// Reached notes that a way was taken: it is what compile.Watch wants.
func (c *Cover) Reached(file *source.File, e syntax.Element, way compile.Way) {
	if c.reached == nil {
		c.reached = map[point]bool{}
	}
	c.reached[pointAt(file, e, way)] = true
}

// Add takes over what other has reached.
func (c *Cover) Add(other *Cover) {
	if c.reached == nil {
		c.reached = map[point]bool{}
	}
	for p := range other.reached {
		c.reached[p] = true
	}
}

// Count is how many there are, and how many of them were reached.
type Count struct {
	Reached int `json:"reached"`
	Of      int `json:"of"`
}

// FileCover is what was reached of one file.
type FileCover struct {
	File     string   `json:"file"`
	Lines    Count    `json:"lines"`    // on which a statement begins
	Branches Count    `json:"branches"` // of ifs, texts after else, policies
	Rules    Count    `json:"rules"`    // of monitors, that have fired
	Undos    Count    `json:"undos"`    // that have run
	Missed   []Missed `json:"missed"`   // in the order of the text
}

// Missed is a place that no run has reached.
type Missed struct {
	Kind string `json:"kind"` // line, branch, rule or undo
	Line int    `json:"line"`
	Last int    `json:"last"` // the last of several lines in a row; else Line
	What string `json:"what"` // the first line of it, as it is written
}

// Files tells what was reached of each program and of what it imports, each
// file once, by name. What follows a run (the inside of follow-ups) and tests
// are left out: no run can reach them.
func (c *Cover) Files(programs []*check.Program) []FileCover {
	seen := map[string]bool{}
	var files []FileCover
	var visit func(p *check.Program)
	visit = func(p *check.Program) {
		if p == nil || seen[p.Source.Name] {
			return
		}
		seen[p.Source.Name] = true
		if f := c.file(p); f.Lines.Of > 0 {
			files = append(files, f)
		}
		for _, q := range p.Imports {
			visit(q)
		}
	}
	for _, p := range programs {
		visit(p)
	}
	slices.SortFunc(files, func(a, b FileCover) int { return strings.Compare(a.File, b.File) })
	return files
}

// survey is a file while its points are counted.
type survey struct {
	cover *Cover
	file  *source.File
	lines map[int]bool // by number: whether all that begins on it was reached
	FileCover
}

func (c *Cover) file(p *check.Program) FileCover {
	s := &survey{cover: c, file: p.Source, lines: map[int]bool{}}
	s.File = p.Source.Name
	s.inside(p.Tree)
	s.missedLines()
	slices.SortStableFunc(s.Missed, func(a, b Missed) int { return a.Line - b.Line })
	if s.Missed == nil {
		s.Missed = []Missed{}
	}
	return s.FileCover
}

// inside counts what is in an element, itself left out.
func (s *survey) inside(outer syntax.Element) {
	syntax.Walk(outer, func(e syntax.Element) bool {
		if e == outer {
			return true
		}
		return s.element(e)
	})
}

// element counts an element and tells whether to go on with its inside.
func (s *survey) element(e syntax.Element) bool {
	switch e := e.(type) {
	case *syntax.Test, *syntax.Release, *syntax.Targets:
		return false
	case *syntax.Let:
		s.line(e)
		if e.Step != nil || e.Confirm != nil || e.Ask != nil {
			syntax.Walk(e, func(x syntax.Element) bool {
				if x == syntax.Element(e.Step) || x == syntax.Element(e.Confirm) || x == syntax.Element(e.Ask) {
					s.inside(x)
					return false
				}
				return true
			})
			return false
		}
	case *syntax.Parallel:
		s.line(e)
		if e.For != nil {
			s.inside(e.For) // it begins with the parallel
			return false
		}
	case *syntax.Phase, *syntax.Check, *syntax.Step, *syntax.Confirm, *syntax.Wait, *syntax.For, *syntax.In, *syntax.Baseline,
		*syntax.Settle, *syntax.Return, *syntax.Done, *syntax.CallStmt, *syntax.CommandStmt, *syntax.Metric, *syntax.Handler, *syntax.Finally:
		s.line(e)
	case *syntax.Follow:
		s.line(e)
		return false
	case *syntax.Expect:
		s.line(e)
		if e.Else != nil {
			s.count(&s.Branches, "branch", e.Else, s.reached(e, compile.Else))
		}
	case *syntax.If:
		s.line(e)
		s.count(&s.Branches, "branch", e.Then, s.reached(e, compile.Then), firstLine(s.file, e))
		what := "no else: " + firstLine(s.file, e)
		if e.Else != nil {
			what = "the else of " + firstLine(s.file, e)
			s.count(&s.Branches, "branch", e.Else, s.reached(e, compile.Else), what)
			break
		}
		s.count(&s.Branches, "branch", e, s.reached(e, compile.Else), what)
	case *syntax.IfExpr:
		s.count(&s.Branches, "branch", e.Then, s.reached(e, compile.Then))
		s.count(&s.Branches, "branch", e.Else, s.reached(e, compile.Else))
	case *syntax.Policy:
		s.count(&s.Branches, "branch", e, s.reached(e, compile.Begun))
	case *syntax.Monitor:
		s.line(e)
	case *syntax.MonRule:
		s.count(&s.Rules, "rule", e, s.reached(e, compile.Begun))
		return false
	case *syntax.Undo:
		if e.Body == nil {
			return false
		}
		s.count(&s.Undos, "undo", e, s.reached(e, compile.Begun))
	}
	return true
}

func (s *survey) reached(e syntax.Element, way compile.Way) bool {
	return s.cover.reached[pointAt(s.file, e, way)]
}

// line counts a statement's line.
func (s *survey) line(e syntax.Element) {
	at := s.file.Place(e.Span()).Line
	before, known := s.lines[at]
	s.lines[at] = s.reached(e, compile.Begun) && (before || !known)
}

// count counts one thing, and notes it where it was missed. what says it in
// place of its text.
func (s *survey) count(n *Count, kind string, at syntax.Element, reached bool, what ...string) {
	n.Of++
	if reached {
		n.Reached++
		return
	}
	line := s.file.Place(at.Span()).Line
	text := strings.Join(what, "")
	if text == "" {
		text = firstLine(s.file, at)
	}
	s.Missed = append(s.Missed, Missed{Kind: kind, Line: line, Last: line, What: text})
}

// missedLines notes the lines that were missed, those that follow each other
// as one: what lies between two of them has no statement of its own.
func (s *survey) missedLines() {
	var numbers []int
	for n, reached := range s.lines {
		numbers = append(numbers, n)
		if reached {
			s.Lines.Reached++
		}
	}
	slices.Sort(numbers)
	s.Lines.Of = len(numbers)
	open := -1
	for _, n := range numbers {
		switch {
		case s.lines[n]:
			open = -1
		case open >= 0:
			s.Missed[open].Last = n
		default:
			open = len(s.Missed)
			s.Missed = append(s.Missed, Missed{Kind: "line", Line: n, Last: n, What: strings.TrimSpace(s.file.Line(n))})
		}
	}
}

func firstLine(file *source.File, e syntax.Element) string {
	line, more, _ := strings.Cut(file.Slice(e.Span()), "\n")
	line = strings.TrimRight(line, " \t\r")
	if more != "" && strings.HasSuffix(line, "{") {
		line = strings.TrimRight(strings.TrimSuffix(line, "{"), " ")
	}
	return line
}
