package odds

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
)

// The drawing: its size, and where the axes are.
const (
	svgWidth, svgHeight = 720, 420
	svgLeft, svgRight   = 60, 24
	svgTop, svgBottom   = 56, 56
	svgPlotWidth        = svgWidth - svgLeft - svgRight
	svgPlotHeight       = svgHeight - svgTop - svgBottom
	svgLegendLine       = 18
	svgStyle            = `svg{background:#fff;color:#222;font:13px system-ui,sans-serif}text{fill:currentColor}.axis{stroke:currentColor;opacity:.25}.rule{fill:none;stroke-width:2}` + `@media(prefers-color-scheme:dark){svg{background:#181818;color:#ddd}}`
)

// colors are Okabe and Ito's, which can be told apart without seeing red and
// green (https://jfly.uni-koeln.de/color/).
var colors = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"}

// dashes tell apart more rules than there are colors.
var dashes = []string{"", "6 3", "2 3"}

// SVG writes a drawing of the table: over how much worse a release is, how
// often each rule fires whose metrics are known. It has no scripts, and needs nothing beside it.
func (t Table) SVG(w io.Writer, title string) error {
	t.Rules = slices.DeleteFunc(slices.Clone(t.Rules), func(r Rule) bool { return len(r.Unknown) > 0 })
	var b strings.Builder
	height := svgHeight + svgLegendLine*len(t.Rules)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", svgWidth, height, svgWidth, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n", html.EscapeString(title), svgStyle)
	fmt.Fprintf(&b, `<text x="%d" y="24" font-weight="600">%s</text>`+"\n", svgLeft, html.EscapeString(title))
	fmt.Fprintf(&b, `<text x="%d" y="42" opacity=".7">how often a rule fires, in %d deployments of %d ticks</text>`+"\n", svgLeft, t.Deployments, t.Ticks)
	for percent := 0; percent <= 100; percent += 25 {
		y := svgY(float64(percent) / 100)
		fmt.Fprintf(&b, `<line class="axis" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%d%%</text>`+"\n",
			svgLeft, y, svgWidth-svgRight, y, svgLeft-8, y+4, percent)
	}
	most := 1.0
	for _, r := range t.Rules {
		for _, o := range r.Outcomes {
			most = max(most, o.Factor)
		}
	}
	if len(t.Rules) > 0 {
		for _, o := range t.Rules[0].Outcomes {
			x := svgX(o.Factor, most)
			fmt.Fprintf(&b, `<line class="axis" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x, svgTop, x, svgTop+svgPlotHeight)
			if o.Factor == 1 || o.Factor*2 == float64(int(o.Factor*2)) {
				fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x, svgTop+svgPlotHeight+18, factorName(o.Factor))
			}
		}
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" opacity=".7">times worse than healthy</text>`+"\n", svgLeft+svgPlotWidth/2, svgTop+svgPlotHeight+40)
	for i, r := range t.Rules {
		color, dash := colors[i%len(colors)], dashes[i/len(colors)%len(dashes)]
		var points []string
		for _, o := range r.Outcomes {
			points = append(points, fmt.Sprintf("%.1f,%.1f", svgX(o.Factor, most), svgY(float64(o.Fired)/float64(t.Deployments))))
		}
		fmt.Fprintf(&b, `<polyline class="rule" stroke="%s" stroke-dasharray="%s" points="%s"/>`+"\n", color, dash, strings.Join(points, " "))
		y := svgHeight + svgLegendLine*i
		fmt.Fprintf(&b, `<line class="rule" stroke="%s" stroke-dasharray="%s" x1="%d" y1="%d" x2="%d" y2="%d"/><text x="%d" y="%d">%s</text>`+"\n",
			color, dash, svgLeft, y-4, svgLeft+28, y-4, svgLeft+36, y, html.EscapeString(r.Text))
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func svgX(factor, most float64) float64 {
	if most <= 1 {
		return svgLeft
	}
	return svgLeft + (factor-1)/(most-1)*svgPlotWidth
}

func svgY(share float64) float64 { return svgTop + (1-share)*svgPlotHeight }
