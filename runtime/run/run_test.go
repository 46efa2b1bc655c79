package run_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// lab is a small world that scripts of the tests act on, with a ledger of all
// that was done to it.
type lab struct {
	mu     sync.Mutex
	ledger []string
	counts map[string]int
	// fails says how many more times an act of that name fails; -1 is always.
	fails map[string]int
}

type actArgs struct {
	Name string        `drl:"name" doc:"what is done"`
	For  time.Duration `drl:"for" doc:"how long it takes" default:"0s"`
}

type nameArgs struct {
	Name string `drl:"name" doc:"what is counted"`
}

type waitArgs struct {
	For time.Duration `drl:"for" doc:"how long it takes"`
}

func (l *lab) module() builtins.Module {
	return builtins.Module{Name: "lab", Doc: "A world for tests.", Funcs: []*builtins.Func{
		builtins.New("lab.act", types.Writes, "Do something.", func(ctx context.Context, h *builtins.Host, a actArgs) (struct{}, error) {
			if a.For > 0 {
				if err := h.Sleep(ctx, a.For); err != nil {
					return struct{}{}, err
				}
			}
			h.Say(a.Name + " is on its way")
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.fails[a.Name] != 0 {
				l.fails[a.Name]--
				l.ledger = append(l.ledger, a.Name+" fails")
				return struct{}{}, errors.New(a.Name + " does not work")
			}
			l.ledger = append(l.ledger, a.Name)
			return struct{}{}, nil
		}),
		builtins.New("lab.count", types.Reads, "How often it was asked.", func(_ context.Context, _ *builtins.Host, a nameArgs) (int, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.counts[a.Name]++
			return l.counts[a.Name], nil
		}),
		builtins.New("lab.done", types.Reads, "Whether it was done.", func(_ context.Context, _ *builtins.Host, a nameArgs) (bool, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			return slices.Contains(l.ledger, a.Name), nil
		}),
		builtins.New("lab.latency", types.Reads, "100ms, and 250ms once bad was done.", func(context.Context, *builtins.Host, struct{}) ([]time.Duration, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			base := 100 * time.Millisecond
			if slices.Contains(l.ledger, "bad") && !slices.Contains(l.ledger, "undo bad") {
				base = 250 * time.Millisecond
			}
			if slices.Contains(l.ledger, "down") {
				return nil, errors.New("connection refused")
			}
			var samples []time.Duration
			for i := range 5 {
				samples = append(samples, base+time.Duration(i)*time.Millisecond)
			}
			return samples, nil
		}),
		builtins.New("lab.deaf", types.Reads, "Take a time, whatever the deadline.", func(_ context.Context, h *builtins.Host, a waitArgs) (int, error) {
			return 1, h.Sleep(context.Background(), a.For)
		}),
		builtins.New("lab.slow", types.Reads, "Take a time.", func(ctx context.Context, h *builtins.Host, a waitArgs) (int, error) {
			return 1, h.Sleep(ctx, a.For)
		}),
	}}
}

// scenario is one run of a script.
type scenario struct {
	name    string
	script  string
	fails   map[string]int
	target  string
	flags   map[string]string
	yes     []string
	answers map[string]string
	person  func(q event.Asked) (event.Answered, error) // nil: nobody is there
	signals map[time.Duration]run.Interrupt
	// commands runs command lines; nil: for real.
	commands run.Commands
	only     func(run.Candidate) (bool, error)
	past     []run.Past
	unread   error // why the others can't be looked at
	want     string
}

// run carries the scenario out in virtual time and returns its story: a line
// for whatever an operator would want to know.
func (sc scenario) run(t *testing.T) (run.Result, string, []event.Event) {
	t.Helper()
	world := &lab{counts: map[string]int{}, fails: map[string]int{}}
	for name, n := range sc.fails {
		world.fails[name] = n
	}
	modules := append(standard.Modules(), world.module())
	functions := map[string]*builtins.Func{}
	for _, m := range modules {
		for _, f := range append(m.Funcs, m.Methods...) {
			functions[f.Name] = f
		}
	}
	lookup := func(name string) *builtins.Func { return functions[name] }
	p := checked(t, sc.script, builtins.Universe(modules))
	pl, err := plan.Build(p, plan.Inputs{Flags: sc.flags, Target: sc.target, Functions: lookup})
	if err != nil {
		t.Fatalf("plan.Build() = %v", err)
	}
	var result run.Result
	var events []event.Event
	synctest.Test(t, func(t *testing.T) {
		interrupts := make(chan run.Interrupt)
		var ask func(context.Context, event.Asked) (event.Answered, error)
		if sc.person != nil {
			ask = func(_ context.Context, q event.Asked) (event.Answered, error) { return sc.person(q) }
		}
		e := memory.New(memory.Options{Run: "r1", Now: time.Now, AfterFunc: time.AfterFunc, Ask: ask, Sink: func(v event.Event) { events = append(events, v) }})
		over, end := context.WithCancel(t.Context())
		var signals sync.WaitGroup
		for after, i := range sc.signals {
			signals.Go(func() {
				if sleep(over, after) == nil {
					select {
					case interrupts <- i:
					case <-over.Done():
					}
				}
			})
		}
		result = run.Start(t.Context(), pl, run.Options{
			Run: "r1", Engine: e, Functions: lookup, Operator: "ada", Yes: sc.yes, Answers: sc.answers,
			Interrupts: interrupts, Only: sc.only, Commands: sc.commands, Past: func() ([]run.Past, error) { return sc.past, sc.unread },
		})
		end()
		signals.Wait()
	})
	return result, story(events), events
}

// sleep waits on the clock of the bubble.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// checked parses and checks a script, which has no errors.
func checked(t testing.TB, text string, u *types.Universe) *check.Program {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile("release.drl", []byte(text)))
	if ds.HasErrors() {
		t.Fatalf("syntax.Parse() = %v", ds)
	}
	p, ds := check.File(tree, check.Options{Universe: u})
	if ds.HasErrors() {
		for _, d := range ds {
			t.Log(d)
		}
		t.Fatal("the script has errors")
	}
	return p
}

// story tells a run by its events.
func story(events []event.Event) string {
	var b strings.Builder
	for _, v := range events {
		switch e := v.Body.(type) {
		case event.NodeFinished:
			switch e.Type {
			case "phase", "for", "parallel", "if", "in", "with", "rule":
				continue
			case "handler", "finally":
				if e.Status == event.Passed {
					continue
				}
			}
			fmt.Fprintf(&b, "%s %s: %s", e.Type, e.Title, e.Status)
			if e.Reason != "" {
				fmt.Fprintf(&b, " (%s)", e.Reason)
			}
			b.WriteString("\n")
			for _, f := range e.Failures {
				fmt.Fprintf(&b, "  %s\n", f.Message)
			}
		case event.TryFailed:
			fmt.Fprintf(&b, "try %d failed\n", e.Try)
		case event.EffectStarted:
			if e.Writes {
				text := strings.TrimPrefix(e.Text, "lab.")
				if e.Name == "$" {
					text = "$ " + text
				}
				b.WriteString(text + "\n")
			}
		case event.UndoArmed:
			fmt.Fprintf(&b, "armed: %s\n", e.Title)
		case event.RollbackStarted:
			fmt.Fprintf(&b, "rollback of [%s]\n", strings.Join(e.Undos, ", "))
		case event.Asked:
			fmt.Fprintf(&b, "asked: %s\n", e.Question)
		case event.Answered:
			fmt.Fprintf(&b, "answered: %s\n", e.Answer)
		case event.Printed:
			fmt.Fprintf(&b, "printed: %s\n", e.Text)
		case event.Noted:
			fmt.Fprintf(&b, "noted: %s\n", e.Text)
		case event.Decided:
			fmt.Fprintf(&b, "decided: %s\n", e.Verdict)
		case event.Recovered:
			fmt.Fprintf(&b, "%s: recovered: %s\n", e.Monitor, e.Is)
		case event.RunFinished:
			fmt.Fprintf(&b, "%s %d", e.Outcome, e.Exit)
			if e.Reason != "" {
				fmt.Fprintf(&b, ": %s", e.Reason)
			}
			b.WriteString("\n")
			if len(e.Left) > 0 {
				fmt.Fprintf(&b, "left: %s\n", strings.Join(e.Left, ", "))
			}
			if e.Next != "" {
				fmt.Fprintf(&b, "next: %s\n", e.Next)
			}
		}
	}
	return b.String()
}

// check runs the scenarios and compares their stories.
func tell(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			_, got, _ := sc.run(t)
			want := strings.ReplaceAll(strings.TrimLeft(sc.want, "\n"), "\t", "")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the story (-want +got)\n%s", diff)
			}
		})
	}
}

// says answers each question by the first entry whose title it is.
func says(answers map[string]string) func(event.Asked) (event.Answered, error) {
	return func(q event.Asked) (event.Answered, error) {
		if a, ok := answers[q.ID]; ok {
			return event.Answered{Answer: a, By: "grace"}, nil
		}
		return event.Answered{}, engine.ErrNobody
	}
}
