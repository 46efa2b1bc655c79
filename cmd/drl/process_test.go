//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// begins counts the runs that tests have begun.
var begins atomic.Int64

// A bystander knows a run's processes and files from outside: it has a name in
// the environment of all that the run starts, a number of seconds that only
// its sleeps sleep, and a folder for temporary files.
type bystander struct {
	t         *testing.T
	mark      string
	sleep     string
	temporary string
}

func newBystander(t *testing.T) *bystander {
	n := begins.Add(1)
	b := &bystander{t: t, mark: fmt.Sprintf("DRL_TEST_RUN=%d.%d", os.Getpid(), n), sleep: fmt.Sprintf("3155%05d%03d", os.Getpid()%100000, n), temporary: t.TempDir()}
	t.Cleanup(func() {
		for _, pid := range b.processes() {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	return b
}

// processes are those of the run, dead ones left out.
func (b *bystander) processes() (pids []int) {
	entries, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, dir := range entries {
		environ, _ := os.ReadFile(dir + "/environ") // empty of a dead one
		words, _ := os.ReadFile(dir + "/cmdline")
		if bytes.Contains(environ, []byte(b.mark+"\x00")) || bytes.Contains(words, []byte(b.sleep)) {
			var pid int
			if _, err := fmt.Sscanf(dir, "/proc/%d", &pid); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// sleeps tells whether one of the run's sleeps is at work.
func (b *bystander) sleeps() bool {
	for _, pid := range b.processes() {
		words, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if bytes.HasPrefix(words, []byte("sleep\x00"+b.sleep)) {
			return true
		}
	}
	return false
}

// findsNothing fails where something of the run is left.
func (b *bystander) findsNothing() {
	b.t.Helper()
	for _, pid := range b.processes() {
		words, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		b.t.Errorf("process %d is left: %q", pid, words)
	}
	left, err := os.ReadDir(b.temporary)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range left {
		b.t.Errorf("the temporary file %s is left", e.Name())
	}
}

// until waits for a condition.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !condition() {
		tick, stop := context.WithTimeout(ctx, 5*time.Millisecond)
		<-tick.Done()
		stop()
		if ctx.Err() != nil {
			t.Fatalf("%s: not within 20s", what)
		}
	}
}

// alone starts drl in a session without a terminal; its output is what the
// person sees. SLEEP in the script is the bystander's number.
func alone(t *testing.T, script string, args ...string) (*person, *bystander) {
	t.Helper()
	b := newBystander(t)
	p := b.person(script, args...)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout, p.cmd.Stderr = write, write
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	p.looksAt(read)
	return p, b
}

// atTerminal is sit with a bystander.
func atTerminal(t *testing.T, script string, args ...string) (*person, *bystander) {
	t.Helper()
	b := newBystander(t)
	p := b.person(script, args...)
	p.sits()
	return p, b
}

func (b *bystander) person(script string, args ...string) *person {
	b.t.Helper()
	p := prepare(b.t, strings.ReplaceAll(script, "SLEEP", b.sleep), args...)
	p.cmd.Env = append(p.cmd.Env, b.mark, "TMPDIR="+b.temporary)
	return p
}

func (p *person) signals(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) has(name string) bool {
	_, err := os.Stat(filepath.Join(p.cmd.Dir, name))
	return err == nil
}

// stubborn is a step whose command can't be ended by asking, beside others
// that try to get away.
const stubborn = `
step "first" {
    $ touch first
    undo { $ rm first }
}
step "work" grace 1m {
    $ sh -c 'setsid sh -c "trap : TERM INT HUP; while :; do sleep SLEEP; done" & (env -i setsid sleep SLEEP &); trap "" TERM INT HUP; : > up; until test -e enough; do sleep 0.05; done' < <(sleep SLEEP)
    undo none "an example"
}
step "never" {
    $ touch never
    undo none "an example"
}
on finish { $ touch finished }
`

func TestSecondSignalEndsAllWithinThreeSeconds(t *testing.T) {
	for _, tt := range []struct {
		name    string
		signals []syscall.Signal
	}{
		{"SIGINT twice", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}},
		{"SIGTERM twice", []syscall.Signal{syscall.SIGTERM, syscall.SIGTERM}},
		{"SIGINT, SIGTERM", []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}},
		{"SIGHUP, SIGTERM", []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM}},
		{"SIGQUIT", []syscall.Signal{syscall.SIGQUIT}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, b := alone(t, stubborn, "run", "s.drl")
			until(t, "the command is at work", func() bool { return b.sleeps() && p.has("up") })
			for _, s := range tt.signals[:len(tt.signals)-1] {
				p.signals(s)
				p.sees(`nothing new starts`)
			}
			began := time.Now()
			p.signals(tt.signals[len(tt.signals)-1])
			p.sees(`ending now`)
			p.sees(`■ interrupted`)
			p.ends(130)
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %v, want 3s at most", took)
			}
			b.findsNothing()
			if p.has("never") {
				t.Error("a step was started after the signals")
			}
		})
	}
}

// What no person sends leaves 5s, whatever the step's grace is.
func TestOneSignalWithoutAPersonLeavesFiveSeconds(t *testing.T) {
	t.Parallel()
	var waiting sync.WaitGroup // it is nothing else: all at once, on however few processors
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		waiting.Go(func() {
			t.Run(unix.SignalName(s), func(t *testing.T) { leavesFiveSeconds(t, s) })
		})
	}
	waiting.Wait()
}

func leavesFiveSeconds(t *testing.T, s syscall.Signal) {
	p, b := alone(t, stubborn, "run", "s.drl")
	until(t, "the command is at work", func() bool { return b.sleeps() && p.has("up") })
	began := time.Now()
	p.signals(s)
	p.sees(`nothing new starts`)
	p.sees(`work: ended \d+ processes that were still there: .*SIGTERM did not end .*, SIGKILL did`)
	p.sees(`■ interrupted`)
	p.ends(130)
	// CI sends SIGTERM after 7.5s.
	if took := time.Since(began); took < 5*time.Second || took > 7500*time.Millisecond {
		t.Errorf("it took %v, want 5s and a little", took)
	}
	b.findsNothing()
	if p.has("never") || !p.has("finished") || !p.has("first") {
		t.Error("what should have run after the signal is on finish alone")
	}
}

func TestAWordWithinATenthOfASecond(t *testing.T) {
	best := time.Hour
	for range 5 {
		p, b := atTerminal(t, stubborn, "run", "s.drl")
		until(t, "the command is at work", func() bool { return b.sleeps() && p.has("up") })
		began := time.Now()
		p.types("\x03")
		p.sees(`SIGINT: nothing new starts`)
		best = min(best, time.Since(began))
		p.types("\x03")
		p.ends(130)
		b.findsNothing()
		if best < 100*time.Millisecond {
			return // others may have kept the processors busy before
		}
	}
	t.Errorf("the word came after %v, want 100ms at most", best)
}

// The terminal's own signal reaches drl alone: the command is asked to end
// with SIGTERM, once, and may take its time.
func TestACommandIsNotHitByCtrlC(t *testing.T) {
	p, b := atTerminal(t, `
step "work" {
    $ sh -c 'trap "echo INT >> got" INT; trap "echo TERM >> got; sleep 0.2; echo done >> got; exit" TERM; touch up; until test -e enough; do sleep 0.02; done'
    undo none "an example"
}
`, "run", "s.drl")
	until(t, "the command is at work", func() bool { return p.has("up") })
	p.types("\x03")
	p.sees(`■ interrupted`)
	p.ends(130)
	got, err := os.ReadFile(filepath.Join(p.cmd.Dir, "got"))
	if err != nil || string(got) != "TERM\ndone\n" {
		t.Errorf("the command got %q (%v), want SIGTERM, and time to end", got, err)
	}
	b.findsNothing()
}

// A terminal that is closed, as by a lost connection, interrupts the run.
func TestATerminalThatGoesAway(t *testing.T) {
	p, b := atTerminal(t, `
step "work" {
    $ sleep SLEEP
    undo none "an example"
}
on finish { $ touch finished }
`, "run", "s.drl")
	until(t, "the command is at work", b.sleeps)
	p.keys.Close()
	p.ends(130)
	b.findsNothing()
	if !p.has("finished") {
		t.Error("on finish did not run")
	}
}

// nohup makes a run outlive its terminal.
func TestNohup(t *testing.T) {
	b := newBystander(t)
	p := b.person(`
step "work" {
    $ sh -c 'touch up; until test -e enough; do sleep 0.02; done'
    undo none "an example"
}
`)
	drl := p.cmd.Path
	p.cmd.Path, p.cmd.Args = "/bin/sh", []string{"sh", "-c", `trap "" HUP; exec "$0" run s.drl`, drl}
	p.sits()
	until(t, "the command is at work", func() bool { return p.has("up") })
	p.signals(syscall.SIGHUP)
	p.signals(syscall.SIGHUP)
	if err := os.WriteFile(filepath.Join(p.cmd.Dir, "enough"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p.sees(`passed`)
	p.ends(0)
	b.findsNothing()
}

func TestCtrlCWhileAQuestionIsOpen(t *testing.T) {
	t.Run("nothing to undo", func(t *testing.T) {
		p, b := atTerminal(t, `confirm "go"`, "run", "s.drl")
		p.sees(`like: $`)
		p.types("\x03")
		p.sees(`SIGINT: nothing new starts`)
		p.sees(`■ interrupted`)
		p.ends(130)
		b.findsNothing()
	})
	t.Run("a secret, and the terminal shows again what is typed", func(t *testing.T) {
		p, b := atTerminal(t, `let key = ask "the key" secret`, "run", "s.drl")
		echo := func() bool {
			state, err := unix.IoctlGetTermios(int(p.keys.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			return state.Lflag&unix.ECHO != 0
		}
		p.sees(`while you type: $`)
		if echo() {
			t.Error("the terminal shows what is typed")
		}
		p.types("\x03")
		p.sees(`■ interrupted`)
		if !echo() {
			t.Error("the terminal still hides what is typed")
		}
		p.ends(130)
		b.findsNothing()
	})
	const undone = `
step "first" {
    $ touch first
    undo or ask { $ rm first }
}
confirm "go" or rollback
`
	t.Run("something to undo, and again at the next question", func(t *testing.T) {
		p, b := atTerminal(t, undone, "run", "s.drl")
		p.sees(`like: $`)
		p.types("\x03")
		p.sees(`roll back or leave it: $`)
		p.types("\x03")
		p.sees(`ending now`)
		p.sees(`■ interrupted`)
		p.ends(130)
		b.findsNothing()
	})
	t.Run("in a rollback, which goes on", func(t *testing.T) {
		p, b := atTerminal(t, undone, "run", "s.drl")
		p.sees(`like: $`)
		p.types("no\n")
		p.sees(`undo first\?`)
		p.sees(`like: $`)
		p.types("\x03")
		p.sees(`a rollback is at work and goes on`)
		p.sees(`like: $`) // it is still open
		p.types("yes\n")
		p.sees(`✓ undo first`)
		p.ends(3)
		b.findsNothing()
	})
}

// Keys that were typed before a question stand in its way neither at the
// question after Ctrl-C nor at one for the name of a guarded target.
func TestTypedAheadAnswersNothingThatMatters(t *testing.T) {
	p, b := atTerminal(t, `
targets { production: { url: "http://p", guard: true } }
step "first" {
    $ touch first
    undo or ask { $ rm first }
}
step "work" {
    $ sh -c 'sleep SLEEP; :'
    undo none "an example"
}
`, "run", "s.drl", "--target", "production")
	until(t, "the command is at work", b.sleeps)
	p.types("roll back\nproduction\nproduction\n")
	p.sees(`production\r\nproduction\r\n`) // the terminal's own echo
	p.types("\x03")
	p.sees(`roll back or leave it: $`)
	p.types("roll back\nproduction\n")
	p.sees(`undo first\?`)
	p.sees(`type production to say yes, or no: $`)
	p.types("y\n")
	p.sees(`neither production nor no`)
	p.sees(`: $`)
	p.types("production\n")
	p.sees(`✓ undo first`)
	p.ends(3)
	b.findsNothing()
}

// A reader that has stopped reading holds neither the run nor its end.
func TestAReaderThatStopsReading(t *testing.T) {
	const flood = `
step "flood" {
    $ sh -c 'yes $(head -c 2000 /dev/zero | tr "\0" x) | head -c 5000000'
    $ touch made
    undo none "an example"
}
step "work" {
    $ sh -c 'test -e enough || sleep SLEEP; :'
    undo none "an example"
}
`
	start := func(t *testing.T) (p *person, b *bystander, unread *os.File) {
		b = newBystander(t)
		p = b.person(flood, "run", "s.drl", "--json")
		unread, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unread.Close() })
		read, progress, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		p.cmd.Stdout, p.cmd.Stderr = write, progress
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		write.Close()
		progress.Close()
		p.looksAt(read)
		return p, b, unread
	}
	t.Run("the run goes on", func(t *testing.T) {
		t.Parallel()
		p, b, unread := start(t)
		if err := os.WriteFile(filepath.Join(p.cmd.Dir, "enough"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		p.sees(`✓ passed`)
		if !p.has("made") {
			t.Error("the step after the flood did not run")
		}
		unread.Close()
		p.ends(0)
		b.findsNothing()
	})
	t.Run("and ends", func(t *testing.T) {
		t.Parallel()
		p, b, _ := start(t)
		until(t, "the second command is at work", b.sleeps)
		began := time.Now()
		p.signals(syscall.SIGTERM)
		p.ends(130)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it took %v, want 3s at most", took)
		}
		b.findsNothing()
	})
}

// What a killed drl leaves is said by the next one, until it is gone; then its
// private files go too.
func TestWhatAKilledDrlLeavesIsSaid(t *testing.T) {
	const script = `
let key = secret("a key that nobody may see")
step "work" {
    $ sh -c 'sleep SLEEP; :' x <(sleep SLEEP) < {secret_file(key)}
    undo none "an example"
}
`
	p, b := alone(t, script, "run", "s.drl")
	until(t, "the command is at work", b.sleeps)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.ends(-1)
	if left := b.processes(); len(left) == 0 {
		t.Fatal("nothing is left to be told of")
	}
	next := func() *person {
		p := prepare(t, `check "x" { $ true }`, "run", "s.drl")
		p.cmd.Env = append(p.cmd.Env, "TMPDIR="+b.temporary)
		p.sits()
		return p
	}
	n := next()
	n.sees(`drl run s\.drl \(process \d+, since \S+\) was killed, and its commands are still at work: .*\d+ sleep`)
	n.sees(`or end them: kill [\d ]+`)
	n.sees(`✓ passed`)
	n.ends(0)
	for _, pid := range b.processes() {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "they are gone", func() bool { return len(b.processes()) == 0 })
	n = next()
	n.sees(`was killed; nothing of it is at work any more, and its private files are removed`)
	n.sees(`✓ passed`)
	n.ends(0)
	b.findsNothing()
}

// One drl says nothing of another that is at work.
func TestADrlAtWorkIsNoRemains(t *testing.T) {
	p, b := alone(t, stubborn, "run", "s.drl")
	until(t, "the command is at work", func() bool { return b.sleeps() && p.has("up") })
	n := prepare(t, `check "x" { $ true }`, "run", "s.drl")
	n.cmd.Env = append(n.cmd.Env, "TMPDIR="+b.temporary)
	if out, err := n.cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("killed")) {
		t.Errorf("%v: %s", err, out)
	}
	p.signals(syscall.SIGQUIT)
	p.ends(130)
	b.findsNothing()
}

// A call that can't be ended doesn't hold the end of drl, and nothing is left
// all the same.
func TestARunThatDoesNotListenIsLeft(t *testing.T) {
	t.Parallel()
	b := newBystander(t)
	p := b.person("")
	p.cmd = exec.Command("deaf", b.sleep)
	p.cmd.Env = append(os.Environ(), b.mark, "TMPDIR="+b.temporary)
	p.sits()
	until(t, "both commands are at work", func() bool { return len(b.processes()) == 4 })
	began := time.Now()
	p.types("\n")
	p.sees(`what ran did not end within 1.5s of the last signal, and drl ends without it`)
	p.ends(130)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v, want 3s at most", took)
	}
	b.findsNothing()
}

// A flood of output is bounded in memory, with and without ends of lines.
func TestAFloodIsBounded(t *testing.T) {
	for name, command := range map[string]string{
		"lines":   "yes 'a line of some length, so that there are not too many' | head -c 300000000",
		"no ends": "head -c 300000000 /dev/zero",
		"errors":  "sh -c 'head -c 300000000 /dev/zero >&2'",
	} {
		t.Run(name, func(t *testing.T) {
			b := newBystander(t)
			p := b.person("step \"flood\" {\n    $ "+command+"\n    undo none \"x\"\n}\n", "run", "s.drl")
			if out, err := p.cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			used := p.cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
			if most := int64(128<<20) * raceMemory; used > most {
				t.Errorf("%d bytes of memory were used, want %d at most", used, most)
			}
			b.findsNothing()
		})
	}
}
