package source

import "github.com/mattn/go-runewidth"

// columns is how many columns of a terminal text takes.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeWidth(r)
	}
	return n
}

// terminal is one condition for all: widths must not follow the environment.
var terminal = &runewidth.Condition{StrictEmojiNeutral: true}

func runeWidth(r rune) int { return terminal.RuneWidth(r) }
