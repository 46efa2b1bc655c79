package monitor

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// loose is a number that JSON has no spelling for, or none at all.
type loose float64

func (l *loose) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `"NaN"`, "null":
		*l = loose(math.NaN())
	case `"+Inf"`:
		*l = loose(math.Inf(1))
	case `"-Inf"`:
		*l = loose(math.Inf(-1))
	default:
		return json.Unmarshal(text, (*float64)(l))
	}
	return nil
}

// values leaves out what is no value: such a sample is no data (rule 1).
func values(all []loose) (v []float64) {
	for _, x := range all {
		if !math.IsNaN(float64(x)) {
			v = append(v, float64(x))
		}
	}
	return v
}

// provenBy is what `proven` makes of two series of minutes: High or Low where
// it is proven in that direction, by so much.
func provenBy(x, y []float64, higher, lower float64) string {
	m := &Monitor{metrics: []metric{{name: "m"}}}
	look := func(by float64, higherIsBetter bool) truth {
		m.metrics[0].higher = higherIsBetter
		p := &proof{m: m, by: by, minutes: &minutes{medians: x}, minutesBefore: &minutes{medians: y}}
		return p.judgeValues()
	}
	up, down := look(higher, false), look(lower, true)
	switch {
	case up == yes:
		return "High"
	case down == yes:
		return "Low"
	case up == unknown:
		return "unknown"
	}
	return "Pass"
}

func kayentaClassifier(t *testing.T, text []byte) int {
	in := parsed[struct {
		Cases []struct {
			Name, Judge, Direction string
			Params                 struct {
				AllowedIncrease, AllowedDecrease float64
				EffectSizeMeasure                string
			}
			Experiment, Control []float64
			Want                *string
		}
	}](t, text)
	const few, mean = "unknown", "unknown"
	meant := map[string]differs{
		// Five minutes against five can't prove anything at 1% in four looks.
		"Mann-Whitney Classifier Test - Mean Ratio Effect Size: High":                             {few, 15},
		"Mann-Whitney Classifier Test - Mean Ratio Effect Size: Pass":                             {few, 15},
		"Mann-Whitney Classifier Test - Critical Effect Size: Critical High":                      {few, 15},
		"Mann-Whitney Classifier Test - Critical Effect Size: Critical Low":                       {few, 15},
		"Mann-Whitney Classifier Test - Critical Effect Size: High":                               {few, 15},
		"Mann-Whitney Classifier Test - Critical Effect Size: Pass":                               {few, 15},
		"Mann-Whitney Classifier Test - Critical Effect Size: Critical High (Default Thresholds)": {few, 15},
		"Mann-Whitney Tied Observations":                                                          {few, 15},
		"Mann-Whitney Identical Populations":                                                      {few, 15},
		"Mann-Whitney Leading Zero Identical Population":                                          {few, 15},
		"Mann-Whitney Majority Tied Observations":                                                 {few, 15},
		"Mann-Whitney Tied Ranks":                                                                 {few, 15},
		"Mann-Whitney Tied Ranks With Zeros":                                                      {few, 15},
		"Mann-Whitney Zero Mean: High Metric with Effect Size":                                    {few, 15},
		"Mann-Whitney Zero Mean: Low Metric with Effect Size":                                     {few, 15},
		"Mann-Whitney Zero Mean: Pass Metric":                                                     {few, 15},
		// No data is never replaced by zeros.
		"Mann-Whitney Missing Experiment Data with NaN Replacement": {"Nodata", 1},
		"Mean Inequality Classifier Test: High Metric":              {mean, 18},
		"Mean Inequality Classifier Test: Low Metric":               {mean, 18},
		"Mean Inequality Classifier Test: Pass Metric":              {mean, 18},
	}
	for _, c := range in.Cases {
		// A ratio of means that is allowed up to 1.2 is "worse by 20%".
		up, down := max(0, c.Params.AllowedIncrease-1), max(0, 1-c.Params.AllowedDecrease)
		if c.Params.EffectSizeMeasure == "cles" {
			up, down = 0, 0
		}
		says := ""
		switch {
		case len(c.Experiment) == 0 || len(c.Control) == 0:
			says = "Nodata"
		case c.Judge == "MeanInequality":
			w := whole(c.Control)
			says = "Pass"
			if !enough(w) {
				says = "unknown"
			}
		default:
			says = provenBy(c.Experiment, c.Control, up, down)
		}
		if c.Direction == "Increase" && says == "Low" || c.Direction == "Decrease" && says == "High" {
			says = "Pass" // what is better is not worse
		}
		want := "Nodata"
		if c.Want != nil {
			want = *c.Want
		}
		tiesOut(t, c.Name, says, want, meant)
	}
	return len(in.Cases)
}

// whole is a window over all of the values, one a tick.
func whole(values []float64) *window {
	s := &series{}
	w := &window{s: s, ordered: true}
	for i, x := range values {
		w.add(s.add(time.Duration(i)*time.Minute, Sample{State: Known, Values: []float64{x}}))
	}
	return w
}

func kayentaWrong(t *testing.T, text []byte) int {
	in := parsed[struct {
		Cases []struct {
			Source              string
			Experiment, Control []float64
			P                   loose `json:"exact_one_sided_p_greater"`
			CLES                loose
			Expected            string `json:"user_expected"`
		}
	}](t, text)
	// What users expected is what drl says where so few minutes can prove it.
	says := map[string]differs{
		"spinnaker/kayenta#780 case 1 (variability)":             {"Pass", 15},    // p 0.50: the middle is the same
		"spinnaker/kayenta#426 sparse errors":                    {"unknown", 15}, // p 0.09; as events, counts would be summed
		"spinnaker/kayenta#799 replace":                          {"unknown", 15},
		"spinnaker/kayenta#799 raw DataDog NaN->0":               {"unknown", 15}, // p 0.025
		"spinnaker/kayenta#799 raw, NaN removed, control empty":  {"unknown", 18},
		"spinnaker/spinnaker#5622 http_307":                      {"unknown", 15}, // p 0.016
		"spinnaker/spinnaker#6278 7 of 10 spikes":                {"High", 0},
		"spinnaker/spinnaker#6278 8 of 10 spikes (issue: fails)": {"High", 0},
	}
	for _, c := range in.Cases {
		u, p, _ := mannWhitney(c.Experiment, c.Control)
		if !math.IsNaN(float64(c.P)) {
			if !near(p, float64(c.P), 1e-9) {
				t.Errorf("%s: p %v, want %v", c.Source, p, c.P)
			}
			if cles := u / float64(len(c.Experiment)*len(c.Control)); !near(cles, float64(c.CLES), 1e-9) {
				t.Errorf("%s: %v of pairs are greater, want %v", c.Source, cles, c.CLES)
			}
		}
		if got := provenBy(c.Experiment, c.Control, 0, 0); got != says[c.Source].says {
			t.Errorf("%s: drl says %q, want %q; its users %s", c.Source, got, says[c.Source].says, c.Expected)
		}
	}
	return len(in.Cases)
}

func kayentaMannWhitney(t *testing.T, text []byte) int {
	in := parsed[struct {
		Cases []struct {
			Name                      string
			X, Y, Experiment, Control []float64
			P, Normal                 float64 `json:"-"`
			InverseNormal             float64 `json:"want_inverse_normal"`
			Conf                      float64
			CI                        []float64
			Estimate                  float64
			Diff                      []struct{ Mu, Quantile, Want float64 } `json:"wilcoxonDiff"`
			Want                      map[string]float64
		}
	}](t, text)
	// score is that of R's wilcox.test: corrected towards the middle.
	score := func(x, y []float64, mu float64) float64 {
		moved := slices.Clone(x)
		for i := range moved {
			moved[i] -= mu
		}
		groups, u := tieGroups(moved, y)
		nm := float64(len(x) * len(y))
		if u < nm/2 {
			z, _ := normalScore(nm-u, len(x), len(y), groups)
			return -z
		}
		z, _ := normalScore(u, len(x), len(y), groups)
		return z
	}
	z := map[float64]float64{0.95: 1.959963984540054, 0.98: 2.326347874040841}
	for _, c := range in.Cases {
		wrong := func(what string, got, want, tolerance float64) {
			t.Helper()
			if !near(got, want, tolerance) {
				t.Errorf("%s: %s %v, want %v", c.Name, what, got, want)
			}
		}
		if c.InverseNormal != 0 {
			wrong("normal", normal(c.InverseNormal), 0.01, 1e-6)
			wrong("z99", normal(z99), 0.995, 1e-12)
			continue
		}
		for _, d := range c.Diff {
			wrong(fmt.Sprint("score at ", d.Mu), score(c.X, c.Y, d.Mu)-d.Quantile, d.Want, 1e-5)
		}
		if c.CI != nil {
			// R looks for the roots of the score to within 1e-4, and counts
			// these as ranks do not where many values are equal; the median of
			// the differences is what it looks for.
			d := differences(c.Experiment, c.Control)
			wrong("shift", shift(d), c.Estimate, 1e-4)
			low, high := shiftWithin(d, len(c.Experiment), len(c.Control), z[c.Conf])
			wrong("low", low, c.CI[0], 1e-4)
			wrong("high", high, c.CI[1], 1e-4)
		}
		if c.Want != nil {
			d := differences(c.X, c.Y)
			wrong("least difference", d[0], c.Want["rMumin"], 1e-9)
			wrong("greatest difference", d[len(d)-1], c.Want["rMumax"], 1e-9)
			wrong("quantile", z[c.Conf], c.Want["rZqLower"], 1e-9)
			wrong("quantile", -z[c.Conf], c.Want["rZqUpper"], 1e-9)
			wrong("lowest score", score(c.X, c.Y, d[0])-c.Want["rZqLower"], c.Want["rFlower1"], 1e-6)
			wrong("lowest score", score(c.X, c.Y, d[len(d)-1])-c.Want["rZqLower"], c.Want["rFupper1"], 1e-6)
			wrong("highest score", score(c.X, c.Y, d[0])-c.Want["rZqUpper"], c.Want["rFlower2"], 1e-6)
			wrong("highest score", score(c.X, c.Y, d[len(d)-1])-c.Want["rZqUpper"], c.Want["rFupper2"], 1e-6)
			wrong("shift", shift(d), c.Want["rEst"], 1e-4)
			low, high := shiftWithin(d, len(c.X), len(c.Y), z[c.Conf])
			wrong("low", low, min(c.Want["rCil"], c.Want["rCiu"]), 1e-4)
			wrong("high", high, max(c.Want["rCil"], c.Want["rCiu"]), 1e-4)
		}
	}
	return len(in.Cases)
}

func kayentaStats(t *testing.T, text []byte) int {
	in := parsed[struct {
		Stats []struct {
			Name        string
			Arrays      map[string][]float64
			Percentiles []struct{ P, Want float64 }
			Summary     *struct{ Min, Max, Mean, Std, Count float64 }
			Want        loose
		}
		Detectors []struct {
			Name, Detector, Args string
			Data                 []float64
			Truth                []bool
		}
	}](t, text)
	// Arrays that the source makes up on the spot.
	made := map[string][]float64{
		"Summary Statistics: List":                     {1, 1, 1, 10, 10, 10},
		"Summary Statistics: Scalar":                   {10},
		"Summary Statistics: Percentile Metric Object": {1},
	}
	for _, c := range in.Stats {
		data := c.Arrays["testData"]
		if data == nil {
			data = made[c.Name]
		}
		w := whole(data)
		for _, p := range c.Percentiles {
			if got := w.middle(p.P / 100); !got.known || !near(got.x, p.Want, 1e-4) {
				t.Errorf("%s: p%v is %v, want %v", c.Name, p.P, got, p.Want)
			}
		}
		all := w.total()
		statistic := func(name string) quantity { return all.statistic(name, false) }
		switch {
		case c.Summary != nil:
			for name, want := range map[string]float64{"min": c.Summary.Min, "max": c.Summary.Max, "mean": c.Summary.Mean, "stddev": c.Summary.Std, "count": c.Summary.Count} {
				if got := statistic(name); !got.known || !near(got.x, want, 1e-4) {
					t.Errorf("%s: %s is %v, want %v", c.Name, name, got, want)
				}
			}
		case c.Name == "Summary Statistics: Scalar":
			if got := statistic("mean"); got.x != 10 || statistic("stddev").known {
				t.Errorf("%s: mean %v, deviation %v", c.Name, got, statistic("stddev"))
			}
		case c.Name == "Summary Statistics: No Data":
			if statistic("mean").known || statistic("count") != known(0) {
				t.Errorf("%s: mean %v, count %v", c.Name, statistic("mean"), statistic("count"))
			}
		case c.Arrays["experimentData"] != nil:
			x, y := c.Arrays["experimentData"], c.Arrays["controlData"]
			effect, ok := effectSize(c.Name, x, y)
			if want := float64(c.Want); ok == math.IsNaN(want) || ok && !near(effect, want, 0.003) {
				t.Errorf("%s: %v (known %v), want %v", c.Name, effect, ok, want)
			}
		case len(c.Percentiles) == 0:
			t.Errorf("%s: nothing was asked", c.Name)
		}
	}
	for _, c := range in.Detectors {
		flagged := make([]bool, len(c.Data))
		if w := whole(c.Data); len(c.Data) > 0 {
			all := w.total()
			q1, q3 := w.middle(0.25).x, w.middle(0.75).x
			var by float64
			fmt.Sscanf(c.Args, "k = %g", &by)
			fmt.Sscanf(c.Args, "factor = %g", &by)
			fmt.Sscanf(c.Args, "%g", &by)
			for i, x := range c.Data {
				if c.Detector == "IQRDetector" {
					flagged[i] = x < q1-by*(q3-q1) || x > q3+by*(q3-q1)
				} else {
					flagged[i] = math.Abs(x-all.mean()) > by*all.deviation()
				}
			}
			// Rule 8: samples are raw; what a detector would flag counts like
			// all others.
			if n := all.statistic("count", false); n.x != float64(len(c.Data)) {
				t.Errorf("%s: %v of %d samples count", c.Name, n, len(c.Data))
			}
		}
		if !slices.Equal(flagged, c.Truth) && len(c.Truth) > 0 {
			t.Errorf("%s: flags %v, want %v", c.Name, flagged, c.Truth)
		}
	}
	return len(in.Stats) + len(in.Detectors)
}

// effectSize is one of those that Kayenta knows, put together from what drl
// works out.
func effectSize(name string, x, y []float64) (float64, bool) {
	now, before := whole(x).total(), whole(y).total()
	switch {
	case name == "Effect Size: Cohen's D":
		a, b := now.deviation(), before.deviation()
		return (now.mean() - before.mean()) / math.Sqrt((a*a+b*b)/2), true
	case len(name) > 4 && name[:4] == "CLES":
		u, _, _ := mannWhitney(x, y)
		return u / float64(len(x)*len(y)), true
	}
	m := metric{}
	worse := m.worse(known(now.mean()), known(before.mean()))
	return 1 + worse.x, worse.known
}

func pipecdMannWhitney(t *testing.T, text []byte) int {
	in := parsed[struct {
		Tests []struct {
			X, Y          []float64
			Gen           string
			U             float64
			Less, Greater float64 `json:"-"`
			PLess         float64 `json:"p_less"`
			PGreater      float64 `json:"p_greater"`
			Want          string
		}
		CDF  map[string]json.RawMessage `json:"udist_cdf"`
		Ties []struct {
			N1   int
			N    int
			Ties []int
			CDF  [][2]float64
		} `json:"udist_ties"`
	}](t, text)
	line := func(n int, minus float64) []float64 {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = float64(2*i) - minus
		}
		return xs
	}
	n := 0
	for i, c := range in.Tests {
		n++
		switch c.Gen {
		case "":
		case "x=2i,i<500; y=2i-41,i<600":
			c.X, c.Y = line(500, 0), line(600, 41)
		case "x=y=2i,i<500":
			c.X, c.Y = line(500, 0), line(500, 0)
		case "x=2i,i<500; y=2i-41,i<600 with y[i]=x[i] for i<30":
			c.X, c.Y = line(500, 0), line(600, 41)
			copy(c.Y, c.X[:30])
		default:
			t.Errorf("test %d: how is %q made?", i, c.Gen)
		}
		u, greater, _ := mannWhitney(c.X, c.Y)
		_, less, _ := mannWhitney(c.Y, c.X)
		if c.Want != "" {
			// Rule 15: equal samples are no error; they prove nothing.
			if greater != 1 || less != 1 {
				t.Errorf("test %d: of equal samples p %v and %v, want 1", i, greater, less)
			}
			continue
		}
		// Its two-sided p isn't drl's; one row of it is known to be wrong there.
		if u != c.U || !near(greater, c.PGreater, 1e-9) || !near(less, c.PLess, 1e-9) {
			t.Errorf("test %d: U %v, p %v and %v; want %v, %v and %v", i, u, greater, less, c.U, c.PGreater, c.PLess)
		}
	}
	for key, raw := range in.CDF {
		if key == "layout" {
			continue
		}
		n++
		var size int
		fmt.Sscanf(key, "n%d", &size)
		for u, row := range parsed[[][]float64](t, raw) {
			for i, want := range row {
				ones := slices.Repeat([]int{1}, size+i+1)
				if got := below(countU(ones, size, i+1), 2*float64(u)); !near(got, want, 1e-6) {
					t.Errorf("P(U <= %d) of %d and %d = %.6f, want %.6f", u, size, i+1, got, want)
				}
			}
		}
	}
	for _, c := range in.Ties {
		n++
		ways := countU(c.Ties, c.N1, c.N-c.N1)
		for _, row := range c.CDF {
			u := row[0] - float64(c.N1*c.N1)/2
			if got := below(ways, 2*u); !near(got, row[1], 1e-6) {
				t.Errorf("ties %v: P(%v) = %.6f, want %.6f", c.Ties, row[0], got, row[1])
			}
		}
	}
	return n
}

// below is the share of the ways with at most so much of 2U.
func below(ways []float64, twice float64) float64 {
	under, total := 0.0, 0.0
	for i, w := range ways {
		total += w
		if float64(i) <= twice+1e-9 {
			under += w
		}
	}
	return under / total
}

func promFunctions(t *testing.T, text []byte) int {
	in := parsed[struct {
		Quantiles []struct {
			Values []loose
			Q      float64
			Want   loose
		} `json:"quantile_R7"`
		MAD []struct {
			Values []loose
			Want   loose
		}
		LeastSquares struct {
			T, Y  []float64
			Slope float64
		} `json:"least_squares"`
		Deriv struct {
			Step  float64 `json:"y_step"`
			DT    float64 `json:"dt"`
			Slope float64
		} `json:"deriv_simple"`
	}](t, text)
	for _, c := range in.Quantiles {
		if c.Q < 0 || c.Q > 1 {
			// Rule 13: there is no such quantile; the checker says so.
			if _, ok := percentile(fmt.Sprintf("p%v", 100*c.Q)); ok {
				t.Errorf("p%v is a quantile", 100*c.Q)
			}
			continue
		}
		v := values(c.Values)
		slices.Sort(v)
		want := float64(c.Want)
		if len(v) < len(c.Values) {
			// Rule 1: NaN is no data, and not the smallest of the values.
			want = quantile([]float64{0, 1}, c.Q)
		}
		if got := quantile(v, c.Q); !near(got, want, 1e-9) {
			t.Errorf("quantile %v of %v is %v, want %v", c.Q, v, got, want)
		}
	}
	for _, c := range in.MAD {
		v := values(c.Values)
		want := float64(c.Want)
		if len(v) < len(c.Values) {
			want = 1 // of 1, 2 and 4: NaN is no data (rule 1)
		}
		middle := median(v)
		for i := range v {
			v[i] = math.Abs(v[i] - middle)
		}
		if got := median(v); got != want {
			t.Errorf("median deviation %v, want %v", got, want)
		}
	}
	// Rule 16: the slope is Theil and Sen's, which a restart doesn't pull down.
	var ps []point
	for i, at := range in.LeastSquares.T {
		ps = append(ps, point{at, in.LeastSquares.Y[i]})
	}
	if got, _ := slope(ps, nil); !near(got.x, 4.0/270, 1e-9) || near(got.x, in.LeastSquares.Slope, 1e-3) {
		t.Errorf("slope %v; least squares %v", got.x, in.LeastSquares.Slope)
	}
	var line []point
	for i := range 10 {
		line = append(line, point{float64(i) * in.Deriv.DT, float64(i) * in.Deriv.Step})
	}
	if got, _ := slope(line, nil); !near(got.x, in.Deriv.Slope, 1e-9) {
		t.Errorf("slope of a line %v, want %v", got.x, in.Deriv.Slope)
	}
	return len(in.Quantiles) + len(in.MAD) + 2
}
