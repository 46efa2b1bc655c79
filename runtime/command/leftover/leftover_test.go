//go:build linux

package leftover_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/command/leftover"
)

// The test binary plays tests that leave processes, by its first argument.
func TestMain(m *testing.M) {
	if len(os.Args) < 3 {
		os.Exit(m.Run())
	}
	play := plays[os.Args[1]]
	if play == nil {
		os.Exit(m.Run())
	}
	leftover.Main(func() int { return play(os.Args[2]) })
}

var plays = map[string]func(marker string) int{
	"clean": func(string) int { return 0 },
	"fails": func(string) int { return 3 },
	"leaves": func(marker string) int {
		return start("env -i setsid sh -c 'trap \"\" TERM INT; sleep " + marker + " & sleep " + marker + "' & sleep 0.1")
	},
	"is killed": func(marker string) int {
		start("setsid sleep " + marker + " &")
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	},
	"hangs": func(marker string) int {
		start("setsid sleep " + marker + " &")
		fmt.Println("hanging")
		select {}
	},
}

func start(script string) int {
	cmd := exec.Command("sh", "-c", script)
	if err := cmd.Run(); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func TestNothingOutlivesTheTests(t *testing.T) {
	tests := []struct {
		play string
		code int
		says string
	}{
		{"clean", 0, ""},
		{"fails", 3, ""},
		{"leaves", 1, "have left processes"},
		{"is killed", 2, "the tests ended: signal: killed"},
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range tests {
		t.Run(tt.play, func(t *testing.T) {
			t.Parallel()
			marker := fmt.Sprintf("86400%d%d", i, os.Getpid())
			cmd := exec.Command(self, tt.play, marker)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("exit code %d, want %d\n%s", got, tt.code, out)
			}
			if !strings.Contains(string(out), tt.says) {
				t.Errorf("no %q in\n%s", tt.says, out)
			}
			if left := sleeping(t, marker); left > 0 {
				t.Errorf("%d processes are left", left)
			}
		})
	}
}

func TestASignalEndsBoth(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	marker := fmt.Sprintf("864009%d", os.Getpid())
	cmd := exec.Command(self, "hangs", marker)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 64)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer late.Stop()
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("ended with %v, want exit status 2", err)
	}
	if left := sleeping(t, marker); left > 0 {
		t.Errorf("%d processes are left", left)
	}
}

// sleeping counts the processes that have the marker among their words.
func sleeping(t *testing.T, marker string) (n int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		words, err := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		if err == nil && bytes.Contains(words, []byte(marker)) {
			n++
		}
	}
	return n
}
