package command

import (
	"maps"
	"slices"
	"time"
)

// EndAll kills what every line and program at work has started, and lets
// nothing more start. It is for a process that is about to exit and can't wait
// for them; it returns when they are gone, or after about a second.
func EndAll() {
	programs.RLock()
	jobs := slices.Collect(maps.Keys(programs.jobs))
	programs.RUnlock()
	for _, j := range jobs {
		j.close()
	}
	var t toll
	look := time.NewTimer(0)
	defer look.Stop()
	for range rounds {
		<-look.C
		alive := everybody()
		if len(alive) == 0 || !t.kill(alive) {
			return
		}
		look.Reset(firstLook)
	}
}
