package syntax

import (
	"fmt"

	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/source"
)

// HoleKind is what the checker knows of a value in a command.
type HoleKind uint8

// The kinds of value. HoleUnknown is what was reported already.
const (
	HoleUnknown HoleKind = iota
	HoleText
	HoleInt
	HoleList
	HoleSecret
	HoleFlag // flag(x): text that may begin with a -
)

// chain returns the elements from the innermost command around the hole down
// to its word.
func (h *shellHole) chain() []sh.Node {
	for i := len(h.parents) - 1; i >= 0; i-- {
		if _, ok := h.parents[i].(*sh.Stmt); ok {
			return h.parents[i+1:]
		}
	}
	return h.parents
}

// statement returns the innermost statement around the hole.
func (h *shellHole) statement() *sh.Stmt {
	for i := len(h.parents) - 1; i >= 0; i-- {
		if s, ok := h.parents[i].(*sh.Stmt); ok {
			return s
		}
	}
	return nil
}

// refused says why no value can stand where hole i does; "" when one can.
func (h *shellHole) refused(i int) (message, hint string) {
	chain := h.chain()
	for _, n := range chain[1:] {
		switch n.(type) {
		case *sh.ParamExp:
			return "no value can stand in ${ … }", "put the value beside it, or choose it in the script"
		case *sh.ExtGlob:
			return "no value can stand in a pattern", "compare in the script: expect … matches '…'"
		case *sh.ArithmExp, *sh.BinaryArithm, *sh.UnaryArithm, *sh.ParenArithm:
			return "no value can stand in the shell's arithmetic", computeHint
		case *sh.CaseItem:
			return "no value can be a pattern of case", "compare in the script with if, or make the value what case looks at: case {x} in (a) … ;; esac"
		}
	}
	switch n := chain[0].(type) {
	case *sh.Redirect:
		if n.Op == sh.DplIn || n.Op == sh.DplOut {
			return "no value can be a descriptor", "write to a file: > {path}"
		}
	case *sh.DeclClause:
		if a, ok := chain[1].(*sh.Assign); ok && a.Naked {
			return "no value can be the name of a variable", "write the name: export NAME={x}"
		}
	case *sh.TestClause:
		return h.refusedTest(chain)
	case *sh.CallExpr:
		return refusedOperand(n, i)
	}
	return "", ""
}

func (h *shellHole) refusedTest(chain []sh.Node) (message, hint string) {
	for i, n := range chain {
		switch n := n.(type) {
		case *sh.UnaryTest:
			switch n.Op {
			case sh.TsVarSet, sh.TsRefVar, sh.TsOptSet:
				return "no value can be the name of a variable", "compare in the script with if"
			}
		case *sh.BinaryTest:
			right := chain[i+1] == sh.Node(n.Y)
			switch n.Op {
			case sh.TsMatch, sh.TsNoMatch, sh.TsMatchShort, sh.TsReMatch:
				if right {
					return "the shell reads what stands on the right in [[ ]] as a pattern", "compare with [ … = {x} ], or in the script"
				}
			}
		}
	}
	return "", ""
}

// refusedOperand looks at the built-ins that read their words as names or
// formats.
func refusedOperand(c *sh.CallExpr, hole int) (message, hint string) {
	words := shellWords(c.Args)
	if len(words) == 0 {
		return "", ""
	}
	at := -1
	for i, w := range words {
		for _, h := range w.holes {
			if h == hole {
				at = i
			}
		}
	}
	if at <= 0 {
		return "", ""
	}
	switch name := words[0].name(); name {
	case "printf":
		first := 1
		if words[1].known && words[1].text == "--" {
			first = 2
		}
		if at == first {
			return "no value can be printf's format: it would be read for % and \\", "write printf '%s' {x}"
		}
	case "read", "unset", "mapfile", "readarray", "type", "command", "local", "shift", "return", "break", "continue", "wait":
		return "no value can be an operand of " + name, "write the name"
	case "[", "test":
		if at > 0 && words[at-1].known {
			switch words[at-1].text {
			case "-v", "-R", "-o":
				return "no value can be the name of a variable", "compare in the script with if"
			}
		}
	}
	return "", ""
}

// wantsInt tells whether the shell would compute with the hole's value.
func (h *shellHole) wantsInt(i int) bool {
	chain := h.chain()
	for _, n := range chain {
		if b, ok := n.(*sh.BinaryTest); ok {
			switch b.Op {
			case sh.TsEql, sh.TsNeq, sh.TsLeq, sh.TsGeq, sh.TsLss, sh.TsGtr:
				return true
			}
		}
	}
	c, ok := chain[0].(*sh.CallExpr)
	if !ok {
		return false
	}
	words := shellWords(c.Args)
	if len(words) == 0 || words[0].text != "[" && words[0].text != "test" {
		return false
	}
	for at, w := range words {
		for _, hole := range w.holes {
			if hole == i {
				return at > 0 && computes[words[at-1].text] || at+1 < len(words) && computes[words[at+1].text]
			}
		}
	}
	return false
}

var computes = wordSet("-eq -ne -lt -le -gt -ge")

// alone tells whether the hole is a word by itself, of a program's words or of
// a for: where a list becomes as many words.
func (h *shellHole) alone() bool {
	word, ok := h.parents[len(h.parents)-1].(*sh.Word)
	if !ok || len(word.Parts) != 1 {
		return false
	}
	switch h.parents[len(h.parents)-2].(type) {
	case *sh.CallExpr, *sh.WordIter:
		return true
	}
	return false
}

// CheckShell reports what is wrong with a command now that the types of its
// values are known: kinds has one for each hole.
func CheckShell(f *source.File, c *Command, kinds []HoleKind) []*source.Diagnostic {
	if c.Line == nil {
		return nil
	}
	var ds source.Diagnostics
	for i, h := range c.Line.holes {
		if i >= len(kinds) {
			break
		}
		text := f.Slice(h.span)
		switch kind := kinds[i]; {
		case kind == HoleList && !h.alone():
			ds.Add(shellListPlace, f, h.span, "a list must be a word of its own, where it becomes as many words").Hint =
				"write " + text + " with a blank on either side, or join it: {xs.join(\",\")}"
		case kind == HoleSecret:
			c.Line.checkSecret(f, h, &ds)
		case kind != HoleInt && kind != HoleUnknown && h.wantsInt(i):
			ds.Add(shellValuePlace, f, h.span, "the shell computes with this value, so it must be an int").Hint =
				"compare in the script: if n > 3 { … }"
		}
	}
	return ds
}

// checkSecret allows a secret in the environment and on the standard input of
// one constant program, and nowhere else.
func (l *ShellLine) checkSecret(f *source.File, h *shellHole, ds *source.Diagnostics) {
	name := f.Slice(h.span)
	hint := fmt.Sprintf("pass it in the environment (NAME=%s in front of the program, or with { NAME: … }), on its input (<<< %s), or as a file: {secret_file(…)}", name, name)
	chain := h.chain()
	call, _ := h.statement().Cmd.(*sh.CallExpr)
	program := ""
	if call != nil && len(call.Args) > 0 {
		if w := shellWords(call.Args[:1])[0]; w.known && !shellBuiltins[w.text] {
			program = w.name()
		}
	}
	switch n := chain[0].(type) {
	case *sh.Redirect:
		if n.Op == sh.WordHdoc && program != "" {
			return
		}
		if n.Op != sh.WordHdoc {
			ds.Add(shellSecretWord, f, h.span, "a secret can't be a file's name").Hint = hint
			return
		}
		ds.Add(shellSecretWord, f, h.span, "a secret on the input must go to one program").Hint = "write PROGRAM <<< " + name
		return
	case *sh.CallExpr:
		if _, ok := chain[1].(*sh.Assign); ok {
			if program != "" {
				if shells[program] {
					ds.Warn(shellSecretShell, f, h.span, "%s gets a secret in its environment, and what its text does with it can't be seen", program).Hint =
						"run the program that needs it without " + program
				}
				return
			}
			ds.Add(shellSecretWord, f, h.span, "this assignment gives a secret to the shell, and not to one program").Hint = hint
			return
		}
		ds.Add(shellSecretWord, f, h.span, "a secret can't be in a word of a command: others can read the process list").Hint = hint
		return
	case *sh.DeclClause:
		ds.Add(shellSecretWord, f, h.span, "an export gives a secret to every program of the line").Hint = hint
		return
	}
	ds.Add(shellSecretWord, f, h.span, "a secret can't stand here").Hint = hint
}
