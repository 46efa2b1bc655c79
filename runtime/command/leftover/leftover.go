// Package leftover keeps what a test binary starts from outliving it. In
// comes what TestMain would do; it is done in a process of its own, and when
// that has ended, in whatever way (its own timeout, a crash, Ctrl-C), all that
// it started and left is named and killed. A test run that leaves a process
// fails, even where each of its tests has passed.
//
// It is for tests alone. It knows nothing of commands: it holds them, and the
// rest of the tests, to what they promise.
package leftover

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// kept begins the name of the process that runs the tests.
const kept = "kept:"

// Main runs tests, which ends by os.Exit or returns the exit code, and doesn't
// return.
func Main(tests func() int) {
	if name, inner := strings.CutPrefix(os.Args[0], kept); inner {
		os.Args[0] = name
		os.Exit(tests())
	}
	// A fuzz worker has descriptors that it was handed; the process that
	// starts it is kept itself.
	worker := slices.ContainsFunc(os.Args, func(arg string) bool { return strings.HasPrefix(arg, "-test.fuzzworker") })
	if worker || !becomeReaper() {
		os.Exit(tests())
	}
	os.Exit(keep())
}

// keep runs this binary once more and ends what it leaves.
func keep() int {
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "find the test binary:", err)
		return 1
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Args[0] = kept + os.Args[0]
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	// The signal comes at the end of the thread that started the process.
	runtime.LockOSThread()
	cmd.SysProcAttr = diesWithParent()
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "start the tests:", err)
		return 1
	}
	go func() {
		for s := range signals {
			_ = cmd.Process.Signal(s)
		}
	}()
	code := 0
	if err := cmd.Wait(); err != nil {
		code = 2
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() > 0 {
			code = exit.ExitCode()
		} else {
			fmt.Fprintln(os.Stderr, "the tests ended:", err)
		}
	}
	if left := end(); len(left) > 0 {
		fmt.Fprintf(os.Stderr, "the tests have left processes, which were killed now: %s\n", strings.Join(left, ", "))
		code = max(code, 1)
	}
	return code
}
