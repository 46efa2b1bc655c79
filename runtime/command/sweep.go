package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"
)

// process is one process of the machine. Its number and start tell it from
// any other, also after the number was used again.
type process struct {
	pid     int
	start   uint64
	parent  int
	session int
	zombie  bool
	name    string
}

// key is the part of a process that doesn't change.
func (p process) key() process { return process{pid: p.pid, start: p.start} }

// rounds is how often a job's processes are stopped and killed before what is
// left is given up: one that forks without end is caught within a few.
const rounds = 200

// sweep ends every process of the job: SIGTERM, grace, SIGKILL. It returns
// those that it had to end. With over it doesn't wait for the programs that
// the job itself waits for once over is closed; once hurry is closed, the
// grace is over.
func (j *job) sweep(grace time.Duration, over, hurry <-chan struct{}) []process {
	alive := j.alive()
	if len(alive) == 0 {
		if over != nil {
			j.waitOver(grace, over, hurry)
		}
		return nil
	}
	ended := map[process]process{}
	note := func(ps []process) {
		for _, p := range ps {
			ended[p.key()] = p
		}
	}
	told := map[process]bool{}
	tell := func(ps []process) {
		note(ps)
		for _, p := range ps {
			if !told[p.key()] {
				told[p.key()] = true
				signal(syscall.SIGTERM, p)
				signal(syscall.SIGCONT, p) // a stopped process acts on nothing else
			}
		}
	}
	tell(alive)

	deadline := time.NewTimer(grace)
	defer deadline.Stop()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for waiting := true; waiting; {
		select {
		case <-poll.C:
			alive = j.alive()
			tell(alive) // one that was born a moment ago
			waiting = len(alive) > 0
		case <-deadline.C:
			waiting = false
		case <-hurry:
			waiting = false
		}
	}
	for range rounds {
		if alive = j.alive(); len(alive) == 0 {
			break
		}
		note(alive)
		// What is stopped can't fork while the others are killed.
		signal(syscall.SIGSTOP, alive...)
		signal(syscall.SIGKILL, alive...)
		<-poll.C
	}
	var list []process
	for _, p := range ended {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b process) int { return cmp.Compare(a.start, b.start) })
	return list
}

// waitOver waits for an interpreter that is between two programs.
func (j *job) waitOver(grace time.Duration, over, hurry <-chan struct{}) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-over:
	case <-hurry:
	case <-timer.C:
	}
}

func signal(s syscall.Signal, ps ...process) {
	for _, p := range ps {
		// It may have ended meanwhile, which is what is wanted.
		_ = syscall.Kill(p.pid, s)
	}
}

// killedNote says what was ended: "ended 2 processes that were still there: sleep, sh".
func killedNote(ps []process) string {
	names := map[string]bool{}
	var list []string
	pids := map[int]bool{}
	for _, p := range ps {
		pids[p.pid] = true
		if !names[p.name] && len(list) < 10 {
			names[p.name] = true
			list = append(list, p.name)
		}
	}
	if len(pids) == 1 {
		return "ended a process that was still there: " + strings.Join(list, ", ")
	}
	return fmt.Sprintf("ended %d processes that were still there: %s", len(pids), strings.Join(list, ", "))
}
