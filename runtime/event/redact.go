package event

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
)

// Mask is what stands in place of a secret.
const Mask = "•••"

// shortest is how many bytes a text needs to be masked wherever it occurs.
// Shorter secrets are hidden by their type alone: masking "on" or "1234" in
// every log would hide what an operator has to read, and tell them the secret.
const shortest = 8

// Redactor hides secrets in what leaves the process. It learns the secrets as
// a run sees them; it stands before every sink. The zero Redactor hides
// nothing yet. It is safe for use by several goroutines.
type Redactor struct {
	mu      sync.Mutex
	known   map[string]bool
	matcher atomic.Pointer[matcher]
}

// NewRedactor returns a redactor that knows no secrets.
func NewRedactor() *Redactor { return &Redactor{} }

// Add makes r hide the secret from now on, in every form that it could take
// on its way: as it is, base64, hex, URL, JSON, HTML and shell. The lines of a
// secret of several lines are secrets, for streams are read by the line; so is
// the password of a URL. A text under 8 bytes is not hidden.
func (r *Redactor) Add(secret string) {
	texts := []string{secret}
	if lines := strings.Split(secret, "\n"); len(lines) > 1 {
		for _, line := range lines {
			// The frame of a PEM block is the same in every key.
			if !strings.HasPrefix(line, "-----") {
				texts = append(texts, strings.TrimSpace(line))
			}
		}
	}
	if u, err := url.Parse(strings.TrimSpace(secret)); err == nil && u.User != nil {
		if password, ok := u.User.Password(); ok {
			texts = append(texts, password)
		}
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]bool{}
	}
	before := len(r.known)
	for _, text := range texts {
		if len(text) < shortest {
			continue
		}
		for _, form := range formsOf(text) {
			if len(form) >= shortest {
				r.known[form] = true
			}
		}
	}
	if len(r.known) > before {
		r.matcher.Store(newMatcher(r.known))
	}
}

// Text returns s with every secret in it masked. Secrets that overlap or touch
// become one mask.
func (r *Redactor) Text(s string) string {
	m := r.matcher.Load()
	if m == nil || len(s) < shortest {
		return s
	}
	var b strings.Builder
	rest := 0 // s[:rest] was written or masked
	m.spans(s, func(start, end int) {
		if rest == 0 && b.Len() == 0 {
			b.Grow(len(s))
		}
		b.WriteString(s[rest:start])
		b.WriteString(Mask)
		rest = end
	})
	if rest == 0 {
		return s
	}
	b.WriteString(s[rest:])
	return b.String()
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
		e.Body = r.masked(reflect.ValueOf(e.Body)).Interface().(Body)
	}
	return e
}

var rawType = reflect.TypeFor[json.RawMessage]()

// masked returns a copy of v in which texts are masked. Reflection, so that a
// field that is added to a body can't be forgotten here.
func (r *Redactor) masked(v reflect.Value) reflect.Value {
	switch {
	case v.Type() == rawType:
		return reflect.ValueOf(r.json(v.Bytes()))
	case v.Kind() == reflect.String:
		return reflect.ValueOf(r.Text(v.String())).Convert(v.Type())
	case v.Kind() == reflect.Slice && !v.IsNil():
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(r.masked(v.Index(i)))
		}
		return out
	case v.Kind() == reflect.Map && !v.IsNil():
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(r.masked(it.Key()), r.masked(it.Value()))
		}
		return out
	case v.Kind() == reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("mask") != "no" {
				out.Field(i).Set(r.masked(v.Field(i)))
			}
		}
		return out
	}
	return v
}

// json masks a JSON text and keeps it JSON: a number that is a secret becomes
// a string.
func (r *Redactor) json(raw json.RawMessage) json.RawMessage {
	text := r.Text(string(raw))
	if text == string(raw) {
		return raw
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		v = text
	}
	out, err := marshal(r.jsonValue(v))
	if err != nil {
		return json.RawMessage(`"` + Mask + `"`)
	}
	return out
}

func (r *Redactor) jsonValue(v any) any {
	switch v := v.(type) {
	case string:
		return r.Text(v)
	case json.Number:
		if masked := r.Text(v.String()); masked != v.String() {
			return masked
		}
		return v
	case []any:
		for i := range v {
			v[i] = r.jsonValue(v[i])
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[r.Text(name)] = r.jsonValue(value)
		}
		return out
	}
	return v
}

// matcher finds any of many texts at the speed of reading. It is Wu and
// Manber's: the last three bytes of a window as long as the shortest text say
// how far the window may jump; where they say nought, the texts that begin
// with such a window are compared.
type matcher struct {
	window int
	jump   [1 << 13]uint8
	texts  map[uint16][]string // by the hash of their window's end, longest first
}

func newMatcher(known map[string]bool) *matcher {
	m := &matcher{window: 64, texts: map[uint16][]string{}}
	for text := range known {
		m.window = min(m.window, len(text))
	}
	for i := range m.jump {
		m.jump[i] = uint8(m.window - 2)
	}
	for text := range known {
		for end := 3; end <= m.window; end++ {
			h := hash(text[end-3], text[end-2], text[end-1])
			m.jump[h] = min(m.jump[h], uint8(m.window-end))
		}
		h := hash(text[m.window-3], text[m.window-2], text[m.window-1])
		m.texts[h] = append(m.texts[h], text)
	}
	return m
}

func hash(a, b, c byte) uint16 {
	return (uint16(a)<<7 ^ uint16(b)<<4 ^ uint16(c)) & (1<<13 - 1)
}

// spans calls found for the stretches of s that are covered by texts, in
// order and apart from each other.
func (m *matcher) spans(s string, found func(start, end int)) {
	start, end := -1, -1
	for i := m.window; i <= len(s); {
		h := hash(s[i-3], s[i-2], s[i-1])
		if j := m.jump[h]; j > 0 {
			i += int(j)
			continue
		}
		at := i - m.window
		for _, text := range m.texts[h] {
			if len(text) > len(s)-at || s[at:at+len(text)] != text {
				continue
			}
			if at > end {
				if start >= 0 {
					found(start, end)
				}
				start = at
			}
			end = max(end, at+len(text))
		}
		i++
	}
	if start >= 0 {
		found(start, end)
	}
}
