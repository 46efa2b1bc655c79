package value

// NewRecord returns a record of the declared type's name ("" for none) with
// the given names and values, which it keeps; they are as long as each other.
func NewRecord(typeName string, names []string, values []Value) *Record {
	return &Record{Type: typeName, names: names, values: values}
}

// NewMap returns a map[T] in the order given.
func NewMap(keys []string, values []Value) *Record {
	return &Record{IsMap: true, names: keys, values: values}
}

// Len returns the number of fields or keys.
func (r *Record) Len() int { return len(r.names) }

// Names returns the names in order; the caller must not change them.
func (r *Record) Names() []string { return r.names }

// At returns the i-th value.
func (r *Record) At(i int) Value { return r.values[i] }

// Get returns the value of a field or key. Header maps of replies ignore
// case: they are made with lower-case keys and Get is given one.
func (r *Record) Get(name string) (Value, bool) {
	for i, n := range r.names {
		if n == name {
			return r.values[i], true
		}
	}
	return nil, false
}
