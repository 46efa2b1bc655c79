// Package prometheus holds the builtins that ask Prometheus, and what answers
// as it does: Thanos, Mimir, VictoriaMetrics. Queries are constants; the values
// that a script has are bound to labels, quoted as PromQL wants them. What is
// not there is never a zero: value is null, increase and rate fail.
package prometheus

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "prometheus",
		Doc: "Questions to Prometheus. Its address is server:, else PROMETHEUS_URL (with user:password@ where it wants one), and its token bearer:, else PROMETHEUS_TOKEN. " +
			"A query is a literal or a constant; where: binds values to labels, and matching('5..') is a pattern for one. What Prometheus doesn't have is never a zero.",
		Funcs: []*builtins.Func{single, increase, rate, ranged, alerts, targets},
	}}
}
