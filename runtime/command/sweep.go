package command

import "time"

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

// sweep ends every process of the job: SIGTERM, grace, SIGKILL, and enters
// what became of them in the job's toll. With over it doesn't wait for the
// programs that the job itself waits for once over is closed; once hurry is
// closed, the grace is over.
func (j *job) sweep(grace time.Duration, over, hurry <-chan struct{}) {
	alive := j.alive()
	if len(alive) == 0 {
		if over != nil {
			waitOver(grace, over, hurry)
		}
		return
	}
	j.toll.tell(alive)
	deadline := time.NewTimer(grace)
	defer deadline.Stop()
	wait := firstLook
	look := time.NewTimer(wait)
	defer look.Stop()
	for waiting := true; waiting; {
		select {
		case <-look.C:
			alive = j.alive()
			j.toll.tell(alive) // also one that was born a moment ago
			waiting = len(alive) > 0
			wait = min(wait*3/2, lastLook)
			look.Reset(wait)
		case <-deadline.C:
			waiting = false
		case <-hurry:
			waiting = false
		}
	}
	for range rounds {
		if alive = j.alive(); len(alive) == 0 {
			return
		}
		if !j.toll.kill(alive) {
			break
		}
		look.Reset(firstLook)
		<-look.C
	}
	j.toll.left = j.alive()
}

// How often a sweep looks who is still there.
const (
	firstLook = 5 * time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// waitOver waits for an interpreter that is between two programs.
func waitOver(grace time.Duration, over, hurry <-chan struct{}) {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-over:
	case <-hurry:
	case <-timer.C:
	}
}
