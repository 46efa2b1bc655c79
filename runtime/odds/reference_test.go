package odds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/hostile"
)

// columns are the rules of the reference table, in its order; %g is 1.5 times
// the baseline.
var columns = []string{
	"rollback if errors > %g%%",
	"rollback if errors > %g%% for 30s",
	"rollback if errors > %g%% for 1m",
	"rollback if errors > %g%% for 2m",
	"rollback if errors > %g%% for 3 of 5",
	"rollback if errors > %g%% for 8 of 9",
	"rollback if errors.over(2m) > %g%%",
	"rollback if errors.over(2m) > %g%% for 1m",
	"rollback if errors.over(2m) > %g%% and errors.sum(2m) >= 20",
}

// powers are those of the table of regressions.
var powers = []string{columns[2], columns[3], columns[5], columns[7], columns[8]}

// row is a line of numbers.
func row(line string) (numbers []float64) {
	for _, field := range strings.Fields(strings.ReplaceAll(line, "|", " ")) {
		x, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil
		}
		numbers = append(numbers, x)
	}
	return numbers
}

// TestReferenceTable: 12 rows of 9 healthy figures, 12 of 5 regressions, and
// 17 lines on tests that are repeated.
func TestReferenceTable(t *testing.T) { reference(t, "testdata") }

// The one beside the project is the same, or is tied out as well.
func TestSharedReferenceTable(t *testing.T) {
	dir := hostile.Real(t, "DRL_TEST_VECTORS")
	if !bytes.Equal(readTable(t, dir), readTable(t, "testdata")) {
		reference(t, dir)
	}
}

func readTable(t *testing.T, dir string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "simulation_false_rollback.json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func reference(t *testing.T, dir string) {
	text := readTable(t, dir)
	var table struct{ Text, Power []string }
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	healthy, worse := 0, 0
	for _, line := range table.Text {
		if n := row(line); len(n) == 2+len(columns) {
			healthy++
			t.Run("healthy "+line, func(t *testing.T) { tied(t, columns, n[0], n[1], 1, n[2:]) })
		}
	}
	for _, line := range table.Power {
		if n := row(line); len(n) == 3+len(powers) {
			worse++
			t.Run("worse "+line, func(t *testing.T) { tied(t, powers, n[0], n[1], n[2], n[3:]) })
		}
	}
	if healthy != 12 || worse != 12 {
		t.Errorf("%d and %d rows, want 12 and 12", healthy, worse)
	}
	repeated := 0
	for _, line := range table.Text {
		if proven(t, line) {
			repeated++
		}
	}
	if repeated != 16 {
		t.Errorf("%d lines on tests that are repeated, want 16", repeated)
	}
}

// tied plays rules on one kind of release, and compares with a row.
func tied(t *testing.T, rules []string, total, ratio, factor float64, want []float64) {
	t.Parallel()
	var lines []string
	for _, r := range rules {
		lines = append(lines, fmt.Sprintf(r, math.Round(ratio*150*1e6)/1e6))
	}
	o := script(t, strings.Join(lines, "\n"))
	o.Deployments, o.Workers = played, 1
	o.Factors = []float64{factor}
	o.Noise = map[string]Noise{"errors": {Total: total, Ratio: ratio}}
	table, err := Simulate(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range table.Rules {
		got, want := float64(r.Outcomes[0].Fired)/float64(o.Deployments), want[i]/100
		// Four standard errors of this simulation and the other's, and what its
		// one look less and its rounding come to.
		slack := 4*math.Sqrt(2*max(want*(1-want), 0.001)/float64(o.Deployments)) + 0.01
		if math.Abs(got-want) > slack {
			t.Errorf("%s fires in %.1f%%, want %.1f%% (within %.1f points)", r.Text, 100*got, 100*want, 100*slack)
		}
	}
}

// proven plays what the reference has of tests that are repeated, with drl's
// own (rule 15 of its monitors): a naive one is wrong more often with each look.
func proven(t *testing.T, line string) bool {
	t.Helper()
	var total, times, rho, percent float64
	slack := 400 * math.Sqrt(0.01/played)
	switch {
	case scan(line, "req/15s=%g true=%gx baseline(1%%): fires %g%%", &total, &times, &percent):
		got := firesIn(t, "rollback if proven(errors, worse_by: 0%)", "errors", Noise{Total: total, Ratio: 0.01}, times)
		// The reference knows the baseline, and drl has measured it.
		if times == 1 && got > 1+slack || times > 1 && got < 0.75*percent-slack || times < 5 && got > percent+slack {
			t.Errorf("%s: drl finds %.1f%%", line, got)
		}
	case scan(line, "alpha=%g", &total):
		got := firesIn(t, "rollback if proven(latency, worse_by: 0%)", "latency", Noise{Typical: 200e6, Within: 0.5, Count: 1}, 1)
		if got > 1+slack {
			t.Errorf("%s: drl is wrong in %.1f%%, want 1%%", line, got)
		}
	case scan(line, "AR(1) rho=%g: single look MW alpha=0.01 one-sided false positive %g%%", &rho, &percent):
		// Neighbours that are alike aren't as many as they seem. Minutes are
		// better than samples, and no cure: what shows it is drl odds.
		got := firesIn(t, "rollback if proven(latency, worse_by: 0%)", "latency", Noise{Typical: 200e6, Between: 0.5, Correlation: rho, Count: 1}, 1)
		if got >= percent {
			t.Errorf("%s: drl is wrong in %.1f%%", line, got)
		}
	default:
		return false
	}
	return true
}

func scan(line, format string, to ...any) bool {
	n, _ := fmt.Sscanf(line, format, to...)
	return n == len(to)
}

// firesIn is in how many percent of deployments a rule fires.
func firesIn(t *testing.T, rule, metric string, n Noise, times float64) float64 {
	t.Helper()
	o := script(t, rule)
	o.Deployments, o.Factors = played, []float64{times}
	o.Noise = map[string]Noise{metric: n}
	table, err := Simulate(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return 100 * float64(table.Rules[0].Outcomes[0].Fired) / float64(o.Deployments)
}
