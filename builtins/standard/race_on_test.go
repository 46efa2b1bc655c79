//go:build race

package standard_test

// sparse says that each fourth hostile text is tried: that it arrives whole
// doesn't concern the race detector, and all are tried without it.
const sparse = 4
