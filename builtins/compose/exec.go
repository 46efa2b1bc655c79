package compose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type execArgs struct {
	Service string   `drl:"service" doc:"the service in whose container it runs: the first, where there are several"`
	Argv    []string `drl:"argv" doc:"the program and its words; no shell reads them"`
	User    *string  `drl:"user,named" doc:"who it runs as; without one, the container's user"`
	Dir     *string  `drl:"dir,named" doc:"the folder of the container that it runs in"`
	project
	Timeout time.Duration `drl:"timeout,named" doc:"longest time that it may take; what still runs then can't be ended from outside" default:"1m"`
}

type answer struct {
	Stdout string `drl:"stdout" doc:"what it wrote, up to 1 MiB: the beginning"`
	Stderr string `drl:"stderr" doc:"what it wrote as errors, likewise"`
	Code   int    `drl:"code" doc:"its exit code"`
	Cut    bool   `drl:"cut" doc:"whether it wrote more than that"`
}

var exec = builtins.New("compose.exec", types.Writes,
	"Run a program in a service's container that runs, and wait for its end. An exit code other than 0 is an answer, a program that is not there an error.",
	func(ctx context.Context, h *builtins.Host, a execArgs) (answer, error) {
		if len(a.Argv) == 0 || a.Argv[0] == "" {
			return answer{}, errors.New("argv is empty, want a program and its words")
		}
		words := []string{"exec"}
		if a.User != nil {
			words = append(words, "--user", *a.User)
		}
		if a.Dir != nil {
			words = append(words, "--workdir", *a.Dir)
		}
		if strings.Contains(strings.Join(append(words, a.Argv...), ""), "\x00") {
			return answer{}, errors.New("argv, user or dir holds a NUL, which no program can be given")
		}
		c, err := a.open(ctx, h, []string{a.Service})
		if err != nil {
			return answer{}, err
		}
		all, err := c.services(ctx, []string{a.Service})
		if err != nil {
			return answer{}, err
		}
		state := ""
		for _, s := range all {
			if s.State == "running" {
				return c.exec(ctx, s, words, a.Argv)
			}
			state = s.State
		}
		return answer{}, fmt.Errorf("%s does not run: it is %s", a.Service, state)
	}).With(`let migrated = compose.exec("web", ["python", "manage.py", "migrate"], timeout: 5m)
require migrated.code == 0 else migrated.stderr`)

// exec runs a program in a container. Docker itself ends with 126 and 127
// where there is no such program, and with 1 where it has failed in itself.
func (c *call) exec(ctx context.Context, s Service, words, argv []string) (answer, error) {
	words = slices.Concat([]string{"docker"}, words, []string{s.ID}, argv)
	ended, err := c.h.Start(ctx, builtins.Program{Argv: words, Env: c.env})
	switch {
	case ctx.Err() != nil:
		return answer{}, fmt.Errorf("%w; %s may still run in %s", context.Cause(ctx), value.QuoteString(argv[0]), s.Container)
	case err != nil:
		return answer{}, err
	case (ended.Code == 126 || ended.Code == 127) && strings.Contains(ended.Stdout+ended.Stderr, "OCI runtime exec failed"):
		return answer{}, fmt.Errorf("%s has no program %s that can be run", s.Service, value.QuoteString(argv[0]))
	case ended.Code == 1 && strings.HasPrefix(ended.Stderr, "Error response from daemon: "):
		return answer{}, &failed{"docker exec", said(ended.Stderr)}
	}
	return answer{strings.ToValidUTF8(ended.Stdout, "\ufffd"), strings.ToValidUTF8(ended.Stderr, "\ufffd"), ended.Code, ended.Cut}, nil
}
