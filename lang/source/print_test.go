package source

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// at returns the span of the first occurrence of text in f.
func at(t *testing.T, f *File, text string) Span {
	t.Helper()
	i := strings.Index(string(f.Text), text)
	if i < 0 {
		t.Fatalf("no %q in the file", text)
	}
	return Span{uint32(i), uint32(i + len(text))}
}

func TestPrint(t *testing.T) {
	code := &Code{ID: "DRL0305", Name: "wrong type"}
	tests := []struct {
		name   string
		script string
		mark   string
		edit   func(d *Diagnostic)
		width  int
		want   string
	}{
		{
			name:   "a mistake with a hint",
			script: "check \"x\" timeout \"soon\" { }\n",
			mark:   `"soon"`,
			edit:   func(d *Diagnostic) { d.Code, d.Hint = code, "write 30s" },
			want: `a.drl:1:19: error: found text, want duration
    check "x" timeout "soon" { }
                      ^^^^^^
  hint: write 30s
  drl explain DRL0305
`,
		},
		{
			name:   "a warning with a label, a cause and lines of a hint",
			script: "let a = b\n",
			mark:   "b",
			edit: func(d *Diagnostic) {
				d.Severity, d.Label, d.Cause, d.Hint = Warning, "here", errors.New("no such file"), "one\ntwo"
			},
			want: `a.drl:1:9: warning: found text, want duration
    let a = b
            ^ here
  cause: no such file
  hint: one
        two
`,
		},
		{
			name:   "tabs are four blanks wide",
			script: "\tlet\ta = b\n",
			mark:   "a = b",
			want: `a.drl:1:6: error: found text, want duration
        let    a = b
               ^^^^^
`,
		},
		{
			name:   "wide characters take two columns, combining ones none",
			script: "let 世界 = \"e\u0301\" + b\n",
			mark:   "b",
			want: "a.drl:1:17: error: found text, want duration\n" +
				"    let 世界 = \"e\u0301\" + b\n" +
				"                     ^\n",
		},
		{
			name:   "a span over lines shows the first and how far it goes",
			script: "step \"a\" {   \n    x\n}\n",
			mark:   "step \"a\" {   \n    x\n}",
			want: `a.drl:1:1: error: found text, want duration
    step "a" {   
    ^^^^^^^^^^ … to line 3
`,
		},
		{
			name:   "the end of a line",
			script: "let a =\nlet b = 1\n",
			mark:   "\n",
			want: `a.drl:1:8: error: found text, want duration
    let a =
           ^
`,
		},
		{
			name:   "an empty line shows nothing",
			script: "\n\nlet b = 1\n",
			mark:   "\n",
			want:   "a.drl:1:1: error: found text, want duration\n",
		},
		{
			name:   "what no terminal should be sent",
			script: "let a = \"\x1b[2J\xff\u202e\"\n",
			mark:   "let",
			want:   "a.drl:1:1: error: found text, want duration\n    let a = \"\uFFFD[2J\uFFFD\uFFFD\"\n    ^^^\n",
		},
		{
			name:   "a long line is cut around the mark",
			script: strings.Repeat("a", 100) + "HERE" + strings.Repeat("b", 100) + "\n",
			mark:   "HERE",
			width:  44,
			want: "a.drl:1:101: error: found text, want duration\n" +
				"    …aaaaaaaaaaaaHEREbbbbbbbbbbbbbbbbbbbbbb…\n" +
				"                 ^^^^\n",
		},
		{
			name:   "a long line is cut at its end",
			script: "HERE" + strings.Repeat("b", 100) + "\n",
			mark:   "HERE",
			width:  44,
			want: "a.drl:1:1: error: found text, want duration\n" +
				"    HERE" + strings.Repeat("b", 34) + "…\n" +
				"    ^^^^\n",
		},
		{
			name:   "other places",
			script: "let a = 1\nlet a = 2\n",
			mark:   "2",
			edit: func(d *Diagnostic) {
				d.Related = []Related{{File: d.File, Span: Span{4, 5}, Message: "first bound here"}}
			},
			want: `a.drl:2:9: error: found text, want duration
    let a = 2
            ^
  a.drl:1:5: first bound here
    let a = 1
        ^
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewFile("a.drl", []byte(tt.script))
			d := &Diagnostic{File: f, Span: at(t, f, tt.mark), Message: "found text, want duration"}
			if tt.edit != nil {
				tt.edit(d)
			}
			var b strings.Builder
			if err := Print(&b, d, Style{Width: tt.width}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, b.String()); diff != "" {
				t.Errorf("Print (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrintInColour(t *testing.T) {
	f := NewFile("a.drl", []byte("let a = b\n"))
	var b strings.Builder
	if err := Print(&b, &Diagnostic{File: f, Span: Span{8, 9}, Message: "no"}, Style{Color: true}); err != nil {
		t.Fatal(err)
	}
	want := "a.drl:1:9: \x1b[1;31merror:\x1b[0m \x1b[1mno\x1b[0m\n    let a = b\n            \x1b[1;31m^\x1b[0m\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("Print (-want +got):\n%s", diff)
	}
}

func TestPrintWithoutAFile(t *testing.T) {
	var b strings.Builder
	ds := Diagnostics{{Message: "one"}, {Message: "two", Severity: Warning}}
	if err := PrintAll(&b, ds, Style{}); err != nil {
		t.Fatal(err)
	}
	if want := "error: one\n\nwarning: two\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestDiagnosticAsJSON(t *testing.T) {
	f := NewFile("a.drl", []byte("let ä = b\nlet c = 1\n"))
	d := &Diagnostic{
		Code: &Code{ID: "DRL0200", Name: "unknown name"}, File: f, Span: at(t, f, "b"), Message: "nothing is named b", Hint: "did you mean c?",
		Related: []Related{{File: f, Span: at(t, f, "c"), Message: "this one"}}, Cause: errors.New("why"),
	}
	got, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "severity": "error",
  "code": "DRL0200",
  "name": "unknown name",
  "message": "nothing is named b",
  "hint": "did you mean c?",
  "file": "a.drl",
  "start": {
    "line": 1,
    "column": 9,
    "offset": 9
  },
  "end": {
    "line": 1,
    "column": 10,
    "offset": 10
  },
  "related": [
    {
      "message": "this one",
      "file": "a.drl",
      "start": {
        "line": 2,
        "column": 5,
        "offset": 15
      },
      "end": {
        "line": 2,
        "column": 6,
        "offset": 16
      }
    }
  ],
  "cause": "why"
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add("let a = b\n", uint32(4), uint32(5), 20)
	f.Add("\t世界\xff\r\n", uint32(0), uint32(9), 0)
	f.Fuzz(func(t *testing.T, text string, start, end uint32, width int) {
		file := NewFile("a.drl", []byte(text))
		var b strings.Builder
		if err := Print(&b, &Diagnostic{File: file, Span: Span{start, max(start, end)}, Message: "m"}, Style{Width: width % 1000}); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\r\a") {
			t.Errorf("%q reaches the terminal as %q", text, b.String())
		}
	})
}
