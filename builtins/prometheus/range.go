package prometheus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// mostPoints is Prometheus's own limit for a series.
const mostPoints = 11000

type rangeArgs struct {
	Query string        `drl:"query,constant" doc:"PromQL that gives one series"`
	Over  time.Duration `drl:"over" doc:"back to when"`
	Every time.Duration `drl:"every" doc:"how far apart the points are"`
	server
}

type point struct {
	At    time.Time `drl:"at" doc:"when"`
	Value float64   `drl:"value" doc:"what the query gave then"`
}

var ranged = builtins.New("prometheus.range", types.Reads,
	"Ask for what a query gave over some time. Times at which it gave nothing are left out; so many that nothing is left give an empty list.",
	func(ctx context.Context, h *builtins.Host, a rangeArgs) ([]point, error) {
		if _, err := span(a.Over); err != nil {
			return nil, err
		}
		if a.Every < time.Millisecond || a.Every > a.Over {
			return nil, fmt.Errorf("every is %s, want 1ms to %s", value.Duration(a.Every), value.Duration(a.Over))
		}
		if n := a.Over / a.Every; n > mostPoints {
			return nil, fmt.Errorf("%s every %s are %d points, want %d at most", value.Duration(a.Over), value.Duration(a.Every), n, mostPoints)
		}
		now, err := h.Clock()
		if err != nil {
			return nil, err
		}
		s, err := a.open(h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		v, warnings, _, err := s.QueryRange(ctx, a.Query, v1.Range{Start: now.Add(-a.Over), End: now, Step: a.Every})
		if err := s.problem(ctx, warnings, err); err != nil {
			return nil, err
		}
		found, ok := v.(model.Matrix)
		if !ok {
			return nil, s.strange("it gives a " + kindOf(v))
		}
		return pointsOf(found)
	}).With(`expect prometheus.range('sum(rate(http_requests_total[1m]))', over: 1h, every: 1m).map(p => p.value).max < 200`)

// pointsOf returns the points of the one series that there is.
func pointsOf(found model.Matrix) ([]point, error) {
	if len(found) > 1 {
		metrics := make([]model.Metric, len(found))
		for i, series := range found {
			metrics[i] = series.Metric
		}
		return nil, several(metrics)
	}
	var points []point
	for _, series := range found {
		if len(series.Histograms) > 0 {
			return nil, errors.New("the query gives a histogram, want numbers: histogram_quantile(0.95, …) makes them of it")
		}
		for _, p := range series.Values {
			if !math.IsNaN(float64(p.Value)) {
				points = append(points, point{p.Timestamp.Time().UTC(), float64(p.Value)})
			}
		}
	}
	return points, nil
}
