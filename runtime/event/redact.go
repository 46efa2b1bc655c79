package event

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Mask is what stands in place of a secret.
const Mask = "•••"

// shortest is how many characters a secret needs to be masked wherever it
// occurs. Shorter ones are hidden by their type alone: masking "on" or "1234"
// in every log would hide what an operator has to read, and tell them the
// secret.
const shortest = window

// Maskable tells whether a secret is long enough to be looked for in texts.
func Maskable(secret string) bool { return utf8.RuneCountInString(secret) >= shortest }

// Redactor hides secrets in what leaves the process. It learns the secrets as
// a run sees them; it stands before every sink. The zero Redactor hides
// nothing yet. It is safe for use by several goroutines.
type Redactor struct {
	mu      sync.Mutex
	seen    map[string]bool // what Add was given
	known   map[string]bool // all forms
	matcher atomic.Pointer[matcher]
}

// NewRedactor returns a redactor that knows no secrets.
func NewRedactor() *Redactor { return &Redactor{} }

// Add makes r hide the secret from now on, in every form that it could take
// on its way: as it is, base64, hex, URL, JSON, HTML, shell and so on. Its
// lines and the password of an address are secrets of their own. A text for
// which [Maskable] is false is not hidden.
func (r *Redactor) Add(secret string) {
	if !Maskable(secret) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[secret] {
		return
	}
	if r.seen == nil {
		r.seen, r.known = map[string]bool{}, map[string]bool{}
	}
	r.seen[secret] = true
	var more []form
	for _, text := range partsOf(secret) {
		public := publicPart(text)
		for _, f := range formsOf(text) {
			if len(f) < window || r.known[f] {
				continue
			}
			r.known[f] = true
			least := window
			if strings.HasPrefix(f, public) {
				least += len(public)
			}
			more = append(more, form{text: f, least: least})
		}
	}
	if len(more) > 0 {
		slices.SortFunc(more, byText)
		r.matcher.Store(r.matcher.Load().with(more))
	}
}

// Text returns s with every secret in it masked. Secrets that overlap or touch
// become one mask, and so does one that is broken into lines.
func (r *Redactor) Text(s string) string {
	m := r.matcher.Load()
	if m == nil || len(s) < window {
		return s
	}
	covered := m.cover(s)
	if len(covered) == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	rest := 0 // s[:rest] was written or masked
	for _, c := range covered {
		b.WriteString(s[rest:c.start])
		b.WriteString(Mask)
		rest = c.end
	}
	b.WriteString(s[rest:])
	return b.String()
}

// span is a stretch of a text.
type span struct{ start, end int }

// cover returns the stretches of s that hold secrets, in order and apart.
func (m *matcher) cover(s string) []span {
	var all []span
	m.spans(s, func(start, end int) { all = append(all, span{start, end}) })
	if strings.IndexByte(s, '\n') < 0 {
		return all
	}
	// What programs print as long words they break into lines: base64 does.
	whole, at := joined(s)
	broken := 0
	m.spans(whole, func(start, end int) {
		all = append(all, span{original(at, start, false), original(at, end, true)})
		broken++
	})
	if broken == 0 {
		return all
	}
	slices.SortFunc(all, func(a, b span) int { return a.start - b.start })
	merged := all[:1]
	for _, c := range all[1:] {
		last := &merged[len(merged)-1]
		if c.start <= last.end {
			last.end = max(last.end, c.end)
		} else {
			merged = append(merged, c)
		}
	}
	return merged
}

// piece is where a line stands in a text and in its lines joined.
type piece struct{ joined, text int }

// joined is s without the ends of its lines.
func joined(s string) (string, []piece) {
	var b strings.Builder
	b.Grow(len(s))
	var at []piece
	for from := 0; from < len(s); {
		line, length := s[from:], len(s)-from
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, length = line[:i], i+1
		}
		at = append(at, piece{b.Len(), from})
		b.WriteString(strings.TrimSuffix(line, "\r"))
		from += length
	}
	return b.String(), at
}

// original is where in the text an offset into its joined lines stands. The
// end of a line is before its newline where the offset is the end of a
// stretch, the next line's beginning where it is the start of one.
func original(at []piece, offset int, end bool) int {
	if end {
		return original(at, offset-1, false) + 1
	}
	i, found := slices.BinarySearchFunc(at, offset, func(p piece, offset int) int { return p.joined - offset })
	if !found {
		i--
	}
	for i+1 < len(at) && at[i+1].joined == offset { // empty lines
		i++
	}
	return at[i].text + offset - at[i].joined
}

// Event returns e with every secret in its node and body masked. It shares
// nothing that it changed with e.
func (r *Redactor) Event(e Event) Event {
	if r.matcher.Load() == nil || e.Body == nil {
		return e
	}
	e.Node = r.Text(e.Node)
	switch b := e.Body.(type) {
	case Output: // by far the most frequent
		b.Line = r.Text(b.Line)
		e.Body = b
	case Other:
		fields := make(map[string]json.RawMessage, len(b.Fields))
		for name, value := range b.Fields {
			fields[name] = r.json(value)
		}
		e.Body = Other{Name: b.Name, Fields: fields}
	default:
		e.Body = r.body(b)
	}
	return e
}
