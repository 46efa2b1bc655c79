package monitor

import (
	"fmt"
	"math"

	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

// State says whether a sample can be judged.
type State uint8

// The states. Only a Known sample has a value; the others are unknown in every
// condition, and are never replaced by a zero.
const (
	Missed State = iota // the probe of an earlier tick was still at work
	NoData              // null, empty, 0 of 0
	Broken              // the probe failed: Problem says how
	Known
)

// Sample is one metric at one tick. The zero Sample was missed.
type Sample struct {
	State   State
	Values  []float64 // in base units: nanoseconds, bytes, fractions; several for a list
	Bad     float64   // of events
	Total   float64   // of events
	Problem string
}

// FromValue makes a sample of what a metric's expression gave.
// A list that holds anything but numbers and quantities is broken.
func FromValue(v value.Value, err error) Sample {
	if err != nil {
		return Sample{State: Broken, Problem: err.Error()}
	}
	switch v := v.(type) {
	case nil, value.Null:
		return Sample{State: NoData}
	case value.Events:
		switch {
		case math.IsNaN(v.Bad), math.IsNaN(v.Total), v.Bad == 0 && v.Total == 0:
			return Sample{State: NoData}
		case v.Bad < 0, v.Total < v.Bad, math.IsInf(v.Total, 0):
			return Sample{State: Broken, Problem: fmt.Sprintf("found %v bad of %v events, want some of them all", v.Bad, v.Total)}
		}
		return Sample{State: Known, Bad: v.Bad, Total: v.Total}
	case *value.List:
		s := Sample{State: Known}
		for _, item := range v.Items() {
			x, ok := number(item)
			if !ok {
				return Sample{State: Broken, Problem: "found " + item.String() + " in a list of samples, want numbers or quantities"}
			}
			if !math.IsNaN(x) {
				s.Values = append(s.Values, x)
			}
		}
		if len(s.Values) == 0 {
			return Sample{State: NoData}
		}
		return s
	}
	x, ok := number(v)
	switch {
	case !ok:
		return Sample{State: Broken, Problem: "found " + v.String() + ", want a number, a quantity or events"}
	case math.IsNaN(x):
		return Sample{State: NoData}
	}
	return Sample{State: Known, Values: []float64{x}}
}

// note writes a sample down, so that it can be judged again: what the metric's
// number doesn't tell already.
func (s Sample) note(e *event.Metric) {
	switch {
	case s.State != Known:
		e.State = s.State.String()
	case s.Total > 0:
		e.Bad, e.Total = s.Bad, s.Total
	case len(s.Values) != 1 || e.Number == nil:
		for _, x := range s.Values {
			e.Values = append(e.Values, event.Float(x))
		}
	}
}

// Noted is the sample that a tick of a recorded run has of a metric.
func Noted(e event.Metric) Sample {
	s := Sample{State: Known, Bad: e.Bad, Total: e.Total}
	for i, name := range stateNames {
		if e.State == name {
			s.State = State(i)
		}
	}
	switch {
	case s.State == Broken:
		s.Problem = e.Value
	case s.State != Known || s.Total > 0:
	case e.Values != nil:
		for _, x := range e.Values {
			s.Values = append(s.Values, float64(x))
		}
	case e.Number != nil:
		s.Values = []float64{*e.Number}
	default:
		s.State = NoData
	}
	return s
}

var stateNames = [...]string{Missed: "missed", NoData: "nodata", Broken: "error", Known: "ok"}

func (s State) String() string { return stateNames[s] }

// number returns a scalar in its base unit; of a bool, 1 is true.
func number(v value.Value) (float64, bool) {
	if b, ok := v.(value.Bool); ok {
		if b {
			return 1, true
		}
		return 0, true
	}
	return value.Magnitude(v)
}
