//go:build race

package odds

// played is how many deployments a test plays: the race detector is ten times
// as slow.
const played = 200
