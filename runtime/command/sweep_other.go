//go:build unix && !linux

package command

import "syscall"

// Other systems than Linux have no reaper for orphans and no /proc: the
// process groups of the programs that were started are all that is known.

func becomeReaper() {}

func adopted() []process { return nil }

func reap() (more bool) { return false } // nothing is adopted

func reapLeft() {}

// alive returns the leaders of the job's groups that still have members.
// Their numbers are negative: a signal to one reaches the whole group.
func (j *job) alive() []process {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []process
	for pid := range j.sessions {
		if syscall.Kill(-pid, 0) == nil {
			out = append(out, process{pid: -pid, name: "process group"})
		}
	}
	return out
}

func everybody() (out []process) {
	programs.RLock()
	defer programs.RUnlock()
	for j := range programs.jobs {
		out = append(out, j.alive()...)
	}
	return out
}

func allProcesses() []process { return nil }

func markOf(int) string { return "" }

func ownerOf(int) string { return "" }
