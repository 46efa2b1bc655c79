package monitor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// told is the verdict in the words of those who have no rollback.
func told(verdict string) string {
	switch verdict {
	case Pass:
		return "Successful"
	case Fail, Rollback:
		return "Failed"
	case Inconclusive:
		return "Inconclusive"
	case Error:
		return "Error"
	case Interrupted:
		return "interrupted"
	}
	return verdict
}

// served is a tick of one number alone.
func served(x float64) map[string]Sample {
	return map[string]Sample{"served": {State: Known, Values: []float64{x}}}
}

// Counters of measurements become sequences of them: rules that count ticks.
func argoAssess(t *testing.T, text []byte) int {
	type limit = *int
	in := parsed[struct {
		Cases []struct {
			Name   string
			Metric struct {
				Count, FailureLimit, ConsecutiveSuccessLimit, InconclusiveLimit, ConsecutiveErrorLimit limit
			}
			Result struct {
				Failed, Successful, Inconclusive, ConsecutiveSuccess, ConsecutiveError, Count int
				LastMeasurement                                                               *string
			}
			Running     string  `json:"want_not_terminating"`
			Terminating *string `json:"want_terminating"`
		}
	}](t, text)
	// What passes early passes after 80% of its window at the soonest, and a
	// limit of measurements without an answer is a share: rule 20.
	meant := map[string]differs{
		"NoMeasurements":                        {"Running", 20}, // before the first tick nothing is pending
		"CSL reached":                           {"Running", 20},
		"CSL reached, count not reached":        {"Running", 20},
		"CSL not reached, count reached":        {"Inconclusive", 20}, // no rule failed, and what it needs to pass wasn't true
		"both: CSL satisfied":                   {"Running", 20},
		"both count not reached: CSL satisfied": {"Running", 20},
		"InconclusiveLimit 3>2":                 {"Running", 20},
		"ConsecutiveErrors 5>4 default":         {"Running", 20},
	}
	for _, c := range in.Cases {
		var rules []string
		limit := 0
		if l := c.Metric.FailureLimit; l != nil {
			limit = *l
		}
		const all = 20
		if limit >= 0 {
			rules = append(rules, fmt.Sprintf("fail if served > 0.5 for %d of %d", limit+1, all))
		}
		if l := c.Metric.ConsecutiveSuccessLimit; l != nil {
			rules = append(rules, fmt.Sprintf("pass now if served.max(%dm) < 0.5", *l))
		}
		o := Options{Interval: time.Minute, Window: 100 * time.Minute}
		if n := c.Metric.Count; n != nil {
			o.Window = time.Duration(*n-1) * time.Minute
		}
		m := judgeAs(t, strings.Join(rules, "\n"), o)
		// The failed ones first, then what went well, the last of them in a row.
		r := c.Result
		var ticks []map[string]Sample
		failed := r.Failed
		if r.LastMeasurement != nil && *r.LastMeasurement == "Failed" && r.ConsecutiveSuccess == 0 && r.Failed > 0 {
			failed-- // it comes last
		}
		ticks = append(ticks, repeat(r.Successful-r.ConsecutiveSuccess, served(0))...)
		ticks = append(ticks, repeat(failed, served(1))...)
		ticks = append(ticks, repeat(r.ConsecutiveSuccess, served(0))...)
		ticks = append(ticks, repeat(r.Inconclusive, map[string]Sample{"served": {State: NoData}})...)
		ticks = append(ticks, repeat(r.ConsecutiveError, map[string]Sample{"served": {State: Broken, Problem: "refused"}})...)
		ticks = append(ticks, repeat(r.Failed-failed, served(1))...)
		says := "Running"
		for i, tick := range ticks {
			at := time.Duration(i) * time.Minute
			d := m.Judge(at, tick)
			if d == nil && m.Over(at) {
				end := m.Finish()
				d = &end
			}
			if d != nil {
				says = told(d.Verdict)
				break
			}
		}
		tiesOut(t, c.Name, says, c.Running, meant)
		// Rule 20: one that is ended early has not passed, whatever it has seen.
		if says == "Running" {
			if d := m.Interrupt(); d.Verdict != Interrupted {
				t.Errorf("%s: ended early it is %s, want %s", c.Name, d.Verdict, Interrupted)
			}
		}
	}
	return len(in.Cases)
}

// numbers are the metrics of these tests.
const numbers = `metrics web {
    served = rate() higher is better
    queue  = waiting() lower is better
    depth  = waiting() lower is better
    lag    = waiting() lower is better
    up     = alive() higher is better
    errors = failed() lower is better
}
`

func numbersScript(window time.Duration, every time.Duration, rules string) string {
	if rules == "" {
		rules = "warn if served > 1000"
	}
	return fmt.Sprintf("%smonitor \"m\" of web for %s every %s {\n%s\n}\n", numbers, value.Duration(window), value.Duration(every), rules)
}

// judgeAs is judge for a window and interval of their own.
func judgeAs(t *testing.T, rules string, o Options) *Monitor {
	t.Helper()
	return judgeOf(t, numbersScript(max(o.Window, 100*o.Interval), o.Interval, rules), "", o)
}

func judgeNumbers(t *testing.T, rules string) *Monitor {
	t.Helper()
	return judgeAs(t, rules, Options{Interval: 15 * time.Second, Window: 10 * time.Minute})
}

// Conditions on nothing, NaN and infinity; and those that are no conditions.
func argoEvaluate(t *testing.T, text []byte) int {
	in := parsed[struct {
		Cases []struct {
			Success, Failure, Cond *string
			Result, Want           any
		}
	}](t, text)
	// Each case as a monitor of one metric, x, and the sample that it has at
	// every tick. "" of rules: the checker refuses it, with those words.
	var (
		one = Sample{State: Known, Values: []float64{1}}
		no  = Sample{State: NoData}
		inf = Sample{State: Known, Values: []float64{posInf}}
	)
	type row struct {
		rules  string
		sample Sample
		says   string
		rule   int // that makes the difference; 0: there is none
	}
	rows := []row{
		{"pass if true\nfail if false", one, "same at every tick", 13},
		{"pass if true\nfail if true", one, "same at every tick", 13},
		{"pass if false\nfail if false", one, "same at every tick", 13},
		{"fail if false", one, "same at every tick", 13},
		{"pass if false", one, "same at every tick", 13},
		{"warn if served > 1000", one, "Successful", 0}, // no condition at all: nothing is wrong
		{"pass if a == true\nfail if true", one, "nothing is named a", 13},
		{"pass if true\nfail if a == true", one, "same at every tick", 13},
		{"pass if served >= 0.95", no, "Error", 0},
		{"pass if served >= 0.95", no, "Error", 0},
		{"pass if served >= 0.95", no, "Error", 1},
		{"pass if served >= 0.95\nfail if served < 0.95", no, "Error", 1},
		{"pass if served.missing == 100% or served >= 0.95", no, "Error", 20}, // no window without a sample passes
		{"pass if served >= 0.95", inf, "Successful", 0},
		{"fail if served > 1e300", inf, "Failed", 0},
		{"pass if served.missing == 100% or served >= 0.95", no, "Error", 20},
		{"pass if served.missing < 100% and served >= 0.95", no, "Error", 20},
		{"pass if served < 0.05", no, "Error", 1}, // no data is never a zero
		{"pass if up == true", one, "Successful", 0},
		{"pass if 1", one, "found int", 0},
		{"pass if nothing_here", one, "nothing is named nothing_here", 0},
		{"pass if served in [1.0, 2.0]", one, "can't be part of it", 13},
		{"pass if served as int == 1.1", one, "can't make an int", 0},
		{"pass if floor(served) == 1", Sample{State: Known, Values: []float64{1.123}}, "Successful", 0},
		{"pass if served >= 1.1", Sample{State: Known, Values: []float64{1.1}}, "Successful", 0},
		{"pass if served == 1.1", Sample{State: Broken, Problem: `"NotANum" is no number`}, "Error", 0},
	}
	if len(rows) != len(in.Cases) {
		t.Fatalf("%d rows for %d cases", len(rows), len(in.Cases))
	}
	for i, c := range in.Cases {
		row := rows[i]
		says := refusedOr(t, row.rules, func(m *Monitor) string {
			d, _ := outcome(m, map[string]Sample{"served": row.sample, "up": row.sample})
			return told(d.Verdict)
		})
		if !strings.Contains(says, row.says) {
			t.Errorf("case %d, %s: drl says %q, want %q", i, row.rules, says, row.says)
		}
		want := fmt.Sprint(c.Want)
		same := says == want || want == "true" && says == "Successful" || strings.HasPrefix(want, "error") && says != "Successful" && says != "Failed"
		if same != (row.rule == 0) {
			t.Errorf("case %d, %s: drl says %q, its source %q; the rule that differs is %d", i, row.rules, says, want, row.rule)
		}
	}
	return len(in.Cases)
}

// refusedOr says what is wrong with the rules, or what their monitor says.
func refusedOr(t *testing.T, rules string, run func(*Monitor) string) string {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile("m.drl", []byte(numbersScript(10*time.Minute, 15*time.Second, rules))))
	if !ds.HasErrors() {
		var p *check.Program
		p, ds = check.File(tree, check.Options{Universe: universe()})
		if !ds.HasErrors() {
			ds = Supported(p)
		}
	}
	if len(ds) > 0 {
		return ds[0].Message
	}
	return run(judgeNumbers(t, rules))
}

// burnRates: both windows of an alert have to burn, and then it fires.
func burnRates(t *testing.T, text []byte) int {
	type alert struct {
		Short, Long string
		Budget      float64 `json:"budget_pct"`
		Factor      float64
	}
	in := parsed[struct {
		Google  []alert           `json:"google_30d"`
		Pyrra   []alert           `json:"pyrra_28d"`
		BugCase map[string]string `json:"bug_case"`
		LowCase map[string]string `json:"low_traffic_case"`
	}](t, text)
	hours := func(text string) time.Duration {
		text = strings.Replace(text, "d", "h", 1)
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	long := func(text string) time.Duration {
		d := hours(text)
		if strings.HasSuffix(text, "d") {
			d *= 24
		}
		return d
	}
	fires := func(a alert, ratio float64) bool {
		rules := fmt.Sprintf("rollback if burn(errors.over(%s), objective: 99%%, period: 30d) > %g and burn(errors.over(%s), objective: 99%%, period: 30d) > %g",
			a.Long, a.Factor, a.Short, a.Factor)
		window := long(a.Long)
		m := judgeAs(t, rules, Options{Interval: window / 60, Window: window})
		d, _ := outcome(m, map[string]Sample{"errors": {State: Known, Bad: ratio * 1e6, Total: 1e6}})
		return d.Verdict == Rollback
	}
	for _, a := range in.Google {
		if want := a.Budget / 100 * float64(30*24*time.Hour) / float64(long(a.Long)); !near(a.Factor, want, 1e-9) {
			t.Errorf("%+v: the factor is %v", a, want)
		}
	}
	all := append(in.Google, in.Pyrra...)
	for _, a := range all {
		limit := a.Factor * 0.01
		if !fires(a, limit*1.001) || fires(a, limit*0.999) {
			t.Errorf("%+v doesn't fire just above %v, or does just below", a, limit)
		}
	}
	// A window that is rounded to nothing is refused, not looked over.
	if said := refusedOr(t, "rollback if burn(errors.over(0s), objective: 99%, period: 30d) > 14", func(*Monitor) string { return "" }); said == "" {
		t.Errorf("%s: a stretch of 0s is taken", in.BugCase["issue"])
	}
	// 90% failing at 0.5 requests a second burns 27 times as fast: it fires.
	m := judgeNumbers(t, "rollback if burn(errors.over(5m), objective: 96.7%, period: 30d) > 14")
	if d, _ := outcome(m, map[string]Sample{"errors": {State: Known, Bad: 6.75, Total: 7.5}}); d.Verdict != Rollback {
		t.Errorf("%s: %s", in.LowCase["issue"], d.Verdict)
	}
	return len(all) + 2
}

// Metrics have no weights and verdicts no scores: the strictest wins.
func kayentaScorer(t *testing.T, text []byte) int {
	in := parsed[struct {
		Cases []struct {
			Name    string
			Metrics []struct {
				Classification string
				Critical       bool
			}
			Want float64
		}
	}](t, text)
	scores := 0
	for _, c := range in.Cases {
		names := []string{"served", "queue", "depth", "lag"}
		var rules []string
		tick := map[string]Sample{}
		bad, missing := false, false
		for i, m := range c.Metrics {
			rules = append(rules, fmt.Sprintf("fail if %s > 2 or %s < 0", names[i], names[i]))
			switch m.Classification {
			case "Pass":
				tick[names[i]] = Sample{State: Known, Values: []float64{1}}
			case "High":
				tick[names[i]], bad = Sample{State: Known, Values: []float64{3}}, true
			case "Low":
				tick[names[i]], bad = Sample{State: Known, Values: []float64{-1}}, true
			case "Nodata":
				tick[names[i]], missing = Sample{State: NoData}, true
			default:
				t.Errorf("%s: what is %s?", c.Name, m.Classification)
			}
		}
		d, _ := outcome(judgeNumbers(t, strings.Join(rules, "\n")), tick)
		want := Pass
		switch {
		case bad:
			want = Fail
		case missing:
			want = Error
		}
		if d.Verdict != want {
			t.Errorf("%s: %s, want %s", c.Name, d.Verdict, want)
		}
		// 100 is a pass in both, but that one without a sample is none (rule 20);
		// 0 is none in either; what lies between has no like here (rule 20).
		switch {
		case c.Want == 100 && !missing && d.Verdict != Pass, c.Want == 0 && d.Verdict == Pass, c.Want > 0 && c.Want < 100 && d.Verdict != Fail:
			t.Errorf("%s: %s, and its score is %v", c.Name, d.Verdict, c.Want)
		case c.Want == 100 && missing:
			scores++
		}
	}
	if scores != 1 {
		t.Errorf("%d cases pass there without data, want 1", scores)
	}
	return len(in.Cases)
}

func keptnSLO(t *testing.T, text []byte) int {
	in := parsed[struct {
		Comparison []struct {
			Name, Op          string
			Value, Amount     float64
			Percent, Increase bool
			Previous          []float64
			Aggregate         string
			Want              bool
		}
		Criteria []struct {
			Criteria string
			Want     struct {
				Operator                                     string
				Value                                        float64
				CheckPercentage, IsComparison, CheckIncrease bool
			}
		} `json:"parse_criteria"`
		Percentiles []struct {
			Values  []float64
			P, Want float64
		} `json:"percentile_Rtype6"`
		Operators []struct {
			A, B float64
			Op   string
			Want any
		}
		Rules map[string]any `json:"rules_from_source"`
	}](t, text)
	same := map[string]string{"=": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
	// limit spells a relative criterion out, as a drl script does.
	limit := func(b, amount float64, percent, increase bool) string {
		sign := "+"
		if !increase {
			sign = "-"
		}
		if percent {
			return fmt.Sprintf("%g * (100%% %s %gpp)", b, sign, amount)
		}
		return fmt.Sprintf("%g %s %g", b, sign, amount)
	}
	for _, c := range in.Comparison {
		b := median(c.Previous)
		if c.Aggregate == "avg" {
			b = whole(c.Previous).usualMean()
		}
		expr := fmt.Sprintf("%g %s %s", c.Value, same[c.Op], limit(b, c.Amount, c.Percent, c.Increase))
		if got := isTrue(t, expr); got != c.Want {
			t.Errorf("%s: %s is %v, want %v", c.Name, expr, got, c.Want)
		}
	}
	for _, c := range in.Criteria {
		w := c.Want
		const b = 100.0
		right, at := fmt.Sprintf("%g", w.Value), w.Value
		if w.IsComparison {
			right = limit(b, w.Value, w.CheckPercentage, w.CheckIncrease)
			change := w.Value // percent of 100, or as it is
			if !w.CheckIncrease {
				change = -change
			}
			at = b + change
		}
		for _, x := range []float64{at - 1, at, at + 1} {
			want := map[string]bool{"<": x < at, "<=": x <= at, "=": x == at, ">=": x >= at, ">": x > at}[w.Operator]
			expr := fmt.Sprintf("%g %s %s", x, same[w.Operator], right)
			if got := isTrue(t, expr); got != want {
				t.Errorf("%s: %s is %v, want %v", c.Criteria, expr, got, want)
			}
		}
	}
	for _, c := range in.Percentiles {
		// Rule 14: R-7, where these are of R-6; the middle is the same.
		want := map[float64]float64{0.5: 5, 0.9: 9, 0.95: 9.5}[c.P]
		if got := quantile(c.Values, c.P); !near(got, want, 1e-9) {
			t.Errorf("p%v is %v, want %v (theirs %v)", c.P, got, want, c.Want)
		}
	}
	for _, c := range in.Operators {
		op, listed := same[c.Op]
		if !listed {
			// Rule 13: what is no condition is said before anything starts.
			if said := refusedOr(t, fmt.Sprintf("pass if served %s 10", c.Op), func(*Monitor) string { return "" }); said == "" {
				t.Errorf("%s is an operator", c.Op)
			}
			continue
		}
		if got := compare(op, known(c.A), known(c.B)); (got == yes) != c.Want.(bool) || got == unknown {
			t.Errorf("%v %s %v is %v, want %v", c.A, c.Op, c.B, got, c.Want)
		}
	}
	verdict := func(rules string, tick map[string]Sample) string {
		d, _ := outcome(judgeNumbers(t, rules), tick)
		return d.Verdict
	}
	both := map[string]Sample{"served": {State: Known, Values: []float64{1}}, "queue": {State: Known, Values: []float64{9}}}
	for rule, want := range in.Rules {
		got, wanted := "", ""
		switch rule {
		case "no_previous": // pass there; rule 19
			m := judge(t, "against before", "fail if degradation(served) > 10%", Options{})
			o := m.o
			o.Baseline = nil
			again, err := New(m.program, m.decl, o)
			if err != nil {
				t.Fatal(err)
			}
			d, _ := outcome(again, healthy())
			got, wanted = d.Verdict, NotCompared
		case "warning_weight", "pass_counts": // scores there; rule 20: a warning is one
			got, wanted = verdict("warn if queue > 5\nfail if served > 5", both), Warn
		case "info_excluded_from_max": // what no rule names decides nothing here either
			got, wanted = verdict("fail if served > 5", both), Pass
		case "key_sli_failed":
			got, wanted = verdict("fail if queue > 5\nwarn if served > 5", both), Fail
		case "max_score_zero": // pass with 100 there; rule 20
			got, wanted = verdict("fail if served > 5", map[string]Sample{}), Error
		}
		if got != wanted || got == "" {
			t.Errorf("%s (%v there): %q, want %q", rule, want, got, wanted)
		}
	}
	return len(in.Comparison) + len(in.Criteria) + len(in.Percentiles) + len(in.Operators) + len(in.Rules)
}

func (w *window) usualMean() float64 {
	all := w.total()
	return all.mean()
}

func keptnRules(t *testing.T, text []byte) int {
	in := parsed[struct{ Rules map[string]any }](t, text)
	verdict := func(rules string, x float64) string {
		d, _ := outcome(judgeNumbers(t, rules), served(x))
		return d.Verdict
	}
	for rule := range in.Rules {
		switch rule {
		case "order": // failure first, then warning, else pass
			const rules = "warn if served > 1\nfail if served > 2\npass if served < 4"
			for x, want := range map[float64]string{3: Fail, 1.5: Warn, 0: Pass} {
				if got := verdict(rules, x); got != want {
					t.Errorf("%s: %v is %s, want %s", rule, x, got, want)
				}
			}
		case "warning_score", "total": // rule 20: there are no scores, the strictest wins
			if got := verdict("warn if served > 1\nwarn if served > 2\nfail if served > 2.5", 3); got != Fail {
				t.Errorf("%s: one of three fails: %s", rule, got)
			}
		case "key_objective":
			if got := verdict("fail if served > 1\nwarn if served > 1", 2); got != Fail {
				t.Errorf("%s: %s", rule, got)
			}
		case "operators":
			for expr, want := range map[string]bool{"served == 2": true, "served <= 2": true, "served < 2": false, "served >= 2": true, "served > 2": false,
				"served >= 2 and served <= 3": true, "not (served >= 2 and served <= 3)": false} {
				if got := verdict("fail if "+expr, 2) == Fail; got != want {
					t.Errorf("%s: %s is %v, want %v", rule, expr, got, want)
				}
			}
		case "missing_value": // fails there; rule 20: an error that names the metric
			d, _ := outcome(judgeNumbers(t, "fail if served > 1"), map[string]Sample{})
			if d.Verdict != Error || !strings.Contains(d.Words, "served") {
				t.Errorf("%s: %s, %s", rule, d.Verdict, d.Words)
			}
		default:
			t.Errorf("what is %s?", rule)
		}
	}
	return len(in.Rules)
}

// promAlertFor: `for` in sequences, and what is left of it after an outage.
func promAlertFor(t *testing.T, text []byte) int {
	in := parsed[struct {
		Cases []struct {
			Name, Expr string
			For        any `json:"for_s"`
			Every      int `json:"eval_every_s"`
			Series     map[string]any
			Want       any
		}
		Restore struct {
			Every int `json:"load_every_s"`
			I0    []float64
			For   int `json:"for_s"`
			Cases []struct {
				Name string
				At   int `json:"restore_at_s"`
			}
		}
	}](t, text)
	state := func(h *hold, at, every int, is bool) string {
		fires, _ := h.tick(time.Duration(at)*time.Second, time.Duration(every)*time.Second, truthOf(is))
		switch {
		case fires:
			return "firing"
		case h.open:
			return "pending"
		}
		return ""
	}
	for _, c := range in.Cases {
		switch c.Name {
		case "TestAlertingRule", "TestKeepFiringFor", "TestPendingAndKeepFiringFor":
			for name, raw := range c.Series {
				h := hold{d: time.Duration(c.For.(float64)) * time.Second}
				kept := false
				for i, x := range raw.([]any) {
					is := x.(float64) < 100
					if c.Expr == "> 50" {
						is = x.(float64) > 50
					}
					got, want := state(&h, i*c.Every, c.Every, is), ""
					steps := c.Want.([]any)
					if i < len(steps) {
						switch w := steps[i].(type) {
						case string:
							want = w
						case map[string]any:
							want, _ = w[name].(string)
						}
					}
					// Rule 10: false resets; nothing keeps firing, for what has
					// fired is a verdict and the monitor's end.
					if got == "" && want == "firing" && c.Name == "TestKeepFiringFor" && !kept {
						kept = true
						continue
					}
					if got != want {
						t.Errorf("%s, %s at %d: %q, want %q", c.Name, name, i*c.Every, got, want)
					}
				}
				if kept != (c.Name == "TestKeepFiringFor") {
					t.Errorf("%s: the difference was %v", c.Name, kept)
				}
			}
		case "InstanceDown":
			h := hold{d: 5 * time.Minute}
			for at := 0; at <= 86400; at += c.Every {
				got := state(&h, at, c.Every, true)
				if want := map[bool]string{true: "firing", false: "pending"}[at >= 300]; got != want {
					t.Errorf("%s at %d: %q, want %q", c.Name, at, got, want)
				}
			}
		case "hold increase resets firing to pending":
			h := hold{d: 15 * time.Second}
			var got []string
			for at := 0; at <= 3600; at += 15 {
				if at == 30 {
					h.d = time.Hour
				}
				if s := state(&h, at, 15, true); at <= 30 || at == 3585 || at == 3600 {
					got = append(got, s)
				}
			}
			if fmt.Sprint(got) != "[pending firing pending pending firing]" {
				t.Errorf("%s: %v", c.Name, got)
			}
		default:
			t.Errorf("what is %s?", c.Name)
		}
	}
	// An outage is a gap: the hold goes on after it as if it had not been.
	every := time.Duration(in.Restore.Every) * time.Second
	rules := fmt.Sprintf("warn if served < 100 for %ds", in.Restore.For)
	for _, c := range in.Restore.Cases {
		const window = time.Hour
		m := judgeAs(t, rules, Options{Interval: every, Window: window})
		m.Judge(0, served(in.Restore.I0[0]))
		m.Judge(every, served(in.Restore.I0[1]))
		snapshot := m.Snapshot()
		again := judgeAs(t, rules, Options{Interval: every, Window: window})
		if err := again.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		outage := time.Duration(c.At)*time.Second - every
		again.Gap(outage)
		x := in.Restore.I0[c.At/in.Restore.Every]
		warned := time.Duration(0)
		var last time.Duration
		for at := 2 * every; !again.Over(last); at += every {
			again.Judge(at, served(x))
			if last = at; again.Warned() && warned == 0 {
				warned = at
			}
		}
		d := again.Finish()
		want, wantAt := Warn, time.Duration(in.Restore.For)*time.Second
		switch c.Name {
		case "no active alerts":
			want, wantAt = Inconclusive, 0 // the outage is most of the window (rule 4)
		case "outage beyond tolerance: not restored":
			want = Inconclusive // rule 4: it isn't forgotten, and isn't enough either
		}
		if d.Verdict != want || warned != wantAt {
			t.Errorf("%s: %s, warned at %v; want %s, %v: %s", c.Name, d.Verdict, warned, want, wantAt, d.Words)
		}
	}
	return len(in.Cases) + len(in.Restore.Cases)
}

// isTrue evaluates a comparison of numbers, as a script does.
func isTrue(t *testing.T, expr string) bool {
	t.Helper()
	tree, ds := syntax.Parse(source.NewFile("e.drl", []byte("let x = "+expr+"\n")))
	if ds.HasErrors() {
		t.Fatal(expr, ds)
	}
	p, ds := check.File(tree, check.Options{Universe: universe()})
	if ds.HasErrors() {
		t.Fatal(expr, ds)
	}
	code := compile.Compile(p)
	v, err := code.Eval(t.Context(), &compile.Thread{}, code.FileFrame(), tree.Stmts[0].(*syntax.Let).Value)
	if err != nil {
		t.Fatal(expr, err)
	}
	return v == value.Bool(true)
}
