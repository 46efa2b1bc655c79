package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// mostOutput is how much is kept of each output of a program.
const mostOutput = 1 << 20

type execArgs struct {
	Name    string                   `drl:"name" doc:"the container's name or id"`
	Argv    []string                 `drl:"argv" doc:"the program and its words; no shell reads them"`
	User    *string                  `drl:"user,named" doc:"who it runs as; without one, the container's user"`
	Dir     *string                  `drl:"dir,named" doc:"the folder of the container that it runs in"`
	Env     map[string]builtins.Text `drl:"env,optional,named" doc:"further variables of its environment: where passwords go"`
	Timeout time.Duration            `drl:"timeout,named" doc:"longest time that it may take; what still runs then can't be ended from outside" default:"1m"`
	where
}

type answer struct {
	Stdout string `drl:"stdout" doc:"what it wrote, up to 1 MiB: the beginning"`
	Stderr string `drl:"stderr" doc:"what it wrote as errors, likewise"`
	Code   int    `drl:"code" doc:"its exit code"`
	Cut    bool   `drl:"cut" doc:"whether it wrote more than that"`
}

var exec = builtins.New("docker.exec", types.Writes,
	"Run a program in a container that runs, and wait for its end. An exit code other than 0 is an answer, a program that is not there an error.",
	func(ctx context.Context, h *builtins.Host, a execArgs) (answer, error) {
		if len(a.Argv) == 0 || a.Argv[0] == "" {
			return answer{}, errors.New("argv is empty, want a program and its words")
		}
		e, err := a.open(ctx, h)
		if err != nil {
			return answer{}, err
		}
		if err := checkName(a.Name); err != nil {
			return answer{}, err
		}
		for i, word := range a.Argv {
			if err := carries(fmt.Sprintf("argv[%d]", i), word); err != nil {
				return answer{}, err
			}
		}
		options := client.ExecCreateOptions{AttachStdout: true, AttachStderr: true, Cmd: a.Argv}
		for what, given := range map[string]struct{ from, to *string }{"user": {a.User, &options.User}, "dir": {a.Dir, &options.WorkingDir}} {
			if given.from == nil {
				continue
			}
			if err := carries(what, *given.from); err != nil {
				return answer{}, err
			}
			*given.to = *given.from
		}
		for _, name := range slices.Sorted(maps.Keys(a.Env)) {
			if name == "" || strings.ContainsAny(name, "=\x00") {
				return answer{}, fmt.Errorf("env has %s, which is no name of a variable", value.QuoteString(name))
			}
			set := name + "=" + a.Env[name].Reveal()
			if err := carries("env."+name, set); err != nil {
				return answer{}, err
			}
			options.Env = append(options.Env, set)
		}
		made, err := e.ExecCreate(ctx, a.Name, options)
		if cerrdefs.IsConflict(err) {
			return answer{}, fmt.Errorf("%s does not run: %s", a.Name, said(err))
		}
		if err != nil {
			return answer{}, e.missing(ctx, a.Name, err)
		}
		x, err := e.carryOut(ctx, a.Name, a.Argv[0], made.ID)
		if err != nil && ctx.Err() != nil {
			// The engine has no way to end it.
			return answer{}, fmt.Errorf("%w; %s may still run in %s", context.Cause(ctx), value.QuoteString(a.Argv[0]), a.Name)
		}
		return x, err
	}).With(`let migrated = docker.exec("web", ["python", "manage.py", "migrate"], timeout: 5m)
require migrated.code == 0 else migrated.stderr`)

// carryOut starts what was made ready and waits for its end.
func (e *engine) carryOut(ctx context.Context, name, program, id string) (answer, error) {
	attached, err := e.ExecAttach(ctx, id, client.ExecAttachOptions{})
	var x answer
	if err == nil {
		stop := context.AfterFunc(ctx, attached.Close)
		defer stop()
		defer attached.Close()
		stdout, stderr := &beginning{}, &beginning{}
		err = split(attached.Reader, stdout, stderr)
		x = answer{Stdout: stdout.text(), Stderr: stderr.text(), Cut: stdout.cut || stderr.cut}
	}
	if ctx.Err() != nil {
		return answer{}, context.Cause(ctx)
	}
	end, asked := e.ExecInspect(ctx, id, client.ExecInspectOptions{})
	switch {
	case asked != nil:
		return answer{}, e.problem(ctx, asked)
	case err == nil && end.Running:
		return answer{}, fmt.Errorf("%s: the connection ended before %s did, which may still run in %s", e.at, value.QuoteString(program), name)
	case (err != nil || strings.Contains(x.Stdout, "OCI runtime exec failed")) && (end.ExitCode == 126 || end.ExitCode == 127):
		// The engine's own words get lost with the connection that wasn't made.
		return answer{}, fmt.Errorf("%s has no program %s that can be run", name, value.QuoteString(program))
	case err != nil:
		return answer{}, e.problem(ctx, err)
	}
	x.Code = end.ExitCode
	return x, nil
}

// beginning keeps the beginning of what is written.
type beginning struct {
	kept strings.Builder
	cut  bool
}

func (b *beginning) Write(p []byte) (int, error) {
	room := mostOutput - b.kept.Len()
	b.cut = b.cut || len(p) > room
	b.kept.Write(p[:min(len(p), room)])
	return len(p), nil
}

func (b *beginning) text() string { return strings.ToValidUTF8(b.kept.String(), "\ufffd") }
