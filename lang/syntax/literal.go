package syntax

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// numeral is the value of a number as it was written.
func (p *parser) numeral(t *token) Expr {
	at := At(spanAt(t))
	text := strings.ReplaceAll(t.Value, "_", "")
	switch t.Type {
	case kindInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return p.tooLarge(at, t.Value, "the largest int is 9223372036854775807; with a point it is a number")
		}
		return &Int{At: at, Value: n}
	case kindNumber:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return p.tooLarge(at, t.Value, "the largest number is about 1.8e308")
		}
		return &Number{At: at, Value: x}
	}
	q := &Quantity{At: at, Text: t.Value}
	switch {
	case strings.HasSuffix(text, "%"):
		return p.fraction(q, UnitPercent, text[:len(text)-1])
	case strings.HasSuffix(text, "pp"):
		return p.fraction(q, UnitPoints, text[:len(text)-2])
	}
	if n, unit, ok := oneUnit(text); ok {
		q.Unit, q.Int = unit, n
		return q
	}
	amount, unit := wholeUnits(text)
	if amount == nil || !amount.IsInt64() {
		limit := "the longest duration is about 292 years"
		if unit == UnitSize {
			limit = "the largest size is just below 8388608TiB"
		}
		return p.tooLarge(at, t.Value, limit)
	}
	q.Unit, q.Int = unit, amount.Int64()
	return q
}

func (p *parser) tooLarge(at At, text, hint string) Expr {
	if len(text) > 40 {
		text = text[:37] + "…"
	}
	p.report(NumberTooLarge, source.Span(at), text+" is too large", hint)
	return &BadExpr{at}
}

// fraction is a percentage or percentage points: hundredths.
func (p *parser) fraction(q *Quantity, unit Unit, text string) Expr {
	q.Unit = unit
	if strings.ContainsAny(text, "eE") {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return p.tooLarge(q.At, q.Text, "the largest number is about 1.8e308")
		}
		q.Float = x / 100
		return q
	}
	// The nearest number to 99.9/100, which 99.9 divided by 100 may miss.
	x, err := strconv.ParseFloat(text+"e-2", 64)
	if err != nil || math.IsInf(x, 0) {
		return p.tooLarge(q.At, q.Text, "the largest number is about 1.8e308")
	}
	q.Float = x
	return q
}

// oneUnit is the amount of what most quantities are: some digits and a unit,
// such as 500ms.
func oneUnit(text string) (int64, Unit, bool) {
	digits := 0
	for digits < len(text) && class[text[digits]] == classDigit {
		digits++
	}
	factor, unit := sizeUnits[text[digits:]], UnitSize
	if i := durationUnit(text[digits:]); i >= 0 {
		factor, unit = durationUnits[i].nanos, UnitDuration
	}
	n, err := strconv.ParseInt(text[:digits], 10, 64)
	return n * factor, unit, err == nil && factor > 0 && n <= math.MaxInt64/factor
}

// wholeUnits is the exact amount of a duration in nanoseconds or of a size in
// bytes, rounded half to even; nil where it is beyond all measure.
func wholeUnits(text string) (*big.Int, Unit) {
	sum, unit := new(big.Rat), UnitDuration
	for text != "" {
		n := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if c := text[n]; (c == 'e' || c == 'E') && n+1 < len(text) && (text[n+1] < 'A' || text[n+1] > 'z') {
			n += 2
			for n < len(text) && text[n] >= '0' && text[n] <= '9' {
				n++
			}
		}
		end := n
		for end < len(text) && class[text[end]] == classLetter {
			end++
		}
		name := text[n:end]
		factor := sizeUnits[name]
		if i := durationUnit(name); i >= 0 {
			factor = durationUnits[i].nanos
		} else {
			unit = UnitSize
		}
		part, ok := new(big.Rat), len(text[:n]) < 400
		if ok {
			if i := strings.IndexAny(text[:n], "eE"); i >= 0 {
				// A huge exponent would cost its size in memory.
				e, err := strconv.Atoi(text[i+1 : n])
				ok = err == nil && e > -400 && e < 400
			}
		}
		if ok {
			_, ok = part.SetString(text[:n])
		}
		if !ok {
			return nil, unit
		}
		sum.Add(sum, part.Mul(part, new(big.Rat).SetInt64(factor)))
		text = text[end:]
	}
	return roundEven(sum), unit
}

// roundEven rounds x, which isn't negative, half to even.
func roundEven(x *big.Rat) *big.Int {
	quotient, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(x.Denom()) {
	case 1:
		quotient.Add(quotient, big.NewInt(1))
	case 0:
		quotient.Add(quotient, big.NewInt(int64(quotient.Bit(0))))
	}
	return quotient
}

// str reads a string with its interpolations.
func (p *parser) str() *String {
	t := p.next()
	s := &String{Raw: t.Value[0] == '\''}
	quotes := 1
	if len(t.Value) >= 6 || t.Type == kindStringHead {
		if three := t.Value[:min(3, len(t.Value))]; three == `"""` || three == `'''` {
			s.Multi, quotes = true, 3
		}
	}
	if t.Type == kindString && !s.Multi {
		s.At = At(spanAt(t))
		s.plain(t.Value[1 : len(t.Value)-1])
		return s
	}
	last := t
	chunks := []string{t.Value[quotes:]}
	var holes []StringPart
	for last.Type == kindStringHead || last.Type == kindStringMiddle {
		open := uint32(last.Pos.Offset + len(last.Value) - 1)
		x := p.inside()
		if !p.at(kindStringMiddle) && !p.at(kindStringTail) {
			p.unexpectedHint("`}`", "a brace that is text is written \\{")
		}
		chunks[len(chunks)-1] = strings.TrimSuffix(chunks[len(chunks)-1], "{")
		last = p.next()
		holes = append(holes, StringPart{Expr: x, Span: source.Span{Start: open, End: uint32(last.Pos.Offset + 1)}})
		chunks = append(chunks, last.Value[1:])
	}
	n := len(chunks) - 1
	chunks[n] = chunks[n][:len(chunks[n])-quotes]
	s.At = p.from(uint32(t.Pos.Offset))
	if s.Multi {
		p.dedent(s, chunks)
	}
	for i, text := range chunks {
		s.plain(text)
		if i < len(holes) {
			s.Parts = append(s.Parts, holes[i])
		}
	}
	return s
}

// plain adds text as it is written.
func (s *String) plain(text string) {
	if !s.Raw {
		text = unescape(text)
	}
	if text != "" {
		s.Parts = append(s.Parts, StringPart{Text: text})
	}
}

// dedent takes the newlines at the quotes and the closing quotes' indentation
// off the text of a string of several lines.
func (p *parser) dedent(s *String, chunks []string) {
	var opened bool
	chunks[0], opened = strings.CutPrefix(chunks[0], "\n")
	last := &chunks[len(chunks)-1]
	i := strings.LastIndexByte(*last, '\n')
	indent := (*last)[i+1:]
	if strings.Trim(indent, " \t") != "" || i < 0 && (len(chunks) > 1 || !opened) {
		return
	}
	*last = (*last)[:max(i, 0)]
	if indent == "" {
		return
	}
	short := false
	for c := range chunks {
		lines := strings.Split(chunks[c], "\n")
		for l := range lines {
			if l == 0 && c > 0 {
				continue // goes on behind an interpolation
			}
			blank := strings.Trim(lines[l], " \t") == "" && (l+1 < len(lines) || c+1 == len(chunks))
			cut, ok := strings.CutPrefix(lines[l], indent)
			switch {
			case ok:
				lines[l] = cut
			case blank:
				lines[l] = ""
			default:
				short = true
			}
		}
		chunks[c] = strings.Join(lines, "\n")
	}
	if short {
		p.report(BadIndentation, source.Span(s.At), "a line of this text is indented less than its closing quotes", "the closing quotes' indentation is taken off each line")
	}
}

// unescape resolves the escapes of a text. What is no escape was reported.
func unescape(text string) string {
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch text[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'u':
			if r, n := unicodeEscape(text[i-1:]); n > 0 {
				b.WriteRune(r)
				i += n - 2
				continue
			}
			b.WriteByte('u')
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}
