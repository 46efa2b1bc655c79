package monitor

import (
	"math/bits"
	"time"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// rule is one line of a monitor.
type rule struct {
	decl      *syntax.MonRule
	text      string
	from      time.Duration
	is        condition
	hold      hold
	used      []int
	relative  bool
	bare      bool
	skipped   bool // relative, and there is nothing to compare with
	proofs    []*proof
	leaks     []*leak
	windows   []*window
	contrasts []contrast
	limits    []string
	longest   time.Duration // until all that it asks is filled

	now       truth
	everSaid  bool // it was known at some tick
	everFired bool // it has fired at some tick
	before    truth
	changes   uint32 // a bit for each of the last ticks: it had changed

	// Of the unknown time at hand: after how many judged and known ticks it
	// began. Where it gets too long for the hold, all of it counts as missing.
	unsaid, unsaidKnown int
	lost                bool // it got too long
}

// Flapping: a rule whose condition changes so often in so many ticks.
const (
	flapChanges = 4
	flapTicks   = 20
)

func (m *Monitor) rule(d *syntax.MonRule) (*rule, error) {
	r := &rule{decl: d, text: m.program.Source.Slice(d.Span()), from: m.o.Warmup}
	if d.Now {
		r.from = 0
	}
	c := &compiler{m: m, info: m.program.Info, o: m.o, from: r.from, rule: r}
	is, err := c.condition(d.Cond)
	if err != nil {
		return nil, m.place(d.Cond, err)
	}
	r.is, r.used, r.relative, r.bare, r.proofs, r.leaks, r.windows, r.longest = is, c.used, c.relative, c.bare, c.proofs, c.leaks, c.windows, c.longest
	r.skipped = r.relative && m.baseline == nil && !m.beside()
	if d.Hold == nil {
		return r, nil
	}
	x, err := c.constant(d.Hold)
	if err != nil {
		return nil, m.place(d.Hold, err)
	}
	if d.Of == nil {
		r.hold.d = time.Duration(x)
		return r, nil
	}
	n, err := c.constant(d.Of)
	if err != nil {
		return nil, m.place(d.Of, err)
	}
	r.hold.m, r.hold.n = int(x), int(n)
	return r, nil
}

// place gives an error the place of an expression, unless it has one.
func (m *Monitor) place(e syntax.Expr, err error) error {
	if _, ok := err.(*source.Diagnostic); ok {
		return err
	}
	return &source.Diagnostic{File: m.program.Source, Span: e.Span(), Message: err.Error(), Cause: err}
}

// noteLimit keeps the value of a limit that the rule's text doesn't show.
func (c *compiler) noteLimit(e syntax.Expr, v value.Value) {
	if _, literal := e.(*syntax.Ident); !literal {
		if _, member := e.(*syntax.Member); !member {
			return
		}
	}
	c.rule.limits = append(c.rule.limits, c.m.program.Source.Slice(e.Span())+" is "+v.String())
}

// tick judges the rule at a tick.
func (r *rule) tick(m *Monitor) (fires bool) {
	r.now = r.is()
	if r.now != unknown {
		r.everSaid = true
		r.unsaid, r.unsaidKnown, r.lost = m.ticks, m.knownTicks, false
	}
	r.changes <<= 1
	if r.now != unknown {
		if r.before != unknown && r.before != r.now {
			r.changes |= 1
		}
		r.before = r.now
	}
	fires, dropped := r.hold.tick(m.now, m.o.Interval, r.now)
	if r.lost = r.lost || dropped; r.lost {
		m.miss(r.unsaid, r.unsaidKnown)
	}
	fires = fires && (r.now == yes || r.hold.n > 0)
	r.everFired = r.everFired || fires
	return fires
}

func (r *rule) flaps() bool {
	return bits.OnesCount32(r.changes&(1<<flapTicks-1)) >= flapChanges
}

// miss counts the ticks since the given one as missing, those that already do
// left out.
func (m *Monitor) miss(since, knownBefore int) {
	if since < m.missedTo {
		knownBefore = m.missedKnown
	}
	m.missed += m.knownTicks - knownBefore
	m.missedTo, m.missedKnown = m.ticks, m.knownTicks
}

var strictness = map[string]int{Rollback: 4, Fail: 3, Warn: 2, Pass: 1}

// stricter returns the stricter of two rules that fire, the earlier of equals.
func stricter(a, b *rule) *rule {
	if a == nil || strictness[b.decl.Action] > strictness[a.decl.Action] {
		return b
	}
	return a
}

func (r *rule) reset() {
	r.hold.reset()
	r.now, r.everSaid, r.everFired, r.before, r.changes, r.unsaid, r.unsaidKnown, r.lost = unknown, false, false, unknown, 0, 0, 0, false
}
