package plan

import (
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/monitor"
)

// environment reports every literal env(…) without a default that isn't set.
// The default of an input that was given isn't read.
func (b *builder) environment() {
	if b.in.Env == nil {
		return
	}
	reported := map[string]bool{}
	for _, v := range b.program.Env {
		if v.Input != nil && b.given[v.Input] || reported[v.Name] {
			continue
		}
		if _, set := b.in.Env(v.Name); set {
			continue
		}
		reported[v.Name] = true
		b.ds.Add(CodeEnvironment, v.File, v.Span, "the environment has no %s", v.Name).
			Hint = "set it, or write a default: env(\"" + v.Name + "\", \"…\")"
	}
}

// unset tells whether the default of an input needs a variable that isn't set.
func (b *builder) unset(o *check.Object) bool {
	for _, v := range b.program.Env {
		if v.Input != o || b.in.Env == nil {
			continue
		}
		if _, set := b.in.Env(v.Name); !set {
			return true
		}
	}
	return false
}

// programs reports each program that a command calls and that isn't there,
// once.
func (b *builder) programs() {
	if b.in.LookPath == nil {
		return
	}
	reported := map[string]bool{}
	programs(b.program, func(p *check.Program) {
		for _, s := range p.Tree.Stmts {
			if _, test := s.(*syntax.Test); test {
				continue
			}
			syntax.Walk(s, func(n syntax.Element) bool {
				c, ok := n.(*syntax.Command)
				if !ok || c.Line == nil {
					return true
				}
				for _, program := range c.Line.Programs() {
					if reported[program.Name] || strings.Contains(program.Name, "/") || b.in.LookPath(program.Name) {
						continue
					}
					reported[program.Name] = true
					b.ds.Add(CodeProgram, p.Source, program.Span, "no program %s is on PATH", program.Name).
						Hint = "install it, or add its folder to PATH"
				}
				return true
			})
		}
	})
}

// supported refuses monitors with rules that can't be judged.
func (b *builder) supported() {
	programs(b.program, func(p *check.Program) { b.ds = append(b.ds, monitor.Supported(p)...) })
}

// Codes are the problems that keep a right script from starting.
var Codes = []*source.Code{monitor.Unjudged, CodeInput, CodeTarget, CodeEnvironment, CodeProgram}

// The codes of this stage.
var (
	CodeInput = &source.Code{
		ID: "DRL1201", Name: "an input is missing or wrong",
		Doc: "A value for every input comes from a flag (--version v1.2.3), from DRL_INPUT_<NAME>, or from the default in the script. " +
			"All that are missing or don't fit their type and constraints are listed before anything starts.",
		Wrong: "input version: string\n\ncheck \"a version is given\" {\n    expect version != \"\"\n}\n",
		Right: "input version: string = \"v1.0.0\"\n\ncheck \"a version is given\" {\n    expect version != \"\"\n}\n",
	}
	CodeTarget = &source.Code{
		ID: "DRL1202", Name: "the target",
		Doc: "A script with targets is run against one of them, chosen with --target. There is no default: " +
			"nobody should release to production because a word was left out.",
		Wrong: "targets {\n    staging: { url: \"https://staging.example.com\" }\n}\n\ncheck \"it has an address\" {\n    expect target.url != \"\"\n}\n",
		Right: "let url = \"https://staging.example.com\"\n\ncheck \"it has an address\" {\n    expect url != \"\"\n}\n",
	}
	CodeEnvironment = &source.Code{
		ID: "DRL1203", Name: "an environment variable isn't set",
		Doc: "Every env(\"NAME\") without a default is looked up before anything starts, so that a release doesn't stop in its middle " +
			"for want of a token.",
		Wrong: "check \"a region is chosen\" {\n    expect env(\"DRL_EXAMPLE_REGION\") != \"\"\n}\n",
		Right: "check \"a region is chosen\" {\n    expect env(\"DRL_EXAMPLE_REGION\", \"eu\") != \"\"\n}\n",
	}
	CodeProgram = &source.Code{
		ID: "DRL1204", Name: "a program isn't there",
		Doc: "The programs that a script's commands call are known before it runs. One that isn't on PATH is refused by drl plan " +
			"and drl run; drl check, which often runs on another machine, only warns.",
		Wrong: "step \"deploy\" {\n    $ deploy-with-a-program-that-nobody-has\n    undo none \"an example\"\n}\n",
		Right: "step \"deploy\" {\n    $ echo deployed\n    undo none \"an example\"\n}\n",
	}
)
