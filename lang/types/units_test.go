package types

import (
	"fmt"
	"strings"
	"testing"
)

// byWord are the operands of the tables below.
var byWord = map[string]*Type{
	"int": TInt, "number": TNumber, "ratio": TRatio, "percent": TPercent, "points": TPoints, "duration": TDuration, "size": TSize,
	"time": TTime, "string": TString, "secret": TSecret, "bool": TBool, "events": TEvents, "null": TNull, "any": TAny,
	"size/s": RateOf(TSize), "number/s": RateOf(TNumber), "points/s": RateOf(TPoints),
	"ints": ListOf(TInt), "numbers": ListOf(TNumber), "strings": ListOf(TString), "lists": ListOf(TAny),
	"map": MapOf(TInt), "int?": OptionOf(TInt), "string?": OptionOf(TString),
}

// unitTable is section 4 of the language: every operation that has a meaning.
// A word with | stands for each of its types; = repeats the left operand.
const unitTable = `
int + int -> int
int + number|ratio -> number
number + int|number|ratio -> number
ratio + ratio -> ratio
ratio + int|number -> number
percent + percent|points -> percent
ratio + points -> percent
points + percent -> percent
points + points -> points
duration + duration -> duration
size + size -> size
time + duration -> time
duration + time -> time
size/s + size/s -> size/s
number/s + number/s -> number/s
points/s + points/s -> points/s
string + string -> string
string + secret -> secret
secret + string|secret -> secret
ints + ints -> ints
ints + numbers -> numbers
numbers + ints|numbers -> numbers
strings + strings -> strings
lists + ints|numbers|strings|lists -> lists
ints|numbers|strings + lists -> lists

int - int -> int
int - number|ratio -> number
number - int|number|ratio -> number
ratio - ratio -> ratio
ratio - int|number -> number
percent - percent|ratio -> points
ratio - percent -> points
percent|ratio - points -> percent
points - points -> points
duration - duration -> duration
size - size -> size
time - time -> duration
time - duration -> time
size/s - size/s -> size/s
number/s - number/s -> number/s
points/s - points/s -> points/s

int * int -> int
int * number|ratio|percent -> number
number * int|number|ratio|percent -> number
ratio * ratio|percent -> ratio
ratio * int|number -> number
percent * int|number|ratio|percent -> percent
points|duration|size|size/s|number/s|points/s * int|number|ratio|percent -> =
int|number|ratio|percent * points -> points
int|number|ratio|percent * duration -> duration
int|number|ratio|percent * size -> size
int|number|ratio|percent * size/s -> size/s
int|number|ratio|percent * number/s -> number/s
int|number|ratio|percent * points/s -> points/s
size/s * duration -> size
duration * size/s -> size
number/s * duration -> number
duration * number/s -> number
points/s * duration -> points
duration * points/s -> points

int|number|ratio / int|number|ratio -> ratio
percent / percent -> ratio
points / points -> ratio
duration / duration -> ratio
size / size -> ratio
size/s / size/s -> ratio
number/s / number/s -> ratio
points/s / points/s -> ratio
int / percent -> number
number / percent -> number
ratio / percent -> ratio
percent / int|number|ratio -> percent
points|duration|size|size/s|number/s|points/s / int|number|ratio|percent -> =
size / duration -> size/s
points / duration -> points/s
int|number|ratio / duration -> number/s

int mod int -> int
`

// TestUnits holds every pair of types against the table, also those that it
// leaves out, which are errors.
func TestUnits(t *testing.T) {
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(unitTable), "\n") {
		var xs, op, ys, arrow, result string
		if n, _ := fmt.Sscan(line, &xs, &op, &ys, &arrow, &result); n != 5 {
			continue
		}
		for _, x := range strings.Split(xs, "|") {
			for _, y := range strings.Split(ys, "|") {
				key, r := x+" "+op+" "+y, result
				if r == "=" {
					r = x
				}
				if want[key] != "" {
					t.Errorf("the table has %s twice", key)
				}
				want[key] = r
			}
		}
	}
	for xWord, x := range byWord {
		for yWord, y := range byWord {
			if x == TAny || y == TAny {
				continue // known when the script runs
			}
			for _, op := range []string{"+", "-", "*", "/", "mod"} {
				key := xWord + " " + op + " " + yWord
				got, problem, _ := Binary(op, x, y)
				switch expected := want[key]; {
				case expected == "" && problem == "":
					t.Errorf("%s is %s, want an error", key, got)
				case expected != "" && problem != "":
					t.Errorf("%s: %s, want %s", key, problem, expected)
				case expected != "" && !Same(got, byWord[expected]):
					t.Errorf("%s is %s, want %s", key, got, expected)
				case problem != "" && (got != nil || strings.Contains(problem, "%!")):
					t.Errorf("%s: type %v with the problem %q", key, got, problem)
				}
			}
		}
	}
}

func TestAnyInArithmetic(t *testing.T) {
	tests := []struct {
		op   string
		x, y *Type
		want *Type // nil: an error
	}{
		{"+", TAny, TInt, TAny},
		{"*", TDuration, TAny, TAny},
		{"+", TAny, TString, TAny},
		{"+", TAny, TSecret, TSecret},
		{"-", TAny, TString, nil},
		{"*", TAny, TBool, nil},
		{"+", TAny, OptionOf(TInt), nil},
		{"+", TUnknown, TBool, TUnknown},
	}
	for _, tt := range tests {
		if got, problem, _ := Binary(tt.op, tt.x, tt.y); !Same(got, tt.want) {
			t.Errorf("%s %s %s = %v (%s), want %v", tt.x, tt.op, tt.y, got, problem, tt.want)
		}
	}
}

func TestProblemsOfOperators(t *testing.T) {
	tests := []struct {
		op            string
		x, y          *Type
		problem, hint string
	}{
		{"+", TDuration, TPercent, "can't add a percent to a duration", "to scale it write {x} * (100% + {y})"},
		{"-", TSize, TPercent, "can't subtract a percent from a size", "to scale it write {x} * (100% - {y})"},
		{"+", TDuration, TInt, "can't add an int to a duration", "give {y} a unit, such as 5s"},
		{"+", TInt, TSize, "can't add a size to an int", "give {x} a unit, such as 5MiB"},
		{"+", TString, TInt, "can't add an int to text", `to put values into text write "{name}" inside the quotes`},
		{"*", TDuration, TDuration, "can't multiply a duration by a duration", ""},
		{"/", TDuration, TSize, "can't divide a duration by a size", ""},
		{"mod", TNumber, TInt, "can't take a number mod an int", "mod is of two ints: floor(x), round(x) and ceil(x) make one"},
		{"<", TDuration, TInt, "can't compare a duration with an int", "give {y} a unit, such as 5s"},
		{">", TPercent, TNumber, "can't compare a percent with a number", "write percent({y}) if it counts hundredths (50 is 50%), {y} as percent if it is a fraction (0.5 is 50%)"},
		{"==", TSecret, TInt, "can't compare a secret with an int", "a secret compares with text or a secret alone"},
		{"<", TSecret, TSecret, "secret has no order", "a secret can only be compared with == and !="},
		{"<", TBool, TBool, "bool has no order", ""},
		{">", TPoints, TPercent, "can't compare points with a percent", "points compare with points: give {y} the unit pp"},
		{"==", TInt, TNull, "{x} is never null", ""},
		{"and", TInt, TBool, "and joins bools, found int", "nothing is truthy: write {x} != 0"},
		{"or", TBool, TString, "or joins bools, found text", `nothing is truthy: write {y} != ""`},
		{"in", TInt, ListOf(TString), "this is a list[string], and never holds an int", ""},
		{"contains", MapOf(TInt), TInt, "the keys of a map are text, found int", "for its values write {x}.values contains {y}"},
		{"contains", TInt, TInt, "int holds nothing: want a list, a map or text", ""},
		{"matches", TInt, TString, "only text can match a pattern, found int", ""},
		{"??", OptionOf(TInt), TString, "{x} is int, what stands in for null is text", "both sides of ?? need one type"},
		{"..", TInt, TNumber, "a range goes from an int to an int, found number", ""},
		{"<", OptionOf(TInt), TInt, "{x} may be null (int?)", NullHint("{x}")},
	}
	for _, tt := range tests {
		got, problem, hint := Binary(tt.op, tt.x, tt.y)
		if got != nil || problem != tt.problem || hint != tt.hint {
			t.Errorf("Binary(%q, %s, %s) = %v, %q, %q, want nil, %q, %q", tt.op, tt.x, tt.y, got, problem, hint, tt.problem, tt.hint)
		}
	}
}

func TestComparisons(t *testing.T) {
	session := &Type{Kind: Record, Name: "Session", Methods: All([]*Func{{Name: "get"}})}
	tests := []struct {
		op   string
		x, y *Type
		fine bool
	}{
		{"==", TInt, TNumber, true},
		{"==", TRatio, TPercent, true},
		{"==", TRatio, TNumber, true},
		{"<", TRatio, TInt, true},
		{"==", TInt, TPercent, false},
		{"==", TPoints, TPoints, true},
		{"==", TPoints, TNumber, false},
		{"==", TString, TSecret, true},
		{"==", TAny, TSecret, false},
		{"==", OptionOf(TInt), TInt, true},
		{"==", OptionOf(TInt), TNull, true},
		{"!=", TNull, OptionOf(TString), true},
		{"==", TAny, TNull, true},
		{"==", TAny, TDuration, true},
		{"<", TAny, TDuration, true},
		{"==", ListOf(TInt), ListOf(TNever), true},
		{"==", ListOf(TInt), ListOf(TString), false},
		{"==", RecordOf(Field{Name: "a", Type: TInt}), RecordOf(Field{Name: "a", Type: TNumber}), true},
		{"==", RecordOf(Field{Name: "a", Type: TInt}), RecordOf(Field{Name: "b", Type: TInt}), false},
		{"==", session, session, false},
		{"<", TString, TString, true},
		{"<", RateOf(TSize), RateOf(TSize), true},
		{"<", RateOf(TSize), RateOf(TNumber), false},
		{"<", ListOf(TInt), ListOf(TInt), false},
		{"<", TTime, TTime, true},
		{"in", TInt, ListOf(TNumber), true},
		{"in", TString, MapOf(TInt), true},
		{"in", TString, TString, true},
		{"in", TInt, TString, false},
		{"contains", ListOf(OptionOf(TInt)), TInt, true},
		{"contains", TAny, TDuration, true},
		{"contains", TString, OptionOf(TString), false},
		{"matches", TSecret, TString, true},
		{"and", TAny, TBool, true},
	}
	for _, tt := range tests {
		got, problem, _ := Binary(tt.op, tt.x, tt.y)
		if fine := problem == "" && Same(got, TBool); fine != tt.fine {
			t.Errorf("Binary(%q, %s, %s) = %v, %q; fine = %t, want %t", tt.op, tt.x, tt.y, got, problem, fine, tt.fine)
		}
	}
}

func TestCoalesceAndRange(t *testing.T) {
	tests := []struct {
		op         string
		x, y, want *Type
	}{
		{"??", OptionOf(TInt), TInt, TInt},
		{"??", OptionOf(TInt), TNumber, TNumber},
		{"??", OptionOf(TInt), OptionOf(TInt), OptionOf(TInt)},
		{"??", TNull, TString, TString},
		{"??", TAny, TString, TAny},
		{"??", OptionOf(TString), TNever, TString},
		{"..", TInt, TInt, ListOf(TInt)},
	}
	for _, tt := range tests {
		if got, problem, _ := Binary(tt.op, tt.x, tt.y); !Same(got, tt.want) {
			t.Errorf("Binary(%q, %s, %s) = %v, %q, want %s", tt.op, tt.x, tt.y, got, problem, tt.want)
		}
	}
}

func TestUnary(t *testing.T) {
	tests := []struct {
		op   string
		x    *Type
		want *Type
	}{
		{"-", TInt, TInt}, {"-", TRatio, TRatio}, {"-", TDuration, TDuration}, {"-", TPoints, TPoints}, {"-", RateOf(TSize), RateOf(TSize)},
		{"-", TAny, TAny}, {"-", TTime, nil}, {"-", TString, nil}, {"-", TBool, nil}, {"-", OptionOf(TInt), nil},
		{"not", TBool, TBool}, {"not", TAny, TBool}, {"not", TInt, nil}, {"not", TString, nil},
	}
	for _, tt := range tests {
		if got, problem, _ := Unary(tt.op, tt.x); !Same(got, tt.want) {
			t.Errorf("Unary(%q, %s) = %v, %q, want %v", tt.op, tt.x, got, problem, tt.want)
		}
	}
}
