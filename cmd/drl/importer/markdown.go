package importer

import (
	"fmt"
	"strings"
)

// markdown is a section as text: its title, and what stands below it.
func (s *section) markdown(indent string) []string {
	lines := []string{indent + s.title}
	if body := markdownOf(s.blocks, indent); len(body) > 0 {
		lines = append(append(lines, ""), body...)
	}
	for _, sub := range s.subs {
		lines = append(append(lines, ""), sub.markdown(indent)...)
	}
	return lines
}

// markdownOf is blocks as text, each line behind indent. Boxes, numbers and
// links stay visible, and code is set in.
func markdownOf(blocks []block, indent string) []string {
	var lines []string
	for i, b := range blocks {
		it, isItem := b.(*item)
		if i > 0 {
			before, _ := blocks[i-1].(*item)
			if !isItem || before == nil {
				lines = append(lines, "")
			}
		}
		switch b := b.(type) {
		case *item:
			lines = append(lines, it.markdown(indent)...)
		case *code:
			for _, line := range b.lines {
				lines = append(lines, strings.TrimRight(indent+"    "+line, " "))
			}
		case *prose:
			lines = append(lines, b.text(indent)...)
		}
	}
	return lines
}

func (it *item) markdown(indent string) []string {
	mark := "- "
	switch {
	case it.box && it.ticked:
		mark = "[x] "
	case it.box:
		mark = "[ ] "
	case it.number > 0:
		mark = fmt.Sprintf("%d. ", it.number)
	}
	title := it.title
	if it.box {
		title = orNoText(title)
	}
	lines := []string{indent + mark + title}
	inner := indent + strings.Repeat(" ", min(len(mark), 3))
	for _, link := range it.links {
		lines = append(lines, inner+link)
	}
	return append(lines, markdownOf(it.blocks, inner)...)
}

// text is the lines of prose, none wider than one reads.
func (p *prose) text(indent string) []string {
	var lines []string
	for _, line := range p.lines {
		for _, part := range wrapped(line) {
			lines = append(lines, strings.TrimRight(indent+part, " "))
		}
	}
	return lines
}

// shown keeps a section for the moment when a run is rolled back: an operator
// sees it then, and nothing of it runs.
func (t *translation) shown(s *section) {
	t.back = blankBetween(t.back, s.markdown(""))
	t.script.Counts.Shown += s.countBoxes()
}

func (s *section) countBoxes() int {
	n := countBoxes(s.blocks)
	for _, sub := range s.subs {
		n += sub.countBoxes()
	}
	return n
}

func countBoxes(blocks []block) int {
	n := 0
	for _, b := range blocks {
		if it, ok := b.(*item); ok {
			if it.box {
				n++
			}
			n += countBoxes(it.blocks)
		}
	}
	return n
}

// blankBetween joins lines with an empty one between them.
func blankBetween(above, below []string) []string {
	if len(above) > 0 && len(below) > 0 {
		above = append(above, "")
	}
	return append(above, below...)
}
