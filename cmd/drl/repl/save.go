package repl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// save writes the session as a script: what was declared, and what went well
// in its order. A name that was bound anew gets a number, and so does each
// last result.
func (r *repl) save(_ context.Context, name string) {
	if name == "" {
		r.complain("where to? :save incident.drl")
		return
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.o.Dir, path)
	}
	text := r.session.script()
	f := source.NewFile(name, []byte(text))
	tree, ds := syntax.Parse(f)
	if !ds.HasErrors() {
		f = source.NewFile(name, []byte(syntax.Format(tree)))
		tree, ds = syntax.Parse(f)
	}
	_, more := check.File(tree, r.o.Check)
	if ds = append(ds, more...); ds.HasErrors() {
		r.complain("what was typed makes no script by itself:")
		r.diagnostics(slices.DeleteFunc(ds, func(d *source.Diagnostic) bool { return d.Severity == source.Warning }))
		r.failed = true
		return
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		if os.IsExist(err) {
			err = fmt.Errorf("there is a file of that name")
		}
		r.complain("drl: save %s: %v", name, err)
		r.failed = true
		return
	}
	_, err = out.Write(f.Text)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		r.complain("drl: save %s: %v", name, err)
		r.failed = true
		return
	}
	r.complain("%s", r.faint(fmt.Sprintf("saved; drl check %s finds no mistakes", name)))
}

// script is the session as text.
func (s *session) script() string {
	var b strings.Builder
	for _, k := range s.kept {
		if !strings.HasPrefix(k.key, "baseline ") {
			b.WriteString(k.line.text + "\n\n")
		}
	}
	names := &versions{now: map[string]string{}, count: map[string]int{}}
	for _, l := range s.log {
		if text := names.statement(l.statement); text != "" {
			b.WriteString(text + "\n")
		}
	}
	return b.String()
}

// versions are the names of a script for names that were bound more than once.
type versions struct {
	now   map[string]string // by the name at the prompt
	count map[string]int
}

// statement is a statement as a script has it; "" for declarations, which
// stand at its top.
func (v *versions) statement(st *statement) string {
	text := st.text.done()
	type edit struct {
		at  source.Span
		new string
	}
	var edits []edit
	for _, stmt := range st.stmts {
		syntax.Walk(stmt, func(e syntax.Element) bool {
			if id, ok := e.(*syntax.Ident); ok {
				o := st.program.Info.Uses[id]
				if slices.Contains(st.program.Given, o) && v.now[o.Name] != "" && v.now[o.Name] != o.Name {
					edits = append(edits, edit{id.Span(), v.now[o.Name]})
				}
			}
			return true
		})
	}
	for _, o := range st.binds() {
		v.count[o.Name]++
		name := o.Name
		switch {
		case name == lastName:
			name = fmt.Sprintf("result_%d", v.count[o.Name])
		case v.count[o.Name] > 1:
			name = fmt.Sprintf("%s_%d", o.Name, v.count[o.Name])
		}
		v.now[o.Name] = name
		edits = append(edits, edit{o.Span, name})
	}
	slices.SortFunc(edits, func(a, b edit) int { return int(a.at.Start) - int(b.at.Start) })

	var b strings.Builder
	for _, stmt := range st.stmts {
		if key := declares(stmt); key != "" && !strings.HasPrefix(key, "baseline ") {
			continue
		}
		span := stmt.Span()
		at := span.Start
		for _, e := range edits {
			if e.at.Start >= at && e.at.End <= span.End {
				b.WriteString(text.Slice(source.Span{Start: at, End: e.at.Start}) + e.new)
				at = e.at.End
			}
		}
		b.WriteString(text.Slice(source.Span{Start: at, End: span.End}) + "\n")
	}
	return b.String()
}
