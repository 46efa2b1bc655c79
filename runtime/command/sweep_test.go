//go:build linux

package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// sleepers counts the markers of this test.
var sleepers atomic.Int64

// marker is a number of seconds that only one sleep of this test sleeps.
func marker() string { return fmt.Sprintf("3155%04d.%d", os.Getpid()%10000, sleepers.Add(1)) }

// sleeping returns the processes whose words hold the marker.
func sleeping(marker string) []int {
	var out []int
	for _, p := range allProcesses() {
		words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.pid))
		if err == nil && strings.Contains(string(words), marker) && !p.zombie {
			out = append(out, p.pid)
		}
	}
	return out
}

// eventually polls until the condition holds, for ten seconds.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("%s: not within 10s", what)
		}
	}
}

// Each line leaves processes that do something to survive. N is the marker.
var runaways = []struct{ name, text string }{
	{"a child in the background", "sh -c 'sleep N & echo ok'"},
	{"a child that holds the output", "sh -c 'sleep N 2>&1 & echo ok'"},
	{"a session of its own", "sh -c 'setsid sleep N & echo ok'"},
	{"a forked session", "setsid -f sleep N && echo ok"},
	{"a double fork without an environment", "sh -c '(env -i setsid sh -c \"sleep N & sleep N & wait\" &) ; echo ok'"},
	{"a child that ignores SIGTERM", "sh -c '(trap \"\" TERM; sleep N & wait; sleep N) & echo ok'"},
	{"a session that ignores SIGTERM and has no environment", "sh -c 'env -i setsid sh -c \"trap : TERM; while :; do sleep N; done\" & echo ok'"},
	{"one that starts again what ends", "sh -c '(trap \"\" TERM; while :; do sleep N; done) & echo ok'"},
	{"a stopped child", "sh -c 'sleep N & kill -STOP $!; echo ok'"},
	{"a chain of sessions", "sh -c 'setsid sh -c \"setsid sh -c \\\"sleep N & wait\\\" & wait\" & echo ok'"},
	{"a nohup", "sh -c 'nohup sleep N > /dev/null 2>&1 & echo ok'"},
	{"one that forks all the time", "sh -c '(trap \"\" TERM; f() { sleep N & sleep 0.01; f; }; f) & echo ok'"},
}

func TestNothingSurvivesTheEndOfALine(t *testing.T) {
	for _, tt := range runaways {
		t.Run(tt.name, func(t *testing.T) {
			m := marker()
			var notes []string
			r := &Runner{Output: func(stream, line string) {
				if stream == "note" {
					notes = append(notes, line)
				}
			}}
			got, err := r.Run(t.Context(), read(t, strings.ReplaceAll(tt.text, "N", m)))
			if err != nil || got.Stdout != "ok\n" {
				t.Errorf("wrote %q, %v", got.Stdout, err)
			}
			if left := sleeping(m); len(left) > 0 {
				t.Errorf("processes %v are left", left)
			}
			if len(notes) != 1 || !strings.HasPrefix(notes[0], "ended ") {
				t.Errorf("the notes are %q, want what was ended", notes)
			}
		})
	}
}

func TestNothingSurvivesADeadline(t *testing.T) {
	for _, tt := range append(runaways, []struct{ name, text string }{
		{"a program", "sleep N; echo ok"},
		{"a program that ignores SIGTERM", "sh -c 'trap \"\" TERM; sleep N; sleep N'; echo ok"},
		{"a child that holds a pipe", "sh -c 'sleep N & echo ok' | cat"},
		{"a pipe", "sleep N | sleep N | cat; echo ok"},
		{"a named pipe that nobody writes", "mkfifo p && sh -c 'sleep N & echo ok' && cat < p"},
		{"a <( ) that nobody reads", "sh -c 'sleep N; :' x <(echo a)"},
		{"a <( ) that goes on", "cat <(sleep N)"},
		{"a loop of the shell", "while true; do true; done"},
		{"a $( )", "echo $(sleep N)"},
	}...) {
		t.Run(tt.name, func(t *testing.T) {
			m := marker()
			line := read(t, strings.ReplaceAll(tt.text, "N", m)+" && sleep "+m)
			line.Grace = 100 * time.Millisecond
			ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
			defer cancel()
			_, err := (&Runner{}).Run(ctx, line)
			if err == nil || !strings.Contains(err.Error(), "stopped") {
				t.Errorf("the error is %v", err)
			}
			if left := sleeping(m); len(left) > 0 {
				t.Errorf("processes %v are left", left)
			}
		})
	}
}

func TestLeavesKeepsProcesses(t *testing.T) {
	m := marker()
	line := read(t, "sh -c 'setsid sleep "+m+" > /dev/null 2>&1 < /dev/null & echo ok'")
	line.Leaves = true
	if got, err := (&Runner{}).Run(t.Context(), line); err != nil || got.Stdout != "ok\n" {
		t.Fatalf("wrote %q, %v", got.Stdout, err)
	}
	eventually(t, "the sleep is there", func() bool { return len(sleeping(m)) == 1 })
	if _, err := run(t, "sh -c 'sleep "+marker()+" & true'"); err != nil {
		t.Fatal(err)
	}
	left := sleeping(m)
	if len(left) != 1 {
		t.Fatalf("another line ended what was to stay")
	}
	if err := syscall.Kill(left[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(left[0], &status, 0, nil); err != nil {
		t.Fatal(err)
	}
}

func TestLinesSideBySideDoNotEndEachOther(t *testing.T) {
	var lines sync.WaitGroup
	m := marker()
	for i := range 8 {
		lines.Go(func() {
			text := "sh -c 'sleep 0.3; echo ok'"
			if i%2 == 0 {
				text = "sh -c 'sleep " + m + " & setsid sleep " + m + " & sleep 0.1; echo ok'"
			}
			if got, err := run(t, text); err != nil || got.Stdout != "ok\n" {
				t.Errorf("%s writes %q, %v", text, got.Stdout, err)
			}
		})
	}
	lines.Wait()
	if left := sleeping(m); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

func TestNothingIsLeftOpen(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	descriptors := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	once := func() {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		for _, text := range []string{"echo a | cat", "cat <(echo a)", "true <(echo unread)", "mkfifo p && cat < p", "sh -c 'sleep 300; :' x <(sleep 300)", "cat <<< a"} {
			line := read(t, text)
			line.Grace = 100 * time.Millisecond
			_, _ = (&Runner{}).Run(ctx, line)
		}
		for _, text := range []string{"true <(echo unread)", "sh -c 'sleep 300 & true'", "echo $(echo a) > f"} {
			if _, err := run(t, text); err != nil {
				t.Error(err)
			}
		}
	}
	once()
	before, goroutines := descriptors(), runtime.NumGoroutine()
	for range 5 {
		once()
	}
	eventually(t, "no descriptor is left", func() bool { return descriptors() <= before })
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= goroutines })
	if list, _ := filepath.Glob(filepath.Join(temporary, "drl-*")); len(list) > 0 {
		t.Errorf("folders %v are left", list)
	}
	eventually(t, "no child is left", func() bool { return len(adopted()) == 0 })
}
