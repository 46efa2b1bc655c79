package repl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/report"
	"github.com/drl-lang/drl/runtime/run"
)

const (
	shortestWatch = 100 * time.Millisecond
	mostWatches   = 8
	sparkMost     = 20
)

// watches are the expressions that are evaluated again and again in the
// background. Each has a line above the one that is typed.
type watches struct {
	repl *repl

	mu  sync.Mutex
	all []*watch
}

// watch is one of them.
type watch struct {
	every  time.Duration
	text   string
	shown  string // its value, or what is wrong
	at     time.Time
	recent []float64
	end    context.CancelFunc
	ended  sync.WaitGroup
}

// watch begins one, lists them, or stops them.
func (r *repl) watch(ctx context.Context, args string) {
	first, text, _ := strings.Cut(args, " ")
	text = strings.TrimSpace(text)
	if first == "stop" {
		r.watches.stop()
		return
	}
	every, err := value.ParseDuration(first)
	switch {
	case err != nil || text == "":
		r.complain("want how often and what: :watch 5s http.get(url).latency, or :watch stop")
		r.failed = true
		return
	case time.Duration(every) < shortestWatch:
		r.complain("%s is too often, want 100ms or more", every)
		return
	case r.watches.count() == mostWatches:
		r.complain("there are %d already: :watch stop ends them", mostWatches)
		return
	}
	l := newLine(source.NewFile("typed", []byte(text)), source.Span{End: uint32(len(text))})
	st, ds := r.session.try(form{before: "let _ = "}, l)
	if ds.HasErrors() {
		r.diagnostics(ds)
		r.failed = true
		return
	}
	st.program.Release = nil
	inner, end := context.WithCancel(ctx)
	w := &watch{every: time.Duration(every), text: oneLine(text), shown: "…", end: end}
	r.watches.mu.Lock()
	r.watches.all = append(r.watches.all, w)
	r.watches.mu.Unlock()
	r.session.note("watched every " + every.String() + ": " + w.text)
	r.watches.draw()
	w.ended.Go(func() {
		for {
			v, err := r.evaluate(inner, st)
			if inner.Err() != nil {
				return
			}
			r.watches.saw(w, v, err)
			if r.o.Host.Sleep(inner, w.every) != nil {
				return
			}
		}
	})
}

// evaluate evaluates a watched expression once.
func (r *repl) evaluate(ctx context.Context, st *statement) (value.Value, error) {
	p, err := r.session.prepare(st)
	if err != nil {
		return nil, err
	}
	result := run.Start(ctx, p, run.Options{
		Run: "watch", Engine: memory.New(memory.Options{Now: time.Now, AfterFunc: time.AfterFunc}),
		Host: r.o.Host, Functions: r.o.Functions, Env: r.o.Env, Dir: r.o.Dir, Operator: r.o.Operator, Secrets: r.o.Hide, Commands: r.o.Commands,
	})
	for _, o := range st.binds() {
		if v := result.Frame.Get(o); v != nil {
			return v, nil
		}
	}
	if result.Err != nil {
		return nil, st.text.problem(result.Err)
	}
	return nil, fmt.Errorf("%s", result.Reason)
}

func (ws *watches) count() int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return len(ws.all)
}

// stop ends all of them, and waits until they have.
func (ws *watches) stop() {
	ws.mu.Lock()
	all := ws.all
	ws.all = nil
	ws.mu.Unlock()
	for _, w := range all {
		w.end()
	}
	for _, w := range all {
		w.ended.Wait()
	}
	ws.draw()
}

// saw takes what a watch has seen.
func (ws *watches) saw(w *watch, v value.Value, err error) {
	ws.mu.Lock()
	w.at = time.Now()
	if err != nil {
		w.shown = "✗ " + plainMessage(err)
	} else {
		w.shown = value.Short(v, 200)
		if n, ok := number(v); ok {
			w.recent = append(w.recent, n)
			w.recent = w.recent[max(0, len(w.recent)-sparkMost):]
		}
	}
	ws.mu.Unlock()
	ws.draw()
}

func plainMessage(err error) string {
	if d, ok := err.(*source.Diagnostic); ok {
		return d.Message
	}
	return err.Error()
}

// draw puts the lines of the watches above the line that is typed.
func (ws *watches) draw() {
	ws.mu.Lock()
	all := slices.Clone(ws.all)
	s := ws.repl.shower()
	var lines []string
	for _, w := range all {
		at := "        "
		if !w.at.IsZero() {
			at = w.at.Format("15:04:05")
		}
		tail := ""
		if len(w.recent) > 1 {
			tail = " " + report.Sparkline(w.recent, max(4, s.columns/4))
		}
		room := s.columns - 1 - width(at) - 2 - width(tail)
		shown := fit(ws.repl.o.Hide.Text(oneLine(w.shown)), max(6, room*2/3))
		text := fit(ws.repl.o.Hide.Text(w.text), max(4, room-width(shown)-2))
		lines = append(lines, s.paint(faint, at+" "+text)+" "+s.paint(cyan, report.Visible(shown))+tail)
	}
	ws.mu.Unlock()
	ws.repl.editor.Pin(lines)
}

// number is what a sparkline can be drawn of.
func number(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Events:
		if v.Total > 0 {
			return v.Bad / v.Total, true
		}
	}
	return value.Magnitude(v)
}
