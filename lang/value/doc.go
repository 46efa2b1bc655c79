// Package value holds the immutable values that scripts compute with, once
// they run: what expressions give, built-ins take and return, and events
// carry. It knows nothing of syntax or static types.
package value
