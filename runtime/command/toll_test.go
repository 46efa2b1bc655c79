//go:build linux

package command

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// runPowerless prints what became of the line: a JSON object.
func runPowerless(text string) int {
	if err := forbidKill(); err != nil {
		fmt.Println(err)
		return 1
	}
	var told struct {
		Notes []string
		Error string
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Runner{Output: func(stream, line string) {
		if stream == "note" {
			told.Notes = append(told.Notes, line)
		} else {
			cancel()
		}
	}}
	line, _ := parse(text)
	line.Dir, line.Env, line.Grace = os.TempDir(), os.Environ(), 100*time.Millisecond
	if _, err := r.Run(ctx, line); err != nil {
		told.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		return 1
	}
	return 0
}

// forbidKill makes every kill(2) of this process fail with EPERM.
func forbidKill() error {
	const (
		loadNumber = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		jumpEqual  = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		ret        = unix.BPF_RET | unix.BPF_K
	)
	filter := []unix.SockFilter{
		{Code: loadNumber},
		{Code: jumpEqual, K: unix.SYS_KILL, Jf: 1},
		{Code: ret, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		{Code: ret, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return fmt.Errorf("set a seccomp filter: %w", errno)
	}
	return nil
}

func TestWhatCannotBeEndedIsNamed(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"sh -c 'echo up; exec sleep N'", "sh -c 'echo up; exec sleep N' | cat", "sh -c 'setsid sleep N & echo up; wait'"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			m := marker()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			out, err := exec.CommandContext(ctx, self, powerless, strings.ReplaceAll(text, "N", m)).CombinedOutput()
			for _, pid := range sleeping(m) {
				defer func() {
					_ = syscall.Kill(pid, syscall.SIGKILL)
				}()
			}
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			var told struct {
				Notes []string
				Error string
			}
			if err := json.Unmarshal(out, &told); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if told.Error != "the command was stopped: context canceled" {
				t.Errorf("the error is %q", told.Error)
			}
			notes := strings.Join(told.Notes, "\n")
			if !regexp.MustCompile(`process \d+ of \S+ could not be ended and goes on: sleep`).MatchString(notes) {
				t.Errorf("the notes are\n%s", notes)
			}
		})
	}
}

func TestNotesTellHowItEnded(t *testing.T) {
	for _, tt := range []struct{ name, text, note string }{
		{"asked", "sh -c 'sleep N & echo ok'", "ended a process that was still there: sleep"},
		{"asked, two", "sh -c 'sleep N & sleep N & echo ok'", "ended 2 processes that were still there: sleep"},
		{"killed", "sh -c 'trap \"\" TERM; sleep N & echo ok'", "ended a process that was still there: sleep; SIGTERM did not end sleep, SIGKILL did"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var notes []string
			r := &Runner{Output: func(stream, line string) {
				if stream == "note" {
					notes = append(notes, line)
				}
			}}
			// Each is a sleep before the line goes on.
			text := strings.ReplaceAll(tt.text, "sleep N &", "sleep "+marker()+" & until grep -qs sleep /proc/$!/comm; do :; done;")
			if _, err := r.Run(t.Context(), read(t, text)); err != nil {
				t.Fatal(err)
			}
			if len(notes) != 1 || notes[0] != tt.note {
				t.Errorf("the notes are %q, want %q", notes, tt.note)
			}
		})
	}
}
