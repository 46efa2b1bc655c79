package report

import (
	"math"
	"strings"
	"testing"

	"github.com/drl-lang/drl/runtime/event"
)

// parts makes the parts of a source from "text=value" pairs, in their order.
func parts(source string, pairs ...string) []event.Part {
	var out []event.Part
	from := 0
	for _, pair := range pairs {
		text, value, _ := strings.Cut(pair, "=>")
		i := strings.Index(source[from:], text)
		if i < 0 {
			from, i = 0, strings.Index(source, text)
		}
		from += i
		out = append(out, event.Part{Column: len([]rune(source[:from])), Width: len([]rune(text)), Text: text, Value: value})
	}
	return out
}

func TestDrawing(t *testing.T) {
	long1 := strings.Repeat("lorem ipsum ", 10) + "dolor sit amet"
	tests := []struct {
		name   string
		source string
		parts  []event.Part
		limit  int
		want   string
	}{
		{"two values side by side", "expect r.latency < most", parts("expect r.latency < most", "r.latency=>1.24s", "most=>500ms"), 0, `
expect r.latency < most
       │           │
       1.24s       500ms`},
		{"no parts", "expect false", nil, 0, `
expect false`},
		{"values that don't fit side by side hang lower", "expect a == b + c", parts("expect a == b + c", "a=>1234567", "b=>12345", "c=>3"), 0, `
expect a == b + c
       │    │   │
       │    │   3
       │    12345
       1234567`},
		{"the last of a chain has its own place", "expect xs.count > 3", parts("expect xs.count > 3", "xs=>[1, 2, 3]", "xs.count=>3"), 0, `
expect xs.count > 3
       │  │
       │  3
       [1, 2, 3]`},
		{"an object whose field is shown is left out", "expect r.json.status == ok", parts("expect r.json.status == ok", `r=>{"status":200}`, `r.json=>{"status":"down"}`, `r.json.status=>"down"`, `ok=>"ok"`), 0, `
expect r.json.status == ok
       │                │
       "down"           "ok"`},
		{"what was left out says so", "expect a and b", parts("expect a and b", "a=>false", "b=>not evaluated"), 0, `
expect a and b
       │     │
       false not evaluated`},
		{"wide characters", "expect 名前 == x", parts("expect 名前 == x", "名前=>\"日本\"", "x=>\"中\""), 0, `
expect 名前 == x
       │       │
       "日本"  "中"`},
		{"tabs and hostile characters", "expect\ta\x1b[31m == b", parts("expect\ta\x1b[31m == b", "a=>\x1b[2J", "b=>x\ny"), 0, `
expect a\x1b[31m == b
       │            │
       \x1b[2J      x\ny`},
		{"a value is cut at the edge of the terminal", "expect a == b", parts("expect a == b", "a=>1", "b=>"+long1), 40, `
expect a == b
       │    │
       1    lorem ipsum lorem ipsum lor…`},
		{"too narrow for places: a list", "expect response.latency < limits.slow", parts("expect response.latency < limits.slow", "response.latency=>1.24s", "limits.slow=>500ms"), 30, `
expect response.latency < limits.slow
  response.latency  1.24s
  limits.slow       500ms`},
		{"a part on a later line is listed", "expect all(\n  xs", []event.Part{{Column: 14, Width: 2, Text: "xs", Value: "[]"}}, 0, `
expect all( …
  xs  []`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := "\n" + strings.Join(drawing(false, tt.source, tt.parts, tt.limit), "\n")
			if got != tt.want {
				t.Errorf("drawing:%s\nwant:%s", got, tt.want)
			}
		})
	}
}

func TestVisible(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain", "plain"},
		{"a\tb", "a    b"},
		{"é 名 👩‍🚀", "é 名 👩‍🚀"},
		{"\x1b[2J\x07\x00\x7f", `\x1b[2J\x07\x00\x7f`},
		{"a\r\nb", `a\r\nb`},
		{"\u009b31m", `\x9b31m`},
		{"safe\u202egnp.exe", `safe\u{202E}gnp.exe`},
		{"zero\u200bwidth\u2028line", `zero\u{200B}width\u{2028}line`},
		{"bad \xff\xc3", `bad \xff\xc3`},
		{"  ::set-output name=a::b", `  \::set-output name=a::b`},
		{"C++ a::b", "C++ a::b"},
		{"x ##[error] ##vso[task.x]", `x #\#[error] #\#vso[task.x]`},
	}
	for _, tt := range tests {
		if got := Visible(tt.in); got != tt.want {
			t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	if got, want := VisibleText("a\r\n\tb\x1b\n"), "a\n\tb\\x1b\n"; got != want {
		t.Errorf("VisibleText = %q, want %q", got, want)
	}
}

// Whatever the data: one line a line, nothing to obey, nothing over the edge.
func FuzzFailure(f *testing.F) {
	f.Add("expect r.latency < 500ms", "r.latency", "1.24s", "message", 7, 9, 40)
	f.Add("名前\t==\x1b[31m b", "名前", "日本\nxx", "::error::", 0, 2, 12)
	f.Add("a.b.c", "a.b", strings.Repeat("x", 300), "", 0, 3, 80)
	f.Fuzz(func(t *testing.T, source, text, value, message string, column, wide, limit int) {
		fail := event.Failure{Message: message, Source: source, Output: []string{value}, Hint: text, Parts: []event.Part{
			{Column: column, Width: wide, Text: text, Value: value},
			{Column: column, Width: wide + 3, Text: text + ".x", Value: message},
			{Column: 3, Width: 1, Text: "y", Value: value + "z"},
		}}
		for _, line := range failure(false, fail, true, 84, limit%200) {
			for _, r := range line {
				if r < 0x20 || 0x7f <= r && r < 0xa0 || r == 0x202e || r == 0x2028 {
					t.Fatalf("%q holds %q", line, r)
				}
			}
		}
		oneLine([]event.Failure{fail, fail})
	})
}

func TestSparkline(t *testing.T) {
	tests := []struct {
		values []float64
		want   string
	}{
		{nil, ""},
		{[]float64{5}, "▁"},
		{[]float64{5, 5, 5}, "▁▁▁"},
		{[]float64{0, 7, 3.5}, "▁█▄"},
		{[]float64{math.NaN(), 1, math.Inf(1), 2}, "·▁██"},
		{[]float64{math.NaN()}, "·"},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, "▁▁▂▃▄▅▆▇█"},
	}
	for _, tt := range tests {
		if got := Sparkline(tt.values, 24); got != tt.want {
			t.Errorf("Sparkline(%v) = %s, want %s", tt.values, got, tt.want)
		}
	}
	if got, want := Sparkline([]float64{9, 1, math.NaN(), 2}, 3, 8), "▁·▂"; got != want {
		t.Errorf("the last three, up to a limit of 8: %s, want %s", got, want)
	}
}
