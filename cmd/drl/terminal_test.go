package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// person is drl on a terminal of its own, with somebody at the keys.
type person struct {
	t    *testing.T
	cmd  *exec.Cmd
	keys *os.File

	mu   sync.Mutex
	seen bytes.Buffer
	more *sync.Cond
	gone error // why nothing more will be seen
}

// sit starts drl in a new folder with the script, at a terminal.
func sit(t *testing.T, script string, args ...string) *person {
	t.Helper()
	p := prepare(t, script, args...)
	p.sits()
	return p
}

// prepare makes a new folder with the script.
func prepare(t *testing.T, script string, args ...string) *person {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, cmd: exec.Command("drl", args...)}
	p.more = sync.NewCond(&p.mu)
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=1", "LC_ALL=C.UTF-8", "TMPDIR="+t.TempDir())
	return p
}

// sits starts drl at a terminal.
func (p *person) sits() {
	p.t.Helper()
	keys, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		p.t.Fatal(err)
	}
	p.looksAt(keys)
}

// looksAt reads what drl, which runs, writes there.
func (p *person) looksAt(keys *os.File) {
	p.keys = keys
	p.t.Cleanup(func() {
		p.cmd.Process.Kill()
		keys.Close()
	})
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := keys.Read(buf)
			p.mu.Lock()
			p.seen.Write(buf[:n])
			p.gone = err
			p.more.Broadcast()
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
}

// sees waits until the pattern stands in what was shown after the last match.
func (p *person) sees(pattern string) string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	late := time.AfterFunc(20*time.Second, func() {
		p.mu.Lock()
		p.gone = errors.New("it is 20s ago")
		p.more.Broadcast()
		p.mu.Unlock()
	})
	defer late.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if at := re.FindIndex(p.seen.Bytes()); at != nil {
			return string(p.seen.Next(at[1]))
		}
		if p.gone != nil {
			p.t.Fatalf("never saw %q in\n%s%v", pattern, p.seen.String(), p.gone)
		}
		p.more.Wait()
	}
}

func (p *person) types(keys string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, keys); err != nil {
		p.t.Fatal(err)
	}
}

func (p *person) ends(code int) {
	p.t.Helper()
	late := time.AfterFunc(30*time.Second, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.t.Errorf("exit code %d, want %d; the rest was\n%s", got, code, p.seen.String())
	}
}

func TestAPersonIsAsked(t *testing.T) {
	p := sit(t, `
confirm "the notes were read" by "editors"
let region = ask "which region?"
let key = ask "the key" secret
step "say" {
    print("{region}")
    print(key)
    undo none "words"
}
`, "run", "s.drl")
	p.sees(`\? the notes were read`)
	p.sees(`for editors to answer`)
	p.sees(`yes or no, and a note if you like: $`)
	p.types("maybe\n")
	p.sees(`that is neither yes nor no`)
	p.sees(`like: $`)
	p.types("yes, all of them\n")
	p.sees(`✓ the notes were read`)
	p.sees(`your answer: $`)
	p.types("eu\n")
	p.sees(`not shown while you type: $`)
	p.types("hunter2hunter2\n")
	if shown := p.sees(`•••`); strings.Contains(shown, "hunter2") {
		t.Errorf("the key was shown:\n%s", shown)
	}
	p.sees(`passed`)
	p.ends(0)
}

func TestNoIsAnAnswer(t *testing.T) {
	p := sit(t, `confirm "go"`, "run", "s.drl")
	p.sees(`: $`)
	p.types("no, not on a Friday\n")
	p.sees(`✗ go`)
	p.sees(`not on a Friday`)
	p.ends(1)
}

func TestNobodyAnswers(t *testing.T) {
	p := sit(t, `confirm "go"`, "run", "s.drl")
	p.sees(`: $`)
	p.types("\x04")
	p.sees(`waiting for an answer`)
	p.ends(5)
}

// What was typed while something else was on the screen answers nothing.
func TestTypedAheadIsDropped(t *testing.T) {
	p := sit(t, `
step "work" {
    $ touch started
    $ sh -c 'until test -e typed; do sleep 0.05; done'
    undo none "an example"
}
confirm "go"
`, "run", "s.drl")
	p.sees(`work  \d`)
	p.types("yes\nyes\n")
	p.sees(`yes`) // the terminal's own echo: the keys are in its queue
	if err := os.WriteFile(filepath.Join(p.cmd.Dir, "typed"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p.sees(`\? go`)
	p.sees(`like: $`)
	p.types("no\n")
	p.sees(`✗ go`)
	p.ends(1)
}

func TestAGuardedTargetWantsItsName(t *testing.T) {
	p := sit(t, `
targets { production: { url: "http://p", guard: true } }
confirm "go"
`, "run", "s.drl", "--target", "production")
	p.sees(`production is guarded`)
	p.sees(`on production \(guarded\)`)
	p.sees(`type production to say yes, or no: $`)
	p.types("yes\n")
	p.sees(`neither production nor no`)
	p.sees(`: $`)
	p.types("production\n")
	p.sees(`passed on production \(guarded\)`)
	p.ends(0)
}

func TestAFailureIsDecided(t *testing.T) {
	p := sit(t, `
check "file there" or ask { $ test -e there }
`, "run", "s.drl")
	p.sees(`retry, go on, stop or roll back: $`)
	p.types("r\n")
	p.sees(`that could be retry or roll back`)
	p.sees(`: $`)
	if err := os.WriteFile(filepath.Join(p.cmd.Dir, "there"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p.types("retry\n")
	p.sees(`passed`)
	p.ends(0)
}

func TestLiveLines(t *testing.T) {
	p := sit(t, `
step "work" timeout 5m {
    $ sh -c 'echo at work; until test -e enough; do sleep 0.05; done'
    undo none "an example"
}
`, "run", "s.drl")
	p.sees(`[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] work  1s of 5m\r\n    at work\r\n`)
	p.sees(`\r\x1b\[2A\r \x1b\[J\r`) // to its beginning, and from there it is erased
	if err := os.WriteFile(filepath.Join(p.cmd.Dir, "enough"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p.sees(`✓ work`)
	p.sees(`passed`)
	p.ends(0)
}

// A metric's line has its sparkline, value, limit, and how long it is over it;
// where the locale isn't UTF-8, in ASCII.
func TestAMonitorsLines(t *testing.T) {
	for _, tt := range []struct{ locale, quiet, over, decided string }{
		{"C.UTF-8", `depth  ▁+  3  limit 5 \(depth > 5\)  [\w.]+ left\r\n`, `depth  ▁*█+  7  limit 5 \(depth > 5\)  over for [\w.]+ of 10m\r\n`, `■ .*queue`},
		{"C", `depth  _+  3  limit 5 \(depth > 5\)  [\w.]+ left\r\n`, `depth  _*#+  7  limit 5 \(depth > 5\)  over for [\w.]+ of 10m\r\n`, `# .*queue`},
	} {
		t.Run(tt.locale, func(t *testing.T) {
			p := prepare(t, `
metrics backlog { depth = file.read("n").length lower is better }
monitor "the queue" of backlog for 1h every 100ms { fail if depth > 5 for 10m }
`, "run", "s.drl")
			p.cmd.Env = append(p.cmd.Env, "LC_ALL="+tt.locale)
			write := func(text string) {
				// In one piece: a look in between must not find an empty file.
				name := filepath.Join(p.cmd.Dir, "n")
				if err := errors.Join(os.WriteFile(name+".new", []byte(text), 0o666), os.Rename(name+".new", name)); err != nil {
					t.Fatal(err)
				}
			}
			write("abc")
			p.sits()
			p.sees(tt.quiet)
			write("abcdefg")
			p.sees(tt.over)
			p.types("\x03")
			p.sees(tt.decided)
			p.ends(130)
		})
	}
}

func TestCtrlC(t *testing.T) {
	const script = `
step "first" {
    $ touch first
    undo { $ rm first }
}
step "work" {
    $ sh -c 'echo at work; sleep 60'
    undo none "an example"
}
`
	t.Run("once, and rolled back", func(t *testing.T) {
		p := sit(t, script, "run", "s.drl")
		p.sees(`at work`)
		p.types("\x03")
		p.sees(`nothing new starts`)
		p.sees(`roll back or leave it: $`)
		p.types("roll back\n")
		p.sees(`✓ undo first`)
		p.sees(`rolled back`)
		p.ends(3)
	})
	t.Run("once, and left", func(t *testing.T) {
		p := sit(t, script, "run", "s.drl")
		p.sees(`at work`)
		p.types("\x03")
		p.sees(`roll back or leave it: $`)
		p.types("leave it\n")
		p.sees(`■ interrupted`)
		p.ends(130)
	})
	t.Run("twice", func(t *testing.T) {
		p := sit(t, `
step "work" {
    $ sh -c 'trap "" TERM; echo at work; while true; do sleep 1; done'
    undo none "an example"
}
`, "run", "s.drl")
		p.sees(`at work`)
		p.types("\x03")
		p.sees(`once more ends at once`)
		p.types("\x03")
		p.sees(`■ interrupted`)
		p.ends(130)
	})
	t.Run("SIGTERM asks nobody", func(t *testing.T) {
		p := sit(t, script, "run", "s.drl")
		p.sees(`at work`)
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		p.sees(`■ interrupted`)
		p.ends(130)
	})
}
