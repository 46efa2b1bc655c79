package virtual

import (
	"strings"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// widestMock is how long a mock may be on one line.
const widestMock = 110

// lineFor is the mock that a call needs: what was passed for its first
// arguments, and its result's shape with neutral values.
func lineFor(fn *types.Func, args []value.Value) string {
	var wanted []string
	for i, arg := range args {
		if arg == nil || i < len(fn.Params) && fn.Params[i].Optional && !fn.Params[i].Variadic {
			break // what a mock doesn't write may be anything
		}
		wanted = append(wanted, pattern(arg))
	}
	head := "mock " + fn.Name + "(" + strings.Join(wanted, ", ") + ") => "
	if fn.Result == nil || fn.Result.Kind != types.Record {
		return head + shape(fn.Result)
	}
	return head + record(fn.Result, len(head))
}

func lineForCommand(line string) string {
	return "mock $ " + value.QuoteString(line) + ` => { code: 0, stdout: "" }`
}

// pattern writes an argument as a mock wants it. Secrets and values with parts
// are not written: * fits them.
func pattern(arg value.Value) string {
	switch arg := arg.(type) {
	case value.String:
		if len(arg) > 80 || strings.Contains(string(arg), "\n") {
			first, _, _ := strings.Cut(string(arg), "\n")
			runes := []rune(first)
			return value.QuoteString(string(runes[:min(len(runes), 40)]) + "*")
		}
		return value.QuoteString(string(arg))
	case value.Bool, value.Int, value.Number, value.Percent, value.Points, value.Duration, value.Size:
		return arg.String()
	}
	return `"*"`
}

// shape is how a script writes the neutral value of a type; "" where it is
// better left out.
func shape(t *types.Type) string {
	if t == nil {
		return "null"
	}
	switch t.Kind {
	case types.Bool:
		return "false"
	case types.Int, types.Number:
		return "0"
	case types.Percent:
		return "0%"
	case types.Points:
		return "0pp"
	case types.Duration:
		return "0s"
	case types.Size:
		return "0B"
	case types.String, types.Secret:
		return `""`
	case types.Events:
		return "events(0, of: 1)"
	case types.List:
		return "[]"
	case types.Map:
		return "{}"
	case types.Record:
		return record(t, widestMock)
	case types.Time:
		return `date("2026-01-01")`
	case types.Rate:
		switch t.Elem.Kind {
		case types.Size:
			return "0B / 1s"
		case types.Points:
			return "0pp / 1s"
		}
		return "0 / 1s"
	}
	return "null"
}

// record writes the fields of a type, below each other where they would not
// fit into a line. Those that may be null are left out, and times, which are
// now.
func record(t *types.Type, before int) string {
	var names, values []string
	widest := 0
	for _, f := range t.Fields {
		if f.Type.Kind == types.Option || f.Type.Kind == types.Time {
			continue
		}
		text := shape(f.Type)
		switch {
		case t.Name == "Response" && f.Name == "status":
			text = "200"
		case t.Name == "Response" && f.Name == "ok":
			text = "true"
		}
		names, values = append(names, f.Name), append(values, text)
		widest = max(widest, len(f.Name)+1)
	}
	if len(names) == 0 {
		return "{}"
	}
	fields := make([]string, len(names))
	for i := range names {
		fields[i] = names[i] + ": " + values[i]
	}
	if line := "{ " + strings.Join(fields, ", ") + " }"; before == widestMock || before+len(line) <= widestMock {
		return line
	}
	var b strings.Builder
	b.WriteString("{\n")
	for i := range names {
		b.WriteString("    " + names[i] + ":" + strings.Repeat(" ", widest-len(names[i])) + values[i] + "\n")
	}
	b.WriteString("}")
	return b.String()
}
