package importer

import (
	"path"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
)

// body collects the lines of a step, with the folders and variables that
// commands of a shell would leave behind.
type body struct {
	groups   []group
	dir      string
	env      []variable
	commands int
}

type variable struct{ name, value string }

// group is lines that run in the same folder, with the same variables.
type group struct {
	dir   string
	env   string
	lines []string
}

var (
	assignment = lazy.Regexp(`^(?:export )?([A-Za-z_][A-Za-z0-9_]*)=("[^"$` + "`" + `\\{}]*"|'[^'{}]*'|[A-Za-z0-9_./:@%+,=-]*)$`)
	plainDir   = lazy.Regexp(`^cd ([A-Za-z0-9_.][A-Za-z0-9_./-]*)$`)
)

// moves reads a line that only changes the folder or a variable for the lines
// after it.
func (b *body) moves(line string) bool {
	if m := plainDir().FindStringSubmatch(line); m != nil {
		b.dir = path.Join(b.dir, m[1])
		return true
	}
	if m := assignment().FindStringSubmatch(line); m != nil {
		b.env = append(b.env, variable{m[1], strings.Trim(m[2], `"'`)})
		return true
	}
	return false
}

func (b *body) group() *group {
	env := ""
	for i, v := range b.env {
		last := true
		for _, later := range b.env[i+1:] {
			last = last && later.name != v.name
		}
		if last {
			env += ", " + v.name + ": " + quote(v.value)
		}
	}
	env = strings.TrimPrefix(env, ", ")
	if n := len(b.groups); n == 0 || b.groups[n-1].dir != b.dir || b.groups[n-1].env != env {
		b.groups = append(b.groups, group{dir: b.dir, env: env})
	}
	return &b.groups[len(b.groups)-1]
}

func (b *body) blank() {
	if len(b.groups) > 0 {
		g := b.group()
		g.lines = append(g.lines, "")
	}
}

func (b *body) comment(line string) {
	g := b.group()
	g.lines = append(g.lines, line)
}

func (b *body) command(line string) {
	b.commands++
	g := b.group()
	g.lines = append(g.lines, "$ "+line)
}

func (b *body) lines() []string {
	var out []string
	for _, g := range b.groups {
		head := ""
		if g.dir != "" && g.dir != "." {
			head = "in " + quote(g.dir) + " "
		}
		if g.env != "" {
			head += "with { " + g.env + " } "
		}
		if head == "" {
			out = append(out, g.lines...)
			continue
		}
		out = append(out, head+"{")
		out = append(out, g.lines...)
		out = append(out, "}")
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}
