package importer

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
)

var laterWords = lazy.Regexp(`(?i)^(?:the )?(?:(?:first|next|within|after|in)\s+(?:the (?:first|next) )?)?(\d+|one|two|three)?[ -]?(h|hours?|days?|weeks?)(?: (?:after|later|on)\b.*)?$`)

// laterThan reads a heading that says a time of half a day or more after the
// release: "First 24 Hours", "After one week". It is empty for all others.
func laterThan(title string) string {
	title = strings.TrimSpace(strings.Trim(title, ":"))
	switch strings.ToLower(title) {
	case "next day", "the next day", "day after", "the day after", "following day", "the following day":
		return "24h"
	}
	m := laterWords().FindStringSubmatch(title)
	if m == nil || !regexp.MustCompile(`(?i)\b(first|next|after|later|within|in)\b`).MatchString(title) {
		return ""
	}
	n := map[string]int{"": 1, "one": 1, "two": 2, "three": 3}[strings.ToLower(m[1])]
	if n == 0 {
		n, _ = strconv.Atoi(m[1])
	}
	if n == 0 || n > 400 {
		return ""
	}
	switch unit := strings.ToLower(m[2])[0]; {
	case unit == 'h' && n >= 12:
		return strconv.Itoa(n) + "h"
	case unit == 'd' && n == 1:
		return "24h"
	case unit == 'd':
		return strconv.Itoa(n) + "d"
	case unit == 'w':
		return strconv.Itoa(n) + "w"
	}
	return ""
}

// later makes a follow-up of the phase whose title says a time after the
// release, and of all that come after it, where nothing in them acts: a run
// doesn't wait for a day. The release is settled before the first of them.
func (t *translation) later(nodes []*node) []*node {
	var leaves []*node
	var walk func(nodes []*node)
	walk = func(nodes []*node) {
		for _, n := range nodes {
			if n.kind == aPhase && hasPhase(n.kids) {
				walk(n.kids)
				continue
			}
			if n.kind != aText {
				leaves = append(leaves, n)
			}
		}
	}
	walk(nodes)
	first := -1
	for i, n := range leaves {
		switch {
		case first < 0 && n.kind == aPhase && laterThan(n.title) != "":
			first = i
		case first >= 0 && n.kind != aPhase:
			return nodes
		}
		if first >= 0 && !onlyLooks(n.kids) {
			return nodes
		}
	}
	if first < 0 {
		return nodes
	}
	after := ""
	for _, n := range leaves[first:] {
		if own := laterThan(n.title); own != "" {
			after = own
		}
		n.kind, n.clause = aFollow, "after "+after
	}
	return insertBefore(nodes, leaves[first], &node{
		kind: aSettle, title: "the release stays",
		above: []string{"What follows is looked at later, when nothing is undone any more."},
	})
}

func hasPhase(nodes []*node) bool {
	for _, n := range nodes {
		if n.kind == aPhase || n.kind == aChoice {
			return true
		}
	}
	return false
}

// onlyLooks tells whether all nodes may stand in a follow-up.
func onlyLooks(nodes []*node) bool {
	for _, n := range nodes {
		if n.kind != aConfirm && n.kind != aCheck && n.kind != aText {
			return false
		}
	}
	return true
}

// insertBefore puts a node before another one, wherever that is.
func insertBefore(nodes []*node, before, add *node) []*node {
	for i, n := range nodes {
		if n == before {
			return append(nodes[:i:i], append([]*node{add}, nodes[i:]...)...)
		}
		n.kids = insertBefore(n.kids, before, add)
	}
	return nodes
}
