package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

// markName is in the environment of every process of a line, so that one that
// lost its parent is still known.
const markName = "DRL_COMMAND"

// job is one line while it runs: the processes that it started.
type job struct {
	mark   string
	folder string // of this process; "": none

	mu       sync.Mutex
	closed   bool         // nothing more is started
	running  map[int]bool // started, and not yet waited for
	sessions map[int]bool // all that were started: each leads a session
	seen     map[process]bool
	toll     toll // of the sweeps
}

// programs are the children that some job waits for, of all jobs. A sweep
// never touches them; it looks only while no program is being started.
var programs = struct {
	sync.RWMutex
	pids   map[int]bool
	jobs   map[*job]bool
	before map[process]bool // children that were there before the first of the jobs at work
	reaped bool             // reapLeft is at work
}{pids: map[int]bool{}, jobs: map[*job]bool{}}

var jobNumber atomic.Int64

// begin makes a job. Every job is ended with finish.
func begin(folder string) *job {
	becomeReaper()
	programs.Lock()
	defer programs.Unlock()
	if len(programs.jobs) == 0 {
		programs.before = map[process]bool{}
		for _, p := range adopted() {
			programs.before[p.key()] = true
		}
	}
	owner := strconv.Itoa(os.Getpid())
	if folder != "" {
		owner = filepath.Base(folder)
	}
	j := &job{
		mark:     owner + "." + strconv.FormatInt(jobNumber.Add(1), 10),
		folder:   folder,
		running:  map[int]bool{},
		sessions: map[int]bool{},
		seen:     map[process]bool{},
	}
	programs.jobs[j] = true
	return j
}

// close lets nothing more start.
func (j *job) close() {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
}

// finish ends the job. What it leaves is no other job's to sweep. An orphan
// may have ended after the last look at the table of processes, which is no
// snapshot, or belong to no job that knows it: those are waited for too.
func (j *job) finish(leaves bool) {
	programs.Lock()
	defer programs.Unlock()
	if leaves {
		for _, p := range adopted() {
			programs.before[p.key()] = true
		}
	}
	if reap() && !programs.reaped {
		programs.reaped = true
		go reapLeft()
	}
	delete(programs.jobs, j)
}

// program is one program to start.
type program struct {
	argv           []string
	dir            string
	env            []string
	path           expand.Environ // whose PATH counts; nil: env
	stdin          io.Reader      // nil: empty
	stdout, stderr io.Writer
}

var errClosed = errors.New("the command has ended")

// program runs one program to its end and returns its exit code: 127 when it
// isn't found, 126 when it can't be started, 128 and the signal's number when
// a signal ended it. The error is that of ctx, or a failure to wait.
func (j *job) program(ctx context.Context, p program) (int, error) {
	environ := p.path
	if environ == nil {
		environ = expand.ListEnviron(p.env...)
	}
	path, err := lookPath(p.argv[0], p.dir, environ)
	if err != nil {
		fmt.Fprintf(p.stderr, "there is no program %s: %v\n", p.argv[0], err)
		return 127, nil
	}
	cmd, err := j.start(ctx, path, p)
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, errClosed) {
			return 130, errClosed
		}
		switch {
		case errors.Is(err, syscall.ENOEXEC):
			fmt.Fprintf(p.stderr, "%s has no #! line, so nobody knows what runs it\n", path)
		case errors.Is(err, syscall.E2BIG):
			fmt.Fprintf(p.stderr, "the words and environment of %s are longer than the system allows\n", path)
		default:
			fmt.Fprintf(p.stderr, "%s can't be started: %v\n", path, errors.Unwrap(err))
		}
		return 126, nil
	}
	err = cmd.Wait()
	j.ended(cmd.Process.Pid)
	if state := cmd.ProcessState; state != nil {
		if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return 128 + int(status.Signal()), nil
		}
		return state.ExitCode(), nil
	}
	return 1, err
}

// start starts a program in a session of its own. A file that was written a
// moment ago may still be open in another process that is being started, so
// it is tried again for a while.
func (j *job) start(ctx context.Context, path string, p program) (*exec.Cmd, error) {
	for wait := time.Millisecond; ; wait *= 2 {
		cmd := exec.Command(path)
		cmd.Args, cmd.Dir, cmd.Env = p.argv, p.dir, p.env
		cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.stdout, p.stderr
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		cmd.WaitDelay = orphanGrace
		err := j.register(cmd)
		if !errors.Is(err, syscall.ETXTBSY) || wait > 200*time.Millisecond {
			return cmd, err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}

func (j *job) register(cmd *exec.Cmd) error {
	programs.RLock()
	defer programs.RUnlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return errClosed
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	pid := cmd.Process.Pid
	j.running[pid], j.sessions[pid] = true, true
	registered.Lock()
	programs.pids[pid] = true
	registered.Unlock()
	return nil
}

// registered guards the pids between several starts, which hold the read lock.
var registered sync.Mutex

func (j *job) ended(pid int) {
	j.mu.Lock()
	delete(j.running, pid)
	j.mu.Unlock()
	programs.Lock()
	delete(programs.pids, pid)
	programs.Unlock()
}

func lookPath(name, dir string, env expand.Environ) (string, error) {
	file, err := interp.LookPathDir(dir, env, name)
	if err == nil {
		return file, nil
	}
	if name != "" && (name[0] == '/' || name[0] == '.') {
		return "", errors.New("no such file that can be run")
	}
	return "", errors.New("it isn't in any folder of PATH")
}

func signalName(n int) string { return unix.SignalName(syscall.Signal(n)) }
