package monitor

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/hostile"
)

// vectors run the cases of a file and return how many they were.
var vectors = map[string]func(t *testing.T, text []byte) int{
	"argo_assess_metric":          argoAssess,
	"argo_evaluate":               argoEvaluate,
	"burn_rates":                  burnRates,
	"kayenta_classifier":          kayentaClassifier,
	"kayenta_mannwhitney":         kayentaMannWhitney,
	"kayenta_scorer":              kayentaScorer,
	"kayenta_stats":               kayentaStats,
	"kayenta_user_reported_wrong": kayentaWrong,
	"keptn_slo":                   keptnSLO,
	"keptn_v2_rules":              keptnRules,
	"pipecd_mannwhitney_exact":    pipecdMannWhitney,
	"prom_alert_for":              promAlertFor,
	"prom_functions":              promFunctions,
}

// vectorCases is how many cases there are in all, so that none is lost.
var vectorCases = map[string]int{
	"argo_assess_metric": 27, "argo_evaluate": 26, "burn_rates": 10, "kayenta_classifier": 37,
	"kayenta_mannwhitney": 7, "kayenta_scorer": 13, "kayenta_stats": 24, "kayenta_user_reported_wrong": 8,
	"keptn_slo": 32, "keptn_v2_rules": 6, "pipecd_mannwhitney_exact": 14, "prom_alert_for": 9, "prom_functions": 26,
}

// elsewhere are files that another package's tests run.
var elsewhere = map[string]string{
	"gatus_conditions":          "lang/compile",
	"simulation_false_rollback": "runtime/odds",
}

// Numbers of other projects: see testdata/vectors/README.md.
func TestVectors(t *testing.T) { runVectors(t, filepath.Join("testdata", "vectors")) }

// Those beside the project, which grow there.
func TestSharedVectors(t *testing.T) { runVectors(t, hostile.Real(t, "DRL_TEST_VECTORS")) }

func runVectors(t *testing.T, dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		names = append(names, name)
		run := vectors[name]
		switch {
		case elsewhere[name] != "":
			continue
		case run == nil:
			t.Errorf("nothing runs %s", file)
			continue
		}
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := run(t, text); n != vectorCases[name] {
				t.Errorf("%d cases were run, want %d", n, vectorCases[name])
			}
		})
	}
	for name := range vectors {
		if !slices.Contains(names, name) {
			t.Errorf("there is no %s.json in %s", name, dir)
		}
	}
}

func parsed[T any](t *testing.T, text []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// differs is what drl says where it differs on purpose, and the rule that
// makes it so.
type differs struct {
	says string
	rule int
}

// tiesOut compares what drl says with what the source does. A difference has
// to be one of those that are meant.
func tiesOut(t *testing.T, name, says, source string, meant map[string]differs) {
	t.Helper()
	d, ok := meant[name]
	switch {
	case ok && d.rule < 1:
		t.Errorf("%s: a difference needs its rule", name)
	case ok && says == source:
		t.Errorf("%s: both say %s, and a difference was meant", name, says)
	case ok && says != d.says:
		t.Errorf("%s: drl says %q, want %q by rule %d", name, says, d.says, d.rule)
	case !ok && says != source:
		t.Errorf("%s: drl says %q, its source %q", name, says, source)
	}
}

func near(a, b, tolerance float64) bool {
	d := a - b
	return max(d, -d) <= tolerance
}

var posInf = math.Inf(1)
