package prometheus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type valueArgs struct {
	Query string     `drl:"query,constant" doc:"PromQL that gives one series or a scalar: 'sum(up)'"`
	At    *time.Time `drl:"at" doc:"the time to ask about; without one, now"`
	server
}

var single = builtins.New("prometheus.value", types.Reads,
	"Ask for what a query gives. Null where it gives nothing or NaN: nothing was measured. A query that gives several series is an error.",
	func(ctx context.Context, h *builtins.Host, a valueArgs) (*float64, error) {
		s, err := a.open(h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		at := time.Time{}
		if a.At != nil {
			at = *a.At
		}
		return s.number(ctx, a.Query, at)
	}).With(`expect (prometheus.value('sum(up)') ?? 0) >= 4`)

// number returns what a query gives; nil: nothing.
func (s *asked) number(ctx context.Context, query string, at time.Time) (*float64, error) {
	v, err := s.query(ctx, query, at)
	if err != nil {
		return nil, err
	}
	var found float64
	switch v := v.(type) {
	case *model.Scalar:
		found = float64(v.Value)
	case model.Vector:
		switch {
		case len(v) == 0:
			return nil, nil
		case len(v) > 1:
			metrics := make([]model.Metric, len(v))
			for i, sample := range v {
				metrics[i] = sample.Metric
			}
			return nil, several(metrics)
		case v[0].Histogram != nil:
			return nil, errors.New("the query gives a histogram, want a number: histogram_quantile(0.95, …) makes one of it")
		}
		found = float64(v[0].Value)
	default:
		return nil, fmt.Errorf("the query gives a %s, want a number: leave [ ] out of it, or take its sum, rate or average", kindOf(v))
	}
	if math.IsNaN(found) {
		return nil, nil
	}
	return &found, nil
}

func kindOf(v model.Value) string {
	switch v.(type) {
	case model.Matrix:
		return "range of samples"
	case *model.String:
		return "text"
	}
	return "value of another kind"
}

// several says that there are more series than one, and what tells them
// apart.
func several(found []model.Metric) error {
	values := map[model.LabelName]map[model.LabelValue]bool{}
	for _, m := range found {
		for label := range m {
			values[label] = map[model.LabelValue]bool{}
		}
	}
	for label, seen := range values {
		for _, m := range found {
			seen[m[label]] = true
		}
	}
	var differ []string
	for _, label := range slices.Sorted(maps.Keys(values)) {
		if seen := values[label]; len(seen) > 1 {
			differ = append(differ, fmt.Sprintf("%s (%s)", builtins.Short(string(label)), some(seen)))
		}
	}
	return fmt.Errorf("the query gives %d series, want one: say which in { }, or add them up with sum(…); they differ in %s", len(found), strings.Join(differ[:min(len(differ), 5)], ", "))
}

// some lists the first few of a set.
func some(set map[model.LabelValue]bool) string {
	const most = 3
	var shown []string
	for _, v := range slices.Sorted(maps.Keys(set)) {
		if len(shown) == most {
			shown = append(shown, "…")
			break
		}
		if v != "" {
			shown = append(shown, builtins.Short(string(v)))
		}
	}
	return strings.Join(shown, ", ")
}
