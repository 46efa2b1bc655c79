package monitor

import (
	"math"
	"strconv"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// metric is one line of a metrics block.
type metric struct {
	name   string
	typ    *types.Type // of one sample
	higher bool        // is better
	floor  syntax.Expr
	least  float64 // the floor's value; 0: none
	many   bool    // a tick can have any number of samples
}

func metricsOf(p *check.Program, block *syntax.Metrics) []metric {
	var ms []metric
	for _, d := range block.Metrics {
		t, many := Sampled(p.Info.Types[d.Value])
		ms = append(ms, metric{name: d.Name.Text, typ: t, higher: d.Direction == "higher", floor: d.Floor, many: many})
	}
	return ms
}

// Sampled is the type of one sample of a metric whose expression is of type t,
// and whether a tick has many of them.
func Sampled(t *types.Type) (sample *types.Type, many bool) {
	if t == nil {
		return types.TNumber, false
	}
	for t.Kind == types.Option || t.Kind == types.List {
		many = many || t.Kind == types.List
		t = t.Elem
	}
	return t, many
}

func (m *metric) events() bool { return m.typ.Kind == types.Events }

// worse is by how much x is worse than b, as a fraction of b; negative where
// it is better. Less than the metric's floor apart is no difference, and the
// floor divides where b is smaller.
func (m *metric) worse(x, b quantity) quantity {
	if !x.known || !b.known || x.atLeast || b.atLeast {
		return quantity{}
	}
	d := x.x - b.x
	if m.higher {
		d = -d
	}
	by := max(abs(b.x), m.least)
	switch {
	case by == 0:
		return quantity{}
	case abs(d) < m.least:
		return known(0)
	}
	return finite(d / by)
}

func abs(x float64) float64 { return max(x, -x) }

// print writes a value of the metric in its unit.
func (m *metric) print(q quantity) string {
	if !q.known {
		return "no data"
	}
	return m.text(q.x)
}

func (m *metric) text(x float64) string { return printAs(m.typ, x) }

// Print writes a sample of a metric of type t, which is in base units, with
// its unit.
func Print(t *types.Type, x float64) string { return printAs(t, x) }

func printAs(t *types.Type, x float64) string {
	switch t.Kind {
	case types.Duration:
		return value.Duration(rounded(time.Duration(x))).String()
	case types.Size:
		return value.Size(x).String()
	case types.Percent, types.Events:
		return value.Percent(significant(x)).String()
	case types.Points:
		return value.Points(significant(x)).String()
	case types.Bool:
		return value.Bool(x != 0).String()
	case types.Rate:
		return value.Rate{PerSecond: significant(x), Of: rateOf(t.Elem)}.String()
	case types.Int:
		if x == float64(int64(x)) {
			return value.Int(x).String()
		}
	}
	return value.Number(significant(x)).String()
}

func rateOf(t *types.Type) value.RateOf {
	switch t.Kind {
	case types.Size:
		return value.RateOfSize
	case types.Points:
		return value.RateOfPoints
	}
	return value.RateOfNumber
}

// rounded keeps three digits of a duration: 41.236785ms reads as 41.2ms.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for a := max(d, -d); a >= 1000; a /= 10 {
		unit *= 10
	}
	return d.Round(unit)
}

// seen describes a value of the metric for an event.
func (m *metric) seen(q quantity) event.Metric {
	e := event.Metric{Name: m.name, Value: m.print(q)}
	if q.known && !math.IsInf(q.x, 0) {
		x := q.x
		e.Number = &x
	}
	return e
}

// significant keeps three digits.
func significant(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil {
		return x
	}
	return y
}

// isShare tells whether the metric is a part of a whole.
func (m *metric) isShare() bool {
	switch m.typ.Kind {
	case types.Events, types.Percent, types.Ratio:
		return true
	}
	return false
}
