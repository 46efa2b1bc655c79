package odds

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/drl-lang/drl/lang/value"
)

// Curve are the factors of a plot: from a healthy release to one that is three
// times worse.
var Curve = []float64{1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3}

// barWidth is how many characters stand for 100%: with what is beside them a
// line has 80 at most.
const barWidth = 40

// Plot writes a bar for each factor of each rule whose metrics are known: how
// often it fires, and the time until it has in half of those deployments.
func (t Table) Plot(w io.Writer) error {
	var b strings.Builder
	for _, r := range t.Rules {
		if len(r.Unknown) > 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "  %s\n", r.Text)
		for _, o := range r.Outcomes {
			share := float64(o.Fired) / float64(t.Deployments)
			line := fmt.Sprintf("  %9s  %-*s %6s", factorName(o.Factor), barWidth, bar(share), Share(share))
			if o.Factor != 1 && o.Fired > 0 {
				line += "  after " + value.Duration(o.Took).String()
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func factorName(factor float64) string {
	if factor == 1 {
		return "healthy"
	}
	return fmt.Sprintf("%g×", factor)
}

// eighths fill a character from the left.
var eighths = []string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}

func bar(share float64) string {
	n := int(math.Round(share * barWidth * 8))
	if n == 0 && share > 0 {
		n = 1
	}
	return strings.Repeat("█", n/8) + eighths[n%8]
}

// Share writes a share of deployments.
func Share(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }
