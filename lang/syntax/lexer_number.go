package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// durationUnits are the units of durations, the longest first, in nanoseconds.
var durationUnits = []struct {
	name  string
	nanos int64
}{
	{"w", 7 * 24 * 3600e9}, {"d", 24 * 3600e9}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9},
	{"ms", 1e6}, {"us", 1e3}, {"ns", 1},
}

// durationUnit returns the place of a unit in durationUnits, or -1.
func durationUnit(name string) int {
	for i, u := range durationUnits {
		if u.name == name {
			return i
		}
	}
	return -1
}

// sizeUnits are the units of sizes, in bytes.
var sizeUnits = map[string]int64{
	"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
}

// unitSlips are units as people write them elsewhere.
var unitSlips = map[string]string{
	"sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s",
	"min": "m", "mins": "m", "minute": "m", "minutes": "m",
	"hr": "h", "hrs": "h", "hour": "h", "hours": "h", "H": "h",
	"day": "d", "days": "d", "D": "d", "week": "w", "weeks": "w",
	"msec": "ms", "millis": "ms", "usec": "us", "nsec": "ns",
	"b": "B", "bytes": "B", "KB": "kB", "k": "kB", "K": "KiB", "kb": "kB", "Ki": "KiB",
	"mb": "MB", "M": "MB", "Mi": "MiB", "gb": "GB", "g": "GB", "G": "GB", "Gi": "GiB",
	"tb": "TB", "T": "TB", "Ti": "TiB", "kiB": "KiB", "pct": "%", "percent": "%", "PP": "pp",
}

const unitsHint = "there are w d h m s ms us ns, B kB MB GB TB KiB MiB GiB TiB, % and pp"

// number scans a number and its unit: rules L3 and L4.
func (s *scanner) number() lexer.Token {
	k, end := s.digits(s.pos)
	if end == len(s.text) {
		return s.numberToken(k, end)
	}
	switch c := s.text[end]; {
	case c == '%':
		end++
		if end < len(s.text) && (class[s.text[end]] == classLetter || class[s.text[end]] == classDigit || s.text[end] == '(') {
			// 7%3 is meant as a remainder.
			s.pos = end - 1
			return s.stray()
		}
		return s.numberToken(kindQuantity, end)
	case class[c] == classLetter || c >= 0x80:
		return s.quantity(k, end)
	}
	return s.numberToken(k, end)
}

// digits scans digits, a fraction and an exponent from i.
func (s *scanner) digits(i int) (kind, int) {
	k := kindInt
	run := func() {
		for i < len(s.text) && (class[s.text[i]] == classDigit || s.text[i] == '_') {
			i++
		}
	}
	digit := func(at int) bool { return at < len(s.text) && class[s.text[at]] == classDigit }
	run()
	if i < len(s.text) && s.text[i] == '.' && digit(i+1) {
		k = kindNumber
		i++
		run()
	}
	if i < len(s.text) && (s.text[i] == 'e' || s.text[i] == 'E') {
		signed := i+1 < len(s.text) && (s.text[i+1] == '+' || s.text[i+1] == '-')
		if digit(i+1) || signed && digit(i+2) {
			k = kindNumber
			i += 2
			run()
		}
	}
	return k, i
}

// numberToken ends a number, unless its underscores stand badly.
func (s *scanner) numberToken(k kind, end int) lexer.Token {
	text := s.text[s.pos:end]
	for i := strings.IndexByte(text, '_'); i >= 0 && i < len(text); i++ {
		if text[i] == '_' && (i+1 == len(text) || class[text[i+1]] != classDigit || class[text[i-1]] != classDigit) {
			return s.bad(end, BadNumber, "found `"+text+"`: `_` stands between two digits of a number", "write 1_000_000")
		}
	}
	return s.token(k, end)
}

// quantity scans the unit at i of a number of kind k, and the further parts of
// a duration.
func (s *scanner) quantity(k kind, i int) lexer.Token {
	before, whole := -1, k == kindInt
	for {
		end := i
		for end < len(s.text) && class[s.text[end]] == classLetter && s.text[end] != '_' {
			end++
		}
		name := s.text[i:end]
		more := end < len(s.text) && (class[s.text[end]] == classDigit || class[s.text[end]] == classLetter || s.text[end] >= 0x80)
		unit := durationUnit(name)
		switch {
		case unit < 0 && before < 0 && !more && (sizeUnits[name] > 0 || name == "pp"):
			return s.numberToken(kindQuantity, end)
		case unit < 0:
			return s.badUnit(i)
		case unit <= before:
			return s.badDuration("the units of a duration go down, each once: w d h m s ms us ns", "write 1h30m")
		case !more:
			return s.numberToken(kindQuantity, end)
		case class[s.text[end]] != classDigit:
			return s.badUnit(i)
		case !whole:
			return s.badDuration("only the last part of a duration may have a fraction", "write 1h30m for 1.5h")
		}
		before = unit
		k, i = s.digits(end)
		whole = k == kindInt
		if i == len(s.text) || class[s.text[i]] != classLetter {
			return s.badDuration("the last part of this duration has no unit", "")
		}
	}
}

// badUnit is the bad token of a number whose unit, at i, is none.
func (s *scanner) badUnit(i int) lexer.Token {
	end := i
	for end < len(s.text) && (class[s.text[end]] == classLetter || class[s.text[end]] == classDigit || s.text[end] >= 0x80) {
		end++
	}
	name, hint := s.text[i:end], unitsHint
	if right := unitSlips[name]; right != "" {
		hint = "did you mean " + s.text[s.pos:i] + right + "?"
	}
	t := s.bad(end, UnknownUnit, "unknown unit `"+name+"`", hint)
	s.problems[len(s.problems)-1].span.Start = uint32(i)
	return t
}

func (s *scanner) badDuration(message, hint string) lexer.Token {
	end := s.pos
	for end < len(s.text) && (class[s.text[end]] == classLetter || class[s.text[end]] == classDigit) {
		end++
	}
	return s.bad(end, BadNumber, message, hint)
}
