package virtual

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"time"
)

// waiter is a goroutine that waits for its turn.
type waiter struct {
	ctx  context.Context // whose end ends the wait; nil: none does
	at   time.Time       // when it is over, of a sleeper
	turn int64           // orders those that wake at the same time
	cut  bool            // ctx ended first
	end  func()          // of a limit, which nobody waits for: ends what it limits
	heap int             // where it is among the sleepers
	wake chan struct{}   // made when another goroutine takes over
}

// group is a call of Go.
type group struct {
	ctx   context.Context
	fns   []func(context.Context)
	max   int
	next  int // the first that has not started
	live  int // how many run
	owner *waiter
}

// startable tells whether a function of the group may start.
func (g *group) startable() bool { return g.next < len(g.fns) && g.live < g.max }

// Go runs the functions side by side and returns when all have ended. Each
// begins on the goroutine at hand; only while one of them waits does another
// goroutine go on with the rest. Most calls therefore start none: a check's
// deadline that is never reached costs two function calls.
func (e *Engine) Go(ctx context.Context, max int, fns ...func(context.Context)) {
	if len(fns) == 0 {
		return
	}
	if max <= 0 || max > len(fns) {
		max = len(fns)
	}
	g := &group{ctx: ctx, fns: fns, max: max}
	e.groups = append(e.groups, g)
	e.work(g)
	if g.live > 0 {
		g.owner = &waiter{}
		e.park(g.owner)
	}
}

// work runs functions of the group on this goroutine while it may.
func (e *Engine) work(g *group) {
	for g.startable() {
		fn := g.fns[g.next]
		g.next++
		g.live++
		if g.next == len(g.fns) {
			// Mostly it is the innermost.
			i := len(e.groups) - 1
			for e.groups[i] != g {
				i--
			}
			e.groups = slices.Delete(e.groups, i, i+1)
		}
		fn(g.ctx)
		g.live--
	}
}

// park lets others go on until w may.
func (e *Engine) park(w *waiter) {
	if next, g := e.choose(); g != nil {
		w.wake = make(chan struct{})
		go e.assist(g)
	} else if next == w {
		return
	} else {
		w.wake = make(chan struct{})
		close(next.wake)
	}
	<-w.wake
}

// assist goes on with a group while one of its functions waits. At the end it
// hands over to whoever comes next.
func (e *Engine) assist(g *group) {
	for g != nil {
		e.work(g)
		if g.live == 0 && g.next == len(g.fns) && g.owner != nil {
			e.ready = append(e.ready, g.owner)
			g.owner = nil
		}
		var next *waiter
		if next, g = e.choose(); next != nil {
			close(next.wake)
		}
	}
}

// choose takes what goes on next: a function of a group that has not started,
// else who waits no more, else, after a leap of the clock, who wakes first.
func (e *Engine) choose() (*waiter, *group) {
	for i := len(e.groups) - 1; i >= 0; i-- {
		if g := e.groups[i]; g.startable() {
			return nil, g
		}
	}
	e.cut()
	if len(e.ready) > 0 {
		w := e.ready[0]
		e.ready = e.ready[1:]
		return w, nil
	}
	if len(e.sleeping) == 0 {
		panic("virtual: everything waits, and nothing will wake it")
	}
	w := heap.Pop(&e.sleeping).(*waiter)
	e.now = w.at
	if w.end != nil {
		w.end()
		return e.choose()
	}
	return w, nil
}

// cut makes those ready whose context has ended.
func (e *Engine) cut() {
	first := len(e.ready)
	for i := 0; i < len(e.sleeping); {
		w := e.sleeping[i]
		if w.end != nil || w.ctx.Err() == nil {
			i++
			continue
		}
		w.cut = true
		e.ready = append(e.ready, w)
		heap.Remove(&e.sleeping, i)
		i = 0
	}
	if len(e.ready) > first+1 {
		slices.SortFunc(e.ready[first:], func(a, b *waiter) int { return cmp.Compare(a.turn, b.turn) })
	}
	e.askers = slices.DeleteFunc(e.askers, func(w *waiter) bool {
		if w.ctx.Err() != nil {
			w.cut = true
			e.ready = append(e.ready, w)
		}
		return w.cut
	})
}

// sleepers is a heap of those that sleep: who wakes first is the first.
type sleepers []*waiter

func (s sleepers) Len() int { return len(s) }
func (s sleepers) Less(i, j int) bool {
	if !s[i].at.Equal(s[j].at) {
		return s[i].at.Before(s[j].at)
	}
	return s[i].turn < s[j].turn
}
func (s sleepers) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].heap, s[j].heap = i, j
}

// Push adds a *waiter.
func (s *sleepers) Push(x any) {
	w := x.(*waiter)
	w.heap = len(*s)
	*s = append(*s, w)
}

// Pop takes the last one.
func (s *sleepers) Pop() any {
	old := *s
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*s = old[:len(old)-1]
	w.heap = -1
	return w
}
