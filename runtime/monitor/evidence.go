package monitor

import "math"

// evidence weighs how many times as often something bad happens now as it did
// before: a mixture of likelihood ratios of the two counts, given their sum.
// However often it is looked at, the chance that it ever reaches 1/α while the
// ratio of the rates is at most `worse` is α. (With higher, while it is at
// least `worse`.) The mixture's points lie 25% apart, from 10% beyond to 20
// times. φ is by how much the counts scatter more than Poisson's.
func evidence(bad, total, badBefore, totalBefore, worse, φ float64, higher bool) float64 {
	exposure := total / totalBefore
	share := func(θ float64) float64 { return exposure * θ / (1 + exposure*θ) }
	p0 := share(worse)
	sum, points := 0.0, 0
	for step := 1.1; step <= 20; step *= 1.25 {
		θ := worse * step
		if higher {
			θ = worse / step
		}
		p := share(θ)
		sum += math.Exp(bad/φ*math.Log(p/p0) + badBefore/φ*math.Log((1-p)/(1-p0)))
		points++
	}
	return sum / float64(points)
}
