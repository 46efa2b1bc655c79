package event

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// window is how many bytes of a form are looked at to find where one begins:
// no form is shorter.
const window = 8

// gram is how many bytes at the end of a window say how far it may jump.
const gram = 4

// form is a text under which a secret can turn up.
type form struct {
	text string
	// least is how much of the text has to be there before its beginning
	// alone is taken for the secret: postgres:// and the first line of a key
	// say nothing.
	least int
	// prefix is the longest other form that this one begins with: its index,
	// or -1.
	prefix int
}

// matcher finds any of many texts at the speed of reading. It is never
// changed: with returns another one.
//
// A window of eight bytes slides over the text. Its last four bytes say how
// far it may jump, as in Wu and Manber's search; where they say nought, a bit
// says whether any form begins like that, and then the forms, which are
// sorted, are searched. So what holds no secret is read at a fifth of its
// bytes, and the memory is that of the forms.
type matcher struct {
	forms []form  // sorted
	jump  []uint8 // by the hash of a gram
	begin []uint8 // by the hash of a window: whether a form begins so
	shift int     // of both hashes
}

// with returns the matcher of m's forms and of more, which it sorts. A nil
// matcher has none.
func (m *matcher) with(more []form) *matcher {
	slices.SortFunc(more, func(a, b form) int { return cmp.Or(byText(a, b), cmp.Compare(a.least, b.least)) })
	more = slices.CompactFunc(more, func(a, b form) bool { return a.text == b.text })
	var old []form
	if m != nil {
		old = m.forms
	}
	n := &matcher{forms: make([]form, 0, len(old)+len(more))}
	for _, f := range more {
		i, same := slices.BinarySearchFunc(old, f, byText)
		n.forms = append(n.forms, old[:i]...)
		old = old[i:]
		if same {
			f.least = min(f.least, old[0].least)
			old = old[1:]
		}
		n.forms = append(n.forms, f)
	}
	n.forms = append(n.forms, old...)
	n.findPrefixes()

	// Sixteen places for each gram keep the windows far apart.
	size := max(12, min(20, bits.Len(uint(len(n.forms)*16*(window-gram+1)))))
	n.shift = 32 - size
	fresh := n.forms
	if m != nil && m.shift == n.shift {
		n.jump, n.begin, fresh = slices.Clone(m.jump), slices.Clone(m.begin), more
	} else {
		n.jump, n.begin = make([]uint8, 1<<size), make([]uint8, 1<<size)
		for i := range n.jump {
			n.jump[i] = window - gram + 1
		}
	}
	for _, f := range fresh {
		for end := gram; end <= window; end++ {
			h := four(f.text, end) * spread >> n.shift
			n.jump[h] = min(n.jump[h], uint8(window-end))
		}
		n.begin[n.head(f.text, window)] = 1
	}
	return n
}

func byText(a, b form) int { return strings.Compare(a.text, b.text) }

// findPrefixes links each form to the longest one that it begins with: in
// sorted order that is one of those still open.
func (m *matcher) findPrefixes() {
	var open []int
	for i := range m.forms {
		for len(open) > 0 && !strings.HasPrefix(m.forms[i].text, m.forms[open[len(open)-1]].text) {
			open = open[:len(open)-1]
		}
		m.forms[i].prefix = -1
		if len(open) > 0 {
			m.forms[i].prefix = open[len(open)-1]
		}
		open = append(open, i)
	}
}

// spread is the odd number next to 2^32 divided by the golden ratio.
const spread = 0x9E3779B1

// four reads the four bytes that end before end.
func four(s string, end int) uint32 {
	s = s[end-gram : end]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// head is where begin has the window that ends before end.
func (m *matcher) head(s string, end int) uint32 {
	return (four(s, end)*spread ^ four(s, end-gram)) * spread >> m.shift
}

// spans calls found for the stretches of s that are covered by forms, in order
// and apart from each other. A form that an ellipsis cuts off counts as far as
// it goes. It returns where the longest form begins that the end of s cuts
// off, or len(s).
func (m *matcher) spans(s string, found func(start, end int)) (unfinished int) {
	unfinished = len(s)
	start, end := -1, -1
	jump, shift := m.jump, m.shift&31
	for i := window; i <= len(s); {
		h := int(four(s, i) * spread >> shift)
		if h >= len(jump) {
			break // never: it is the size of the table
		}
		if j := jump[h]; j > 0 {
			i += int(j)
			continue
		}
		if m.begin[m.head(s, i)] == 0 {
			i++
			continue
		}
		at := i - window
		n, cut := m.longest(s[at:])
		if cut {
			unfinished = min(unfinished, at)
		}
		if n > 0 && at+n > end {
			if at > end {
				if start >= 0 {
					found(start, end)
				}
				start = at
			}
			end = at + n
		}
		i++
	}
	if start >= 0 {
		found(start, end)
	}
	return unfinished
}

// longest returns how much of the beginning of s is a form, and whether the
// end of s cuts one off.
func (m *matcher) longest(s string) (n int, cut bool) {
	// All forms that s begins with, and those that share most with it, are
	// neighbours of the place where s would stand.
	next, same := slices.BinarySearchFunc(m.forms, form{text: s}, byText)
	if same {
		n = len(s)
	}
	for i := next - 1; i >= 0; i = m.forms[i].prefix {
		if strings.HasPrefix(s, m.forms[i].text) {
			n = max(n, len(m.forms[i].text))
			break
		}
	}
	for i := max(0, next-1); i < min(len(m.forms), next+2); i++ {
		f := m.forms[i]
		k := common(s, f.text)
		if k < f.least || k == len(f.text) {
			continue
		}
		rest := s[k:]
		cut = cut || rest == ""
		if strings.HasPrefix(rest, ellipsis) || strings.HasPrefix(rest, " "+ellipsis) {
			n = max(n, k)
		}
	}
	return n, cut
}

// ellipsis is what texts that were cut end with.
const ellipsis = "…"

// common is how many bytes a and b begin with alike.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
