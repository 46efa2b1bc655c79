package command

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	defaultGrace = 10 * time.Second
	// orphanGrace is for what a line that ended by itself has left behind.
	orphanGrace = 500 * time.Millisecond
	// reapEvery is how often those are waited for that lost their parents and
	// have ended, while a line is at work: else one that forks for an hour
	// would fill the system's table of processes.
	reapEvery = time.Second
)

// terms are those on which a job may be ended.
type terms struct {
	grace  time.Duration   // 0: defaultGrace
	leaves bool            // processes may stay
	hurry  <-chan struct{} // closed: there is no more grace
}

// ending is how the work of a job ended.
type ending struct {
	code int
	err  error
}

// carry runs the work in a job and ends all that it started. The work is
// abandoned where it waits for a process that nothing can end.
func (r *Runner) carry(ctx context.Context, t terms, work func(j *job, stdout, stderr *os.File) (int, error)) (Result, error) {
	out := newCapture(r.Output)
	stdout, stderr, err := out.open()
	if err != nil {
		return Result{}, fmt.Errorf("open a pipe: %w", err)
	}
	j := begin(r.Folder)
	ended := make(chan ending, 1)
	go func() {
		code, err := work(j, stdout, stderr)
		ended <- ending{code, err}
	}()
	if t.grace == 0 {
		t.grace = defaultGrace
	}

	end, over := j.await(ctx, ended)
	j.close()
	switch {
	case !over:
		end = j.stop(t, ended)
	case !t.leaves:
		j.sweep(orphanGrace, nil, t.hurry)
	}
	left := len(j.toll.left) > 0
	j.finish(t.leaves || left)
	stdout.Close()
	stderr.Close()
	result := out.close(t.leaves || left)
	result.Code = end.code
	for _, note := range j.toll.notes() {
		out.note(note)
	}
	// A line that was cut short may still have ended with 0.
	if ctx.Err() != nil {
		return result, &StoppedError{context.Cause(ctx)}
	}
	if end.err != nil {
		return result, end.err
	}
	if end.code != 0 {
		return result, &ExitError{end.code}
	}
	return result, nil
}

// await waits for the end of the work, or of ctx: then it isn't over.
func (j *job) await(ctx context.Context, ended <-chan ending) (end ending, over bool) {
	reap := time.NewTicker(reapEvery)
	defer reap.Stop()
	for {
		select {
		case end := <-ended:
			return end, true
		case <-ctx.Done():
			return ending{}, false
		case <-reap.C:
			j.alive()
		}
	}
}

// stop ends the work and its processes.
func (j *job) stop(t terms, ended <-chan ending) ending {
	over := make(chan struct{})
	var end ending
	go func() {
		end = <-ended
		close(over)
	}()
	j.sweep(t.grace, over, t.hurry)
	if len(j.toll.left) == 0 {
		<-over
		j.sweep(orphanGrace, nil, t.hurry)
		return end
	}
	patience := time.NewTimer(orphanGrace)
	defer patience.Stop()
	select {
	case <-over:
		return end
	case <-patience.C:
		return ending{code: 128 + int(killSignal)}
	}
}
