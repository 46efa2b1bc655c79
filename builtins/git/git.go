// Package git holds the builtins for the repository that the script is in.
// They run the git of this machine, which never asks anything; what a script
// gives is a name to it, never an option or a pattern.
package git

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/drl-lang/drl/builtins"
)

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "git",
		Doc:   "The git repository that the script is in.",
		Funcs: []*builtins.Func{commit, tag, branch, clean, changed, log, createTag, push},
	}}
}

// environment is what every git is run in: without a terminal to ask at, in
// the words that its messages are looked for, and with no lock taken to look.
var environment = []string{"env", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"}

// run runs git and returns what it wrote, without the last newline.
func run(ctx context.Context, h *builtins.Host, args ...string) (string, error) {
	argv := append(append([]string{}, environment...), "git", "--no-pager")
	out, err := h.Command(ctx, append(argv, args...))
	if err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", &failed{args[0], said(err.Error())}
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// failed is what git said when it ended with an error.
type failed struct{ verb, words string }

func (f *failed) Error() string { return "git " + f.verb + ": " + f.words }

// said picks what git means out of all that it wrote: the lines that it marks,
// and what became of each reference of a push.
func said(text string) string {
	var marked []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		for _, mark := range []string{"fatal: ", "error: ", "! ["} {
			if at := strings.Index(line, mark); at >= 0 {
				marked = append(marked, strings.TrimPrefix(strings.TrimPrefix(line[at:], "fatal: "), "error: "))
				break
			}
		}
	}
	if len(marked) == 0 {
		return strings.TrimSpace(text)
	}
	return strings.Join(marked, "; ")
}

// checkName refuses what git would not take for a name.
func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s is empty, want a name", what)
	case strings.HasPrefix(name, "-"):
		return fmt.Errorf("%s is %q, want a name that does not begin with -", what, name)
	case strings.ContainsAny(name, "\x00\n"):
		return fmt.Errorf("%s is %q, want a name on one line", what, name)
	}
	return nil
}

// resolve returns the commit that a name means.
func resolve(ctx context.Context, h *builtins.Host, what, name string) (string, error) {
	if err := checkName(what, name); err != nil {
		return "", err
	}
	hash, err := run(ctx, h, "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if said := (*failed)(nil); errors.As(err, &said) {
		if _, outside := run(ctx, h, "rev-parse", "--git-dir"); outside != nil {
			return "", outside
		}
		return "", fmt.Errorf("%s is %q, and there is no such commit here: is the clone a shallow one, or are its tags missing?", what, name)
	}
	return hash, err
}

// head returns the commit that is checked out.
func head(ctx context.Context, h *builtins.Host) (string, error) {
	hash, err := run(ctx, h, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if said := (*failed)(nil); errors.As(err, &said) {
		if _, outside := run(ctx, h, "rev-parse", "--git-dir"); outside != nil {
			return "", outside
		}
		return "", errors.New("the repository has no commit yet")
	}
	return hash, err
}
