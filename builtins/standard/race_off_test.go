//go:build !race

package standard_test

// sparse is 1: every hostile text is tried.
const sparse = 1
