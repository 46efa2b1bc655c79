package monitor

import (
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// Unjudged is what DRL can say of a monitor or baseline and this version
// can't judge. A plan with it is refused before anything starts.
var Unjudged = &source.Code{
	ID:   "DRL1101",
	Name: "can't be judged yet",
	Doc: "The language has this form of a monitor or baseline, and drl check reads it, but this version of drl has no way to judge it. " +
		"It is refused before anything starts, so that no release goes out under a monitor that can't fire.",
	Wrong: `metrics web {
    latency = http.probe("https://tickets.example.com").latency
}

baseline usual of web from last 5 passed runs

monitor "an hour" of web against usual for 1h every 15s {
    rollback if degradation(latency) > 50% for 2m
}
`,
	Right: `metrics web {
    latency = http.probe("https://tickets.example.com").latency
}

baseline before of web for 5m every 5s

monitor "an hour" of web against before for 1h every 15s {
    rollback if degradation(latency) > 50% for 2m
}
`,
}

// Supported returns what of a program's monitors and baselines this version
// can't judge; none in most programs.
func Supported(p *check.Program) source.Diagnostics {
	var ds source.Diagnostics
	syntax.Walk(p.Tree, func(e syntax.Element) bool {
		switch e := e.(type) {
		case *syntax.Baseline:
			if e.Last != nil {
				ds.Add(Unjudged, p.Source, e.Span(), "a baseline from earlier runs can't be taken yet").
					Hint = "take it before the release: baseline " + e.Name.Text + " of " + e.Of.Text + " for 2m every 5s"
			}
		case *syntax.Monitor:
			if e.AgainstLive {
				ds.Add(Unjudged, p.Source, e.Against.Span(), "a comparison with live metrics can't be judged yet").
					Hint = "compare with a baseline: against before"
			}
		}
		return true
	})
	return ds
}
