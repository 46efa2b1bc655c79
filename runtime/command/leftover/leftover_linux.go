package leftover

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// dying is how long a process may take that was already told to end.
const dying = time.Second

func becomeReaper() bool { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == nil }

func diesWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// end kills every descendant of this process and returns what they were.
// Killing a parent makes its children ours, so it ends when there are none.
func end() (left []string) {
	ctx, cancel := context.WithTimeout(context.Background(), dying)
	defer cancel()
	for {
		alive := reap()
		if len(alive) == 0 {
			return left
		}
		if ctx.Err() != nil {
			for _, pid := range alive {
				left = append(left, describe(pid))
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		pause()
	}
}

// reap waits for the children that have ended and returns the others.
func reap() []int {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err != nil {
			return nil // there is no child
		}
		if pid == 0 {
			return children()
		}
	}
}

func children() (pids []int) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return nil
	}
	for _, task := range tasks {
		list, err := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
		if err != nil {
			continue // the thread has ended
		}
		for field := range strings.FieldsSeq(string(list)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

func describe(pid int) string {
	words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return fmt.Sprint(pid)
	}
	return fmt.Sprintf("%d %s", pid, bytes.ReplaceAll(bytes.TrimRight(words, "\x00"), []byte{0}, []byte{' '}))
}

// pause waits for ten milliseconds.
func pause() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	<-ctx.Done()
}
