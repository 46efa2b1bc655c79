package report

import (
	"math"
	"strings"
)

// sparks are the eighths of a column; unseen stands where no value is known.
var (
	sparks = []rune("▁▂▃▄▅▆▇█")
	unseen = '·'
)

// Sparkline draws the last n values in as many columns, from the smallest to
// the largest of them and of those in scale; all alike are a low line. NaN
// stands for what isn't known, and is a dot.
func Sparkline(values []float64, n int, scale ...float64) string {
	values = values[max(0, len(values)-n):]
	low, high := math.Inf(1), math.Inf(-1)
	for _, list := range [][]float64{values, scale} {
		for _, v := range list {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	var b strings.Builder
	for _, v := range values {
		switch {
		case math.IsNaN(v):
			b.WriteRune(unseen)
		case high <= low || math.IsInf(high-low, 0):
			b.WriteRune(sparks[0])
		default:
			top := float64(len(sparks) - 1)
			b.WriteRune(sparks[int(min(max((v-low)/(high-low)*top, 0), top))])
		}
	}
	return b.String()
}
