package monitor

import (
	"iter"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/event"
)

// Recorded returns what a run has seen of a block of metrics, by its events: in
// the monitor that is the given node or, where there was none, in the first one
// of that block. It is nil where there was no such monitor.
func Recorded(events iter.Seq2[event.Event, error], p *check.Program, block *syntax.Metrics, node string) (*Baseline, error) {
	var same, first *Baseline
	other := ""
	for e, err := range events {
		if err != nil {
			return nil, err
		}
		t, ok := e.Body.(event.Ticked)
		if !ok || t.Block != block.Name.Text && e.Node != node {
			continue
		}
		into := &first
		switch {
		case e.Node == node:
			into = &same
		case other == "":
			other = e.Node
		case other != e.Node:
			continue
		}
		if *into == nil {
			*into = NewBaseline(p, block)
		}
		samples := make(map[string]Sample, len(t.Metrics))
		for _, m := range t.Metrics {
			samples[m.Name] = Noted(m)
		}
		(*into).Add(t.At, samples)
	}
	if same != nil {
		return same, nil
	}
	return first, nil
}
