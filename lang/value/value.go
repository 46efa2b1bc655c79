package value

import (
	"sync/atomic"
	"time"
)

// What a script may hold at most. Whoever makes a string or list sees to it.
const (
	MaxString = 16 << 20  // bytes
	MaxItems  = 1_000_000 // of a list, map or range
)

// Value is one immutable value. The concrete types are those of this file;
// nil is no value at all (an argument that was not given), never null.
type Value interface {
	// String is how the value prints in an interpolation and in messages:
	// durations and sizes in the language's units, strings as they are,
	// lists and records as JSON, secrets as •••.
	String() string
	value()
}

// The scalars. Percent, Points and Ratio hold the fraction: 50% is 0.5.
// Number, Percent, Points, Ratio and Rate are finite, but for samples that a
// built-in returns.
type (
	Null     struct{}
	Bool     bool
	Int      int64
	Number   float64
	Ratio    float64
	Percent  float64
	Points   float64
	Duration time.Duration
	Size     int64 // bytes
	Time     time.Time
	String   string
)

// Rate is an amount a second: Per tells of what.
type Rate struct {
	PerSecond float64
	Of        RateOf
}

// RateOf is what a rate counts.
type RateOf uint8

// What a rate counts: the zero RateOf is plain numbers.
const (
	RateOfNumber RateOf = iota
	RateOfSize          // bytes
	RateOfPoints        // fractions
)

// Secret is a text that no sink may show. Its String is •••.
type Secret struct{ text string }

// NewSecret makes a secret of text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text, for the one place that passes it on.
func (s Secret) Reveal() string { return s.text }

// Events is a ratio that keeps its counts.
type Events struct{ Bad, Total float64 }

// Record is named values in the order they were written; IsMap tells a
// map[T] from a record. Type is the name of the type that a built-in
// declared, or empty.
type Record struct {
	Type       string
	IsMap      bool
	IgnoreCase bool // keys are lower case and looked up in any case
	names      []string
	values     []Value
	index      atomic.Pointer[map[string]int] // of names, once there are many
	// Handle is what a built-in keeps behind a handle value (a session, a
	// database); nil in plain records. It never leaves the process.
	Handle any
}

// Failed stands where a value could not be had, and says why: the JSON of a
// reply that is HTML. A record's field may hold it; reading the field fails
// with Err.
type Failed struct{ Err error }

// Func is a lambda that was passed to a built-in (http.session's login).
type Func struct {
	Call func(args ...Value) (Value, error)
}
