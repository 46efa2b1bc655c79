// Package source holds what every stage of drl says about text: a File, a
// Span of its bytes, and the Diagnostic that points at one. It is the first
// room: it knows nothing of the language, and all others may import it.
package source
