//go:build !race

package odds

// played is how many deployments a test plays.
const played = 1_000
