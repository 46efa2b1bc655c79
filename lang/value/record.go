package value

import "strings"

// NewRecord returns a record of the declared type's name ("" for none) with
// the given names and values, which it keeps; they are as long as each other.
func NewRecord(typeName string, names []string, values []Value) *Record {
	return &Record{Type: typeName, names: names, values: values}
}

// NewMap returns a map[T] in the order given. Keys are unique.
func NewMap(keys []string, values []Value) *Record {
	return &Record{IsMap: true, names: keys, values: values}
}

// NewHeaders returns a map whose keys, which are lower case, are found in any
// case: the headers of a reply.
func NewHeaders(keys []string, values []Value) *Record {
	return &Record{IsMap: true, IgnoreCase: true, names: keys, values: values}
}

// Len returns the number of fields or keys.
func (r *Record) Len() int { return len(r.names) }

// Names returns the names in order; the caller must not change them.
func (r *Record) Names() []string { return r.names }

// Values returns the values in the order of Names; the caller must not change
// them.
func (r *Record) Values() []Value { return r.values }

// At returns the i-th value.
func (r *Record) At(i int) Value { return r.values[i] }

// Get returns the value of a field or key.
func (r *Record) Get(name string) (Value, bool) {
	if i := r.Index(name); i >= 0 {
		return r.values[i], true
	}
	return nil, false
}

// few is how many names are looked through one by one; with more of them the
// first look-up builds an index. A reply of http.get has 13.
const few = 16

// Index returns where the field or key is in Names, or -1.
func (r *Record) Index(name string) int {
	if r.IgnoreCase {
		name = strings.ToLower(name)
	}
	if len(r.names) <= few {
		for i, n := range r.names {
			if n == name {
				return i
			}
		}
		return -1
	}
	index := r.index.Load()
	if index == nil {
		m := make(map[string]int, len(r.names))
		for i, n := range r.names {
			if _, known := m[n]; !known {
				m[n] = i
			}
		}
		index = &m
		r.index.Store(index) // two builders at once store the same
	}
	if i, ok := (*index)[name]; ok {
		return i
	}
	return -1
}
