package prometheus

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type serverArgs struct{ server }

type alert struct {
	Name        string            `drl:"name" doc:"the rule's name"`
	State       string            `drl:"state" doc:"\"firing\", or \"pending\" while it has not lasted long enough"`
	Since       time.Time         `drl:"since" doc:"since when its condition holds"`
	Value       *float64          `drl:"value" doc:"what its expression gives"`
	Labels      map[string]string `drl:"labels" doc:"its labels"`
	Annotations map[string]string `drl:"annotations" doc:"what it says to people"`
}

var alerts = builtins.New("prometheus.alerts", types.Reads,
	"List the alerts whose condition holds now, by name. Those that Alertmanager has silenced are among them.",
	func(ctx context.Context, h *builtins.Host, a serverArgs) ([]alert, error) {
		s, err := a.open(h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		result, err := s.Alerts(ctx)
		if err := s.problem(ctx, nil, err); err != nil {
			return nil, err
		}
		if result.Alerts == nil {
			return nil, s.strange("it lists no alerts, and not none either")
		}
		all := make([]alert, 0, len(result.Alerts))
		for _, x := range result.Alerts {
			one := alert{
				Name: string(x.Labels[model.AlertNameLabel]), State: string(x.State), Since: x.ActiveAt.UTC(),
				Labels: texts(x.Labels), Annotations: texts(x.Annotations),
			}
			if n, err := strconv.ParseFloat(x.Value, 64); err == nil {
				one.Value = &n
			}
			all = append(all, one)
		}
		slices.SortStableFunc(all, func(x, y alert) int { return cmp.Compare(x.Name, y.Name) })
		return all, nil
	}).With(`expect prometheus.alerts().filter(a => a.state == "firing") == []`)

// texts returns labels without the name, which has a field of its own.
func texts(labels model.LabelSet) map[string]string {
	all := map[string]string{}
	for name, text := range labels {
		if name != model.AlertNameLabel {
			all[string(name)] = string(text)
		}
	}
	return all
}
