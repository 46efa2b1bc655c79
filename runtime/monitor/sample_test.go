package monitor

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// Rule 1: what a metric gave is a sample, no data or an error, and never a
// zero that nobody has measured.
func TestFromValue(t *testing.T) {
	list := func(items ...value.Value) value.Value { return value.NewList(items) }
	nan := value.Number(math.NaN())
	for _, tt := range []struct {
		name string
		v    value.Value
		err  error
		want Sample
	}{
		{"a number", value.Number(2.5), nil, Sample{State: Known, Values: []float64{2.5}}},
		{"zero is a sample", value.Int(0), nil, Sample{State: Known, Values: []float64{0}}},
		{"a duration, in nanoseconds", value.Duration(1500), nil, Sample{State: Known, Values: []float64{1500}}},
		{"a bool", value.Bool(true), nil, Sample{State: Known, Values: []float64{1}}},
		{"an infinite one", value.Number(math.Inf(1)), nil, Sample{State: Known, Values: []float64{math.Inf(1)}}},
		{"a list of many", list(value.Int(1), value.Int(2)), nil, Sample{State: Known, Values: []float64{1, 2}}},
		{"events", value.Events{Bad: 1, Total: 4}, nil, Sample{State: Known, Bad: 1, Total: 4}},
		{"none bad of some", value.Events{Total: 4}, nil, Sample{State: Known, Total: 4}},
		{"null", value.Null{}, nil, Sample{State: NoData}},
		{"nothing at all", nil, nil, Sample{State: NoData}},
		{"an empty list", list(), nil, Sample{State: NoData}},
		{"NaN", nan, nil, Sample{State: NoData}},
		{"a list of NaN", list(nan, nan), nil, Sample{State: NoData}},
		{"NaN among others", list(nan, value.Int(3)), nil, Sample{State: Known, Values: []float64{3}}},
		{"0 of 0", value.Events{}, nil, Sample{State: NoData}},
		{"NaN of some", value.Events{Bad: math.NaN(), Total: 4}, nil, Sample{State: NoData}},
		{"more bad than there are", value.Events{Bad: 5, Total: 4}, nil, Sample{State: Broken, Problem: "found 5 bad of 4 events, want some of them all"}},
		{"a text", value.String("12"), nil, Sample{State: Broken, Problem: "found 12, want a number, a quantity or events"}},
		{"a list with a text", list(value.Int(1), value.String("x")), nil, Sample{State: Broken, Problem: "found x in a list of samples, want numbers or quantities"}},
		{"an error", value.Int(0), errors.New("connection refused"), Sample{State: Broken, Problem: "connection refused"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, FromValue(tt.v, tt.err)); diff != "" {
				t.Errorf("FromValue(%v, %v) (-want +got)\n%s", tt.v, tt.err, diff)
			}
		})
	}
}

// What a tick has seen can be read from the record as it was, with its error.
func TestSamplesAreRecorded(t *testing.T) {
	m := judge(t, "", "warn if latency > 1s or memory > 1TiB or served > 1e9 or errors > 99%", Options{})
	for i, samples := range []map[string]Sample{
		healthy(),
		{"latency": {State: NoData}, "memory": {State: Broken, Problem: "connection refused"}, "served": {}, "errors": {State: Known, Total: 7}},
		{"latency": latencies(1), "memory": {State: Known, Values: []float64{0}}, "served": {State: Known, Values: []float64{math.Inf(1)}}, "errors": {State: NoData}},
	} {
		ticked, _ := m.Tick(0, samples)
		text, err := json.Marshal(ticked)
		if err != nil {
			t.Fatal(err)
		}
		var read event.Ticked
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		for _, e := range read.Metrics {
			if diff := cmp.Diff(samples[e.Name], Noted(e)); diff != "" {
				t.Errorf("tick %d, %s in the record (-given +read)\n%s", i, e.Name, diff)
			}
		}
	}
}
