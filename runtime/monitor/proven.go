package monitor

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// proven's promise: this often at most it holds without a reason. A test of
// values looks a planned number of times and gives each look its share.
const (
	provenAlpha = 0.01
	provenLooks = 4
	provenBlock = time.Minute
)

// firstLook is when a monitor without a window of its own looks first; each
// further look comes at twice the time.
const firstLook = 5 * time.Minute

// proof is one proven(m, worse_by: X) and what it has found out.
type proof struct {
	m      *Monitor
	text   string // as written
	metric int
	from   time.Duration
	by     float64

	counts, countsBefore   *window  // of events
	minutes, minutesBefore *minutes // of all else

	is       truth
	looked   int
	thin     string // why it can't say anything
	findings findings
}

// findings are what a proof rests on.
type findings struct {
	p              float64
	shift          float64 // of values: by how much; of counts: how many times as often
	low, high      float64 // where the shift is, at 99%
	now, then      int     // minutes, or events
	bad, badBefore int     // of events
}

// proven compiles proven(m, worse_by: X).
func (c *compiler) proven(e *syntax.Call, call *check.Call) (condition, error) {
	c.relative = true
	i, err := c.index(call.Object.Name)
	if err != nil {
		return nil, err
	}
	by, err := c.constant(call.Args[1])
	if err != nil {
		return nil, err
	}
	m := c.m
	p := &proof{m: m, text: m.program.Source.Slice(e.Span()), metric: i, from: c.from, by: by}
	if m.metrics[i].events() {
		p.counts = m.window(m.series[i], 0, c.from, 0, false)
		if m.beside() {
			p.countsBefore = m.window(m.others[i], 0, c.from, 0, false)
		}
	} else {
		c.needs(firstLook)
		p.minutes = m.blockMedians(m.series[i], c.from)
		if m.beside() {
			p.minutesBefore = m.blockMedians(m.others[i], c.from)
		}
	}
	m.proofs = append(m.proofs, p)
	c.proofs = append(c.proofs, p)
	is := func() truth { return p.is }
	c.add(contrast{text: p.text, metric: i + 1, is: is, bound: p.bound, way: way(">", c.negated != m.metrics[i].higher), test: true})
	return is, nil
}

// add looks at a tick. What was proven once stays so.
func (p *proof) add(at time.Duration) {
	if p.is == yes || at < p.from || p.m.baseline == nil && !p.m.beside() {
		return
	}
	if p.counts != nil {
		p.is = p.judgeCounts()
		return
	}
	for p.is != yes && p.looked < provenLooks && at-p.from >= p.m.look(p.looked+1) {
		p.looked++
		if now := p.judgeValues(); now != unknown {
			p.is = now
		}
	}
}

// look is how long after its start a monitor looks for the k-th time, from 1.
func (m *Monitor) look(k int) time.Duration {
	if m.o.Window > 0 {
		return m.o.Window * time.Duration(k) / provenLooks
	}
	return firstLook << (k - 1)
}

// judgeCounts judges a ratio of counts, by evidence that holds however often
// it is asked.
func (p *proof) judgeCounts() truth {
	before := p.countsBefore
	if before == nil {
		before = p.m.baseline.windows[p.metric]
	}
	if !enough(before) {
		p.thin = fmt.Sprintf("its baseline has %.4g events, want %d", before.total().of, baselineEvents)
		return unknown
	}
	now, then := p.counts.total(), before.total()
	higher := p.m.metrics[p.metric].higher
	worse := 1 + p.by
	if higher {
		worse = 1 - p.by
	}
	if now.of == 0 || worse <= 0 {
		p.thin = "no events came"
		return unknown
	}
	p.thin = ""
	φ := dispersion(&then)
	e := evidence(now.sum, now.of, then.sum, then.of, worse, φ, higher)
	if e < 1/provenAlpha {
		return no
	}
	p.findings = findings{p: 1 / e, shift: (now.sum / now.of) / (then.sum / then.of), now: int(now.of), then: int(then.of),
		bad: int(now.sum), badBefore: int(then.sum)}
	p.findings.low, p.findings.high = ratioWithin(now.sum, now.of, then.sum, then.of, φ)
	return yes
}

// judgeValues judges medians of one-minute blocks at one of the planned
// looks; it is unknown where even the clearest difference between so few
// blocks could be chance.
func (p *proof) judgeValues() truth {
	m := p.m.metrics[p.metric]
	now, before := p.minutes.medians, p.before()
	if len(now) == 0 || len(before) == 0 {
		p.thin = "a full minute is missing"
		return unknown
	}
	sign := 1.0
	if m.higher {
		sign = -1
	}
	x, y := scaled(now, sign), scaled(before, sign)
	_, chance, least := mannWhitney(x, y)
	const alpha = provenAlpha / provenLooks
	if least > alpha {
		p.thin = fmt.Sprintf("%d minutes against %d can't prove anything at %s: the least p of so few is %.2g", len(now), len(before), value.Percent(alpha), least)
		return unknown
	}
	p.thin = ""
	if chance > alpha {
		return no
	}
	// Half more than nothing is nothing: values whose middle hasn't moved are
	// worse by no share of it.
	d := differences(x, y)
	by := shift(d)
	if !(by >= p.by*max(abs(median(before)), m.least)) || by == 0 && p.by > 0 {
		return no
	}
	p.findings = findings{p: chance, shift: sign * by, now: len(now), then: len(before)}
	p.findings.low, p.findings.high = shiftWithin(d, len(x), len(y), z99)
	if m.higher {
		p.findings.low, p.findings.high = -p.findings.high, -p.findings.low
	}
	return yes
}

func (p *proof) before() []float64 {
	if p.minutesBefore != nil {
		return p.minutesBefore.medians
	}
	return p.m.baseline.minutes[p.metric].medians
}

// bound is what the metric would be where it is worse by just that much;
// unknown where what it is compared with moves.
func (p *proof) bound() quantity {
	m, b := &p.m.metrics[p.metric], p.m.usual[p.metric]
	if p.m.beside() || !b.known {
		return quantity{}
	}
	d := p.by * max(abs(b.x), m.least)
	if m.higher {
		d = -d
	}
	return finite(b.x + d)
}

// words say what a proof rests on, to somebody who has to believe it at night.
func (p *proof) words() string {
	f, m := p.findings, &p.m.metrics[p.metric]
	if p.counts != nil {
		return fmt.Sprintf("%s come %.3g times as often as in the baseline (%.3g to %.3g times): %d of %d against %d of %d; were they no more than %s worse, this would be seen %s (p %.2g)",
			m.name, f.shift, f.low, f.high, f.bad, f.now, f.badBefore, f.then, value.Percent(significant(p.by)), seldom(f.p), f.p)
	}
	way := "more"
	if f.shift < 0 {
		way = "less"
	}
	low, high := abs(f.low), abs(f.high)
	if f.shift < 0 {
		low, high = high, low
	}
	return fmt.Sprintf("%s is %s %s than in the baseline in a typical minute (%s to %s), in %d minutes against %d; chance alone does that %s (p %.2g)",
		m.name, m.text(abs(f.shift)), way, m.text(min(low, high)), m.text(max(low, high)), f.now, f.then, seldom(f.p), f.p)
}

// seldom says a small chance as people do.
func seldom(p float64) string {
	if p < 1e-9 {
		return "less than once in a billion times"
	}
	n := strconv.FormatFloat(1/p, 'g', 2, 64)
	whole, err := strconv.ParseFloat(n, 64)
	if err != nil {
		whole = 1 / p
	}
	return "about once in " + humanize.Commaf(math.Floor(whole)) + " times"
}

// finding is the same for those who calculate with it.
func (p *proof) finding() event.Finding {
	f, m := p.findings, &p.m.metrics[p.metric]
	e := event.Finding{Metric: m.name, Text: p.text, P: f.p, N: f.now, BaselineN: f.then}
	if p.counts != nil {
		e.Shift, e.Low, e.High = fmt.Sprintf("%.3g", f.shift), fmt.Sprintf("%.3g", f.low), fmt.Sprintf("%.3g", f.high)
	} else {
		e.Shift, e.Low, e.High = m.text(f.shift), m.text(f.low), m.text(f.high)
	}
	return e
}

func (p *proof) reset() {
	*p = proof{m: p.m, text: p.text, metric: p.metric, from: p.from, by: p.by,
		counts: p.counts, countsBefore: p.countsBefore, minutes: p.minutes, minutesBefore: p.minutesBefore}
}

func scaled(values []float64, by float64) []float64 {
	s := make([]float64, len(values))
	for i, v := range values {
		s[i] = by * v
	}
	return s
}

// dispersion is how much more than Poisson's the bad counts of a baseline
// scatter from tick to tick: the variance over the mean, 1 at least.
func dispersion(s *sum) float64 {
	if s.n < 2 || s.sum == 0 {
		return 1
	}
	d := s.deviation()
	return max(1, d*d/s.mean())
}

// ratioWithin is where the ratio of two rates is at 99%: normal on its
// logarithm, with half an event added to each (Haldane).
func ratioWithin(bad, total, badBefore, totalBefore, φ float64) (low, high float64) {
	a, b := bad+0.5, badBefore+0.5
	middle := math.Log(a / (total + 0.5) / (b / (totalBefore + 0.5)))
	width := z99 * math.Sqrt(φ*(1/a+1/b))
	return math.Exp(middle - width), math.Exp(middle + width)
}

// z99 leaves half a percent on each side of the normal distribution.
const z99 = 2.5758293035489004
