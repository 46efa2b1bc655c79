//go:build linux

package command

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
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
func marker() string { return fmt.Sprintf("3155%04d%03d", os.Getpid()%10000, sleepers.Add(1)) }

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

// eventually polls until the condition holds, for half a minute.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Errorf("%s: not within 30s", what)
			return
		}
	}
}

// runaway is a line that leaves processes which do something to survive. N is
// the marker.
type runaway struct {
	name, text string
	alone      bool // what it leaves can be told from nothing, while other lines run
}

var runaways = []runaway{
	{name: "a child in the background", text: "sh -c 'sleep N & echo ok'"},
	{name: "a child that holds the output", text: "sh -c 'sleep N 2>&1 & echo ok'"},
	{name: "a session of its own", text: "sh -c 'setsid sleep N & echo ok'"},
	{name: "a forked session", text: "setsid -f sleep N && echo ok"},
	{name: "a double fork without an environment", text: "sh -c '(env -i setsid sh -c \"sleep N & sleep N & wait\" &) ; echo ok'", alone: true},
	{name: "a child that ignores SIGTERM", text: "sh -c '(trap \"\" TERM; sleep N & wait; sleep N) & echo ok'"},
	{name: "a session that ignores SIGTERM and has no environment", text: "sh -c 'env -i setsid sh -c \"trap : TERM; while :; do sleep N; done\" & echo ok'", alone: true},
	{name: "one that starts again what ends", text: "sh -c '(trap \"\" TERM; while :; do sleep N; done) & echo ok'"},
	{name: "a stopped child", text: "sh -c 'sleep N & kill -STOP $!; echo ok'"},
	{name: "a chain of sessions", text: "sh -c 'setsid sh -c \"setsid sh -c \\\"sleep N & wait\\\" & wait\" & echo ok'"},
	{name: "a nohup", text: "sh -c 'nohup sleep N > /dev/null 2>&1 & echo ok'"},
	{name: "one that forks all the time", text: "sh -c '(trap \"\" TERM; f() { sleep N & sleep 0.01; f; }; f) & echo ok'"},
	{name: "forty that fork all the time and lose their parents", text: "sh -c 'for i in $(seq 40); do (trap \"\" TERM; while :; do (setsid sleep N &); sleep 0.1; done) & done; echo ok'", alone: true},
}

// sideBySide runs f for each runaway: first those that have to be alone, then
// the others, some at the same time. Most of it is waiting, so the number of
// processors doesn't matter.
func sideBySide(t *testing.T, runaways []runaway, f func(t *testing.T, r runaway)) {
	var all sync.WaitGroup
	turns := make(chan struct{}, 4)
	for _, r := range runaways {
		if r.alone {
			t.Run(r.name, func(t *testing.T) { f(t, r) })
		}
	}
	for _, r := range runaways {
		if r.alone {
			continue
		}
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			t.Run(r.name, func(t *testing.T) { f(t, r) })
		})
	}
	all.Wait()
}

func TestNothingSurvivesTheEndOfALine(t *testing.T) {
	sideBySide(t, runaways, func(t *testing.T, tt runaway) {
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

func TestNothingSurvivesADeadline(t *testing.T) {
	lines := slices.Clone(runaways)
	for i := range lines {
		lines[i].text += " && sleep N.1" // by now all of it is there
	}
	lines = append(lines, []runaway{
		{name: "a program", text: "sleep N.1; echo ok"},
		{name: "a program that ignores SIGTERM", text: "sh -c 'trap \"\" TERM; sleep N.1; sleep N'; echo ok"},
		{name: "a program that stops itself", text: "sh -c 'sleep N.1 & kill -STOP $$; sleep N'"},
		{name: "a child that holds a pipe", text: "sh -c 'sleep N.1 & echo ok' | cat"},
		{name: "a pipe", text: "sleep N | sleep N | sleep N.1 | cat; echo ok"},
		{name: "a named pipe that nobody writes", text: "mkfifo p && sh -c 'sleep N.1 & echo ok' && cat < p"},
		{name: "a <( ) that nobody reads", text: "sh -c 'sleep N.1; :' x <(echo a)"},
		{name: "a <( ) that goes on", text: "cat <(sleep N.1)"},
		{name: "a loop of the shell", text: "sh -c 'setsid sleep N.1 &'; while true; do true; done"},
		{name: "a flood", text: "sh -c 'sleep N.1 & exec yes'"},
		{name: "a $( )", text: "echo $(sleep N.1)"},
	}...)
	sideBySide(t, lines, func(t *testing.T, tt runaway) {
		m := marker()
		line := read(t, strings.ReplaceAll(tt.text, "N", m))
		line.Grace = 100 * time.Millisecond
		ctx, cancel := context.WithCancel(t.Context())
		var watch sync.WaitGroup
		watch.Go(func() {
			defer cancel()
			eventually(t, "the line is at work", func() bool { return len(sleeping(m+".1")) > 0 })
		})
		_, err := (&Runner{}).Run(ctx, line)
		watch.Wait()
		if err == nil || !strings.Contains(err.Error(), "stopped") {
			t.Errorf("the error is %v", err)
		}
		if left := sleeping(m); len(left) > 0 {
			t.Errorf("processes %v are left", left)
		}
	})
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
	eventually(t, "nothing is left of it in the table of processes", func() bool {
		_, there := readProcess(left[0])
		return !there
	})
}

// What was left at work is waited for when it ends, and so are its orphans,
// though no line is at work any more; a child that somebody else has started
// is theirs to wait for.
func TestWhatWasLeftIsReaped(t *testing.T) {
	other := exec.Command("true")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	m := marker()
	// The shell that stays makes orphans.
	line := read(t, "sh -c 'setsid sh -c \"(touch o1 &); (touch o2 &); while test -e go; do sleep 0.1; done; : "+m+"\" > /dev/null 2>&1 < /dev/null & echo ok'")
	line.Dir, line.Leaves = t.TempDir(), true
	going := filepath.Join(line.Dir, "go")
	if err := os.WriteFile(going, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := (&Runner{}).Run(t.Context(), line); err != nil || got.Stdout != "ok\n" {
		t.Fatalf("wrote %q, %v", got.Stdout, err)
	}
	zombies := func() (n int) {
		for _, p := range adopted() {
			if p.zombie && p.session != ownSession() {
				n++
			}
		}
		return n
	}
	eventually(t, "its orphans have run", func() bool {
		made, _ := filepath.Glob(filepath.Join(line.Dir, "o*"))
		return len(made) == 2
	})
	eventually(t, "they are reaped while it goes on", func() bool { return zombies() == 0 && len(sleeping(m)) > 0 })
	if err := os.Remove(going); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nothing is left", func() bool {
		return !slices.ContainsFunc(adopted(), func(p process) bool { return p.session != ownSession() })
	})
	if err := other.Wait(); err != nil {
		t.Errorf("what somebody else waits for was taken from them: %v", err)
	}
}

// One that ended before a line knew of it is waited for when that line ends.
func TestAnOrphanThatNobodyKnowsIsReaped(t *testing.T) {
	becomeReaper()
	if err := exec.Command("setsid", "-f", "true").Run(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the orphan has ended", func() bool {
		return slices.ContainsFunc(adopted(), func(p process) bool { return p.zombie })
	})
	if _, err := run(t, "true"); err != nil {
		t.Fatal(err)
	}
	if left := adopted(); len(left) > 0 {
		t.Errorf("%+v are left", left)
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

func TestEndAllEndsEveryLine(t *testing.T) {
	var lines sync.WaitGroup
	var markers []string
	for _, text := range []string{"sh -c 'trap \"\" TERM; sleep N; sleep N' | cat", "sh -c 'env -i setsid sleep N & wait'", "sleep N"} {
		m := marker()
		markers = append(markers, m)
		lines.Go(func() {
			if _, err := run(t, strings.ReplaceAll(text, "N", m)+"; echo more"); err == nil {
				t.Errorf("%s ends well", text)
			}
		})
	}
	eventually(t, "the lines are at work", func() bool {
		return !slices.ContainsFunc(markers, func(m string) bool { return len(sleeping(m)) == 0 })
	})
	EndAll()
	for _, m := range markers {
		if left := sleeping(m); len(left) > 0 {
			t.Errorf("processes %v are left", left)
		}
	}
	lines.Wait()
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
	// One that another test had left at work may have ended a moment ago.
	eventually(t, "no child is left", func() bool { return len(adopted()) == 0 })
}

// TestAMarkIsThereDuringExec: a process that does nothing but become another is
// known by its mark each time that it is looked at.
func TestAMarkIsThereDuringExec(t *testing.T) {
	script := filepath.Join(t.TempDir(), "again")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec \"$0\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(script)
	cmd.Env = append(os.Environ(), markName+"=this")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	unknown := 0
	for range 20_000 {
		if markOf(cmd.Process.Pid) != "this" {
			unknown++
		}
	}
	if unknown > 0 {
		t.Errorf("%d of 20,000 looks did not know it", unknown)
	}
}
