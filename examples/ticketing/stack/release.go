package stack

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// Release is one version of the stack's software.
type Release struct {
	Version string
	// Priority: tickets have a priority, in a column that migration 0002 adds.
	// Without the column, the list of tickets fails while the health check,
	// which looks at no table, stays green.
	Priority bool
	// Work is how long the ticket service works on a request.
	Work time.Duration
}

// Releases are the versions that can be deployed, oldest first.
var Releases = []Release{
	{Version: "v1", Work: 80 * time.Millisecond},
	{Version: "v2", Priority: true, Work: 80 * time.Millisecond},
	{Version: "v3", Priority: true, Work: 160 * time.Millisecond},
}

// release returns the version of that name.
func release(version string) (Release, bool) {
	for _, r := range Releases {
		if r.Version == version {
			return r, true
		}
	}
	return Release{}, false
}

// worker spends the time that a release works on a request: a few per cent
// more or less from one to the next, the same in each run.
type worker struct {
	each  time.Duration
	count atomic.Int64
}

// work ends when a request that has taken spent until now has had its time.
func (w *worker) work(ctx context.Context, spent time.Duration) {
	n := float64(w.count.Add(1))
	swing := 1 + 0.05*math.Sin(n*1.7)
	timer := time.NewTimer(time.Duration(float64(w.each)*swing) - spent)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
