package event

import (
	"encoding/json"
	"sort"
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
func Maskable(secret string) bool {
	return utf8.RuneCountInString(withoutBreaks(secret)) >= shortest
}

// Redactor hides secrets in what leaves the process. It learns the secrets as
// a run sees them; it stands before every sink. The zero Redactor hides
// nothing yet. It is safe for use by several goroutines.
type Redactor struct {
	mu      sync.Mutex
	seen    map[string]bool // what Add was given
	forms   map[string]bool // of the last of them
	added   []form          // since the matcher was made
	stale   atomic.Bool     // there are some
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
		r.seen, r.forms = map[string]bool{}, map[string]bool{}
	}
	r.seen[secret] = true
	clear(r.forms) // one secret's are often alike, two secrets' hardly ever
	for _, part := range partsOf(secret) {
		public := publicPart(part)
		for _, text := range formsOf(part) {
			text = withoutBreaks(text)
			if len(text) < window || r.forms[text] {
				continue
			}
			r.forms[text] = true
			least := window
			if strings.HasPrefix(text, public) {
				least += len(public)
			}
			r.added = append(r.added, form{text: text, least: least})
		}
	}
	r.stale.Store(true)
}

// withoutBreaks takes the ends of lines out of a text: programs break long
// words into lines, and keys come in lines, so they count for nothing in forms
// and in the texts that are searched.
func withoutBreaks(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	return breaks.Replace(s)
}

var breaks = strings.NewReplacer("\r\n", "", "\n", "")

// current is the matcher of all that was added; nil as long as nothing was.
func (r *Redactor) current() *matcher {
	if r.stale.Load() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.added) > 0 {
			r.matcher.Store(r.matcher.Load().with(r.added))
			r.added = nil
		}
		r.stale.Store(false)
	}
	return r.matcher.Load()
}

// Text returns s with every secret in it masked. Secrets that overlap or touch
// become one mask, and so does one that is broken into lines.
func (r *Redactor) Text(s string) string {
	m := r.current()
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
	if strings.IndexByte(s, '\n') < 0 {
		m.spans(s, func(start, end int) { all = append(all, span{start, end}) })
		return all
	}
	whole, at := joined(s)
	m.spans(whole, func(start, end int) {
		all = append(all, span{original(at, start), original(at, end-1) + 1})
	})
	return all
}

// piece is where a line stands in a text and in its lines joined.
type piece struct{ joined, text int }

// joined is s without the ends of its lines.
func joined(s string) (string, []piece) {
	var whole strings.Builder
	whole.Grow(len(s))
	at := make([]piece, 0, 1+strings.Count(s, "\n"))
	for from := 0; from < len(s); {
		line, next := s[from:], len(s)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, next = strings.TrimSuffix(line[:i], "\r"), from+i+1
		}
		at = append(at, piece{whole.Len(), from})
		whole.WriteString(line)
		from = next
	}
	return whole.String(), at
}

// original is where in the text the byte at an offset of its joined lines
// stands.
func original(at []piece, offset int) int {
	i := sort.Search(len(at), func(i int) bool { return at[i].joined > offset }) - 1
	return at[i].text + offset - at[i].joined
}

// Event returns e with every secret in its node and body masked. It shares
// nothing that it changed with e.
func (r *Redactor) Event(e Event) Event {
	if r.current() == nil || e.Body == nil {
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
