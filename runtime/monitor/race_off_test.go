//go:build !race

package monitor

const (
	// halfDays is how long a monitor looks in the test of its memory.
	halfDays = 4
	// sequences is how many random sequences of samples a property is held to.
	sequences = 100_000
)
