package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/plan"
)

// shownWidth is how much of a part's value a failure carries.
const shownWidth = 200

// problem makes an error with its place in the script.
func (s *strand) problem(at syntax.Element, format string, args ...any) error {
	return &source.Diagnostic{File: s.program.Source, Span: at.Span(), Message: fmt.Sprintf(format, args...)}
}

// failed is the end of a node that an error ended.
func (s *strand) failed(at syntax.Element, err error) end {
	return end{status: event.Failed, halt: haltOf(err), failures: []event.Failure{s.failure(at, err)}}
}

func (s *strand) failure(at syntax.Element, err error) event.Failure {
	return Failure(s.program, at, err)
}

// Failure is an error as events carry it. at is what was being done, in p.
func Failure(p *check.Program, at syntax.Element, err error) event.Failure {
	f := event.Failure{Place: plan.PlaceOf(p, at), Message: err.Error(), Source: firstLine(p.Source, at.Span())}
	var d *source.Diagnostic
	if errors.As(err, &d) {
		f.Message, f.Hint = d.Message, d.Hint
		if d.Code != nil {
			f.Code = d.Code.ID
		}
		if d.File != nil {
			f.Place = d.File.Place(d.Span)
			if d.File != p.Source || !at.Span().Contains(d.Span.Start) {
				f.Source = firstLine(d.File, d.Span)
			}
		}
	}
	if h := haltOf(err); h != nil {
		f.Message = h.reason
	}
	var c *commandFailed
	if errors.As(err, &c) {
		f.Output = c.last
	}
	return f
}

// firstLine is the first line of a piece of script.
func firstLine(file *source.File, span source.Span) string {
	line, _, _ := strings.Cut(file.Slice(span), "\n")
	return strings.TrimRight(line, " \t\r")
}

func (s *strand) untrue(e *syntax.Expect, parts []compile.Part, said string) event.Failure {
	return Untrue(s.program, e, parts, said, s.r.opts.Secrets.Text)
}

// Untrue is the failure of an expect or require of p whose condition is false.
// said is its else, "" without one. Texts are masked before they are cut: of a
// secret that is cut, less would be recognised.
func Untrue(p *check.Program, e *syntax.Expect, values []compile.Part, said string, mask func(string) string) event.Failure {
	file, parts := p.Source, slices.Clone(values)
	f := event.Failure{Place: plan.PlaceOf(p, e), Source: firstLine(file, e.Span()), Message: said}
	if said == "" {
		f.Message = strings.Join(strings.Fields(file.Slice(e.Cond.Span())), " ") + " is not true"
	}
	for i, p := range parts {
		if text, ok := p.Value.(value.String); ok {
			p.Value = value.String(mask(string(text)))
			parts[i] = p
		}
		start, end := p.Span.Start-e.Span().Start, p.Span.End-e.Span().Start
		if p.Span.Start < e.Span().Start || int(end) > len(f.Source) {
			continue // on a line that isn't shown
		}
		part := event.Part{
			Column: utf8.RuneCountInString(f.Source[:start]), Width: utf8.RuneCountInString(f.Source[start:end]),
			Text: f.Source[start:end], Value: "not evaluated",
		}
		if p.Value != nil {
			part.Value = value.Short(readable(p.Value), shownWidth)
		}
		f.Parts = append(f.Parts, part)
	}
	f.Hint = difference(e.Cond, parts)
	return f
}

// readable is a value as it is shown: a duration that was measured has digits
// that say nothing.
func readable(v value.Value) value.Value {
	d, ok := v.(value.Duration)
	if !ok || time.Duration(d)%time.Millisecond == 0 {
		return v
	}
	digit := time.Duration(1)
	for most := time.Duration(d).Abs(); most >= 100_000; most /= 10 {
		digit *= 10
	}
	return value.Duration(time.Duration(d).Round(digit))
}

// difference says where two long texts that should be equal are not, and that
// two numbers which read the same differ in the digits behind.
func difference(cond syntax.Expr, parts []compile.Part) string {
	b, ok := cond.(*syntax.Binary)
	if !ok || b.Op != "==" {
		return ""
	}
	if reads := sameDigits(b, parts); reads != "" {
		return "both read " + reads + ", and differ in the digits behind: compare with a tolerance, abs(a - b) < c"
	}
	var sides [2]string
	for i, x := range []syntax.Expr{b.X, b.Y} {
		if literal, ok := x.(*syntax.String); ok {
			sides[i], _ = literal.Constant()
		}
		for _, p := range parts {
			if v, ok := p.Value.(value.String); ok && p.Span == x.Span() {
				sides[i] = string(v)
			}
		}
	}
	left, right := []rune(sides[0]), []rune(sides[1])
	if len(left) < 40 || len(right) < 40 {
		return ""
	}
	at := 0
	for at < len(left) && at < len(right) && left[at] == right[at] {
		at++
	}
	if at == 0 {
		return "" // one is no version of the other, as digests aren't
	}
	from := max(0, at-10)
	near := func(text []rune) string { return value.QuoteString(string(text[from:min(len(text), at+20)])) }
	return fmt.Sprintf("they differ from character %d on: …%s against …%s", at+1, near(left), near(right))
}

// sameDigits returns how both sides of a comparison read, where they are
// fractions that read the same; else "". 12.5% - 10% is not quite 2.5pp.
func sameDigits(b *syntax.Binary, parts []compile.Part) string {
	var sides [2]value.Value
	for i, x := range []syntax.Expr{b.X, b.Y} {
		for {
			inner, ok := x.(*syntax.Paren)
			if !ok {
				break
			}
			x = inner.X
		}
		for _, p := range parts {
			if p.Span == x.Span() {
				sides[i] = p.Value
			}
		}
		switch sides[i].(type) {
		case value.Number, value.Ratio, value.Percent, value.Points, value.Rate:
		default:
			return ""
		}
	}
	if left := sides[0].String(); left == sides[1].String() {
		return left
	}
	return ""
}
