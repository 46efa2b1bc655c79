package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// typist is drl repl at a terminal of its own, whose screen is looked at.
type typist struct {
	t     *testing.T
	cmd   *exec.Cmd
	keys  *os.File
	glass *glass
	dir   string

	mu   sync.Mutex
	more *sync.Cond
	gone bool
	raw  strings.Builder
}

// opens starts a session in a folder, at a terminal of so many columns.
func opens(t *testing.T, dir string, columns int, args ...string) *typist {
	t.Helper()
	p := &typist{t: t, cmd: exec.Command("drl", append([]string{"repl"}, args...)...), glass: newGlass(columns, 24), dir: dir}
	p.cmd.Env = os.Environ()
	p.sits(columns)
	return p
}

// sits starts the program at its terminal.
func (p *typist) sits(columns int) {
	p.t.Helper()
	p.more = sync.NewCond(&p.mu)
	p.cmd.Dir = p.dir
	p.cmd.Env = append(p.cmd.Env, "TERM=xterm", "NO_COLOR=1", "DRL_STATE="+filepath.Join(p.dir, "state"), "EDITOR="+filepath.Join(p.dir, "editor"))
	keys, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: 24, Cols: uint16(columns)})
	if err != nil {
		p.t.Fatal(err)
	}
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
			p.raw.Write(buf[:n])
			p.glass.Write(buf[:n])
			p.gone = err != nil
			p.more.Broadcast()
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
}

func (p *typist) types(keys string) {
	p.t.Helper()
	if _, err := io.WriteString(p.keys, keys); err != nil {
		p.t.Fatal(err)
	}
}

// waits waits until what is on the screen is as wanted.
func (p *typist) waits(what string, as func(lines []string) bool) []string {
	p.t.Helper()
	late := false
	timer := time.AfterFunc(20*time.Second, func() {
		p.mu.Lock()
		late = true
		p.more.Broadcast()
		p.mu.Unlock()
	})
	defer timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		lines := p.glass.lines()
		if as(lines) {
			return lines
		}
		if late || p.gone {
			p.t.Fatalf("never saw %s; the screen is\n%s", what, strings.Join(lines, "\n"))
		}
		p.more.Wait()
	}
}

// ends waits until the screen ends with the lines.
func (p *typist) ends(lines ...string) {
	p.t.Helper()
	want := strings.Join(lines, "\n")
	p.waits(fmt.Sprintf("at the end\n%s\n", want), func(seen []string) bool {
		all := strings.Join(seen, "\n")
		return all == want || strings.HasSuffix(all, "\n"+want)
	})
}

// shows waits until a text stands somewhere on the screen.
func (p *typist) shows(text string) {
	p.t.Helper()
	p.waits(fmt.Sprintf("%q", text), func(lines []string) bool { return strings.Contains(strings.Join(lines, "\n"), text) })
}

// leaves presses Ctrl-D.
func (p *typist) leaves() {
	p.t.Helper()
	p.types("\x04")
	p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Errorf("exit code %d, want 0", code)
	}
	p.glass.mu.Lock()
	defer p.glass.mu.Unlock()
	if len(p.glass.strange) > 0 {
		p.t.Errorf("sequences that no terminal need know: %q", p.glass.strange)
	}
}

// wide and narrow runs a test at two terminals.
func wideAndNarrow(t *testing.T, test func(t *testing.T, columns int)) {
	for _, columns := range []int{80, 40} {
		t.Run(fmt.Sprintf("%d columns", columns), func(t *testing.T) { test(t, columns) })
	}
}

func TestStatementsAtThePrompt(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		p := opens(t, t.TempDir(), columns)
		p.ends("drl>")
		p.types("let name = \"日本語\"\r")
		p.ends("name = \"日本語\"", "drl>")
		p.types("\"{name}!\"\r")
		p.ends("\"日本語!\"", "drl>")
		p.types("_.length * 3m\r")
		p.ends("12m", "drl>")
		p.types("[{ city: \"京都\", up: 99.5% }, { city: \"Ulm\", up: 100% }]\r")
		p.ends("city     up", "京都  99.5%", "Ulm    100%", "drl>")
		p.types("expect 1 == 2\r")
		p.shows("✗ expect 1 == 2")
		p.types("nmae\r")
		p.ends("    nmae", "    ^^^^", "  hint: did you mean name?", "  drl explain DRL0200", "drl>")
		p.leaves()
	})
}

func TestALineIsEdited(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		p := opens(t, t.TempDir(), columns)
		p.ends("drl>")
		// Longer than the narrow terminal, with a wide character at its edge.
		p.types("\"0123456789012345678901234567890123語45 語\"")
		p.shows("45 語\"")
		p.types("\x1b[D\x1b[D\x7f.")
		p.shows("45.語\"")
		row, column := p.glass.cursor()
		line := p.glass.lines()[row]
		before := []rune(line)
		at := 0
		for i, r := range before {
			if at == column {
				if r != '語' || before[i-1] != '.' {
					t.Errorf("the cursor stands before %q in %q", r, line)
				}
				break
			}
			at += glassWidth.RuneWidth(r)
		}
		p.types("\r")
		p.waits("the value", func(lines []string) bool {
			return strings.Count(strings.Join(lines, ""), "0123456789012345678901234567890123語45.語") == 2
		})
		p.ends("drl>")
		p.types("aaa bbb\x17\x17\x15") // Ctrl-W, Ctrl-U
		p.ends("drl>")
		p.types("something\x03")
		p.ends("drl> something^C", "drl>")
		p.leaves()
	})
}

func TestContinuation(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		p := opens(t, t.TempDir(), columns)
		p.ends("drl>")
		p.types("check \"sums\" {\r")
		p.ends("drl> check \"sums\" {")
		p.types("expect 1 + 1 == 2\r")
		p.types("}")
		p.ends("drl> check \"sums\" {", "         expect 1 + 1 == 2", "     }")
		p.types("\r")
		p.shows("✓ sums")
		p.ends("drl>")
		p.types("1 +\r2\r")
		p.ends("3", "drl>")
		p.types("[1,\x1b\r2]\r") // Alt-Enter
		p.ends("[1,2]", "drl>")
		p.leaves()
	})
}

func TestPasteIsOneBlock(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		dir := t.TempDir()
		p := opens(t, dir, columns)
		p.ends("drl>")
		p.types("\x1b[200~let one = 1\r\nlet two = one + 1\r\nprint(\"{two}\")\x1b[201~")
		p.ends("drl> let one = 1", "     let two = one + 1", "     print(\"{two}\")")
		p.types("\x1b[A\x1b[A\x05 + 4") // two lines up, its end
		p.ends("drl> let one = 1 + 4", "     let two = one + 1", "     print(\"{two}\")")
		p.types("\r")
		p.ends("one = 5", "two = 6", "6", "drl>")
		p.types("\x1b[A")
		p.ends("drl> let one = 1 + 4", "     let two = one + 1", "     print(\"{two}\")")
		p.types("\x1b[A\x1b[A\x1b[A\x1b[B\x1b[B\x1b[B") // up within it, down out of it
		p.ends("drl>")
		p.leaves()
	})
}

func TestHistoryOutlivesASession(t *testing.T) {
	dir := t.TempDir()
	p := opens(t, dir, 80)
	p.ends("drl>")
	p.types("let a =\r1\r")
	p.ends("a = 1", "drl>")
	p.types("let key = secret(\"hunter2-hunter2\")\r")
	p.ends("key = •••", "drl>")
	p.leaves()

	file := filepath.Join(dir, "state", "repl_history")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the history is %v, want 0600", info.Mode().Perm())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\"let a =\\n1\"\n\"let key = secret(\\\"•••\\\")\"\n"; string(text) != want {
		t.Errorf("the history is\n%swant\n%s", text, want)
	}

	p = opens(t, dir, 80)
	p.ends("drl>")
	p.types("\x1b[A")
	p.ends("drl> let key = secret(\"•••\")")
	p.types("\x1b[A")
	p.ends("drl> let a =", "     1")
	p.types("\r")
	p.ends("a = 1", "drl>")
	p.types("key\x12") // Ctrl-R
	p.ends("drl> let key = secret(\"•••\")")
	p.types("\x03")
	p.leaves()
}

func TestCtrlCEndsAnEvaluationAlone(t *testing.T) {
	p := opens(t, t.TempDir(), 80)
	p.ends("drl>")
	p.types("let x = 7\r")
	p.ends("x = 7", "drl>")
	p.types("$(sleep 60)\r")
	p.shows(" $(sleep 60)  ")
	p.types("\x03")
	p.ends("■ interrupted", "drl>")
	// One in the middle of a loop that no single wait holds up.
	p.types("(1..1_000_000).map(n => (1..1_000).count(m => file.exists(\"{m}\"))).sum\r")
	p.waits("it at work", func(lines []string) bool { return strings.Count(strings.Join(lines, "\n"), ".sum") == 2 })
	p.types("\x03")
	p.ends("■ interrupted", "drl>")
	p.types("x\r")
	p.ends("7", "drl>")
	p.leaves()
}

// However a session ends, the terminal is as it was.
func TestTheTerminalIsGivenBack(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(fmt.Sprintf("running: %v", running), func(t *testing.T) {
			p := opens(t, t.TempDir(), 80)
			p.ends("drl>")
			if running {
				p.types("$(sleep 60)\r")
				p.shows(" $(sleep 60)  ")
			} else {
				p.types("print(\"half a stat\")")
				p.ends("drl> print(\"half a stat\")")
			}
			if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			p.cmd.Wait()
			if code := p.cmd.ProcessState.ExitCode(); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			state, err := unix.IoctlGetTermios(int(p.keys.Fd()), readTermios)
			if err != nil {
				t.Fatal(err)
			}
			if want := uint32(unix.ECHO | unix.ICANON | unix.ISIG); uint32(state.Lflag)&want != want {
				t.Errorf("the terminal's modes are %#x", state.Lflag)
			}
			if all := strings.Join(p.glass.lines(), "\n"); strings.Count(all, "half a stat") > 1 {
				t.Errorf("what was half typed was carried out:\n%s", all)
			}
			p.waits("the end of marked pastes", func([]string) bool {
				p.glass.mu.Lock()
				defer p.glass.mu.Unlock()
				return !p.glass.paste
			})
		})
	}
}

func TestAPipeThatStaysOpen(t *testing.T) {
	cmd := exec.Command("drl", "repl")
	cmd.Env = append(os.Environ(), "TERM=dumb")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	io.WriteString(in, "1 + 1\n")
	two := make([]byte, 2)
	if _, err := io.ReadFull(out, two); err != nil || string(two) != "2\n" {
		t.Fatalf("%q, %v", two, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("exit code %d, want 130", cmd.ProcessState.ExitCode())
	}
}

func TestTabCompletes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"data.json": `{"items": [{"price": 3, "payload": 1}]}`, "other.txt": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	wideAndNarrow(t, func(t *testing.T, columns int) {
		p := opens(t, dir, columns)
		p.ends("drl>")
		p.types("let data = json.par\tfile.rea\t")
		p.waits("what file.read takes", func(lines []string) bool {
			last := len(lines) - 1
			return strings.HasPrefix(lines[last], "file.read(path: string") && lines[last-1] == "drl> let data = json.parse(file.read("
		})
		p.types("\"da\t\"))\r")
		p.shows("data = ")
		p.types("data.it\t[0].p")
		p.ends("drl> data.items[0].p")
		p.types("\t")
		p.shows("payload")
		p.shows("price")
		p.types("r\t + 1\r")
		p.ends("4", "drl>")
		p.types("http.get(\"x\", timeo\t")
		p.shows("drl> http.get(\"x\", timeout:")
		p.types("\x15:ti\t")
		p.waits("two commands", func(lines []string) bool {
			all := strings.Join(lines, "\n")
			return strings.Contains(all, ":time ") && strings.Contains(all, ":timeline ")
		})
		p.types("\x03")
		p.leaves()
	})
}

func TestAWatchNeverGarblesTheLine(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		dir := t.TempDir()
		write := func(n int) {
			if err := os.WriteFile(filepath.Join(dir, "count"), fmt.Appendf(nil, "%d", n), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		write(1)
		p := opens(t, dir, columns)
		p.ends("drl>")
		p.types(":watch 100ms json.parse(file.read(\"count\"))\r")
		watching := func(n int, typed ...string) {
			t.Helper()
			p.waits(fmt.Sprintf("the watch at %d above %q", n, typed), func(lines []string) bool {
				at := len(lines) - len(typed) - 1
				if at < 0 || strings.Join(lines[at+1:], "\n") != strings.Join(typed, "\n") {
					return false
				}
				values := strings.TrimRight(lines[at], " ▁▂▃▄▅▆▇█")
				return strings.HasSuffix(values, fmt.Sprintf(" %d", n)) && glassWidth.StringWidth(lines[at]) < columns
			})
		}
		watching(1, "drl>")
		for i, typed := range []string{"let 語", "let 語 = \"", "let 語 = \"half a line that is longer than", "let 語 = \"half a line that is longer than forty 語"} {
			p.types("\x15" + typed)
			write(i + 2)
			want := []string{}
			row := "drl> "
			for _, r := range typed {
				if glassWidth.StringWidth(row)+glassWidth.RuneWidth(r) > columns {
					want = append(want, row)
					row = ""
				}
				row += string(r)
			}
			watching(i+2, append(want, row)...)
		}
		p.types("\x15")
		watching(5, "drl>")
		p.types("1 + 1\r") // a statement runs while it goes on
		watching(5, "drl>")
		p.types(":watch stop\r")
		p.ends("drl> :watch stop", "drl>")
		p.leaves()
	})
}

const guarded = `
targets {
    staging:    { url: "http://s" }
    production: { url: "http://p", guard: true }
}
`

func TestWritesAreAnnounced(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte(guarded), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Run("and asked for", func(t *testing.T) {
		p := opens(t, dir, 80, "s.drl", "--target", "staging")
		p.ends("staging>")
		p.types("let file = \"made\"\r$ touch {file}; echo done\r")
		p.shows("this writes to staging:")
		p.ends("  $ touch made; echo done", "", "? run it?", "  on staging", "  yes or no, and a note if you like:")
		p.types("no\r")
		p.ends("nothing was done", "staging>")
		if _, err := os.Stat(filepath.Join(dir, "made")); err == nil {
			t.Error("it was done all the same")
		}
		p.types("\x1b[A\r")
		p.ends("  yes or no, and a note if you like:")
		p.types("yes, for the test\r")
		p.ends("done", "staging>")
		if _, err := os.Stat(filepath.Join(dir, "made")); err != nil {
			t.Error(err)
		}
		p.types(":timeline\r")
		p.shows("declined by ")
		p.shows("(for the test)")
		p.leaves()
	})
	t.Run("with the name of a guarded target", func(t *testing.T) {
		p := opens(t, dir, 80, "s.drl", "--target", "production")
		p.ends("production!")
		p.types("$ echo done\r")
		p.ends("  type production to say yes, or no:")
		p.types("yes\r")
		p.shows("that is neither production nor no")
		p.types("production\r")
		p.ends("done", "production!")
		p.leaves()
	})
	t.Run("and what is typed ahead answers nothing", func(t *testing.T) {
		p := opens(t, dir, 80, "s.drl", "--target", "staging")
		p.ends("staging>")
		p.types("$ echo done\ryes\r")
		p.ends("  yes or no, and a note if you like:")
		p.types("no\r")
		p.ends("nothing was done", "staging>")
		p.leaves()
	})
}

func TestUndoAtThePrompt(t *testing.T) {
	dir := t.TempDir()
	p := opens(t, dir, 80)
	p.ends("drl>")
	p.types("\x1b[200~step \"make it\" {\n    let name = \"made\"\n    $ touch {name}\n    undo {\n$ rm {name}\n$ sh -c 'until test -e enough; do sleep 0.05; done'\n}\n}\x1b[201~\r")
	p.ends("  yes or no, and a note if you like:")
	p.types("yes\r")
	p.ends(":undo takes back make it", "drl>")
	p.types("file.exists(\"made\")\r")
	p.ends("true", "drl>")
	p.types(":undo\r")
	p.ends("? undo make it?", "  yes or no, and a note if you like:")
	p.types("yes\r")
	atWork := func(lines []string) bool { return len(lines) > 1 && spins(lines[len(lines)-1]) }
	p.waits("it at work", atWork)
	p.types("\x03")
	p.waits("a word above the live line", func(lines []string) bool {
		return atWork(lines) && lines[len(lines)-2] == "! an undo is at work and goes on; once more ends it as it is"
	})
	if err := os.WriteFile(filepath.Join(dir, "enough"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p.shows("✓ undo make it")
	p.types("file.exists(\"made\")\r")
	p.ends("false", "drl>")
	p.leaves()
}

func TestEditAndSave(t *testing.T) {
	dir := t.TempDir()
	editor := "#!/bin/sh\nprintf 'let b = a +\\n    10\\n' >> \"$1\"\nsed -i 1d \"$1\"\n"
	if err := os.WriteFile(filepath.Join(dir, "editor"), []byte(editor), 0o777); err != nil {
		t.Fatal(err)
	}
	p := opens(t, dir, 80)
	p.ends("drl>")
	p.types("let a = 1\r:edit\r")
	p.ends("drl> let b = a +", "         10")
	p.types("\r")
	p.ends("b = 11", "drl>")
	p.types("let a = a + b\r")
	p.ends("a = 12", "drl>")
	p.types("expect a == 12\r")
	p.shows("✓ expect a == 12")
	p.ends("drl>")
	p.types(":save s.drl\r")
	p.shows("drl check s.drl finds no mistakes")
	p.leaves()
	text, err := os.ReadFile(filepath.Join(dir, "s.drl"))
	if err != nil {
		t.Fatal(err)
	}
	want := `let a = 1

let b = a +
    10

let a_2 = a + b

check "expect a == 12" {
    expect a_2 == 12
}
`
	if string(text) != want {
		t.Errorf("saved\n%s\nwant\n%s", text, want)
	}
	out, err := exec.Command("drl", "run", filepath.Join(dir, "s.drl")).CombinedOutput()
	if err != nil {
		t.Errorf("drl run of it: %v\n%s", err, out)
	}
}

func TestCommandsOfThePrompt(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte("let base = 40\nfn twice(n: int) -> int { return 2 * n }\nstep \"never\" { $ touch never }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	wideAndNarrow(t, func(t *testing.T, columns int) {
		p := opens(t, dir, columns)
		p.ends("drl>")
		p.types(":time 1 + 1\r")
		p.waits("the value and how long it took", func(lines []string) bool {
			n := len(lines)
			return n > 3 && lines[n-3] == "2" && strings.HasPrefix(lines[n-2], "took ") && lines[n-1] == "drl>"
		})
		p.types(":time\r")
		p.waits("the time, here and in UTC", func(lines []string) bool {
			all := strings.Join(lines, "\n")
			return strings.Contains(all, ":time\n20") && strings.Contains(all, "UTC")
		})
		p.types(":time nmae\r") // what fails takes no time
		p.ends("  drl explain DRL0200", "drl>")
		p.types(":load s.drl\r")
		p.shows("nodes don't run here")
		p.types("let name = \"日本語\"\r")
		p.ends("name = \"日本語\"", "drl>")
		p.types(":names\r")
		p.waits("what is bound", func(lines []string) bool {
			all := strings.Join(lines, "\n")
			return strings.Contains(all, "\nbase: int = 40\nname: string = \"日本語\"\n") && strings.Contains(all, "twice(n: int)")
		})
		p.types(":type twice(base) / 3\r")
		p.shows("\nratio")
		p.types("twice(base)\r")
		p.ends("80", "drl>")
		p.types(":doc http.get\r")
		p.shows("expect http.get(")
		p.types(":help\r")
		p.shows("leave; so does Ctrl")
		p.ends("drl>")
		p.types(":nmaes\r")
		p.ends("there is no :nmaes; did you mean :names?", "drl>")
		p.leaves()
	})
}

// resizes makes the terminal narrower or wider, and returns what it shows
// before the program has heard of it.
func (p *typist) resizes(columns int) []string {
	p.t.Helper()
	p.mu.Lock()
	p.glass.resize(columns)
	lines := p.glass.lines()
	p.mu.Unlock()
	if err := pty.Setsize(p.keys, &pty.Winsize{Rows: 24, Cols: uint16(columns)}); err != nil {
		p.t.Fatal(err)
	}
	return lines
}

// spins tells whether a line is the first of those that are alive.
func spins(line string) bool {
	r, _ := utf8.DecodeRuneInString(line)
	return strings.ContainsRune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏", r)
}

// broken is a text as rows of so many columns.
func broken(columns int, text string) (rows []string) {
	row := ""
	for _, r := range text {
		if glassWidth.StringWidth(row)+glassWidth.RuneWidth(r) > columns {
			rows, row = append(rows, strings.TrimRight(row, " ")), ""
		}
		row += string(r)
	}
	return append(rows, row)
}

func TestAWindowIsResized(t *testing.T) {
	for _, from := range []int{80, 40} {
		to := 120 - from
		t.Run(fmt.Sprintf("%d to %d columns", from, to), func(t *testing.T) {
			p := opens(t, t.TempDir(), from)
			p.ends("drl>")
			p.types("\"above\"\r")
			p.ends("\"above\"", "drl>")
			const typed = "\"0123456789 123456789 123456789 123456789 123456789 語\""
			p.types(typed)
			p.ends(append([]string{"\"above\""}, broken(from, "drl> "+typed)...)...)
			p.resizes(to)
			p.ends(append([]string{"\"above\""}, broken(to, "drl> "+typed)...)...)
			p.types("\x1b[D\x1b[D!")
			changed := strings.Replace(typed, "語", "!語", 1)
			p.ends(append([]string{"\"above\""}, broken(to, "drl> "+changed)...)...)
			p.resizes(from)
			p.ends(append([]string{"\"above\""}, broken(from, "drl> "+changed)...)...)
			p.types("\x03")
			p.ends("drl>")
			// What runs is drawn anew too, and nothing of it is left anywhere.
			p.types("$(sleep 60; echo 0123456789 123456789 123456789 12345)\r")
			live := regexp.MustCompile(`^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \$\(sleep 60; echo 0123456789 12.*  \d+s$`)
			p.waits("a live line", func(lines []string) bool { return live.MatchString(lines[len(lines)-1]) })
			for _, columns := range []int{to, from, to, from, to} {
				above := p.resizes(columns)
				if i := slices.IndexFunc(above, spins); i >= 0 {
					above = above[:i]
				}
				p.waits("one live line, as wide as can be", func(lines []string) bool {
					last := len(lines) - 1
					return slices.Equal(lines[:last], above) && live.MatchString(lines[last]) && (columns == 40) == strings.Contains(lines[last], "…")
				})
			}
			p.types("\x03")
			p.ends("■ interrupted", "drl>")
			p.leaves()
		})
	}
}

// shellAt is a shell at a terminal, with jobs.
func shellAt(t *testing.T, dir string, columns int) *typist {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash, for its jobs")
	}
	p := &typist{t: t, cmd: exec.Command("bash", "--norc", "--noprofile", "-i"), glass: newGlass(columns, 24), dir: dir}
	p.cmd.Env = append(os.Environ(), "PS1=shell> ", "HISTFILE=", "INPUTRC=/dev/null", "LC_ALL=C.UTF-8", "TMPDIR="+t.TempDir())
	p.sits(columns)
	p.ends("shell>")
	return p
}

// like waits until the whole screen is as the patterns, row by row.
func (p *typist) like(rows ...string) {
	p.t.Helper()
	p.waits("a screen like\n"+strings.Join(rows, "\n")+"\n", func(lines []string) bool {
		return slices.EqualFunc(rows, lines, func(row, line string) bool {
			return regexp.MustCompile("^(?:" + row + ")$").MatchString(line)
		})
	})
}

// literal are patterns of rows.
func literal(rows []string) (patterns []string) {
	for _, row := range rows {
		patterns = append(patterns, regexp.QuoteMeta(row))
	}
	return patterns
}

// clears has the shell clear the screen.
func (p *typist) clears() {
	p.t.Helper()
	p.types("\f")
	p.like("shell>")
}

// Ctrl-Z gives the shell its terminal; fg brings back what was being typed, and
// what ran.
func TestSuspendedAndCalledBack(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		p := shellAt(t, t.TempDir(), columns)
		p.types("drl repl\r")
		p.ends("drl>")
		const half = "let name = \"half a line that is longer than forty 語"
		p.types("\f" + half)
		typed := literal(broken(columns, "drl> "+half))
		p.like(typed...)
		stopped := []string{"", `\[1\]\+  Stopped .* drl repl`}
		p.types("\x1a")
		p.like(slices.Concat(typed, stopped, []string{"shell>"})...)
		p.types("stty -a | tr ' ' '\\n' | grep -x -e icanon -e echo -e isig | sort | tr '\\n' +\r")
		p.shows("\necho+icanon+isig+shell>")
		p.types("\r")
		p.clears()
		called := []string{"shell> fg", "drl repl"}
		p.types("fg\r")
		p.like(slices.Concat(called, typed)...)
		p.types("\x1a")
		p.like(slices.Concat(called, typed, stopped, []string{"shell>"})...)
		p.clears()
		p.types("fg\r")
		p.like(slices.Concat(called, typed)...)
		p.types("\"\r")
		p.ends("drl>")
		p.shows("\nname = ")
		// While something runs, the terminal itself stops it.
		p.types("\f$(sleep 60)\r")
		begun, live := []string{`drl> \$\(sleep 60\)`}, `[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \$\(sleep 60\)  \d+s`
		for range 3 {
			p.like(append(begun, live)...)
			p.types("\x1a")
			p.like(slices.Concat(begun, stopped, []string{"shell>"})...)
			p.clears()
			p.types("fg\r")
			begun = called
		}
		p.like(append(begun, live)...)
		p.types("\x03")
		p.ends("■ interrupted", "drl>")
		p.types("\x04")
		p.ends("shell>")
	})
}

// A question that is called back is asked again, and what is typed stays
// hidden where it was.
func TestAQuestionIsCalledBack(t *testing.T) {
	dir := t.TempDir()
	const script = `confirm "go"
let key = ask "the key" secret
step "say" {
    print(key)
    undo none "words"
}
`
	if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	p := shellAt(t, dir, 80)
	back := func() {
		p.types("\x1a")
		p.ends("shell>")
		p.clears()
		p.types("fg\r")
	}
	p.types("drl run s.drl\r")
	p.ends("? go", "  yes or no, and a note if you like:")
	back()
	p.like("shell> fg", "drl run s.drl", "", `\? go`, "  yes or no, and a note if you like:")
	p.types("yes\r")
	p.ends("? the key", "  it is not shown while you type:")
	back()
	p.like("shell> fg", "drl run s.drl", "", `\? the key`, "  it is not shown while you type:")
	p.types("hunter2hu\r")
	p.ends("shell>")
	p.shows("✓ say")
	for _, line := range p.glass.lines() {
		if strings.Contains(line, "hunter") {
			t.Errorf("the key was shown: %s", line)
		}
	}
	p.types("\fdrl repl\r")
	p.ends("drl>")
	p.types("\f$ true\r")
	p.ends("? run it?", "  yes or no, and a note if you like:")
	back()
	p.like("shell> fg", "drl repl", "", `\? run it\?`, "  yes or no, and a note if you like:")
	p.types("no\r")
	p.ends("nothing was done", "drl>")
	p.types("\x04")
	p.ends("shell>")
}

// A session that nobody could call back goes on.
func TestWhereThereIsNoShellNothingStops(t *testing.T) {
	p := opens(t, t.TempDir(), 80)
	p.ends("drl>")
	p.types("\f1 + ")
	p.like(`drl> 1 \+`)
	p.types("\x1a")
	p.like(`drl> 1 \+`, `drl> 1 \+`)
	p.types("\f1\r")
	p.like(`drl> 1 \+ 1`, "2", "drl>")
	p.types("\f$(sleep 60)\r")
	p.waits("it at work", func(lines []string) bool { return len(lines) > 0 && spins(lines[len(lines)-1]) })
	p.types("\x1a\x03")
	p.ends("■ interrupted", "drl>")
	p.leaves()
}

// A run gives the terminal back too. In the background it leaves alone what
// others write there.
func TestARunIsSuspendedAndCalledBack(t *testing.T) {
	wideAndNarrow(t, func(t *testing.T, columns int) {
		dir := t.TempDir()
		const script = `step "work" {
    $ sh -c 'echo at work; until test -e enough; do echo >> beats; sleep 0.05; done'
    undo none "an example"
}
`
		if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte(script), 0o666); err != nil {
			t.Fatal(err)
		}
		p := shellAt(t, dir, columns)
		p.types("drl run s.drl\r")
		live := []string{`[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] work  \d+s of 10m`, "    at work", ` *s  0 of 1  \d+s`}
		p.waits("it at work", func(lines []string) bool {
			return len(lines) > 2 && spins(lines[len(lines)-3]) && lines[len(lines)-2] == "    at work"
		})
		called := []string{"shell> fg", "drl run s.drl"}
		stopped := slices.Concat([]string{""}, literal(broken(columns, "[1]+  Stopped                 drl run s.drl")), []string{"shell>"})
		p.types("\x1a")
		p.waits("the shell, and no live line", func(lines []string) bool {
			return lines[len(lines)-1] == "shell>" && !slices.ContainsFunc(lines, spins)
		})
		for range 3 {
			p.clears()
			p.types("fg\r")
			p.like(append(called, live...)...)
			p.types("\x1a")
			p.like(append(called, stopped...)...)
		}
		p.clears()
		p.types("bg\r")
		background := []string{"shell> bg", `\[1\]\+ drl run s.drl &`}
		p.like(append(background, "shell>")...)
		const wait = "until test $(wc -l < beats) -gt 9; do sleep 0.05; done"
		p.types("> beats; " + wait + "\r")
		background = append(background, literal(broken(columns, "shell> > beats; "+wait))...)
		p.like(append(background, "shell>")...)
		p.types("fg\r")
		p.like(slices.Concat(background, called, live)...)
		if err := os.WriteFile(filepath.Join(dir, "enough"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		p.ends("shell>")
		p.shows("✓ work")
	})
}

// What a killed session leaves is said by the next one.
func TestWhatAKilledSessionLeavesIsSaid(t *testing.T) {
	dir, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	p := opens(t, dir, 80)
	p.ends("drl>")
	p.types("$(sh -c 'echo $$ > pid; sleep 3155'; true)\r")
	var pid int
	p.waits("its command at work", func([]string) bool {
		text, _ := os.ReadFile(filepath.Join(dir, "pid"))
		_, err := fmt.Sscan(string(text), &pid)
		return err == nil
	})
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.cmd.Wait()
	defer syscall.Kill(-pid, syscall.SIGKILL) // it leads a session of its own
	p = opens(t, dir, 80)
	p.waits("what is left", func(lines []string) bool {
		all := strings.Join(lines, "")
		return strings.Contains(all, "drl repl (process ") && strings.Contains(all, fmt.Sprintf("was killed, and its commands are still at work: %d sh", pid))
	})
	p.ends("drl>")
	p.leaves()
}

func TestHighlighting(t *testing.T) {
	dir := t.TempDir()
	p := opens(t, dir, 80, "--color=always")
	p.ends("drl>")
	p.types("let x = \"a\" # why")
	p.ends("drl> let x = \"a\" # why")
	p.mu.Lock()
	raw := p.raw.String()
	p.mu.Unlock()
	for _, colored := range []string{"\x1b[35mlet\x1b[0m", "\x1b[32m\"a\"\x1b[0m", "\x1b[2m# why\x1b[0m"} {
		if !strings.Contains(raw, colored) {
			t.Errorf("%q was never drawn", colored)
		}
	}
	p.types("\x03")
	p.leaves()
}
