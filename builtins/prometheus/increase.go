package prometheus

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type counterArgs struct {
	Metric string                 `drl:"metric,constant" doc:"the name of a counter: 'http_requests_total'"`
	Over   time.Duration          `drl:"over" doc:"back to when; at least twice as long as the counter's scrapes are apart" default:"1m"`
	Where  map[string]value.Value `drl:"where,optional" doc:"labels and their values: { service: name, code: matching('5..') }. What a text names has to be there; what a pattern names may not have happened yet, and is 0 then"`
	server
}

var increase = builtins.New("prometheus.increase", types.Reads,
	"Ask by how much a counter has grown, all of its series together. No samples in that time is an error, never 0.",
	func(ctx context.Context, h *builtins.Host, a counterArgs) (float64, error) {
		return a.ask(ctx, h, "increase")
	},
).With(`let errors = events(prometheus.increase('http_requests_total', where: { code: matching('5..') }), of: prometheus.increase('http_requests_total'))`)

var rate = builtins.New("prometheus.rate", types.Reads,
	"Ask how fast a counter grows, all of its series together. No samples in that time is an error, never 0.",
	func(ctx context.Context, h *builtins.Host, a counterArgs) (value.Rate, error) {
		n, err := a.ask(ctx, h, "rate")
		return value.Rate{PerSecond: n}, err
	}).With(`expect prometheus.rate('http_requests_total', over: 5m, where: { service: "ticket" }) > 10/1s`)

// ask asks for the sum of a function of the counter's series.
func (a counterArgs) ask(ctx context.Context, h *builtins.Host, function string) (float64, error) {
	which, err := newSelector(a.Metric, a.Where)
	if err != nil {
		return 0, err
	}
	over, err := span(a.Over)
	if err != nil {
		return 0, err
	}
	s, err := a.open(h)
	if err != nil {
		return 0, err
	}
	defer s.close()
	n, err := s.number(ctx, "sum("+function+"("+which.String()+"["+over+"]))", time.Time{})
	if err != nil {
		return 0, err
	}
	if n == nil {
		return s.nothing(ctx, which, over)
	}
	// Extrapolation and resets give no less than nothing; others may.
	if *n < 0 || math.IsInf(*n, 0) {
		return 0, fmt.Errorf("%s of %s is %s, which no counter gives", function, which, value.Number(*n))
	}
	return *n, nil
}

// nothing finds out what it means that a selector gives nothing: 0, where the
// series that it has patterns for are there and none fits; else an error that
// says what is missing.
func (s *asked) nothing(ctx context.Context, which selector, over string) (float64, error) {
	there := func(which selector) (bool, error) {
		n, err := s.number(ctx, "count(count_over_time("+which.String()+"["+over+"]) > 1)", time.Time{})
		return n != nil && *n > 0, err
	}
	if all, patterns := which.population(); patterns {
		if found, err := there(all); err != nil || found {
			return 0, err
		}
	}
	found, err := there(selector{metric: which.metric})
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, fmt.Errorf("no data: %s has no two samples in the last %s; is it spelled so, scraped, and over: long enough?", which.metric, over)
	}
	return 0, s.unknownLabels(ctx, which, over)
}

// unknownLabels says which label or value of a selector its metric doesn't
// have.
func (s *asked) unknownLabels(ctx context.Context, which selector, over string) error {
	for _, m := range which.matchers {
		v, err := s.query(ctx, "count by ("+m.label+") (count_over_time("+which.metric+"["+over+"]))", time.Time{})
		if err != nil {
			return err
		}
		seen := map[model.LabelValue]bool{}
		if found, ok := v.(model.Vector); ok {
			for _, sample := range found {
				if text := sample.Metric[model.LabelName(m.label)]; text != "" {
					seen[text] = true
				}
			}
		}
		if len(seen) == 0 {
			return fmt.Errorf("%s has no label %s%s", which.metric, m.label, s.labels(ctx, which.metric))
		}
		if !m.pattern && !seen[model.LabelValue(m.text)] {
			return fmt.Errorf("no data: %s has no %s in the last %s; found %s. What may not have happened yet is matching('…')", which.metric, m, over, some(seen))
		}
	}
	return fmt.Errorf("no data: %s has no samples in the last %s", which, over)
}

// labels lists a metric's labels for a message; "" where they can't be had.
func (s *asked) labels(ctx context.Context, metric string) string {
	names, _, _, err := s.LabelNames(ctx, []string{metric}, time.Time{}, time.Time{})
	if err != nil {
		return ""
	}
	var known []string
	for _, name := range names {
		if name != "__name__" && len(known) < 20 {
			known = append(known, builtins.Short(string(name)))
		}
	}
	slices.Sort(known)
	if len(known) == 0 {
		return ""
	}
	return ": it has " + strings.Join(known, ", ")
}
