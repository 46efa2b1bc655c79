//go:build race

package monitor

// Under the race detector, which is ten times as slow, less is tried: what it
// looks for is there in the first few.
const (
	halfDays  = 1
	sequences = 2_000
)
