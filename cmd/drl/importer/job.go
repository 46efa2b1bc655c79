package importer

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
)

// shells are the words after a fence that say that the block is commands.
const shells = " bash sh shell zsh console shell-session shellsession terminal shellscript "

// isShell tells whether a block holds commands. One that doesn't say what it
// holds does where each line begins with a program that is known as one, or
// with a prompt.
func (c *code) isShell() bool {
	if c.lang != "" {
		return strings.Contains(shells, " "+c.lang+" ")
	}
	return len(c.prompted()) > 0 || allPrograms(c.lines)
}

// programs are what commands in runbooks begin with.
const programs = " ansible ansible-playbook apt apt-get aws az bundle cargo cd certbot cp curl docker docker-compose dropdb createdb echo export fly flyctl gcloud gh git go gradle gunzip gzip helm heroku journalctl kubectl kustomize ls make mkdir mv mvn mysql mysqldump netlify nginx node npm npx openssl pg_dump pg_restore php pip pip3 pipenv pnpm podman poetry psql pytest python python3 rails railway rake redis-cli rm rsync ruby scp sed service ssh sudo supabase systemctl tail tar terraform tofu uv vercel wget yarn "

func allPrograms(lines []string) bool {
	some, continued := false, false
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !continued {
			word, _, _ := strings.Cut(line, " ")
			if !strings.Contains(programs, " "+word+" ") && !strings.HasPrefix(word, "./") {
				return false
			}
			some = true
		}
		continued = strings.HasSuffix(line, `\`)
	}
	return some
}

// prompted are the commands of a block that shows a terminal: the lines behind
// a prompt, with those that continue them. The others are what programs said.
func (c *code) prompted() []string {
	var lines []string
	continued := false
	for _, line := range c.lines {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if ok || continued {
			lines = append(lines, command)
			continued = strings.HasSuffix(command, `\`)
		}
	}
	return lines
}

// job is what commands of a block are in the script.
type job struct {
	lines   []string // of the body
	reads   bool     // all of them only look
	undo    string   // why nothing has to be undone; empty: nobody knows
	changed bool     // the commands differ from those of the Markdown
	why     string   // why a person has to do it; empty: drl does it
}

var (
	takesLong      = lazy.Regexp(`\b(audit|check|clippy|lint|plan|pytest|rollout|rspec|tests?|typecheck|vet)\b`)
	conditionWords = lazy.Regexp(`(?i)^(if|in case|should|unless|when|only if|optional(ly)?|alternatively|otherwise|or)\b|\((optional|if |alternative|when |only )|\b(if (needed|necessary|required|applicable)|as needed|when needed)\b`)
	conditionStart = lazy.Regexp(`(?i)^(if|in case|should|unless|when|only if|optionally|alternatively|otherwise|or)\b`)
	backWords      = lazy.Regexp(`(?i)\b(roll(ing)?[ -]?back|revert|restore|back out)\b`)
	orWords        = lazy.Regexp(`(?i)^[\W]*(or|alternatively|otherwise|if)\b`)
)

// work is the node of commands: a step, a check where they only look, or a
// confirm where a person has to do them. doc is what it says above the notes.
func (t *translation) work(line int, title string, codes []*code, notes []block, doc ...string) *node {
	inputs, version := slices.Clone(t.inputs), t.version
	j := t.job(title, codes, notes)
	if j.why != "" {
		t.inputs, t.version = inputs, version // those that only this job needs
		t.script.ByHand = append(t.script.ByHand, Note{line, title, j.why})
		if notes == nil {
			notes = codeBlocks(codes)
		}
		return &node{kind: aConfirm, title: title, above: wrapped("By hand: " + j.why + "."), doc: append(doc, told(notes)...)}
	}
	n := &node{kind: aStep, title: title, body: j.lines, doc: doc}
	if notes == nil {
		notes = codeBlocks(codes)
	}
	var tell []block
	for _, b := range notes {
		if c, ok := b.(*code); !ok || !c.isShell() || j.changed {
			tell = append(tell, b)
		}
	}
	n.doc = append(n.doc, told(tell)...)
	switch {
	case j.reads:
		n.kind = aCheck
		if slices.ContainsFunc(j.lines, func(line string) bool { return takesLong().MatchString(line) }) {
			n.clause = "timeout 20m"
		}
	case j.undo != "":
		n.body = append([]string{"undo none " + quote(j.undo)}, n.body...)
	}
	return n
}

func codeBlocks(codes []*code) []block {
	var blocks []block
	for _, c := range codes {
		blocks = append(blocks, c)
	}
	return blocks
}

// told is blocks as documentation. Code is set in only where there is prose
// to tell it from.
func told(blocks []block) []string {
	lines := markdownOf(blocks, "")
	for _, b := range blocks {
		if _, ok := b.(*code); !ok {
			return lines
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "    ")
	}
	return lines
}

// severalLines are lines that only a shell's own script goes on with.
var severalLines = lazy.Regexp(`(^|[\s;])(do|then|else|\{|\()$|<<-?\s*['"]?[A-Za-z_]+['"]?\s*$`)

// job decides what becomes of commands.
func (t *translation) job(title string, codes []*code, notes []block) job {
	switch {
	case conditionWords().MatchString(title):
		return job{why: "the text says when this is to be done, which drl can't tell"}
	case backWords().MatchString(title):
		return job{why: "going back is decided by a person"}
	}
	seen := false
	for _, b := range notes {
		switch b := b.(type) {
		case *code:
			seen = true
		case *prose:
			if seen && orWords().MatchString(b.plain) {
				return job{why: "the text offers more than one way"}
			}
			for _, sentence := range sentenceEnd().Split(b.plain, -1) {
				if !seen && conditionStart().MatchString(sentence) {
					return job{why: "the text says when this is to be done, which drl can't tell"}
				}
			}
		}
	}
	all := job{reads: true}
	undos := 0
	var body body
	for i, c := range codes {
		lines := c.lines
		if c.prompted() != nil {
			all.changed = all.changed || len(c.prompted()) < len(c.lines)
			lines = c.prompted()
		}
		if i > 0 {
			body.blank()
		}
		for _, line := range logicalLines(lines) {
			line = strings.TrimSpace(line)
			switch {
			case line == "":
				body.blank()
				continue
			case strings.HasPrefix(line, "#"):
				body.comment("# " + strings.TrimSpace(strings.TrimLeft(line, "#")))
				continue
			case body.moves(line):
				continue
			}
			if severalLines().MatchString(line) {
				return job{why: "it goes over several lines, which only a script of its own can: a file that a command runs"}
			}
			command, why := t.command(line)
			if why != "" {
				return job{why: why}
			}
			all.changed = all.changed || command != line && strings.Contains(command, "{")
			all.reads = all.reads && looks(line)
			if undo := harmless(line); undo != "" {
				undos++
				all.undo = undo
			} else if looks(line) {
				undos++
			}
			body.command(command)
		}
	}
	if body.commands == 0 {
		return job{why: "it holds no command that drl could run"}
	}
	if undos < body.commands {
		all.undo = ""
	}
	all.lines = body.lines()
	return all
}

// logicalLines joins lines that go on: those that end with \, and those that
// end with a pipe or && or ||, which get one.
func logicalLines(lines []string) []string {
	var out []string
	open := false
	for _, line := range lines {
		trimmed := strings.TrimSpace(line)
		next := false
		switch {
		case strings.HasPrefix(trimmed, "#"):
		case strings.HasSuffix(trimmed, `\`):
			next = true
		case strings.HasSuffix(trimmed, "|"), strings.HasSuffix(trimmed, "&&"):
			line, next = strings.TrimRight(line, " ")+` \`, true
		}
		if open {
			out[len(out)-1] += "\n" + line
		} else {
			out = append(out, line)
		}
		open = next
	}
	return out
}
