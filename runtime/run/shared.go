package run

import (
	"context"
	"sync"
	"time"

	"github.com/drl-lang/drl/lang/syntax"
)

// ticking is what monitors side by side share: one that looks at the same
// metrics as often as another one looks at the same samples.
type ticking struct {
	mu    sync.Mutex
	feeds map[feedKey]*feed
}

type feedKey struct {
	own, beside *syntax.Metrics
	interval    time.Duration
}

// feed is the ticks of several monitors.
type feed struct {
	mu    sync.Mutex
	start time.Time
	taken map[time.Duration]*taken // the last ones
}

// taken is one tick that several monitors look at.
type taken struct {
	ready   context.Context // ends when samples are there, or were not to be had
	end     context.CancelCauseFunc
	ok      bool
	samples samples
}

// rememberedTicks is how many ticks a feed keeps for those that are slow.
const rememberedTicks = 4

// share gives the sampler the feed of those that look at the same.
func (t *ticking) share(x *sampler) {
	if t == nil {
		return
	}
	key := feedKey{own: x.decl, interval: x.interval}
	if x.beside != nil {
		key.beside = x.beside.decl
	}
	now := x.s.r.engine.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.feeds[key]
	if f == nil || now.Sub(f.start) > x.interval/lateness {
		f = &feed{start: now, taken: map[time.Duration]*taken{}}
		if t.feeds == nil {
			t.feeds = map[feedKey]*feed{}
		}
		t.feeds[key] = f
	}
	x.shared = f
}

// start is when the sampler's first tick is.
func (x *sampler) start() time.Time {
	if x.shared != nil {
		return x.shared.start
	}
	return x.s.r.engine.Now()
}

// take samples a tick, or waits for who samples it already.
func (x *sampler) take(ctx context.Context, at time.Duration) samples {
	if x.shared == nil {
		return x.tick(ctx)
	}
	for ctx.Err() == nil {
		t, mine := x.shared.at(ctx, at, x.interval)
		if mine {
			return x.first(ctx, at, t)
		}
		// Its end is what ends the pause, so that every engine knows of the wait.
		_ = x.s.r.engine.Sleep(t.ready, longestProbe+x.interval)
		if x.shared.has(t) {
			return t.samples
		}
	}
	return samples{}
}

// first samples a tick for all.
func (x *sampler) first(ctx context.Context, at time.Duration, t *taken) samples {
	sampled := false
	defer func() { x.shared.done(at, t, sampled) }()
	t.samples = x.tick(ctx)
	sampled = ctx.Err() == nil
	return t.samples
}

// at returns a tick; mine says that the caller is the one to sample it.
func (f *feed) at(ctx context.Context, at, interval time.Duration) (t *taken, mine bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.taken[at]; t != nil {
		return t, false
	}
	t = &taken{}
	t.ready, t.end = context.WithCancelCause(context.WithoutCancel(ctx))
	f.taken[at] = t
	delete(f.taken, at-rememberedTicks*interval)
	return t, true
}

// done ends the wait for a tick. One that was cut short is left to another.
func (f *feed) done(at time.Duration, t *taken, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t.ok = ok; !ok {
		delete(f.taken, at)
	}
	t.end(errOver)
}

func (f *feed) has(t *taken) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return t.ok
}
