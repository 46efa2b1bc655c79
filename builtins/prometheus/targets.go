package prometheus

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type target struct {
	Job      string            `drl:"job" doc:"the job that it belongs to"`
	Instance string            `drl:"instance" doc:"its host and port"`
	URL      string            `drl:"url" doc:"the address that is scraped"`
	Up       bool              `drl:"up" doc:"whether the last scrape worked"`
	Health   string            `drl:"health" doc:"\"up\", \"down\", or \"unknown\" before the first scrape"`
	Problem  *string           `drl:"problem" doc:"why the last scrape failed"`
	Scraped  *time.Time        `drl:"scraped" doc:"when it was scraped last"`
	Took     time.Duration     `drl:"took" doc:"how long that took"`
	Labels   map[string]string `drl:"labels" doc:"its labels"`
}

var targets = builtins.New("prometheus.targets", types.Reads,
	"List what Prometheus scrapes, by job and instance.",
	func(ctx context.Context, h *builtins.Host, a serverArgs) ([]target, error) {
		s, err := a.open(h)
		if err != nil {
			return nil, err
		}
		defer s.close()
		result, err := s.Targets(ctx)
		if err := s.problem(ctx, nil, err); err != nil {
			return nil, err
		}
		if result.Active == nil {
			return nil, s.strange("it lists no targets, and not none either")
		}
		all := make([]target, 0, len(result.Active))
		for _, x := range result.Active {
			one := target{
				Job: string(x.Labels[model.JobLabel]), Instance: string(x.Labels[model.InstanceLabel]), URL: builtins.Scrub(x.ScrapeURL),
				Up: x.Health == "up", Health: string(x.Health), Took: time.Duration(x.LastScrapeDuration * float64(time.Second)), Labels: texts(x.Labels),
			}
			if x.LastError != "" {
				said := builtins.Scrub(x.LastError)
				one.Problem = &said
			}
			if !x.LastScrape.IsZero() {
				at := x.LastScrape.UTC()
				one.Scraped = &at
			}
			all = append(all, one)
		}
		slices.SortStableFunc(all, func(x, y target) int {
			return cmp.Or(cmp.Compare(x.Job, y.Job), cmp.Compare(x.Instance, y.Instance))
		})
		return all, nil
	}).With(`expect prometheus.targets().all(t => t.up)`)
