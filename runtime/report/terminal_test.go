package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/runtime/event"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// story tells a run, event by event, with the time that passes between them.
type story struct {
	sink Sink
	now  time.Time
	seq  int64
	tick func(time.Time)
}

func tell(sink Sink) *story {
	s := &story{sink: sink, now: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC)}
	if t, ok := sink.(*Terminal); ok {
		s.tick = t.Tick
	}
	return s
}

func (s *story) is(node string, b event.Body) {
	s.seq++
	s.sink.Event(event.Event{Seq: s.seq, Time: s.now, Run: "k3f9", Node: node, Body: b})
}

// wait lets the time go by, a second at a time.
func (s *story) wait(d time.Duration) {
	for end := s.now.Add(d); s.now.Before(end); {
		s.now = s.now.Add(min(time.Second, end.Sub(s.now)))
		if s.tick != nil {
			s.tick(s.now)
		}
	}
}

func at(line int) source.Place { return source.Place{File: "release.drl", Line: line, Column: 5} }

func (s *story) begin(kind, title, parent string, line int, limit time.Duration) string {
	id := strings.TrimPrefix(parent+"/"+kind+" "+title, "/")
	s.is(id, event.NodeStarted{Type: kind, Title: title, Parent: parent, Place: at(line), Limit: limit})
	return id
}

func (s *story) end(id, kind, title string, line int, status event.Status, took time.Duration) {
	s.is(id, event.NodeFinished{Type: kind, Title: title, Place: at(line), Status: status, Duration: took})
}

func number(f float64) *float64 { return &f }

var slow = event.Failure{
	Place: at(58), Source: "expect r.latency < 500ms",
	Parts: []event.Part{
		{Column: 7, Width: 9, Text: "r.latency", Value: "1.24s"},
		{Column: 19, Width: 5, Text: "500ms", Value: "500ms"},
	},
}

// release is a run with a bit of everything: it fails in its monitor and is
// rolled back, with one undo left to a person.
func release(s *story, look func(moment string)) {
	s.is("", event.RunStarted{Release: "ticketing", Target: "production", Guard: true, Version: "v3.0.0", Script: "release.drl", Nodes: 9,
		Inputs: map[string]string{"version": "v3.0.0", "database_url": "•••"}})
	pre := s.begin("phase", "Pre-deployment", "", 10, 0)
	tests := s.begin("check", "all tests pass", pre, 11, 20*time.Minute)
	s.is(tests, event.EffectStarted{ID: 1, Name: "$", Writes: true, Text: "make test", Place: at(11)})
	s.wait(3 * time.Second)
	s.is(tests, event.Output{ID: 1, Stream: "stdout", Line: "ok\ttickets/\x1b[32mviews\x1b[0m"})
	s.wait(9400 * time.Millisecond)
	look("a command runs")
	s.is(tests, event.EffectFinished{ID: 1, Duration: 12400 * time.Millisecond})
	s.end(tests, "check", "all tests pass", 11, event.Passed, 12400*time.Millisecond)
	changelog := s.begin("check", "changelog names v3.0.0", pre, 12, 0)
	s.is(changelog, event.NodeFinished{Type: "check", Title: "changelog names v3.0.0", Place: at(12), Status: event.Warned, Duration: time.Millisecond,
		Failures: []event.Failure{{Place: at(12), Message: "CHANGELOG.md does not exist", Source: `expect file.read("CHANGELOG.md") contains version`, Hint: "write the file"}}})
	s.end(s.begin("check", "only on staging", pre, 13, 0), "check", "only on staging", 13, event.Skipped, 0)
	review := s.begin("confirm", "Code review completed and approved", pre, 14, 24*time.Hour)
	s.is(review, event.Asked{ID: "Code review completed and approved", Question: "Code review completed and approved", Type: "confirm", By: "platform"})
	s.wait(42 * time.Second)
	look("a question is open")
	s.is(review, event.Answered{ID: "Code review completed and approved", Answer: "yes", By: "ada"})
	s.is(review, event.NodeFinished{Type: "confirm", Title: "Code review completed and approved", Place: at(14), Status: event.Passed, Reason: "yes, by ada", Duration: 42 * time.Second})
	baseline := s.begin("baseline", "before", pre, 15, 2*time.Minute)
	s.wait(2 * time.Minute)
	s.is(baseline, event.BaselineTaken{Name: "before", Samples: 250, Metrics: []event.Metric{{Name: "latency", Value: "110ms"}, {Name: "errors", Value: "0%"}}})
	s.end(baseline, "baseline", "before", 15, event.Passed, 2*time.Minute)
	s.end(pre, "phase", "Pre-deployment", 10, event.Passed, 3*time.Minute)

	deploy := s.begin("phase", "Deployment", "", 30, 0)
	step := s.begin("step", "deploy to Railway", deploy, 31, 15*time.Minute)
	s.is(step, event.UndoArmed{Title: "deploy to Railway"})
	s.is(step, event.EffectStarted{ID: 2, Name: "railway.deploy", Writes: true, Text: `railway.deploy("web", image: "tickets:v3.0.0")`, Place: at(32)})
	s.wait(75 * time.Second)
	s.end(step, "step", "deploy to Railway", 31, event.Passed, 75*time.Second)
	all := s.begin("parallel", "parallel", deploy, 57, 0)
	auth := s.begin("check", "auth is healthy", all, 58, 2*time.Minute)
	ticket := s.begin("check", "ticket is healthy", all, 58, 2*time.Minute)
	for try := 1; try < 5; try++ {
		s.wait(5 * time.Second)
		s.is(auth, event.TryFailed{Try: try, Failures: []event.Failure{slow}})
	}
	s.is("", event.Printed{Text: "ticket says hello\n::set-output name=x::y"})
	look("two checks side by side")
	s.end(ticket, "check", "ticket is healthy", 58, event.Passed, 15*time.Second)
	s.wait(100 * time.Second)
	s.is(auth, event.NodeFinished{Type: "check", Title: "auth is healthy", Place: at(57), Status: event.Failed, Duration: 2 * time.Minute, Tries: 5, Failures: []event.Failure{slow}})
	s.end(all, "parallel", "parallel", 57, event.Failed, 2*time.Minute)
	s.end(deploy, "phase", "Deployment", 30, event.Failed, 4*time.Minute)

	monitor := s.begin("monitor", "the first 30 minutes", "", 80, 30*time.Minute)
	for tick := 1; tick <= 30; tick++ {
		v := 110 + float64(tick*tick%17)
		if tick > 20 {
			v *= 1.7
		}
		rule := event.RuleState{Rule: "rollback if degradation > 50% for 2m", Action: "rollback", Hold: 2 * time.Minute, Is: "unknown",
			Comparisons: []event.Comparison{
				{Metric: "latency", Text: "degradation > 50%", Is: "unknown", Value: "no data", Limit: "50%", Way: "over", Bound: "165ms", At: number(165)},
				{Metric: "errors", Text: "degradation > 50%", Is: "unknown", Value: "no data", Limit: "50%", Way: "over"},
			}}
		if tick > 5 {
			rule.Is, rule.Comparisons[0].Is, rule.Comparisons[0].Value = "false", "false", "3%"
		}
		if tick > 22 {
			rule.Is, rule.Held = "true", time.Duration(tick-23)*15*time.Second
			rule.Comparisons[0].Is, rule.Comparisons[0].Value = "true", "70%"
		}
		s.is(monitor, event.Ticked{Tick: tick, Of: 121, Left: 30*time.Minute - time.Duration(tick-1)*15*time.Second,
			Metrics: []event.Metric{
				{Name: "latency", Value: fmt.Sprintf("%.0fms", v), Number: number(v), Baseline: "110ms"},
				{Name: "errors", Value: "no data", Baseline: "0%"},
			},
			Rules: []event.RuleState{rule, {Rule: "warn if latency.p95(5m) > 800ms", Action: "warn", Is: "false", Comparisons: []event.Comparison{
				{Metric: "latency", Text: "latency.p95(5m) > 800ms", Is: "false", Value: "190ms", Limit: "800ms", Way: "over", Bound: "800ms", At: number(800)}}}}})
		if tick == 26 {
			look("a monitor holds")
		}
		s.wait(15 * time.Second)
	}
	s.is(monitor, event.Decided{Verdict: "rollback", Rule: "rollback if degradation > 50% for 2m", Words: "latency is 187ms, 70% worse than 110ms before, for 2m (n = 80)", Place: at(81)})
	s.is(monitor, event.NodeFinished{Type: "monitor", Title: "the first 30 minutes", Place: at(80), Status: event.Failed, Duration: 450 * time.Second,
		Failures: []event.Failure{{Place: at(81), Message: "latency is 187ms, 70% worse than 110ms before, for 2m (n = 80)", Source: "rollback if degradation > 50% for 2m"}}})
	s.is("", event.RollbackStarted{Reason: "latency is 70% worse", Undos: []string{"deploy to Railway", "run migrations"}})
	undo := s.begin("undo", "deploy to Railway", "", 35, 10*time.Minute)
	s.wait(20 * time.Second)
	look("it rolls back")
	s.end(undo, "undo", "deploy to Railway", 35, event.Passed, 20*time.Second)
	undo = s.begin("undo", "run migrations", "", 40, 10*time.Minute)
	s.is(undo, event.Asked{ID: "undo run migrations", Question: "undo run migrations?", Type: "undo", Options: []string{"yes", "no"}})
	s.is(undo, event.Answered{ID: "undo run migrations", Answer: "yes", By: "ada"})
	s.is(undo, event.NodeFinished{Type: "undo", Title: "run migrations", Place: at(40), Status: event.Failed, Duration: 2100 * time.Millisecond,
		Failures: []event.Failure{{Place: at(41), Message: "the command ended with code 1", Source: "$ railway run python manage.py migrate tickets {before}",
			Output: []string{"Traceback (most recent call last):", "  psycopg.OperationalError: \x1b[31mconnection refused"}}}})
	hook := s.begin("handler", "on rollback", "", 90, 0)
	s.end(s.begin("check", "the old version serves", hook, 91, 5*time.Minute), "check", "the old version serves", 91, event.Passed, 38*time.Millisecond)
	s.end(hook, "handler", "on rollback", 90, event.Passed, 40*time.Millisecond)
	s.is("", event.Noted{Level: "warning", Text: "the deadline of 10s for on finish is over"})
	s.is("", event.RunFinished{Outcome: "rollback_failed", Reason: "latency is 70% worse", Exit: 4, Duration: 14*time.Minute + 3*time.Second,
		Passed: 7, Failed: 3, Warned: 1, Skipped: 1, Left: []string{"run migrations: release.drl:40"}, Next: "drl run release.drl --target production"})
}

func TestLog(t *testing.T) {
	for _, tt := range []struct {
		name    string
		options TerminalOptions
	}{
		{"plain.txt", TerminalOptions{}},
		{"quiet.txt", TerminalOptions{Level: Quiet}},
		{"verbose.txt", TerminalOptions{Level: Verbose}},
		{"color.txt", TerminalOptions{Color: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			release(tell(NewTerminal(&out, tt.options)), func(string) {})
			golden(t, tt.name, strings.ReplaceAll(out.String(), "\x1b", "␛"))
		})
	}
}

// What stands on a screen at some moments, and what is left in the end.
func TestLive(t *testing.T) {
	for _, columns := range []int{80, 40} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			screen := &screen{}
			term := NewTerminal(screen, TerminalOptions{Live: true, Size: func() (int, int) { return columns, 24 }})
			var got strings.Builder
			release(tell(term), func(moment string) {
				fmt.Fprintf(&got, "---- %s\n%s", moment, screen.last(14))
				for _, line := range screen.lines[screen.row:] {
					if width(line) >= columns {
						t.Errorf("a live line is %d columns wide: %q", width(line), line)
					}
				}
			})
			term.Close()
			fmt.Fprintf(&got, "---- in the end\n%s", strings.Join(screen.lines, "\n")+"\n")
			golden(t, fmt.Sprintf("live%d.txt", columns), got.String())
		})
	}
}

// screen obeys the few sequences that a live terminal writes, and fails on
// any other.
type screen struct {
	lines []string
	row   int
}

var sequence = regexp.MustCompile(`^\x1b\[(\??\d*)([A-Za-z])`)

func (s *screen) Write(p []byte) (int, error) {
	text := string(p)
	for text != "" {
		switch text[0] {
		case '\r':
			text = text[1:]
			continue
		case '\n':
			s.on()
			s.row++
			text = text[1:]
			continue
		case '\x1b':
			m := sequence.FindStringSubmatch(text)
			switch {
			case m != nil && m[2] == "A":
				n, _ := strconv.Atoi(m[1])
				s.row -= n
			case m != nil && m[2] == "J":
				s.lines = s.lines[:s.row]
			case m != nil && m[1] == "?7": // whether lines wrap: here none does
			default:
				panic(fmt.Sprintf("unexpected sequence in %q", text))
			}
			text = text[len(m[0]):]
			continue
		}
		end := strings.IndexAny(text, "\r\n\x1b")
		if end < 0 {
			panic(fmt.Sprintf("a line without its end: %q", text))
		}
		s.on()
		s.lines[s.row] += text[:end]
		text = text[end:]
	}
	return len(p), nil
}

// on adds the row in which the cursor stands, if it is a new one.
func (s *screen) on() {
	if s.row == len(s.lines) {
		s.lines = append(s.lines, "")
	}
}

func (s *screen) last(n int) string {
	return strings.Join(s.lines[max(0, len(s.lines)-n):], "\n") + "\n"
}

func TestSuspendHoldsEverythingBack(t *testing.T) {
	screen := &screen{}
	term := NewTerminal(screen, TerminalOptions{Live: true})
	s := tell(term)
	s.is("", event.RunStarted{Release: "r"})
	a := s.begin("step", "a", "", 1, 0)
	b := s.begin("step", "b", "", 2, 0)
	s.wait(time.Second)
	var urgent []string
	lent := 0
	term.Suspend(func(line string) { urgent = append(urgent, line) }, func(f func()) { lent++; f() })
	before := screen.last(9)
	if strings.Contains(before, "a") {
		t.Errorf("live lines under a question:\n%s", before)
	}
	s.end(b, "step", "b", 2, event.Passed, time.Second)
	s.is("", event.Noted{Level: "info", Text: "no hurry"})
	s.is("", event.Noted{Level: "warning", Text: "SIGINT"})
	s.wait(time.Minute)
	if want := []string{"! SIGINT"}; !slices.Equal(urgent, want) {
		t.Errorf("what can't wait is %q, want %q", urgent, want)
	}
	if after := screen.last(9); after != before {
		t.Errorf("something was written under a question:\n%s", after)
	}
	away := false
	term.Aside(func() { away = true })
	if after := screen.last(9); lent != 1 || !away || after != before {
		t.Errorf("the question was lent %d times, to its borrower: %t, and the screen is\n%s", lent, away, after)
	}
	term.Resume()
	if got, want := screen.last(9), "r\n✓ b  1s\n· no hurry\n⠋ a  1m1s\nr  1 done  1m1s\n"; got != want {
		t.Errorf("after the question:\n%swant\n%s", got, want)
	}
	s.end(a, "step", "a", 1, event.Passed, time.Second)
}

func TestNotesOfCommandsAreSaid(t *testing.T) {
	for _, level := range []Level{Quiet, Normal, Verbose} {
		var out bytes.Buffer
		s := tell(NewTerminal(&out, TerminalOptions{Level: level}))
		s.is("", event.RunStarted{Release: "r"})
		a := s.begin("step", "a", "", 1, 0)
		s.is(a, event.Output{ID: 1, Stream: "note", Line: "ended a process: \x1b[2J"})
		if got, want := out.String(), "! a: ended a process: \\x1b[2J\n"; !strings.Contains(got, want) {
			t.Errorf("at level %d:\n%swant\n%s", level, got, want)
		}
	}
}

func TestHeartbeatGrows(t *testing.T) {
	var out bytes.Buffer
	s := tell(NewTerminal(&out, TerminalOptions{}))
	s.is("", event.RunStarted{Release: "r"})
	s.begin("step", "long", "", 1, 10*time.Minute)
	s.wait(200 * time.Second)
	want := "r\n… long  10s of 10m\n… long  30s of 10m\n… long  1m10s of 10m\n… long  2m10s of 10m\n… long  3m10s of 10m\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestWaitingNamesTheQuestions(t *testing.T) {
	var out bytes.Buffer
	s := tell(NewTerminal(&out, TerminalOptions{}))
	s.is("", event.RunStarted{Release: "r", Target: "production", Guard: true})
	c := s.begin("confirm", "go on?", "", 1, 0)
	s.is(c, event.Asked{ID: "go on?", Question: "go on?", Type: "confirm", By: "platform"})
	s.is("", event.RunFinished{Outcome: "waiting", Exit: 5, Duration: time.Second, Next: `drl run r.drl --yes "go on?"`})
	want := "r → production (guarded)\n\nwaiting for an answer\n  ? go on?  by platform\n\n" +
		"? waiting on production (guarded) · 1s · run k3f9 · next: drl run r.drl --yes \"go on?\"\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestJSONFallsSilent(t *testing.T) {
	j := NewJSON(full{})
	j.Event(event.Event{Body: event.Printed{Text: "a"}})
	j.Event(event.Event{Body: event.Printed{Text: "b"}})
	if j.Err() == nil {
		t.Error("Err() = nil, want the disk's error")
	}
	var out bytes.Buffer
	tell(Sinks{NewJSON(&out)}).is("", event.Printed{Text: "a"})
	if got, want := out.String(), `{"v":1,"seq":1,"time":"2026-11-22T20:00:00Z","run":"k3f9","kind":"printed","text":"a"}`+"\n"; got != want {
		t.Errorf("JSON wrote %swant %s", got, want)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }
