package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/command/leftover"
)

// powerless is the argument for which the test binary runs a line that is
// stopped, as a process that may send no signal: as it is for a program that
// sudo started.
const powerless = "powerless"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == powerless {
		os.Exit(runPowerless(os.Args[2]))
	}
	leftover.Main(m.Run)
}

// programsDir is a folder with programs that show what they were given, each
// text followed by a zero byte.
func programsDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, script := range map[string]string{
		"show-words": `printf '%s\0' "$@"`,
		"show-input": `cat; printf '\0'`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// shown are the texts that those programs have written.
func shown(output string) []string { return strings.Split(strings.TrimSuffix(output, "\x00"), "\x00") }

// read returns the line of a step with one command, whose holes are names.
func read(t testing.TB, text string, values ...value.Value) Line {
	t.Helper()
	line, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	line.Values, line.Dir, line.Env = values, t.TempDir(), os.Environ()
	return line
}

func parse(text string) (Line, error) {
	f := source.NewFile("test.drl", []byte("step \"x\" {\n    $ "+text+"\n}\n"))
	tree, ds := syntax.Parse(f)
	if ds.HasErrors() {
		return Line{}, fmt.Errorf("%s: %v", text, ds)
	}
	var command *syntax.Command
	syntax.Walk(tree, func(e syntax.Element) bool {
		if c, ok := e.(*syntax.Command); ok && command == nil {
			command = c
		}
		return true
	})
	if command == nil || command.Line == nil {
		return Line{}, fmt.Errorf("%s: no command", text)
	}
	return Line{Command: command, File: f}, nil
}

func run(t testing.TB, text string, values ...value.Value) (Result, error) {
	t.Helper()
	return (&Runner{}).Run(t.Context(), read(t, text, values...))
}

func TestLinesEndAsInBash(t *testing.T) {
	tests := []struct {
		text, stdout string
		code         int
	}{
		{"echo a", "a\n", 0},
		{"true", "", 0},
		{"false", "", 1},
		{"false; echo no", "", 1},
		{"false || echo yes", "yes\n", 0},
		{"true && false", "", 1},
		{"! false", "", 0},
		{"if false; then echo a; else echo b; fi", "b\n", 0},
		{"false | true", "", 1},
		{"true | false", "", 1},
		{"sh -c 'exit 3' | sh -c 'exit 4' | true", "", 4},
		{"( exit_is_no_program )", "", 127},
		{"sh -c 'exit 3'", "", 3},
		{"sh -c 'kill -KILL $$'", "", 137},
		{"no-such-program-here", "", 127},
		{"echo $UNSET_VARIABLE_HERE", "", 1},
		{"a=$(false); echo no", "", 1},
		{"echo a > /dev/full", "", 1},
		{"printf '%s-%s\\n' a b", "a-b\n", 0},
		{"echo a b | tr ab xy", "x y\n", 0},
		{"for x in a b; do echo $x; done", "a\nb\n", 0},
		{"case b in (a) echo 1 ;; (*) echo 2 ;; esac", "2\n", 0},
		{"A=b sh -c 'echo $A'", "b\n", 0},
		{"cat < /dev/null", "", 0},
		{"cat", "", 0},
		{"yes | head -n 1", "y\n", 0},
		{"while true; do echo y; done | head -n 1", "y\n", 0},
		{"sh -c 'yes; exit $?' | head -n 1", "y\n", 0},
		{"yes | head -n 1 | cat", "y\n", 0},
		{"echo a > /dev/stdout", "a\n", 0},
		{"echo a > f && cat f && echo b >> f && cat < f", "a\na\nb\n", 0},
		{"cat <(echo a) <(echo b)", "a\nb\n", 0},
		{"cd / && pwd", "/\n", 0},
		{"echo a > f1; echo *1", "f1\n", 0},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, tt.text)
			if got.Stdout != tt.stdout || got.Code != tt.code {
				t.Errorf("%s writes %q and ends with %d, want %q and %d (stderr %q)", tt.text, got.Stdout, got.Code, tt.stdout, tt.code, got.Stderr)
			}
			var exit *ExitError
			if (tt.code != 0) != errors.As(err, &exit) {
				t.Errorf("%s: the error is %v", tt.text, err)
			}
		})
	}
}

// TestValuesArriveByteForByte meets every context with every value. A start of
// a program takes milliseconds: where a context allows it, what stands in ⟨⟩ is
// repeated, with a value of its own each time, and # is the number of it.
func TestValuesArriveByteForByte(t *testing.T) {
	const together = 40
	dir := programsDir(t)
	if err := os.WriteFile(filepath.Join(dir, "show-variables"), []byte("#!/bin/sh\nfor i in $(seq 0 "+strconv.Itoa(together-1)+"); do eval \"printf '%s\\\\0' \\\"\\${A$i-}\\\"\"; done\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	words := func(around func(v string) []string) func(values []string) []string {
		return func(values []string) []string {
			var all []string
			for _, v := range values {
				all = append(all, around(v)...)
			}
			return all
		}
	}
	after := func(first string, rest func(values []string) []string) func(values []string) []string {
		return func(values []string) []string { return append([]string{first}, rest(values)...) }
	}
	each := func(before, behind string) func(values []string) []string {
		return words(func(v string) []string { return []string{before + v + behind} })
	}
	joined := func(before, behind string) func(values []string) []string {
		return func(values []string) []string { return []string{strings.Join(each(before, behind)(values), "")} }
	}
	contexts := []struct {
		text string
		want func(values []string) []string
	}{
		{"show-words --⟨ {x}⟩", after("--", each("", ""))},
		{"show-words⟨ a{x}b⟩", each("a", "b")},
		{"show-words⟨ \"a {x}\"⟩", each("a ", "")},
		{"show-words⟨ ~{x} --o={x}⟩", words(func(v string) []string { return []string{"~" + v, "--o=" + v} })},
		{"true && show-words --⟨ {x}⟩ > f && cat f", after("--", each("", ""))},
		{"⟨A#={x} ⟩show-variables", func(values []string) []string {
			return append(values[:len(values):len(values)], make([]string, together-len(values))...)
		}},
		{"Z=; ⟨A=\"{x}\"; Z=\"$Z$A\"; ⟩show-words -- \"$Z\"", after("--", joined("", ""))},
		{"⟨show-input <<< {x}; ⟩true", each("", "\n")},
		{"Z=; for y in⟨ {x}⟩; do Z=\"$Z$y\"; done; show-words -- \"$Z\"", after("--", joined("", ""))},
		{"if true⟨ && [ a{x} = a{x} ]⟩; then show-words⟨ a{x}⟩; fi", each("a", "")},
		{"Z=; ⟨case {x} in (*) Z=\"$Z\"a{x} ;; esac; ⟩show-words \"$Z\"", joined("a", "")},
		{"show-words⟨ \"$(printf '%sz' a{x})\"⟩", each("a", "z")},
		{"printf '%s\\0'⟨ a{x}⟩ | xargs -0 show-words", each("a", "")},
	}
	var values []string
	for _, v := range hostile.Strings() {
		if !strings.Contains(v, "\x00") { // which no word can hold
			values = append(values, v)
		}
	}
	if n := len(values); n < 300 {
		t.Errorf("%d hostile values, want 300", n)
	}
	for _, c := range contexts {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			for batch := range slices.Chunk(values, together) {
				text, given := repeated(c.text, batch)
				line := read(t, text)
				line.Env = append(line.Env, "PATH="+dir+":"+os.Getenv("PATH"))
				line.Values = given
				got, err := (&Runner{}).Run(t.Context(), line)
				if err != nil {
					t.Fatalf("%q: %v (stderr %q)", batch, err, got.Stderr)
				}
				if diff := cmp.Diff(c.want(batch), shown(got.Stdout)); diff != "" {
					t.Errorf("%q (-want +got)\n%s", batch, diff)
				}
			}
			line := read(t, strings.NewReplacer("⟨", "", "⟩", "", "#", "0").Replace(c.text))
			line.Env = append(line.Env, "PATH="+dir+":"+os.Getenv("PATH"))
			for _, v := range hostile.Strings() {
				if !strings.Contains(v, "\x00") {
					continue
				}
				line.Values = slices.Repeat([]value.Value{value.String(v)}, len(line.Command.Holes))
				if got, err := (&Runner{}).Run(t.Context(), line); err == nil || !strings.Contains(err.Error(), "this value holds a NUL character") || got.Stdout != "" {
					t.Errorf("%q: %v, and %q was written", v, err, got.Stdout)
				}
			}
		})
	}
}

// repeated writes what stands in ⟨⟩ once for each value, and returns the value
// of each hole.
func repeated(text string, batch []string) (string, []value.Value) {
	var b strings.Builder
	var values []value.Value
	for rest := text; rest != ""; {
		before, unit, _ := strings.Cut(rest, "⟨")
		b.WriteString(before)
		for range strings.Count(before, "{x}") {
			values = append(values, value.String(batch[0]))
		}
		unit, rest, _ = strings.Cut(unit, "⟩")
		if unit == "" {
			break
		}
		for i, v := range batch {
			b.WriteString(strings.ReplaceAll(unit, "#", strconv.Itoa(i)))
			for range strings.Count(unit, "{x}") {
				values = append(values, value.String(v))
			}
		}
	}
	return b.String(), values
}

func TestListsBecomeWords(t *testing.T) {
	dir := programsDir(t)
	line := read(t, "show-words {xs} z", value.NewList([]value.Value{value.String("a b"), value.String(""), value.Int(3)}))
	line.Env = append(line.Env, "PATH="+dir)
	got, err := (&Runner{}).Run(t.Context(), line)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a b", "", "3", "z"}, shown(got.Stdout)); diff != "" {
		t.Errorf("the words (-want +got)\n%s", diff)
	}
	line.Values[0] = value.NewList(nil)
	if got, err = (&Runner{}).Run(t.Context(), line); err != nil || got.Stdout != "z\x00" {
		t.Errorf("an empty list gives %s, %v, want no word", got.Stdout, err)
	}
}

func TestRefusedValuesStartNothing(t *testing.T) {
	line := read(t, "touch f; rm {x}", value.String("-rf"))
	_, err := (&Runner{}).Run(t.Context(), line)
	var d *source.Diagnostic
	if !errors.As(err, &d) || d.File.Slice(d.Span) != "{x}" {
		t.Fatalf("the error is %v, want a diagnostic at {x}", err)
	}
	if _, err := os.Stat(filepath.Join(line.Dir, "f")); err == nil {
		t.Error("touch was started before the value was refused")
	}
}

func TestEnvironmentsAreJoined(t *testing.T) {
	line := read(t, "sh -c 'echo $A-$B-$C-$PWD'")
	line.Env = append(line.Env, "A=1", "A=2", "B=3")
	line.With = map[string]value.Value{"B": value.NewSecret("4"), "C": value.String("5")}
	got, err := (&Runner{}).Run(t.Context(), line)
	if want := "2-4-5-" + line.Dir + "\n"; err != nil || got.Stdout != want {
		t.Errorf("the environment is %q (%v), want %q", got.Stdout, err, want)
	}
	if path, err := LookPath("show-words", "/", []string{"PATH=" + programsDir(t)}); err != nil || filepath.Base(path) != "show-words" {
		t.Errorf("LookPath gives %q, %v", path, err)
	}
	if _, err := LookPath("no-such-program", "/", []string{"PATH=/bin"}); err == nil {
		t.Error("LookPath finds a program that isn't there")
	}
}

func TestLinesComeAsTheyAreWritten(t *testing.T) {
	var got []string
	r := &Runner{Output: func(stream, line string) {
		if len(line) > 100 {
			line = line[:20] + line[len(line)-40:]
		}
		got = append(got, stream+": "+line)
	}}
	line := read(t, "echo a; echo b >&2; printf 'c\\r\\nd'; head -c 70000 /dev/zero | tr '\\0' e >&2")
	if _, err := r.Run(t.Context(), line); err != nil {
		t.Fatal(err)
	}
	joined := strings.Join(got, "\n")
	for _, want := range []string{"stdout: a", "stderr: b", "stdout: c", "stdout: d", "(4464 more bytes in this line)"} {
		if !strings.Contains(joined, want) {
			t.Errorf("no %q in the lines\n%s", want, joined)
		}
	}
}

func TestMuchOutputIsCutInTheMiddle(t *testing.T) {
	notes, last, before, after := 0, "", "", ""
	r := &Runner{Output: func(stream, line string) {
		switch {
		case stream == "note":
			notes++
			before = last
		case notes > 0 && after == "":
			after = line
		}
		last = line
	}}
	got, err := r.Run(t.Context(), read(t, "echo first; yes some words of a line that is neither long nor short | head -c 15000000; echo; echo last"))
	if err != nil {
		t.Fatal(err)
	}
	if !got.Cut || len(got.Stdout) > maxOutput || notes != 1 {
		t.Errorf("kept %d bytes, cut is %t, %d notes", len(got.Stdout), got.Cut, notes)
	}
	if !strings.HasPrefix(got.Stdout, "first\n") || !strings.HasSuffix(got.Stdout, "last\n") {
		t.Error("head or tail is gone")
	}
	// A line that isn't whole says so, or isn't shown: half a secret would not
	// be recognised.
	const whole = "some words of a line that is neither long nor short"
	if cut, ok := strings.CutSuffix(before, " …"); !ok && before != whole || !strings.HasPrefix(whole, cut) || after != whole {
		t.Errorf("before the gap stands %q, after it %q", before, after)
	}
	exact, err := run(t, "head -c 6000000 /dev/zero | tr '\\0' a")
	if err != nil || exact.Cut || len(exact.Stdout) != 6000000 {
		t.Errorf("6 MB give %d bytes, cut is %t (%v)", len(exact.Stdout), exact.Cut, err)
	}
}

func TestThereIsNoTerminalAndNoDescriptorOfOurs(t *testing.T) {
	for _, text := range []string{"echo a > /dev/tty", "sh -c 'echo a > /dev/tty'", "echo a > /dev/fd/5", "echo a > /proc/self/fd/1/x"} {
		if got, err := run(t, text); err == nil {
			t.Errorf("%s succeeds (%q)", text, got.Stdout)
		}
	}
	got, err := run(t, "ln -s /proc/self/fd/3 link && echo a > link")
	if err == nil {
		t.Errorf("a link to a descriptor of ours is opened (%q)", got.Stdout)
	}
}

func TestDeadlinesEndTheLine(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, fmt.Errorf("timeout 100ms: %w", context.DeadlineExceeded))
	defer cancel()
	got, err := (&Runner{Now: time.Now}).Run(ctx, read(t, "echo begun; sleep 300"))
	var stopped *StoppedError
	if !errors.As(err, &stopped) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the error is %v, want a StoppedError of the deadline", err)
	}
	if got.Stdout != "begun\n" || got.Duration < 100*time.Millisecond || got.Duration > 5*time.Second {
		t.Errorf("wrote %q in %v", got.Stdout, got.Duration)
	}
}

func TestProgramsRunWithoutAShell(t *testing.T) {
	dir := programsDir(t)
	p := Program{Argv: []string{"show-words", "$HOME", "a b", "*"}, Dir: dir, Env: []string{"PATH=" + dir + ":" + os.Getenv("PATH")}}
	got, err := (&Runner{}).Program(t.Context(), p)
	if diff := cmp.Diff([]string{"$HOME", "a b", "*"}, shown(got.Stdout)); diff != "" || err != nil {
		t.Errorf("the words (-want +got), %v\n%s", err, diff)
	}
	p.Argv = []string{"sh", "-c", "echo said >&2; exit 3"}
	got, err = (&Runner{}).Program(t.Context(), p)
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Code != 3 || got.Stderr != "said\n" {
		t.Errorf("ends with %v, and wrote %q", err, got.Stderr)
	}
	long := strings.Repeat("read me\n", 100_000) // more than a pipe holds
	for words, want := range map[string]string{"cat": long, "head -n 1": "read me\n", "true": ""} {
		p := Program{Argv: strings.Fields(words), Dir: dir, Env: os.Environ(), Stdin: long}
		if got, err := (&Runner{}).Program(t.Context(), p); err != nil || got.Stdout != want {
			t.Errorf("%s: %v, and it wrote %d bytes, want %d", words, err, len(got.Stdout), len(want))
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	if _, err = (&Runner{}).Program(ctx, p); err == nil || err.Error() != "the command was stopped: enough" {
		t.Errorf("in an ended context: %v", err)
	}
	if _, err = (&Runner{}).Program(t.Context(), Program{}); err == nil {
		t.Error("a program without a name runs")
	}
}
