package importer

import (
	"strings"
	"unicode"

	"github.com/drl-lang/drl/lang/lazy"
)

// meaning is what a heading says of all below it.
type meaning int

const (
	saysNothing   meaning = iota
	saysRollback          // what to do when it goes wrong: never done unasked
	saysContacts          // who to call
	saysReference         // to look up, not to do
)

var (
	rollbackWords  = lazy.Regexp(`(?i)\b(roll(ing)?[ -]?back|back(ing)?[ -]?out|revert(ing)?|goes wrong|disaster|emergency|in case of)\b|^recovery`)
	readyWords     = lazy.Regexp(`(?i)\b(ready|readiness|prepar\w*|tested|rehears\w*)\b`)
	contactWords   = lazy.Regexp(`(?i)\b(contacts?|escalations?|who to call|on-?call( team)?)\b`)
	referenceWords = lazy.Regexp(`(?i)^(\W*)((useful|common|helpful|handy|other|more|example|sample|quick) )?(commands?|references?|cheat ?sheets?|examples?|templates?|history|changelog|appendix|faq|glossary|links|resources|notes|background|overview|about|architecture|introduction|table of contents|contents|troubleshooting|see also|further reading|license|licence|contributing|development|local development|getting started|quick ?start|usage)\b|\b(cheat ?sheet|commands|reference|history|appendix|troubleshooting)$`)
)

// meaningOf reads a heading. Who to call comes before what to do in an
// emergency: "Emergency contacts" are contacts.
func meaningOf(title string) meaning {
	switch {
	case contactWords().MatchString(title) && !strings.Contains(strings.ToLower(title), "notif"):
		return saysContacts
	case rollbackWords().MatchString(title) && !readyWords().MatchString(title):
		return saysRollback
	case referenceWords().MatchString(title):
		return saysReference
	}
	return saysNothing
}

// contact is someone to call.
type contact struct{ role, contact string }

var contactLine = lazy.Regexp(`^[*_]*([^:*_]{1,60})[*_]*\s*(?::|–|—| - )[*_]*\s*(.+)$`)

// contacts reads a section whose items all say who can be reached how. It
// tells whether the section is that and nothing else.
func (t *translation) contacts(s *section) bool {
	var found []contact
	var read func(s *section) bool
	read = func(s *section) bool {
		for _, b := range s.blocks {
			it, ok := b.(*item)
			if !ok || it.box || len(it.blocks) > 0 {
				return false
			}
			m := contactLine().FindStringSubmatch(it.title)
			if m == nil {
				return false
			}
			found = append(found, contact{strings.TrimSpace(m[1]), strings.TrimSpace(m[2])})
		}
		for _, sub := range s.subs {
			if !read(sub) {
				return false
			}
		}
		return true
	}
	if !read(s) || len(found) == 0 {
		return false
	}
	t.people = append(t.people, found...)
	return true
}

var (
	alternativeWords = lazy.Regexp(`(?i)\(\s*alternative|^alternative(ly)?\b|^or\b`)
	optionWords      = lazy.Regexp(`(?i)^(option|method|approach|variant|way)\s+([a-z]|\d+|one|two|three)\b`)
)

// alternatives is how many sections, from the first on, exclude each other.
func alternatives(s []*section) int {
	n := 1
	if optionWords().MatchString(s[0].title) {
		for n < len(s) && optionWords().MatchString(s[n].title) {
			n++
		}
		return n
	}
	for n < len(s) && alternativeWords().MatchString(s[n].title) && meaningOf(s[0].title) == saysNothing {
		n++
	}
	return n
}

// choice translates sections that exclude each other: an input says which of
// them is done.
func (t *translation) choice(sections []*section, m meaning) []*node {
	var titles, words []string
	var branches []*node
	var aside []*node // branches in which nothing is done
	for _, s := range sections {
		kids := t.section(s, m)
		if !anythingIn(kids) {
			aside = append(aside, kids...)
			continue
		}
		branches = append(branches, kids...)
		titles = append(titles, s.title)
		words = append(words, optionWords().ReplaceAllString(alternativeWords().ReplaceAllString(s.title, " "), " "))
	}
	if len(branches) < 2 {
		return append(aside, branches...)
	}
	name, values := choiceNames(words)
	def := values[0]
	if optionWords().MatchString(titles[0]) {
		def = "" // none of them is the usual one
	}
	name = t.inputs.add(input{name: name, among: values, def: def, doc: "Which of these is done: " + strings.Join(titles, "; ") + "."})
	for i, b := range branches {
		if i < len(branches)-1 {
			b.cond = name + " == " + quote(values[i])
		}
	}
	return append(aside, &node{kind: aChoice, kids: branches})
}

// choiceNames names a choice for the words that all titles share, and its
// values for the words that they don't.
func choiceNames(titles []string) (name string, values []string) {
	count := map[string]int{}
	for _, title := range titles {
		seen := map[string]bool{}
		for _, w := range plainWords(title) {
			if !seen[w] {
				seen[w] = true
				count[w]++
			}
		}
	}
	var shared []string
	for _, w := range plainWords(titles[0]) {
		if count[w] == len(titles) {
			shared = append(shared, w)
			count[w] = -1
		}
	}
	taken := map[string]bool{}
	for _, title := range titles {
		var own []string
		for _, w := range plainWords(title) {
			if count[w] > 0 {
				own = append(own, w)
			}
		}
		value := strings.Join(own, "-")
		for value == "" || taken[value] {
			value = strings.TrimPrefix(value+"-other", "-")
		}
		taken[value] = true
		values = append(values, value)
	}
	if len(shared) == 0 {
		return "way", values
	}
	return strings.Join(shared, "_"), values
}

// plainWords are the words of a text, of letters and digits, in lower case.
func plainWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
