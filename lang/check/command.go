package check

import (
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// CommandResult is the type of `$( … )`, `$?( … )` and `let x = $ …`.
var CommandResult = commandResult("CommandResult", types.TString)

// SecretCommandResult is the type of `secret $( … )`: its output is a secret.
var SecretCommandResult = commandResult("SecretCommandResult", types.TSecret)

func commandResult(name string, output *types.Type) *types.Type {
	return &types.Type{Kind: types.Record, Name: name, Fields: []types.Field{
		{Name: "stdout", Type: output, Doc: "what the command wrote, without the last newline"},
		{Name: "stderr", Type: output, Doc: "what it wrote as errors, without the last newline"},
		{Name: "raw", Type: output, Doc: "what it wrote, with the last newline"},
		{Name: "code", Type: types.TInt, Doc: "its exit code"},
		{Name: "duration", Type: types.TDuration, Doc: "how long it ran"},
	}}
}

// command checks `$( … )`, `$?( … )` and `secret $( … )`: an observation.
func (c *checker) command(v *syntax.CommandValue) *types.Type {
	what := "$( … )"
	if v.MayFail {
		what = "$?( … )"
	}
	c.effect(v, types.Reads, what)
	c.commandLine(v.Command)
	if v.IsSecret {
		return SecretCommandResult
	}
	return CommandResult
}

// commandLine checks the values in a command against what the shell would make
// of them, and that its programs are there.
func (c *checker) commandLine(cmd *syntax.Command) {
	if cmd == nil {
		return
	}
	kinds := make([]syntax.HoleKind, len(cmd.Holes))
	for i, h := range cmd.Holes {
		kinds[i] = c.hole(h)
	}
	if cmd.Line == nil {
		return
	}
	*c.ds = append(*c.ds, syntax.CheckShell(c.file, cmd, kinds)...)
	if c.opts.LookPath == nil {
		return
	}
	for _, p := range cmd.Line.Programs() {
		// Where a path leads depends on the folder that the command runs in.
		if strings.Contains(p.Name, "/") || c.onPath(p.Name) {
			continue
		}
		d := c.ds.Warn(codeNoProgram, c.file, p.Span, "there is no program %s on this machine", p.Name)
		d.Hint = "drl plan and drl run refuse to start without it: install it, or run this where it is"
	}
}

// onPath asks LookPath once a program.
func (c *checker) onPath(program string) bool {
	known := c.decls.session.programsOnPath
	found, asked := known[program]
	if !asked {
		found = c.opts.LookPath(program)
		known[program] = found
	}
	return found
}

// hole checks a value in a command and returns what the shell has to know.
func (c *checker) hole(h *syntax.Hole) syntax.HoleKind {
	if h.Expr == nil {
		return syntax.HoleUnknown
	}
	t := typed(c.expr(h.Expr, nil))
	if syntax.IsFlagCall(h.Expr) {
		return syntax.HoleFlag
	}
	switch t.Kind {
	case types.Unknown, types.Never:
		return syntax.HoleUnknown
	case types.Int:
		return syntax.HoleInt
	case types.Secret:
		return syntax.HoleSecret
	case types.List:
		if t.Elem.Kind == types.Secret {
			return syntax.HoleSecret
		}
		if _, problem, hint := types.Interpolate(t.Elem); problem != "" {
			c.errorf(codeInterpolation, h.Expr, "%s", c.fill(problem, h.Expr, nil)).Hint = c.fill(hint, h.Expr, nil)
			return syntax.HoleUnknown
		}
		return syntax.HoleList
	}
	secret, problem, hint := types.Interpolate(t)
	if problem != "" {
		c.errorf(codeInterpolation, h.Expr, "%s", c.fill(problem, h.Expr, nil)).Hint = c.fill(hint, h.Expr, nil)
		return syntax.HoleUnknown
	}
	if secret {
		return syntax.HoleSecret
	}
	return syntax.HoleText
}
