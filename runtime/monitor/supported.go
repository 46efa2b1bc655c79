package monitor

import (
	"errors"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
)

// Unjudged is what a rule of a monitor can't be made of. A plan with it is
// refused before anything starts.
var Unjudged = &source.Code{
	ID:   "DRL1101",
	Name: "can't be judged at a tick",
	Doc: "A monitor's rule compares metrics and their statistics with limits: with + - * / and and, or, not, if, and with abs, min, max, floor, ceil, round and percent. " +
		"A sample can be missing at any tick, and then the comparison is unknown; other functions, and lists and texts of samples, know no such value. " +
		"What a function has to work out of a sample is a metric of its own.",
	Wrong: `fn doubled(latency: duration) -> duration { return latency * 2 }

metrics web {
    latency = http.probe("https://tickets.example.com").latency
}

monitor "an hour" of web for 1h every 15s {
    rollback if doubled(latency) > 1s for 2m
}
`,
	Right: `metrics web {
    latency = http.probe("https://tickets.example.com").latency
}

monitor "an hour" of web for 1h every 15s {
    rollback if latency * 2 > 1s for 2m
}
`,
}

// Supported returns the rules of a program's monitors that can't be judged;
// none in most programs.
func Supported(p *check.Program) source.Diagnostics {
	var ds source.Diagnostics
	syntax.Walk(p.Tree, func(e syntax.Element) bool {
		d, ok := e.(*syntax.Monitor)
		if !ok || p.Info.Monitors[d] == nil {
			return true
		}
		for _, r := range d.Rules {
			_, err := New(p, d, Options{Const: anyLimit, Interval: time.Second, Only: r})
			var found *source.Diagnostic
			if errors.As(err, &found) {
				ds.Add(Unjudged, p.Source, found.Span, "%s", found.Message).
					Hint = "make it a metric of its own"
			}
		}
		return true
	})
	return ds
}

// anyLimit stands for what is known only when the monitor starts: as a number
// it is 1.
func anyLimit(syntax.Expr) (value.Value, error) { return value.Bool(true), nil }
