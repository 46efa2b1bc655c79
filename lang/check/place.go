package check

import (
	"fmt"
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
)

// place is what a statement stands in. `if`, `for`, `in` and `parallel` stand
// in what is around them.
type place uint8

const (
	inFile place = iota
	inPhase
	inWhile
	inRule
	inCheck
	inStep
	inUndo
	inHandler
	inCheckFinally
	inStepFinally
	inFollow
	inFn
	inTest
)

var placeWords = [...]string{
	inFile: "the file", inPhase: "a phase", inWhile: "a monitor's while", inRule: "a rule", inCheck: "a check", inStep: "a step",
	inUndo: "an undo", inHandler: "a handler", inCheckFinally: "a check's finally", inStepFinally: "a step's finally",
	inFollow: "a follow-up", inFn: "a fn", inTest: "a test",
}

func (p place) String() string { return placeWords[p] }

// holdsNodes tells whether nodes stand in p.
func (p place) holdsNodes() bool { return p <= inRule }

// sort is what sort of statement stands somewhere: the columns of the table
// of what may stand where.
type sort uint8

const (
	sDeclaration sort = iota
	sPhase
	sCheck
	sStep
	sConfirm
	sAsk
	sWait
	sParallel
	sFor
	sIf
	sIn
	sBaseline
	sMonitor
	sSettle
	sFollow
	sLet
	sLetCommand
	sCall
	sExpect
	sReturn
	sUndo
	sDone
	sFinally
	sMock
	sCommand
)

var sortWords = [...]string{
	sDeclaration: "a declaration", sPhase: "a phase", sCheck: "a check", sStep: "a step", sConfirm: "a confirm", sAsk: "an ask", sWait: "a wait",
	sParallel: "parallel", sFor: "a for", sIf: "an if", sIn: "in … with …", sBaseline: "a baseline", sMonitor: "a monitor", sSettle: "settle",
	sFollow: "a follow-up", sLet: "a let", sLetCommand: "a command", sCall: "a call", sExpect: "an expect", sReturn: "a return", sUndo: "an undo",
	sDone: "done if", sFinally: "a finally", sMock: "a mock", sCommand: "a command",
}

func sorts(list ...sort) (set uint32) {
	for _, s := range list {
		set |= 1 << s
	}
	return set
}

var (
	nodeSorts = sorts(sPhase, sCheck, sStep, sConfirm, sAsk, sWait, sParallel, sFor, sIf, sIn, sBaseline, sMonitor, sSettle, sFollow, sLet, sCall)
	lookSorts = sorts(sLet, sLetCommand, sExpect, sCommand, sIf, sFor, sIn, sCall)
)

// standing is the table of LANGUAGE.md, section 7: what may stand where.
var standing = [...]uint32{
	inFile:         nodeSorts | sorts(sDeclaration),
	inPhase:        nodeSorts,
	inWhile:        nodeSorts,
	inRule:         nodeSorts | sorts(sReturn),
	inCheck:        lookSorts | sorts(sFinally),
	inStep:         lookSorts | sorts(sFinally, sReturn, sUndo, sDone),
	inUndo:         lookSorts | sorts(sCheck),
	inHandler:      lookSorts | sorts(sCheck),
	inCheckFinally: lookSorts,
	inStepFinally:  lookSorts,
	inFollow:       sorts(sCheck, sConfirm, sLet),
	inFn:           sorts(sLet, sIf, sFor, sReturn, sCall),
	inTest:         sorts(sMock, sLet, sExpect),
}

// sortOf returns the sort of a statement and what a message calls it.
func sortOf(s syntax.Stmt) (sort, string) {
	named := func(s sort) (sort, string) { return s, sortWords[s] }
	switch s := s.(type) {
	case *syntax.Use:
		return sDeclaration, "use"
	case *syntax.Release:
		return sDeclaration, "release"
	case *syntax.Targets:
		return sDeclaration, "targets"
	case *syntax.Input:
		return sDeclaration, "an input"
	case *syntax.Fn:
		return sDeclaration, "a fn"
	case *syntax.Rule:
		return sDeclaration, "a rule"
	case *syntax.Metrics:
		return sDeclaration, "a metrics block"
	case *syntax.Handler:
		return sDeclaration, "a handler"
	case *syntax.Test:
		return sDeclaration, "a test"
	case *syntax.Phase:
		return named(sPhase)
	case *syntax.Check:
		return named(sCheck)
	case *syntax.Step:
		return named(sStep)
	case *syntax.Confirm:
		return named(sConfirm)
	case *syntax.Wait:
		return named(sWait)
	case *syntax.Parallel:
		return named(sParallel)
	case *syntax.For:
		return named(sFor)
	case *syntax.If, *syntax.ElseBlock:
		return named(sIf)
	case *syntax.In:
		if s.Dir == nil {
			return sIn, "with { … }"
		}
		return sIn, "in … { }"
	case *syntax.Baseline:
		return named(sBaseline)
	case *syntax.Monitor:
		return named(sMonitor)
	case *syntax.Settle:
		return named(sSettle)
	case *syntax.Follow:
		return named(sFollow)
	case *syntax.Let:
		switch {
		case s.Step != nil:
			return named(sStep)
		case s.Confirm != nil:
			return named(sConfirm)
		case s.Ask != nil:
			return named(sAsk)
		case s.Command != nil:
			return named(sLetCommand)
		}
		return named(sLet)
	case *syntax.Expect:
		if s.Require {
			return sExpect, "a require"
		}
		return named(sExpect)
	case *syntax.Return:
		return named(sReturn)
	case *syntax.Undo:
		return named(sUndo)
	case *syntax.Done:
		return named(sDone)
	case *syntax.Finally:
		return named(sFinally)
	case *syntax.Mock:
		return named(sMock)
	case *syntax.CommandStmt:
		return named(sCommand)
	}
	return named(sCall)
}

// misplaced reports a statement that may not stand where it does, and tells
// whether it did. direct says that the statement is a child of the block of
// the place itself, not of an `if` or `for` in it.
func (c *checker) misplaced(s syntax.Stmt, direct bool) bool {
	if c.context.strayed {
		return false
	}
	kind, word := sortOf(s)
	at := c.context.at
	if kind == sMock && at == inFile && strings.HasSuffix(c.file.Name, TestSuffix) {
		return false // it holds for every test of the file
	}
	if standing[at]&(1<<kind) == 0 {
		d := c.errorf(codeMisplaced, c.head(s), "%s cannot stand in %s", word, at)
		if at == inFile {
			d.Message = fmt.Sprintf("%s cannot stand on its own in the file", word)
		}
		d.Hint = placementHint(kind, at)
		if c.context.because != nil {
			_, word, _ := strings.Cut(at.String(), " ")
			c.also(d, c.context.because, "in this "+word)
		}
		return true
	}
	if direct {
		return false
	}
	switch kind {
	case sUndo, sDone, sFinally:
		d := c.errorf(codeNotDirect, c.head(s), "%s stands directly in its %s, not in a block within it", word, ownerWord(at))
		d.Hint = "move it out of the if, for or in"
		return true
	case sDeclaration:
		d := c.errorf(codeMisplaced, c.head(s), "%s stands at the file's own level, not in a block", word)
		d.Hint = "move it out of the block"
		return true
	}
	return false
}

func ownerWord(p place) string {
	if p == inCheck {
		return "check"
	}
	return "step"
}

// placementHint says what to write in place of a statement that cannot stand
// where it does.
func placementHint(kind sort, at place) string {
	switch kind {
	case sDeclaration:
		return "declarations stand at the file's own level"
	case sCommand, sLetCommand:
		switch {
		case at.holdsNodes():
			return `a command acts, so it stands in a step: step "…" { $ … }; $( … ) asks, and has a value`
		case at == inFollow:
			return `a follow-up only reads: check "…" { $ … }`
		case at == inTest:
			return `run("release.drl", …) runs a script in a test`
		}
		return "$( … ) asks, and has a value: a command that acts stands in a step"
	case sExpect:
		if at.holdsNodes() || at == inFollow {
			return `put it into a check: check "…" { expect … }`
		}
		return "a fn computes: return a bool, and expect it in a check"
	case sReturn:
		switch at {
		case inCheck, inCheckFinally, inFollow:
			return "a check passes or fails: expect says so"
		case inTest:
			return "a test passes or fails: expect says so"
		}
		return "a step, a fn and a rule return a value; nothing else does"
	case sUndo:
		return "an undo belongs to the step that it takes back: write it in that step"
	case sDone:
		return "done if says how to tell that a step has happened: write it in that step"
	case sFinally:
		return "checks and steps have a finally"
	case sMock:
		return `mocks stand in a test, test "…" { mock … }, or above the tests of a file whose name ends in ` + TestSuffix
	case sStep:
		switch at {
		case inCheck, inCheckFinally, inFollow, inFn:
			return "a step writes, and " + at.String() + " only reads: put the step beside it, where nodes stand"
		case inStep:
			return "end the step above first: two steps have an undo each"
		case inUndo, inHandler, inStepFinally:
			return "write its commands and calls here, without the step"
		}
	case sCheck:
		switch at {
		case inStep, inStepFinally:
			return "write expect or require here, or put the check before or after the step"
		case inCheck, inCheckFinally:
			return "write its expects here, or put the checks side by side"
		}
	case sWait:
		if at == inCheck {
			return `check "…" within 2m every 5s { … } tries until it passes`
		}
		return "waits stand beside checks and steps, not in them"
	case sAsk:
		return `ask before it, where nodes stand: let answer = ask "…"`
	case sConfirm:
		return "confirm before it, where nodes stand"
	case sParallel:
		return "parallel stands around checks and steps, not in them"
	case sFor, sIf, sIn:
		switch at {
		case inFollow:
			return "put it into the follow-up's check"
		case inTest:
			return "a test mocks, runs and expects, one case after the other"
		case inFn:
			return "folders and variables are for commands that act: they stand in a step"
		}
	}
	return "it stands where nodes stand: in the file, a phase, a rule or a monitor's while"
}
