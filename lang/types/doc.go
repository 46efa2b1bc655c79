// Package types holds what the language knows about values before any exist:
// types, units as dimensions, what each operator and method gives, the
// signatures and effects of what can be called, and the words that messages
// use for them. It knows neither syntax nor values.
package types
