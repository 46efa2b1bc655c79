package report

import "charm.land/lipgloss/v2"

// style is what a piece of text means; colours follow from it. The basic
// sixteen alone, which every terminal shows in its own, readable way.
type style int

const (
	plain style = iota
	bold
	faint
	good
	bad
	caution
	lively
	valueOf // a value in a drawing
)

var styles = [...]lipgloss.Style{
	bold:    lipgloss.NewStyle().Bold(true),
	faint:   lipgloss.NewStyle().Faint(true),
	good:    lipgloss.NewStyle().Foreground(lipgloss.Green),
	bad:     lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true),
	caution: lipgloss.NewStyle().Foreground(lipgloss.Yellow),
	lively:  lipgloss.NewStyle().Foreground(lipgloss.Cyan),
	valueOf: lipgloss.NewStyle().Foreground(lipgloss.Cyan).Bold(true),
}

// painter puts colours on text, or leaves it alone.
type painter bool

func (p painter) paint(s style, text string) string {
	if !p || s == plain || text == "" {
		return text
	}
	return styles[s].Render(text)
}
