package report

import "strings"

// asASCII writes drl's own signs as one ASCII character each, so that no
// column moves, for terminals whose locale isn't UTF-8.
var asASCII = func() *strings.Replacer {
	var pairs []string
	for signs, ascii := range map[string]string{
		"✓✗■↩↻◆▲▽•→│":  "+x#<~*^v*>|",
		"…·×":          "~.x",
		"⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏":   `|/-\|/-\|/`,
		string(sparks): "_,-=+*%#",
	} {
		i := 0
		for _, sign := range signs {
			pairs = append(pairs, string(sign), ascii[i:i+1])
			i++
		}
	}
	return strings.NewReplacer(pairs...)
}()
