package importer

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// mostScript is how long a script may be, in bytes; drl check refuses more.
const mostScript = 1 << 20

// Script is what a Markdown file became.
type Script struct {
	Text   []byte // formatted
	Title  string // of the release
	Boxes  int    // how many the Markdown has; the script has each of them once
	Counts Counts
	Inputs []string // names, in the order of the script
	// ByHand are items with commands that a person is asked to run, AsText
	// sections that became comments, both in the order of the Markdown.
	ByHand []Note
	AsText []Note
}

// Counts says how many nodes of each kind there are. Shown are items that
// are only shown, when a run is rolled back.
type Counts struct{ Phases, Confirms, Checks, Steps, FollowUps, Shown, Unwritten int }

// Nodes is how much the script does or asks.
func (c Counts) Nodes() int { return c.Confirms + c.Checks + c.Steps + c.FollowUps + c.Shown }

// Note is something that a person should know of a line of the Markdown.
type Note struct {
	Line int
	What string // the title of the item or section
	Why  string
}

// Import turns Markdown into a script. name is that of the file, for the
// script's first line and, where there is no title, for the release. It fails
// on text that isn't UTF-8, and where the script would be longer than scripts
// may be.
func Import(name string, text []byte) (*Script, error) {
	if at := invalidByte(text); at >= 0 {
		return nil, fmt.Errorf("line %d holds byte 0x%02x, which is not UTF-8 text: save the file as UTF-8", 1+strings.Count(string(text[:at]), "\n"), text[at])
	}
	o := readOutline(plainText(string(text)))
	t := newTranslation(name, o)
	nodes := t.nodes()
	draft := t.write(nodes)
	tree, ds := syntax.Parse(source.NewFile(name, draft))
	if len(draft) <= mostScript && ds.HasErrors() {
		ds.Sort()
		panic(fmt.Sprintf("importer: the script can't be read: %v\n%s", ds[0], draft))
	}
	if len(draft) <= mostScript {
		t.script.Text = syntax.Format(tree)
	}
	if n := max(len(draft), len(t.script.Text)); n > mostScript {
		return nil, fmt.Errorf("the script would have %d bytes, and a script has at most 1 MiB (%d): split the file by its headings", n, mostScript)
	}
	return t.script, nil
}

func invalidByte(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// plainText is text with Unix line ends and without the characters that no
// script may hold: those that control a terminal, and those that make a text
// look other than it is.
func plainText(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200b, r == '\ufeff':
			return -1
		case r == 0x2028, r == 0x2029:
			return ' '
		}
		return r
	}, text)
}
