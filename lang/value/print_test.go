package value_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "github.com/drl-lang/drl/lang/value"
)

func TestString(t *testing.T) {
	const ms, s, m, h, d = Duration(time.Millisecond), Duration(time.Second), Duration(time.Minute), Duration(time.Hour), Duration(24 * time.Hour)
	tests := []struct {
		v    Value
		want string
	}{
		{Null{}, "null"},
		{Bool(true), "true"},
		{Int(-12), "-12"},
		{Number(3), "3"},
		{Number(0.1), "0.1"},
		{Number(1e21), "1e+21"},
		{Number(123456789), "123456789"},
		{Ratio(3.5), "3.5"},
		{Percent(0.125), "12.5%"},
		{Percent(0.07), "7%"},
		{Percent(1), "100%"},
		{Percent(0), "0%"},
		{Percent(1.0 / 3), "33.33333%"},
		{Percent(0.9999999), "99.99999%"},
		{Points(0.02), "2pp"},
		{Points(-0.005), "-0.5pp"},
		{Duration(0), "0s"},
		{h + 30*m, "1h30m"},
		{s + 240*ms, "1.24s"},
		{500 * ms, "500ms"},
		{1500 * Duration(time.Microsecond), "1.5ms"},
		{Duration(1), "1ns"},
		{2 * m, "2m"},
		{36 * h, "36h"},
		{14*d + 3*h, "14d3h"},
		{-90 * s, "-1m30s"},
		{s + 1, "1.000000001s"},
		{Duration(math.MinInt64), "-106751d23h47m16.854775808s"},
		{Size(0), "0B"},
		{Size(999), "999B"},
		{Size(1024), "1KiB"},
		{Size(1500), "1.5kB"},
		{Size(1_500_000), "1.5MB"},
		{Size(400 << 20), "400MiB"},
		{Size(1<<30 + 1<<29), "1.5GiB"},
		{Size(400<<20 + 1), "400.00MiB"},
		{Size(1234), "1.234kB"},
		{Size(-2048), "-2KiB"},
		{Size(123456789), "117.74MiB"},
		{Rate{PerSecond: 5 << 20, Of: RateOfSize}, "5MiB/1s"},
		{Rate{PerSecond: 50}, "50/1s"},
		{Rate{PerSecond: 0.02, Of: RateOfPoints}, "2pp/1s"},
		{Rate{PerSecond: 1.0 / 3, Of: RateOfSize}, "0.33B/1s"},
		{Time(time.Date(2026, 11, 22, 20, 43, 0, 5e8, time.UTC)), "2026-11-22T20:43:00.5Z"},
		{String("a \"b\""), `a "b"`},
		{NewSecret("hunter2"), "•••"},
		{Events{Bad: 3, Total: 200}, "3 of 200"},
		{NewList([]Value{Int(1), String("x"), 2 * s, NewSecret("s")}), `[1,"x","2s","•••"]`},
		{NewRecord("", []string{"a", "b"}, []Value{Null{}, Percent(0.5)}), `{"a":null,"b":"50%"}`},
		{&Record{Type: "Session", Handle: 1}, "Session"},
		{NewList([]Value{&Record{Type: "Session", Handle: 1}}), `["Session"]`},
	}
	for _, tt := range tests {
		if got := tt.v.String(); got != tt.want {
			t.Errorf("%T(%#v).String() = %q, want %q", tt.v, tt.v, got, tt.want)
		}
	}
}

func TestQuote(t *testing.T) {
	tests := []struct {
		v    Value
		want string
	}{
		{String("n/a"), `"n/a"`},
		{String("a\n\t\"\\{}\x1b"), `"a\n\t\"\\\{\}\u{1b}"`},
		{String("\u202e"), `"\u{202e}"`},
		{Duration(5e8), "500ms"},
		{NewSecret("x"), "•••"},
	}
	for _, tt := range tests {
		if got := Quote(tt.v); got != tt.want {
			t.Errorf("Quote(%#v) = %s, want %s", tt.v, got, tt.want)
		}
	}
	if got := Short(String(strings.Repeat("é", 1_000_000)), 10); got != `"éééééééé…` {
		t.Errorf("Short = %s", got)
	}
	if got := Short(String("short"), 10); got != `"short"` {
		t.Errorf("Short = %s", got)
	}
}

func TestParseReadsWhatPrints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Duration(rapid.Int64().Draw(t, "nanoseconds"))
		if got, err := ParseDuration(d.String()); err != nil || got != d {
			t.Fatalf("ParseDuration(%q) = %d, %v, want %d", d.String(), got, err, d)
		}
		p := Percent(float64(rapid.Int64Range(-1e8, 1e8).Draw(t, "fraction")) / 1e7)
		if got, err := ParsePercent(p.String()); err != nil || got != p {
			t.Fatalf("ParsePercent(%q) = %v, %v, want %v", p.String(), got, err, float64(p))
		}
	})
}

func TestParse(t *testing.T) {
	for text, want := range map[string]Duration{
		"1h30m": Duration(90 * time.Minute), "1.5s": 1.5e9, "2w": Duration(14 * 24 * time.Hour), "0s": 0, "-5ms": -5e6, "1_000ms": 1e9,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":         `"" is no duration, want one like 500ms, 30s or 1h30m`,
		"30":       `"30" is no duration, want one like 500ms, 30s or 1h30m`,
		"30m1h":    `"30m1h" is no duration, want one like 500ms, 30s or 1h30m`,
		"1.5h30m":  `"1.5h30m" is no duration, want one like 500ms, 30s or 1h30m`,
		"0.5ns":    `"0.5ns" is no whole number of nanoseconds`,
		"1000000w": `"1000000w" is too large a duration`,
	} {
		if _, err := ParseDuration(text); err == nil || err.Error() != want {
			t.Errorf("ParseDuration(%q): %v, want %s", text, err, want)
		}
	}
	if got, err := ParseSize("1.5MB"); err != nil || got != 1_500_000 {
		t.Errorf("ParseSize(1.5MB) = %d, %v", got, err)
	}
	if _, err := ParseSize("1GB5MB"); err == nil {
		t.Error("ParseSize read 1GB5MB")
	}
	if got, err := ParsePercent("12.5%"); err != nil || got != 0.125 {
		t.Errorf("ParsePercent(12.5%%) = %v, %v", got, err)
	}
	if _, err := ParsePercent("12"); err == nil || err.Error() != `"12" is no percentage, want one like 12.5%` {
		t.Errorf("ParsePercent(12): %v", err)
	}
}

func TestTypeName(t *testing.T) {
	tests := []struct {
		v    Value
		want string
	}{
		{nil, "nothing"}, {Null{}, "null"}, {Int(1), "int"}, {Ratio(1), "number"}, {NewMap(nil, nil), "map"},
		{NewRecord("", nil, nil), "record"}, {NewRecord("Response", nil, nil), "Response"}, {&Func{}, "function"},
	}
	for _, tt := range tests {
		if got := TypeName(tt.v); got != tt.want {
			t.Errorf("TypeName(%#v) = %s, want %s", tt.v, got, tt.want)
		}
	}
}
