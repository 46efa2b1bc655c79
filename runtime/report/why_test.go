package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/drl-lang/drl/runtime/event"
)

// decides is a run of one monitor that decides something after some ticks.
func decides(d event.Decided, outcome event.RunFinished) func(*story) {
	return func(s *story) {
		s.is("", event.RunStarted{Release: "ticketing", Version: "v3", Target: "production", Script: "release.drl", Operator: "ada", Nodes: 2})
		phase := s.begin("phase", "Post-deployment", "", 70, 0)
		m := s.begin("monitor", "the first 30 minutes", phase, 80, 30*time.Minute)
		for tick := range 9 {
			ms := 110 + float64(tick*10)
			s.is(m, event.Ticked{Tick: tick + 1, Of: 121, At: time.Duration(tick) * 15 * time.Second,
				Metrics: []event.Metric{{Name: "latency", Value: fmt.Sprintf("%gms", ms), Number: &ms}},
				Rules:   []event.RuleState{{Rule: d.Rule, Times: 3 * strings.Count(d.Rule, "of 5"), Wanted: 3 * strings.Count(d.Rule, "of 5")}}})
			s.wait(15 * time.Second)
		}
		d.At, d.Place = 2*time.Minute, at(81)
		s.is(m, d)
		status := event.Failed
		if d.Verdict == "pass" {
			status = event.Passed
		} else if d.Verdict == "warn" {
			status = event.Warned
		}
		s.is(m, event.NodeFinished{Type: "monitor", Title: "the first 30 minutes", Place: at(80), Status: status, Reason: d.Verdict, Duration: 135 * time.Second,
			Failures: []event.Failure{{Place: at(81), Message: d.Words, Source: d.Rule}}})
		s.end(phase, "phase", "Post-deployment", 70, status, 135*time.Second)
		outcome.Duration = 135 * time.Second
		s.is("", outcome)
	}
}

// Each kind of end, told to somebody who was asleep.
func TestWhy(t *testing.T) {
	latency := []event.Evidence{{Metric: "latency", Value: "190ms", Samples: 9, Baseline: "110ms", BaselineSamples: 250}}
	var got strings.Builder
	for _, tt := range []struct {
		name  string
		story func(*story)
		width int
	}{
		{"rolled back in part", wholeRelease, 0},
		{"the same, on a narrow terminal", wholeRelease, 40},
		{"proven", decides(event.Decided{Verdict: "rollback", Rule: "rollback if proven(latency, worse_by: 50%)", Evidence: latency,
			Words: "latency is 70ms more than in the baseline in a typical minute (60ms to 90ms), in 7 minutes against 5; chance alone does that about once in 790 times (p 0.0013)",
		}, event.RunFinished{Outcome: "rolled_back", Exit: 3}), 0},
		{"three of five, and names", decides(event.Decided{Verdict: "fail", Rule: "fail if latency.p95(5m) > most for 3 of 5", Evidence: latency, Limits: []string{"most is 180ms"},
			Words:       "latency.p95(5m) is 190ms, over the limit of 180ms, at 3 of 5 ticks",
			Comparisons: []event.Comparison{{Metric: "latency", Text: "latency.p95(5m) > most", Is: "true", Value: "190ms", Limit: "180ms", Way: "over", Bound: "180ms", At: number(180)}},
		}, event.RunFinished{Outcome: "failed", Exit: 1, Reason: "the first 30 minutes: latency.p95(5m) is 190ms"}), 0},
		{"so many values that they are a sketch", decides(event.Decided{Verdict: "fail", Rule: "fail if latency.p99 > 180ms", Words: "latency.p99 is 190ms, over the limit of 180ms, within 1%",
			Evidence: []event.Evidence{{Metric: "latency", Value: "190ms", Samples: 9, Sketch: true}}}, event.RunFinished{Outcome: "failed", Exit: 1}), 0},
		{"inconclusive, and asked", func(s *story) {
			decides(event.Decided{Verdict: "inconclusive", Words: "20 of 41 ticks had data, want at least 80%: latency had none at 21 (connection refused)", Evidence: latency},
				event.RunFinished{Outcome: "waiting", Exit: 5, Next: "drl run release.drl --answer 'the first 30 minutes=…', with retry, go on, stop or roll back"})(s)
		}, 0},
		{"a confirmation is open", func(s *story) {
			s.is("", event.RunStarted{Release: "ticketing", Target: "production", Guard: true, Script: "release.drl"})
			c := s.begin("confirm", "go on?", "", 1, 0)
			s.is(c, event.Asked{ID: "go on?", Question: "go on?", Type: "confirm", By: "platform", Typed: "production"})
			s.is("", event.RunFinished{Outcome: "waiting", Exit: 5, Next: `drl run release.drl --yes "go on?"`})
		}, 0},
		{"a warning, and held at the end", decides(event.Decided{Verdict: "warn", Rule: "warn if latency > 150ms for 1m", Words: "latency is 190ms, over the limit of 150ms for 1m",
			Held: time.Minute, Hold: time.Minute, Extended: 30 * time.Second, Evidence: latency}, event.RunFinished{Outcome: "passed"}), 0},
		{"nothing was wrong", decides(event.Decided{Verdict: "pass", Words: "121 ticks, none of its rules fired"}, event.RunFinished{Outcome: "passed"}), 0},
		{"killed", func(s *story) {
			s.is("", event.RunStarted{Release: "ticketing", Script: "release.drl"})
			s.begin("step", "run migrations", s.begin("phase", "Deployment", "", 3, 0), 4, time.Minute)
			s.wait(26 * time.Hour)
			s.is("", event.Noted{Level: "warning", Text: "SIGTERM: nothing new starts"})
		}, 0},
		{"refused", func(s *story) {
			s.is("", event.RunStarted{Release: "ticketing", Script: "release.drl"})
			s.is("", event.RunFinished{Outcome: "refused", Exit: 6, Reason: "another run holds ticketing on production since 20:00"})
		}, 0},
		{"an outcome of a later drl", func(s *story) {
			s.is("", event.RunStarted{Release: "ticketing", Script: "release.drl"})
			s.is("", event.RunFinished{Outcome: "postponed", Exit: 9, Reason: "the moon is full"})
		}, 0},
		{"a rollback that helped", func(s *story) {
			s.is("", event.RunStarted{Release: "ticketing", Script: "release.drl"})
			c := s.begin("check", "auth is healthy", "", 58, time.Minute)
			s.is(c, event.NodeFinished{Type: "check", Title: "auth is healthy", Place: at(57), Status: event.Failed, Tries: 5, Duration: time.Minute, Failures: []event.Failure{slow}})
			s.is("", event.RollbackStarted{Reason: "auth is healthy"})
			s.is(c, event.Recovered{Monitor: "m", Is: "yes", Words: "`rollback if latency > 200ms` is not true any more, 50s after the rollback: latency is 102ms"})
			s.is("", event.RunFinished{Outcome: "rolled_back", Exit: 3})
		}, 0},
	} {
		fmt.Fprintf(&got, "---- %s\n", tt.name)
		told := written(t, func(w io.Writer) error { return told(tt.story).Account().Why(w, WhyOptions{Width: tt.width}) })
		got.WriteString(told)
		if _, err := json.Marshal(toldOf(tt.story)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	golden(t, "why.txt", got.String())
}

func toldOf(story func(*story)) Account { return told(story).Account() }

// What an account says in JSON, others program against.
func TestAccount(t *testing.T) {
	a := toldOf(wholeRelease)
	if a.Outcome != "rollback_failed" || a.Exit != 4 || len(a.Causes) != 1 || a.Causes[0].Title != "the first 30 minutes" || a.Causes[0].Decided.Verdict != "rollback" {
		t.Errorf("causes: %+v", a.Causes)
	}
	var also, undos, handlers []string
	for _, c := range a.Also {
		also = append(also, c.Title)
	}
	for _, c := range a.Back.Undos {
		undos = append(undos, c.Title+" "+string(c.Status))
	}
	for _, c := range a.Back.Handlers {
		handlers = append(handlers, c.Title)
	}
	if want := []string{"changelog names v3.0.0", "auth is healthy"}; !slices.Equal(also, want) {
		t.Errorf("also %q, want %q", also, want)
	}
	if want := []string{"deploy to Railway passed", "run migrations failed"}; !slices.Equal(undos, want) {
		t.Errorf("undos %q, want %q", undos, want)
	}
	if want := []string{"the old version serves"}; !slices.Equal(handlers, want) {
		t.Errorf("handlers %q, want %q", handlers, want)
	}
}

// Whatever a run's texts hold, an account shows it and obeys none of it.
func TestWhyShowsHostileTexts(t *testing.T) {
	for _, width := range []int{0, 40} {
		text := written(t, func(w io.Writer) error { return toldOf(hostile).Why(w, WhyOptions{Width: width}) })
		for line := range strings.Lines(text) {
			if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool {
				return unicode.IsControl(r) || unicode.In(r, unicode.Cf) && r != 0x200d
			}); i >= 0 {
				t.Errorf("%q has a control character", line)
			}
		}
	}
}

// Times are those of the zone, with UTC beside them; colours mark what is bad;
// and where only ASCII is shown, nothing of drl's own is more.
func TestWhyOptions(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	text := written(t, func(w io.Writer) error { return toldOf(wholeRelease).Why(w, WhyOptions{Zone: zone, Color: true}) })
	for _, want := range []string{"2026-11-22 21:00:00 CET (20:00:00 UTC)", "\x1b[1;31m✗ ticketing v3.0.0 on production could not"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	text = written(t, func(w io.Writer) error { return toldOf(wholeRelease).Why(w, WhyOptions{ASCII: true}) })
	for _, r := range text {
		if r > unicode.MaxASCII {
			t.Errorf("%q is not ASCII in\n%s", r, text)
			break
		}
	}
}
