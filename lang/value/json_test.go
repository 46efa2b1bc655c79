package value_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "github.com/drl-lang/drl/lang/value"
)

// anyValue draws a value of any kind that can be kept.
func anyValue(depth int) *rapid.Generator[Value] {
	return rapid.Custom(func(t *rapid.T) Value {
		kinds := 13
		if depth > 0 {
			kinds = 17
		}
		f := func() float64 { return rapid.Float64().Draw(t, "float") }
		i := func() int64 { return rapid.Int64().Draw(t, "int") }
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return Null{}
		case 1:
			return Bool(rapid.Bool().Draw(t, "bool"))
		case 2:
			return Int(i())
		case 3:
			return Number(f())
		case 4:
			return Ratio(f())
		case 5:
			return Percent(f())
		case 6:
			return Points(f())
		case 7:
			return Duration(i())
		case 8:
			return Size(i())
		case 9:
			return Time(time.Unix(rapid.Int64Range(-1e12, 1e12).Draw(t, "seconds"), i()&0x1fffffff).UTC())
		case 10:
			return String(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		case 11:
			return Rate{PerSecond: f(), Of: RateOf(rapid.IntRange(0, 2).Draw(t, "of"))}
		case 12:
			return Events{Bad: f(), Total: f()}
		case 13:
			return NewList(rapid.SliceOfN(anyValue(depth-1), 0, 4).Draw(t, "items"))
		}
		header := rapid.Bool().Draw(t, "header")
		name := rapid.String()
		if header {
			name = rapid.StringMatching("[a-z-]{1,6}")
		}
		names := rapid.SliceOfNDistinct(name, 0, 20, func(s string) string { return s }).Draw(t, "names")
		values := rapid.SliceOfN(anyValue(depth-1), len(names), len(names)).Draw(t, "values")
		if header {
			return NewHeaders(names, values)
		}
		if rapid.Bool().Draw(t, "map") {
			return NewMap(names, values)
		}
		return NewRecord(rapid.String().Draw(t, "type"), names, values)
	})
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(2).Draw(t, "value")
		text, err := Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(text) {
			t.Fatalf("Encode(%#v) = %s", v, text)
		}
		back, err := Decode(text)
		if err != nil {
			t.Fatalf("Decode(%s): %v", text, err)
		}
		if again, err := Encode(back); err != nil || string(again) != string(text) {
			t.Fatalf("%s came back as %s, %v", text, again, err)
		}
		if fmt.Sprintf("%T", back) != fmt.Sprintf("%T", v) || !Equal(v, back) {
			t.Fatalf("%#v came back as %#v", v, back)
		}
	})
}

func TestEncode(t *testing.T) {
	tests := []struct {
		v    Value
		want string
	}{
		{Int(math.MaxInt64), `{"int":9223372036854775807}`},
		{Number(math.NaN()), `{"number":"NaN"}`},
		{Percent(0.5), `{"percent":0.5}`},
		{NewSecret("hunter2"), `null`},
		{NewList([]Value{NewSecret("hunter2"), String("a")}), `[null,"a"]`},
		{NewRecord("Backup", []string{"path", "size"}, []Value{String("x"), Size(5)}), `{"record":["Backup",["path","x"],["size",{"size":5}]]}`},
		{String("\xff"), `{"bytes":"/w=="}`},
	}
	for _, tt := range tests {
		if got, err := Encode(tt.v); err != nil || string(got) != tt.want {
			t.Errorf("Encode(%#v) = %s, %v, want %s", tt.v, got, err, tt.want)
		}
	}
	for _, v := range []Value{&Record{Type: "Session", Handle: 1}, NewList([]Value{&Func{}}), nil} {
		if got, err := Encode(v); err == nil {
			t.Errorf("Encode(%#v) = %s, want an error", v, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"int":5}`, `{"record":["A",["b",{"rate":[1,0]}]]}`, `{"time":[5,5]}`, `{"map":[]}`, `[null]`, `{"x":[1,2]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Decode(text)
		if err != nil {
			return
		}
		if _, err := Encode(v); err != nil {
			t.Errorf("Decode(%s) = %v, which can't be kept: %v", text, v, err)
		}
	})
}

func TestFromJSON(t *testing.T) {
	v, err := FromJSON([]byte(` {"b": 1, "a": [1.5, "x", null, true], "b": 9007199254740993, "big": 12345678901234567890} `))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.String(), `{"b":9007199254740993,"a":[1.5,"x",null,true],"big":12345678901234567000}`; got != want && got != strings.Replace(want, "12345678901234567000", "1.2345678901234567e+19", 1) {
		t.Errorf("FromJSON = %s, want %s", got, want)
	}
	for text, want := range map[string]string{
		"":                         "not JSON: the text is empty",
		"{\"a\": [":                "not JSON: the text ends in the middle of a value",
		"1 2":                      "not JSON, line 1: more text after the end of the value",
		"1e999":                    "not JSON, line 1: the number 1e999 is too large",
		strings.Repeat("[", 10000): "not JSON, line 1: nested more than 1000 deep",
	} {
		if _, err := FromJSON([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("FromJSON(%.20q): %v, want %s", text, err, want)
		}
	}
	if _, err := FromJSON([]byte("{\n\"a\": nope}")); err == nil || !strings.HasPrefix(err.Error(), "not JSON, line 2: ") {
		t.Errorf("FromJSON: %v, want the second line", err)
	}
}

func TestEqualAndCompare(t *testing.T) {
	paris := time.FixedZone("", 3600)
	tests := []struct {
		a, b    Value
		equal   bool
		order   int
		ordered bool
	}{
		{Int(1), Number(1), true, 0, true},
		{Int(1<<53 + 1), Number(1 << 53), false, 1, true},
		{Int(math.MaxInt64), Number(math.MaxInt64), false, -1, true},
		{Number(0.5), Int(1), false, -1, true},
		{Number(-0.5), Int(-1), false, 1, true},
		{Ratio(0.5), Percent(0.5), true, 0, true},
		{Number(0.5), Percent(0.5), false, 0, false},
		{Number(math.NaN()), Number(math.NaN()), false, 0, false},
		{Duration(1), Size(1), false, 0, false},
		{String("a"), String("b"), false, -1, true},
		{String("a"), NewSecret("a"), true, 0, false},
		{NewSecret("a"), NewSecret("b"), false, 0, false},
		{Time(time.Unix(5, 0)), Time(time.Unix(5, 0).In(paris)), true, 0, true},
		{Rate{PerSecond: 1}, Rate{PerSecond: 1, Of: RateOfSize}, false, 0, false},
		{NewList([]Value{Int(1)}), NewList([]Value{Number(1)}), true, 0, false},
		{NewMap([]string{"a", "b"}, []Value{Int(1), Int(2)}), NewRecord("R", []string{"b", "a"}, []Value{Int(2), Int(1)}), true, 0, false},
		{NewMap([]string{"a"}, []Value{Int(1)}), NewMap([]string{"b"}, []Value{Int(1)}), false, 0, false},
		{Null{}, Null{}, true, 0, false},
		{Null{}, Bool(false), false, 0, false},
	}
	for _, tt := range tests {
		if got := Equal(tt.a, tt.b); got != tt.equal {
			t.Errorf("Equal(%v, %v) = %v", tt.a, tt.b, got)
		}
		if got := Equal(tt.b, tt.a); got != tt.equal {
			t.Errorf("Equal(%v, %v) = %v", tt.b, tt.a, got)
		}
		if c, ok := Compare(tt.a, tt.b); c != tt.order || ok != tt.ordered {
			t.Errorf("Compare(%v, %v) = %d, %v", tt.a, tt.b, c, ok)
		}
		if c, ok := Compare(tt.b, tt.a); c != -tt.order || ok != tt.ordered {
			t.Errorf("Compare(%v, %v) = %d, %v", tt.b, tt.a, c, ok)
		}
	}
}

func TestRecordGet(t *testing.T) {
	h := NewHeaders([]string{"content-type"}, []Value{String("text/html")})
	if v, ok := h.Get("Content-Type"); !ok || v != String("text/html") {
		t.Errorf("Get(Content-Type) = %v, %v", v, ok)
	}
	names, values := make([]string, 10_000), make([]Value, 10_000)
	for i := range names {
		names[i], values[i] = fmt.Sprint(i), Int(i)
	}
	m := NewMap(names, values)
	var wait sync.WaitGroup
	for range 4 { // the index is built by whoever comes first
		wait.Go(func() {
			for i, name := range names {
				if got := m.Index(name); got != i {
					t.Errorf("Index(%s) = %d", name, got)
				}
			}
		})
	}
	wait.Wait()
	if m.Index("10000") != -1 {
		t.Error("found a key that isn't there")
	}
}
