package monitor

import (
	"encoding/json"
	"fmt"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// snapshotFormat grows when a snapshot gets another form.
const snapshotFormat = 3

// Snapshot is all that the monitor has seen, as far as it decides anything
// still. Its size has a bound, however long the monitor runs.
func (m *Monitor) Snapshot() []byte {
	c := &codec{}
	m.state(c)
	return c.bytes
}

// Restore goes on from a snapshot of a monitor with the same declaration and
// options; it then decides as that one would have. A snapshot of another
// monitor is an error, and leaves this one as new.
func (m *Monitor) Restore(snapshot []byte) error {
	m.Reset(m.baseline)
	c := &codec{bytes: snapshot, reading: true}
	if m.state(c); c.err == nil && len(c.bytes) > 0 {
		c.err = fmt.Errorf("%d bytes are left over", len(c.bytes))
	}
	if c.err != nil {
		m.Reset(m.baseline)
		return fmt.Errorf("restore a monitor: %w", c.err)
	}
	return nil
}

// state is what a snapshot holds.
func (m *Monitor) state(c *codec) {
	format, is := snapshotFormat, m.program.Source.Slice(m.decl.Span())
	c.int(&format)
	c.text(&is)
	if c.reading && c.err == nil && (format != snapshotFormat || is != m.program.Source.Slice(m.decl.Span())) {
		c.err = fmt.Errorf("it was made by another monitor, or another drl")
		return
	}
	for _, p := range m.memory {
		p.state(c)
	}
	for i := range m.problem {
		c.text(&m.problem[i])
	}
	for i := range m.replayed {
		c.int(&m.replayed[i])
	}
	c.duration(&m.now)
	c.int(&m.seen)
	c.int(&m.ticks)
	c.int(&m.knownTicks)
	c.int(&m.missed)
	c.int(&m.missedTo)
	c.int(&m.missedKnown)
	c.duration(&m.gaps)
	c.duration(&m.until)
	c.bool(&m.ended)
	m.ruleState(c, &m.fired)
	m.ruleState(c, &m.passes)
	m.warning(c)
}

// ruleState is which of the rules it is.
func (m *Monitor) ruleState(c *codec, r **rule) {
	which := 0
	for i := range m.rules {
		if m.rules[i] == *r {
			which = i + 1
		}
	}
	c.int(&which)
	*r = nil
	if which > 0 && which <= len(m.rules) {
		*r = m.rules[which-1]
	}
}

func (m *Monitor) warning(c *codec) {
	is := m.warned != nil
	c.bool(&is)
	if !is {
		return
	}
	if c.reading {
		m.warned = &Decision{}
	}
	c.bool(&m.warned.flaps)
	text, err := json.Marshal(m.warned.Decided)
	c.blob(&text)
	if c.reading && c.err == nil {
		err = json.Unmarshal(text, &m.warned.Decided)
	}
	if err != nil {
		c.err = err
	}
}

func (s *series) state(c *codec) {
	list(c, &s.ticks, (*codec).tick)
	c.floats(&s.values)
	c.int(&s.gone)
	c.int(&s.cut)
	c.int(&s.known)
	c.float(&s.last)
}

func (c *codec) tick(t *tick) {
	c.duration(&t.at)
	c.int(&t.from)
	c.int(&t.to)
	c.float(&t.bad)
	c.float(&t.total)
	c.float(&t.own)
	state := int(t.state)
	c.int(&state)
	t.state = State(state)
}

func (c *codec) sum(s *sum) {
	c.int(&s.ticks)
	c.int(&s.known)
	c.int(&s.n)
	c.float(&s.sum)
	c.float(&s.of)
	c.float(&s.m2)
	c.float(&s.min)
	c.float(&s.max)
	c.float(&s.last)
}

func (c *codec) point(p *point) {
	c.float(&p.t)
	c.float(&p.y)
}

func (w *window) state(c *codec) {
	c.int(&w.next)
	c.int(&w.mid)
	c.int(&w.end)
	list(c, &w.front, (*codec).sum)
	c.sum(&w.back)
	c.int(&w.n)
	c.bool(&w.many)
	values := w.values.values()
	c.floats(&values)
	if c.reading {
		w.values.reset()
		for _, x := range values {
			w.values.add(x)
		}
	}
	c.sketch(&w.sketch)
	list(c, &w.blocks, func(c *codec, b *block) {
		c.duration(&b.start)
		c.duration(&b.end)
		c.sum(&b.sum)
		c.sketch(&b.sketch)
	})
}

// sketch is empty where there is none.
func (c *codec) sketch(s *sketch) {
	var data []byte
	if s.d != nil {
		s.d.Encode(&data, false)
	}
	c.blob(&data)
	if !c.reading || c.err != nil || len(data) == 0 {
		return
	}
	d, err := ddsketch.DecodeDDSketch(data, func() store.Store { return store.NewCollapsingLowestDenseStore(sketchBins) }, nil)
	if err != nil {
		c.err = err
		return
	}
	s.d = d
}

func (r *trend) state(c *codec) {
	c.duration(&r.every)
	list(c, &r.points, (*codec).point)
	list(c, &r.open, (*codec).point)
	r.asked = false
}

func (r *minutes) state(c *codec) {
	c.bool(&r.begun)
	c.duration(&r.start)
	c.floats(&r.open)
	c.floats(&r.medians)
}

func (p *proof) state(c *codec) {
	c.truth(&p.is)
	c.int(&p.looked)
	c.text(&p.thin)
	f := &p.findings
	c.float(&f.p)
	c.float(&f.shift)
	c.float(&f.low)
	c.float(&f.high)
	c.int(&f.now)
	c.int(&f.then)
	c.int(&f.bad)
	c.int(&f.badBefore)
}

func (l *leak) state(c *codec) {
	c.duration(&l.every)
	c.bool(&l.begun)
	c.duration(&l.start)
	c.bool(&l.found)
	c.float(&l.low)
	list(c, &l.minima, (*codec).point)
	c.truth(&l.is)
	c.float(&l.p)
	c.float(&l.rate)
	c.float(&l.left)
}

func (r *rule) state(c *codec) {
	h := &r.hold
	c.bool(&h.open)
	c.duration(&h.held)
	c.duration(&h.last)
	c.duration(&h.unknown)
	list(c, &h.recent, (*codec).bool)
	c.truth(&r.now)
	c.bool(&r.everSaid)
	c.truth(&r.before)
	changes := int(r.changes)
	c.int(&changes)
	r.changes = uint32(changes)
	c.int(&r.unsaid)
	c.int(&r.unsaidKnown)
	c.bool(&r.lost)
}
