package repl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
)

func TestShow(t *testing.T) {
	record := func(names string, values ...value.Value) value.Value {
		return value.NewRecord("", strings.Fields(names), values)
	}
	for _, tt := range []struct {
		name    string
		v       value.Value
		columns int
		want    string
	}{
		{"a text", value.String("a \"b\"\x1b[31m"), 80, `"a \"b\"\u{1b}[31m"`},
		{"lines", value.String("one\ntwo\x07\n"), 80, "one\ntwo\\x07"},
		{"a secret", value.NewSecret("hunter2"), 80, "•••"},
		{"counts", value.Events{Bad: 1, Total: 4}, 80, "1 of 4  25%"},
		{"no rows", value.NewList(nil), 80, "[]"},
		{"a record", record("name size", value.String("日本"), value.Size(400<<20)), 80, "name  \"日本\"\nsize  400MiB"},
		{"a table", value.NewList([]value.Value{
			record("city n", value.String("京都"), value.Int(7)), record("city other", value.String("Ulm"), value.Null{}),
		}), 80, "city  n  other\n京都  7\nUlm      null"},
		{"a narrow table", value.NewList([]value.Value{
			record("first second third", value.String("aaaaaaaaaa"), value.String("bbbbbbbbbb"), value.String("c")),
		}), 24, "first       second\naaaaaaaaaa  bbbbbbbbbb\n… not shown: third"},
		{"nested", value.NewMap([]string{"a", "b c"}, []value.Value{
			value.NewList([]value.Value{value.String("a long text"), value.String("another long one")}), value.Int(1),
		}), 24, "{\n  a: [\n    \"a long text\"\n    \"another long one\"\n  ]\n  \"b c\": 1\n}"},
		{"nothing", nil, 80, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lines := shower{columns: tt.columns}.show(tt.v)
			got := strings.Join(lines, "\n")
			for _, l := range lines {
				if strings.TrimRight(l, " ") != l {
					got = strings.ReplaceAll(got, l, strings.TrimRight(l, " "))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimesAreLocalAndUTC(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	before := time.Local
	t.Cleanup(func() { time.Local = before })
	time.Local = berlin
	at := time.Date(2026, 11, 22, 16, 4, 5, 0, time.UTC)
	if got, want := clock(at), "2026-11-22 17:04:05 CET (16:04:05 UTC)"; got != want {
		t.Errorf("clock() = %q, want %q", got, want)
	}
	late := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	if got, want := clock(late), "2026-11-23 00:30:00 CET (2026-11-22 23:30:00 UTC)"; got != want {
		t.Errorf("clock() = %q, want %q", got, want)
	}
}

func TestHistoryWithoutSecrets(t *testing.T) {
	for text, want := range map[string]string{
		`let x = 1`:             `let x = 1`,
		`let k = secret("abc")`: `let k = secret("•••")`,
		`http.get("u", bearer: "abc", timeout: 1s)`:  `http.get("u", bearer: "•••", timeout: 1s)`,
		"let a = 1\nprint([secret(\"abc\"), \"b\"])": "let a = 1\nprint([secret(\"•••\"), \"b\"])",
		`[secret("abc").lower]`:                      `[secret("•••").lower]`,
		`let k = secret("abc`:                        ``,
		`let k = 1 1`:                                `let k = 1 1`,
	} {
		if got := withoutLiterals(text); got != want {
			t.Errorf("withoutLiterals(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestHistoryIsShortened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "history")
	h, err := readHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2*mostHistory + 1 {
		h.add(strings.Repeat("x", i%7+1)+"\n", strings.Repeat("x", i%7+1)+"\n")
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("damaged\n\"last\"\n")
	f.Close()
	for range 2 { // the second reads what the first has written
		h, err = readHistory(path)
		if err != nil || len(h.entries) > mostHistory || h.entries[len(h.entries)-1] != "last" {
			t.Fatalf("%d entries, %v", len(h.entries), err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want 0600", info.Mode(), err)
	}
}

// Keys become what readline knows; a paste is one of them, wherever the bytes
// are cut.
func TestKeys(t *testing.T) {
	const typed = "a\x1b[200~one\r\ntwo\x1b[31m\x1b[201~\x1b[1;5Cü\x1b[A\x00\x1b[3~\r"
	want := "a" + string(keyPaste) + "\x1bfü" + string(keyUp) + "\x1b[3~\r"
	for at := range len(typed) {
		k := newKeys(nil)
		for _, part := range []string{typed[:at], typed[at:]} {
			k.raw = append(k.raw, part...)
			k.translate()
		}
		if got := string(k.ready); got != want {
			t.Fatalf("cut at %d: %q, want %q", at, got, want)
		}
		if got := k.paste(); got != "one\ntwo\uFFFD[31m" {
			t.Fatalf("cut at %d: pasted %q", at, got)
		}
	}
}

// What stands on the screen is what was typed, in rows that fit.
func FuzzLayout(f *testing.F) {
	f.Add("let x = \"日本語\" # why\ncheck \"a\" { expect x == 1 }", 40, 7)
	f.Add(":doc http.get", 8, 3)
	f.Add("e\u0301\u200d\x1b[31m\t\x07語", 9, 2)
	f.Fuzz(func(t *testing.T, text string, columns, cursor int) {
		columns = 8 + (columns&0xff)%100
		runes := []rune(strings.ToValidUTF8(text, "?"))
		if len(runes) > 500 {
			return
		}
		text = tame(string(runes))
		runes = []rune(text)
		colored := highlighter(true)(text)
		if plainOf(colored) != text {
			t.Fatalf("highlighted %q, which isn't %q", colored, text)
		}
		s := &screen{prompt: "drl> ", highlight: highlighter(true), text: runes, cursor: min(max(cursor, 0), len(runes))}
		l := s.layout(columns)
		for _, r := range l.rows {
			if w := visibleWidth(r.text); w > columns || w != r.width {
				t.Errorf("row %q takes %d columns, says %d, has %d", r.text, w, r.width, columns)
			}
		}
		if l.row >= len(l.rows) || l.column >= columns+1 || l.row < 0 {
			t.Errorf("cursor at row %d of %d, column %d of %d", l.row, len(l.rows), l.column, columns)
		}
	})
}

func plainOf(colored string) string {
	var b strings.Builder
	for i := 0; i < len(colored); {
		if n := escapeLength(colored[i:]); n > 0 {
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(colored[i:])
		b.WriteString(colored[i : i+n])
		i += n
	}
	return b.String()
}

func testOptions() *Options {
	return &Options{
		Check: check.Options{Universe: standard.Universe()}, Functions: standard.Lookup, Hide: event.NewRedactor(),
		Size: func() (int, int) { return 80, 24 },
	}
}

// Whatever is typed is a statement or mistakes in it, and what points at a
// mistake points into it.
func FuzzStatement(f *testing.F) {
	for _, text := range []string{
		"1 + 2", "let x = $ echo hi", "$ echo {_}", "expect _ == 1", "for x in [1] { $ echo {x} }", "let _ = _ + 1",
		"fn f(n: int) -> int { return n }\nf(_)", "## doc\nuse \"std/web\"", "step \"a\" { undo none \"b\" }", "{ a: 1 }", "print(\"x\") # c",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1000 {
			return
		}
		s := newSession(testOptions())
		s.names = []check.Given{{Name: "_", Type: standard.Lookup("now").Signature().Result}}
		typed := source.NewFile("typed", []byte(text))
		finished(text)
		withoutLiterals(text)
		for _, l := range lines(typed) {
			st, ds := s.check(l)
			if st == nil && !ds.HasErrors() {
				t.Fatalf("%q is neither a statement nor a mistake", l.text)
			}
			for _, d := range ds {
				if d.File != typed || int(d.Span.End) > len(text) {
					t.Errorf("%v points out of %q: %s %v", d, text, d.File.Name, d.Span)
				}
			}
			if st == nil {
				return
			}
			if _, err := s.prepare(st); err == nil {
				s.declare(st)
			}
		}
		s.script()
	})
}

// A pasted block is checked as a whole before any of it runs.
func TestABlockIsCheckedAhead(t *testing.T) {
	s := newSession(testOptions())
	ahead := s.fork()
	for _, l := range lines(source.NewFile("typed", []byte("let a = 1\na + 1\nlet b = _ + a\nfn f() -> int { return b }\nf()"))) {
		st, ds := ahead.check(l)
		if ds.HasErrors() {
			t.Fatalf("%q: %v", l.text, ds)
		}
		ahead.declare(st)
	}
	if len(s.names) != 0 || len(s.kept) != 0 {
		t.Errorf("the session itself knows %v, %v", s.names, s.kept)
	}
}

func TestModesAreGivenBack(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	m, err := newModes(tty)
	if err != nil {
		t.Fatal(err)
	}
	before := m.original
	for _, change := range []func() error{m.typing, m.busy, m.restore} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
	}
	after, err := newModes(tty)
	if err != nil || after.original != before {
		t.Errorf("the terminal is %+v, was %+v (%v)", after.original, before, err)
	}
}
