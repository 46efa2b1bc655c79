package command

import "strings"

// Process is a process of the machine.
type Process struct {
	PID  int
	Name string
}

// Marked returns the processes that a [Runner] with a Folder of that name has
// started and that are at work, though the process of the runner may be long
// gone. One that has dropped its environment isn't found. Only Linux tells.
func Marked(folder string) (found []Process) {
	for _, p := range allProcesses() {
		if !p.zombie && strings.HasPrefix(markOf(p.pid), folder+".") {
			found = append(found, Process{PID: p.pid, Name: p.name})
		}
	}
	return found
}
