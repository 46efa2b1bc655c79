package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/runtime/event"
)

// watch is a story of monitors side by side: one holds, one has no data and a
// wide name, one is quiet.
func watch(s *story, look func(moment string)) {
	s.is("", event.RunStarted{Release: "ticketing", Version: "v3", Nodes: 9})
	all := s.begin("parallel", "parallel", "", 1, 0)
	web := s.begin("monitor", "the first 30 minutes", all, 2, 30*time.Minute)
	queue := s.begin("monitor", "the queue 監視", all, 7, 30*time.Minute)
	over := func(metric, text, value, limit, bound string, at float64, is string) event.Comparison {
		return event.Comparison{Metric: metric, Text: text, Value: value, Limit: limit, Way: "over", Bound: bound, At: &at, Is: is}
	}
	tick := func(n int, ms float64, errors event.Metric, rules ...event.RuleState) {
		s.is(web, event.Ticked{Tick: n, Of: 121, At: time.Duration(n-1) * 15 * time.Second, Left: 30*time.Minute - time.Duration(n-1)*15*time.Second,
			Metrics: []event.Metric{{Name: "latency", Value: fmt.Sprintf("%gms", ms), Number: &ms, Baseline: "120ms"}, errors}, Rules: rules})
		s.is(queue, event.Ticked{Tick: n, At: time.Duration(n-1) * 15 * time.Second, Warmup: max(0, 20-time.Duration(n-1)*15) * time.Second,
			Metrics: []event.Metric{{Name: "深さ", Value: "12", Number: number(12)}},
			Rules: []event.RuleState{{Rule: "fail if 深さ > 100 for 3 of 5", Action: "fail", Is: "false", Wanted: 3, Times: n % 2,
				Comparisons: []event.Comparison{over("深さ", "深さ > 100", "12", "100", "100", 100, "false")}}}})
		s.wait(15 * time.Second)
	}
	quiet := event.Metric{Name: "errors", Value: "0.2%", Number: number(0.002), Baseline: "0.1%"}
	lost := event.Metric{Name: "errors", Value: "connection refused by 10.0.0.1", State: "error", Baseline: "0.1%"}
	degraded := func(is string, value string, held time.Duration) event.RuleState {
		return event.RuleState{Rule: "rollback if degradation(latency) > 50% for 2m", Action: "rollback", Is: is, Held: held, Hold: 2 * time.Minute,
			Comparisons: []event.Comparison{over("latency", "degradation(latency) > 50%", value, "50%", "180ms", 180, is)}}
	}
	failing := event.RuleState{Rule: "rollback if errors.over(2m) > 1%", Action: "rollback", Is: "false",
		Comparisons: []event.Comparison{over("errors", "errors.over(2m) > 1%", "0.2%", "1%", "1%", 0.01, "false")}}
	gone := event.RuleState{Rule: "rollback if latency.missing(1m) == 100%", Action: "rollback", Is: "false",
		Comparisons: []event.Comparison{{Text: "latency.missing(1m) == 100%", Value: "0%", Limit: "100%", Is: "false"}}}
	for n := range 6 {
		tick(n+1, 118+float64(n), quiet, degraded("false", "1%", 0), failing, gone)
	}
	look("all is well")
	for n := range 6 {
		tick(n+7, 240, lost, degraded("true", "100%", time.Duration(n)*15*time.Second), failing, gone)
	}
	look("over its limit, and an error")
	s.is(web, event.Ticked{Tick: 122, Of: 121, More: 45 * time.Second, At: 30*time.Minute + 15*time.Second, Metrics: []event.Metric{{Name: "latency", Value: "no data", Baseline: "120ms", State: "nodata"}, quiet},
		Rules: []event.RuleState{degraded("unknown", "no data", 75*time.Second), {Rule: "warn if memory.trend(5m) > 5MiB/1h for 10m", Action: "warn", Is: "true", Held: time.Minute, Hold: 10 * time.Minute,
			Comparisons: []event.Comparison{{Text: "memory.trend(5m) > 5MiB/1h", Value: "60MiB/1h", Limit: "5MiB/1h", Way: "over", Is: "true"}}}}})
	s.wait(time.Second)
	look("its window is over")
	s.is(web, event.Ticked{Tick: 123, Of: 121, Gap: 10 * time.Minute, At: 30*time.Minute + 30*time.Second, Metrics: []event.Metric{{Name: "latency", Value: "119ms", Number: number(119), Baseline: "120ms"}, quiet},
		Rules: []event.RuleState{degraded("false", "-1%", 0)}})
	s.is(web, event.Decided{Verdict: "pass", Words: "123 ticks, none of its rules fired", Place: at(2)})
	s.end(web, "monitor", "the first 30 minutes", 2, event.Passed, 40*time.Minute)
	s.is(queue, event.Decided{Verdict: "fail", Rule: "fail if 深さ > 100 for 3 of 5", Words: "深さ is 120, over the limit of 100, at 3 of 5 ticks", Place: at(8),
		Comparisons: []event.Comparison{over("深さ", "深さ > 100", "120", "100", "100", 100, "true")},
		Evidence:    []event.Evidence{{Metric: "深さ", Value: "120", Samples: 121, Baseline: "12", BaselineSamples: 80, BaselineRuns: 3}}, Limits: []string{"most is 100"}})
}

func TestWatchedLines(t *testing.T) {
	var got strings.Builder
	for _, columns := range []int{132, 80, 40, 20} {
		screen := &screen{}
		term := NewTerminal(screen, TerminalOptions{Live: true, Size: func() (int, int) { return columns, 30 }})
		watch(tell(term), func(moment string) {
			live := screen.lines[screen.row:]
			fmt.Fprintf(&got, "---- %d columns: %s\n%s\n", columns, moment, strings.Join(live, "\n"))
			for _, line := range live {
				if width(line) >= columns {
					t.Errorf("a live line is %d columns wide: %q", width(line), line)
				}
			}
		})
		term.Close()
		if columns == 80 {
			fmt.Fprintf(&got, "---- what stays\n%s\n", strings.Join(screen.lines, "\n"))
		}
	}
	golden(t, "watched.txt", got.String())
}

// Where the terminal can't show more than ASCII, nothing of drl's own is more,
// and no column moves.
func TestWatchedLinesInASCII(t *testing.T) {
	look := func(ascii bool) string {
		var got strings.Builder
		screen := &screen{}
		term := NewTerminal(screen, TerminalOptions{Live: true, ASCII: ascii, Size: func() (int, int) { return 80, 30 }})
		watch(tell(term), func(string) { got.WriteString(strings.Join(screen.lines, "\n") + "\n") })
		return got.String()
	}
	unicode, ascii := strings.Split(look(false), "\n"), strings.Split(look(true), "\n")
	if len(unicode) != len(ascii) {
		t.Fatalf("%d lines, want %d", len(ascii), len(unicode))
	}
	for i, line := range ascii {
		if width(line) != width(unicode[i]) {
			t.Errorf("%q is as wide as %q?", line, unicode[i])
		}
		line = strings.NewReplacer("監視", "", "深さ", "").Replace(line) // the script's own
		if utf8.RuneCountInString(line) != len(line) {
			t.Errorf("not ASCII: %q", line)
		}
	}
	if all := strings.Join(ascii, "\n"); !strings.Contains(all, "___") || !strings.Contains(all, "###") {
		t.Errorf("no sparkline:\n%s", all)
	}
}

// Without a live part a monitor has a line now and then, in which nothing is
// cut.
func TestWatchedHeartbeat(t *testing.T) {
	var out bytes.Buffer
	watch(tell(NewTerminal(&out, TerminalOptions{})), func(string) {})
	golden(t, "watched_plain.txt", out.String())
}
