package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/query"
	"github.com/drl-lang/drl/lang/syntax"
)

func (r *repl) finished(text string) bool { return finished(text) }

// world is the session as lang/query asks it.
func (r *repl) world() *query.World {
	return &query.World{Universe: r.o.Check.Universe, Value: r.session.value, Check: r.look}
}

// complete is what Tab does: it adds what all choices begin with, and shows
// them where there are several.
func (r *repl) complete(text string, cursor int) (completed string, at int, choices []string) {
	items, start := r.choices(text, cursor)
	if len(items) == 0 {
		return text, cursor, nil
	}
	word := text[start:cursor]
	common := items[0].Name
	for _, i := range items[1:] {
		for !strings.HasPrefix(i.Name, common) {
			common = common[:len(common)-1]
		}
	}
	for len(common) > 0 && common[len(common)-1]&0xC0 == 0x80 && !validEnd(common) {
		common = common[:len(common)-1] // not in the middle of a character
	}
	after := text[cursor:]
	if len(items) == 1 {
		if items[0].Call && !strings.HasPrefix(after, "(") {
			common += "("
		}
		return text[:start] + common + after, start + len(common), r.signature(text[:start]+common+after, start+len(common))
	}
	if len(common) <= len(word) {
		common = word
	}
	return text[:start] + common + after, start + len(common), r.list(items)
}

func validEnd(s string) bool { return strings.ToValidUTF8(s, "") == s }

// choices are what could stand at the cursor.
func (r *repl) choices(text string, cursor int) (items []query.Item, start int) {
	before := text[:cursor]
	if strings.HasPrefix(text, ":") {
		name, args, hasArgs := strings.Cut(before, " ")
		if !hasArgs {
			for _, c := range commands() {
				if strings.HasPrefix(":"+c.name, name) {
					items = append(items, query.Item{Name: ":" + c.name, Doc: c.short})
				}
			}
			return items, 0
		}
		switch name {
		case ":load", ":save":
			return r.files(args, cursor)
		case ":watch":
			_, args, _ = strings.Cut(strings.TrimLeft(args, " "), " ")
		}
		offset := cursor - len(args)
		items, start = r.query(args, len(args))
		return items, start + offset
	}
	if path, inside := openText(before); inside {
		return r.files(path, cursor)
	}
	return r.query(text, cursor)
}

// query asks lang/query, with the text as a statement or as an expression.
func (r *repl) query(text string, cursor int) ([]query.Item, int) {
	before := r.prefix(text)
	items, start := r.world().Complete(before+text, len(before)+cursor)
	return items, start - len(before)
}

// signature is the call that the cursor is in, in a line below the statement.
func (r *repl) signature(text string, cursor int) []string {
	before := r.prefix(text)
	sig, ok := r.world().Signature(before+text, len(before)+cursor)
	if !ok {
		return nil
	}
	return []string{r.faint(query.Line(sig.Func))}
}

// prefix is all that stands before the text that is typed: the declarations of
// the session, and what makes a statement of an expression.
func (r *repl) prefix(text string) string {
	t := newText()
	keys := keysOf(text)
	for _, k := range r.session.kept {
		if !slices.Contains(keys, k.key) {
			t.take(k.line.file, k.line.span)
			t.glue("\n")
		}
	}
	classes := syntax.Classify(strings.TrimLeft(text, " \n"))
	statement := len(classes) > 0 && classes[0].Start == 0 && (classes[0].Class == syntax.ClassKeyword || classes[0].Class == syntax.ClassCommand)
	if !statement {
		t.glue("let _ = ")
	}
	return t.b.String()
}

// look checks a text with the names of the session.
func (r *repl) look(text string) *check.Program {
	t := newText()
	t.b.Reset()
	t.glue(text)
	tree, _ := syntax.Parse(t.done())
	o := r.o.Check
	r.session.mu.Lock()
	o.Given = slices.Clone(r.session.names)
	r.session.mu.Unlock()
	o.LookPath = nil
	p, _ := check.File(tree, o)
	return p
}

// openText returns the path that is being typed: in a text that has no end
// yet, or as a word of a command.
func openText(before string) (path string, inside bool) {
	classes := syntax.Classify(before)
	if len(classes) == 0 {
		return "", false
	}
	last := classes[len(classes)-1]
	body := before[last.Start:]
	switch {
	case last.Class == syntax.ClassBad && (body[0] == '"' || body[0] == '\'') && !strings.ContainsAny(body[1:], "\n{"):
		return body[1:], true
	case last.Class == syntax.ClassCommand && int(last.End) >= len(strings.TrimRight(before, " ")) && strings.HasPrefix(strings.TrimLeft(body, " "), "$") && strings.Contains(body, " "):
		word := body[strings.LastIndexByte(body, ' ')+1:]
		return word, !strings.ContainsAny(word, "{}\"'$")
	}
	return "", false
}

// files are the files that a path could mean, from the session's folder on.
func (r *repl) files(path string, cursor int) (items []query.Item, start int) {
	dir, base := filepath.Split(path)
	folder := dir
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(r.o.Dir, dir)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, cursor
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, base) || strings.HasPrefix(name, ".") && base == "" || tame(name) != name {
			continue
		}
		if e.IsDir() {
			name += "/"
		}
		items = append(items, query.Item{Name: name, Kind: "file"})
	}
	return items, cursor - len(base)
}

// mostChoices is how many choices are told with what they are.
const mostChoices = 12

// list lays choices out below the statement: few with what each is, many in
// columns.
func (r *repl) list(items []query.Item) (lines []string) {
	s := r.shower()
	widest := 0
	for _, i := range items {
		widest = max(widest, width(i.Name))
	}
	if len(items) <= mostChoices {
		for _, i := range items {
			note := strings.TrimSpace(i.Type + "  " + i.Doc)
			lines = append(lines, "  "+s.paint(bold, pad(i.Name, widest))+s.paint(faint, "  "+note))
		}
		return lines
	}
	columns := max(1, (s.columns-2)/(widest+2))
	rows := (len(items) + columns - 1) / columns
	shown := min(rows, mostChoices)
	for row := range shown {
		line := "  "
		for c := row; c < len(items); c += rows {
			line += pad(items[c].Name, widest+2)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	if shown < rows {
		left := 0
		for i := range items {
			if i%rows >= shown {
				left++
			}
		}
		lines = append(lines, s.paint(faint, fmt.Sprintf("  … %d more", left)))
	}
	return lines
}
