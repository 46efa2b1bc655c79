package check

import "github.com/drl-lang/drl/lang/source"

// monitorCodes are the codes of metrics, baselines and monitors: DRL0800 to
// DRL0899.
var monitorCodes = []*source.Code{
	codeNoMetrics, codeMetricType, codeDirection, codeNoBaseline, codeWindow, codeAgainst, codeSameAlways, codeHold, codeMultiple, codeStretch, codeTooFew,
}

// aMetric begins the examples of this file.
const aMetric = `metrics web { latency = http.get("https://example.com").latency }
`

var codeNoMetrics = &source.Code{
	ID: "DRL0800", Name: "no such metrics",
	Doc: "A monitor and a baseline are of a metrics block of the same file, and a metrics block has at least one metric.",
	Wrong: aMetric + `monitor "after" of webb for 10m every 10s {
    rollback if latency > 1s
}
`,
	Right: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency > 1s
}
`,
}

var codeMetricType = &source.Code{
	ID: "DRL0801", Name: "not a metric",
	Doc: "A metric is a number, a duration, a size, a percent, a bool or events(bad, of: total), or a list of these: then a tick has many samples.",
	Wrong: `metrics web { reply = http.get("https://example.com") }
`,
	Right: `metrics web { latency = http.get("https://example.com").latency }
`,
}

var codeDirection = &source.Code{
	ID: "DRL0802", Name: "which way is better?",
	Doc: "Of durations and sizes lower is better. A metric of any other type that is compared with a baseline says lower is better or higher is better; " +
		"a guess would call half of all improvements a degradation.",
	Wrong: `metrics web { served = file.size("served.log") / 1kB }
baseline before of web for 5m every 10s
monitor "after" of web against before for 10m every 10s {
    rollback if degradation > 50%
}
`,
	Right: `metrics web { served = file.size("served.log") / 1kB higher is better }
baseline before of web for 5m every 10s
monitor "after" of web against before for 10m every 10s {
    rollback if degradation > 50%
}
`,
}

var codeNoBaseline = &source.Code{
	ID: "DRL0810", Name: "comparison without a baseline",
	Doc: "degradation, proven and baseline.… compare with a baseline, which the monitor names with against.",
	Wrong: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if degradation > 50%
}
`,
	Right: aMetric + `baseline before of web for 5m every 10s
monitor "after" of web against before for 10m every 10s {
    rollback if degradation > 50%
}
`,
}

var codeWindow = &source.Code{
	ID: "DRL0803", Name: "monitor without a window",
	Doc: "A monitor looks every so often, for a time or while its nodes run: every, and exactly one of for and while.",
	Wrong: aMetric + `monitor "after" of web every 10s {
    rollback if latency > 1s
}
`,
	Right: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency > 1s
}
`,
}

var codeAgainst = &source.Code{
	ID: "DRL0804", Name: "nothing to compare with",
	Doc: "A monitor names what its metrics are compared with: against NAME, a baseline of the same metrics that is taken before it; " +
		"or against live NAME, a second metrics block of the same metrics.",
	Wrong: aMetric + `monitor "after" of web against before for 10m every 10s {
    rollback if degradation > 50%
}
`,
	Right: aMetric + `baseline before of web for 5m every 10s
monitor "after" of web against before for 10m every 10s {
    rollback if degradation > 50%
}
`,
}

var codeSameAlways = &source.Code{
	ID: "DRL0805", Name: "condition that never changes",
	Doc: "A rule's condition looks at a metric. One that doesn't is the same at every tick: it fires at once, or never and says nothing.",
	Wrong: aMetric + `let limit = 1s
monitor "after" of web for 10m every 10s {
    rollback if limit > 2s
}
`,
	Right: aMetric + `let limit = 1s
monitor "after" of web for 10m every 10s {
    rollback if latency > limit
}
`,
}

var codeHold = &source.Code{
	ID: "DRL0806", Name: "rule that can never hold",
	Doc: "for D is at least the interval and at most the window; for M of N has M at most N, and N at most the window's ticks; now fires at once and has no for. " +
		"A rule that can never fire says nothing, and looks like a safe release.",
	Wrong: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency > 1s for 20m
}
`,
	Right: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency > 1s for 2m
}
`,
}

var codeMultiple = &source.Code{
	ID: "DRL0807", Name: "for between two ticks",
	Doc: "A rule fires at a tick: a for that isn't a multiple of the interval fires at the tick after it.",
	Wrong: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency > 1s for 45s
}
`,
	Right: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency > 1s for 50s
}
`,
}

var codeStretch = &source.Code{
	ID: "DRL0808", Name: "stretch that never fills",
	Doc: "m.p95(5m) is unknown until the monitor has run for 5m. A stretch longer than the window is never known, and one shorter than the interval holds no sample.",
	Wrong: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency.mean(15m) > 1s
}
`,
	Right: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency.mean(2m) > 1s
}
`,
}

var codeTooFew = &source.Code{
	ID: "DRL0809", Name: "too few samples",
	Doc: "A quantile p needs 5/(1-p) samples (p95: 100), and degradation ten; a leak compares six blocks of 5m, after the warmup: with fewer they are unknown. A window that can never have them makes a rule that never fires.",
	Wrong: aMetric + `monitor "after" of web for 10m every 10s {
    rollback if latency.p95 > 1s
}
`,
	Right: aMetric + `monitor "after" of web for 10m every 5s {
    rollback if latency.p95 > 1s
}
`,
}
