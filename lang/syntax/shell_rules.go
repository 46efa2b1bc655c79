package syntax

import (
	"strings"

	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
)

// shellRules checks one line: what doesn't depend on the types of its values.
type shellRules struct {
	line     *ShellLine
	problems []shellProblem
	seen     map[string]bool
}

// rules checks the line and finds its programs.
func (l *ShellLine) rules(text source.Span) []shellProblem {
	r := &shellRules{line: l, seen: map[string]bool{}}
	for i, h := range l.holes {
		if message, hint := h.refused(i); message != "" {
			r.add(shellValuePlace, h.span, message, hint)
		}
	}
	var path []sh.Node
	sh.Walk(l.tree, func(n sh.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		r.node(n, path)
		path = append(path, n)
		return true
	})
	if len(r.problems) == 0 {
		r.effect(text)
	}
	l.direct = l.isDirect()
	return r.problems
}

func (r *shellRules) add(code *source.Code, span source.Span, message, hint string) {
	r.problems = append(r.problems, shellProblem{Code: code, Span: span, Message: message, Hint: hint})
}

func (r *shellRules) refuse(n sh.Node, message, hint string) {
	r.add(shellRefused, r.line.nodeSpan(n), message, hint)
}

const computeHint = "compute in the script: let n = a + b, and write {n}"

// node checks one element of the line.
func (r *shellRules) node(n sh.Node, path []sh.Node) {
	switch n := n.(type) {
	case *sh.Stmt:
		r.statement(n, path)
	case *sh.CallExpr:
		r.call(n, path)
	case *sh.Redirect:
		r.redirect(n)
	case *sh.ParamExp:
		r.parameter(n, path)
	case *sh.ArithmExp:
		r.refuse(n, "a command has no arithmetic", computeHint)
	case *sh.ArithmCmd:
		r.refuse(n, "a command has no arithmetic", computeHint)
	case *sh.LetClause:
		r.refuse(n, "a command has no arithmetic", computeHint)
	case *sh.CStyleLoop:
		r.refuse(n, "a command has no loop that counts", "use for n in 1..3 { } in the script, or for x in a b; do … done")
	case *sh.Block:
		r.refuse(n, "a command has no { } groups", "write ( … ) in their place")
	case *sh.FuncDecl:
		r.refuse(n, "a command has no functions", "use a fn or rule of the script, or a script of its own")
	case *sh.CoprocClause:
		r.refuse(n, "a command has no coprocesses", "use a pipe")
	case *sh.TimeClause:
		r.refuse(n, "time isn't needed", "$( … ).duration is how long a command took")
	case *sh.ForClause:
		if n.Select {
			r.refuse(n, "select asks a person, and a command has no terminal", "use ask or confirm in the script")
		}
	case *sh.ExtGlob:
		r.refuse(n, "a command has no patterns such as @( … )", "use case, or grep -E")
	case *sh.ProcSubst:
		if n.Op != sh.CmdIn {
			r.refuse(n, "a command has no >( … ): its end couldn't be waited for", "use a pipe, or tee")
		}
	case *sh.Assign:
		r.assign(n)
	}
}

func (r *shellRules) statement(s *sh.Stmt, path []sh.Node) {
	if s.Background || s.Disown || s.Coprocess {
		r.add(shellRefused, r.line.span(s.Semicolon, s.Semicolon), "nothing runs in the background with &",
			`use parallel { } in the script; a program that detaches itself needs leaves "what" on its step; write && for "and then"`)
	}
	r.pipedToShell(s, path)
}

var specialVariables = lazy.Regexp(`^(BASH.*|PIPESTATUS|SECONDS|FUNCNAME|LINENO|DIRSTACK|EPOCHSECONDS|EPOCHREALTIME|RANDOM|SRANDOM|PPID)$`)

// secretVariable is what the names of secrets look like in an environment.
var secretVariable = lazy.Regexp(`(?i)(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|_KEY|APIKEY)$|^(DATABASE_URL|SLACK_URL|REDIS_URL|AMQP_URL|DSN|PGPASSWORD)$`)

func (r *shellRules) parameter(p *sh.ParamExp, path []sh.Node) {
	if placeholderIndex(p) >= 0 || p.Param == nil {
		return
	}
	name := p.Param.Value
	switch {
	case name == "$":
		r.refuse(p, "$$ is drl's own process number", `write \$\$ for the characters; for a name of its own use {run.id}`)
	case name == "!":
		r.refuse(p, "nothing runs in the background, so there is no $!", `write \$! for the characters`)
	case strings.Trim(name, "0123456789") == "" || name == "@" || name == "*" || name == "#":
		r.refuse(p, "a command has no arguments of its own, so there is no $"+name, "put a program's own $"+name+" in single quotes: awk '{print $1}'")
	case specialVariables().MatchString(name):
		r.refuse(p, "$"+name+" is a variable of an interactive shell", "compute the value in the script, and write {name}")
	case p.Slice != nil || p.Index != nil && !wholeArray(p.Index):
		r.refuse(p, "a command has no arithmetic in ${ … }", "choose the part in the script, and write {part}")
	case p.Excl && p.Names == 0 && p.Index == nil:
		r.refuse(p, "${!"+name+"} reads a variable that nobody can see in the script", "write the variable's name")
	case secretVariable().MatchString(name) && inExternalWord(path):
		r.problems = append(r.problems, shellProblem{Code: shellSecretVariable, Span: r.line.nodeSpan(p), Warning: true,
			Message: "others can read the process list, and $" + name + " looks like a secret",
			Hint:    "let the program read its environment, or pass it with <<< \"$" + name + "\""})
	}
}

func wholeArray(index sh.ArithmExpr) bool {
	w, ok := index.(*sh.Word)
	return ok && (w.Lit() == "@" || w.Lit() == "*")
}

// inExternalWord tells whether the innermost command around a part is a
// program, and the part is in one of its words.
func inExternalWord(path []sh.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *sh.Assign, *sh.Redirect, *sh.Stmt:
			return false
		case *sh.CallExpr:
			words := shellWords(n.Args)
			return len(words) > 0 && !shellBuiltins[words[0].text]
		}
	}
	return false
}

func (r *shellRules) assign(a *sh.Assign) {
	if a.Index != nil {
		r.refuse(a, "a command has no subscripts", "keep lists and maps in the script")
	}
	if a.Name != nil && specialVariables().MatchString(a.Name.Value) {
		r.refuse(a.Name, a.Name.Value+" is a variable of an interactive shell", "choose another name")
	}
}

func (r *shellRules) redirect(rd *sh.Redirect) {
	if rd.N != nil {
		switch rd.N.Value {
		case "0", "1", "2":
		default:
			r.refuse(rd, "a command has the descriptors 0, 1 and 2 alone", "write to a file by its name")
		}
	}
	switch rd.Op {
	case sh.RdrOut, sh.AppOut, sh.RdrIn, sh.RdrAll, sh.AppAll, sh.WordHdoc:
	case sh.DplOut:
		switch word := rd.Word.Lit(); word {
		case "1", "2", "-":
		default:
			r.refuse(rd, ">& takes 1, 2 or -", "write &> for a file that gets both outputs")
		}
	case sh.DplIn:
		if rd.Word.Lit() != "-" {
			r.refuse(rd, "<& takes - alone", "write < and the file's name")
		}
	case sh.RdrClob:
		r.refuse(rd, "write > in place of >|: files are always replaced", "")
	case sh.RdrInOut:
		r.refuse(rd, "a command can't open a file for both with <>", "write < or >")
	default:
		r.refuse(rd, "this redirection is not in a command", "write < > >> 2> &> 2>&1 or <<<")
	}
}

// call checks a simple command.
func (r *shellRules) call(c *sh.CallExpr, path []sh.Node) {
	if len(c.Args) == 0 {
		return
	}
	words := shellWords(c.Args)
	for i, program := range programsOf(words) {
		r.program(program, i > 0)
	}
	r.interpreted(words)
	if message, hint := interactive(words, hasInput(path)); message != "" {
		r.add(shellInteractive, r.line.nodeSpan(c), message, hint)
	}
	if code, message, hint := railwayTrap(c, words); code != nil {
		r.problems = append(r.problems, shellProblem{Code: code, Span: r.line.nodeSpan(c), Warning: true, Message: message, Hint: hint})
	}
	if code, message, hint := composeTrap(words); code != nil {
		r.problems = append(r.problems, shellProblem{Code: code, Span: r.line.nodeSpan(c), Warning: true, Message: message, Hint: hint})
	}
	if words[0].name() == "git" {
		for _, w := range words[1:] {
			if strings.HasPrefix(w.text, "stash@") && len(w.holes) > 0 {
				r.refuse(w.word, "git's own braces are characters, and { } is a value", `write stash@\{0\}`)
			}
		}
	}
}

// program checks what one program of a simple command is.
func (r *shellRules) program(words []shellWord, wrapped bool) {
	w := words[0]
	if len(w.holes) > 0 {
		r.add(shellDynamic, r.line.nodeSpan(w.word), "the program's name is a value, so nobody can tell what runs",
			"write the program's name, and choose between commands with if in the script")
		return
	}
	if !w.known {
		r.add(shellDynamic, r.line.nodeSpan(w.word), "the program's name comes from the environment or another command, so nobody can tell what runs",
			`write the program's name; where it is can be said with { PATH: "…" }`)
		return
	}
	name := w.text
	if hint, ok := refusedBuiltins[name]; ok && !wrapped {
		r.refuse(w.word, name+" is not in a command", hint)
		return
	}
	if name == "command" && !wrapped && !(len(words) > 2 && words[1].text == "-v") {
		r.refuse(w.word, "command is not needed", "write the program itself; command -v NAME asks where it is")
		return
	}
	if shellBuiltins[name] && !wrapped || name == "" || strings.HasPrefix(name, "~") || r.seen[name] {
		return
	}
	r.seen[name] = true
	r.line.programs = append(r.line.programs, ShellProgram{Name: name, Span: r.line.nodeSpan(w.word)})
}

// effect refuses a line that changes nothing but the shell that ends with it.
func (r *shellRules) effect(text source.Span) {
	hint := ""
	var idle func(s *sh.Stmt) bool
	idle = func(s *sh.Stmt) bool {
		switch c := s.Cmd.(type) {
		case *sh.BinaryCmd:
			return idle(c.X) && idle(c.Y)
		case *sh.DeclClause:
			hint = `write with { NAME: "value" } { … } around the commands that need it`
			return true
		case *sh.CallExpr:
			if len(c.Args) == 0 {
				hint = `write NAME=value in front of the command that needs it, or with { NAME: "value" } { … } around several`
				return true
			}
			switch c.Args[0].Lit() {
			case "cd", "pushd", "popd":
				hint = `write in "folder" { … } around the commands that run there`
				return true
			case "unset":
				hint = "write env -u NAME in front of the command"
				return true
			}
		}
		return false
	}
	for _, s := range r.line.tree.Stmts {
		if len(s.Redirs) > 0 || !idle(s) {
			return
		}
	}
	r.add(shellNoEffect, text, "this line changes nothing: each command has a shell of its own", hint)
}

// isDirect tells whether the line is one program and its words, which need no
// expansion.
func (l *ShellLine) isDirect() bool {
	if len(l.tree.Stmts) != 1 {
		return false
	}
	s := l.tree.Stmts[0]
	c, ok := s.Cmd.(*sh.CallExpr)
	if !ok || s.Negated || len(s.Redirs) > 0 || len(c.Assigns) > 0 || len(c.Args) == 0 {
		return false
	}
	if shellBuiltins[c.Args[0].Lit()] {
		return false
	}
	for _, w := range c.Args {
		if !plainParts(w.Parts, false) {
			return false
		}
	}
	return true
}

func plainParts(parts []sh.WordPart, quoted bool) bool {
	for i, p := range parts {
		switch p := p.(type) {
		case *sh.Lit:
			if !quoted && (strings.ContainsAny(p.Value, "*?[{") || i == 0 && strings.HasPrefix(p.Value, "~")) {
				return false
			}
		case *sh.SglQuoted:
		case *sh.DblQuoted:
			if !plainParts(p.Parts, true) {
				return false
			}
		case *sh.ParamExp:
			if placeholderIndex(p) < 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
