package value

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// ParseDuration reads a duration as a script writes it: 1h30m, 1.5s, 500ms;
// with a minus in front it is negative. It reads everything that a Duration
// prints.
func ParseDuration(text string) (Duration, error) {
	nanos, err := parseQuantity(text, "duration", "like 500ms, 30s or 1h30m", parseDurationUnit, true)
	return Duration(nanos), err
}

// ParseSize reads a size as a script writes it: 400MiB, 1.5GB.
func ParseSize(text string) (Size, error) {
	bytes, err := parseQuantity(text, "size", "like 400MiB or 1.5GB", parseSizeUnit, false)
	return Size(bytes), err
}

// ParsePercent reads a percentage as a script writes it: 12.5%.
func ParsePercent(text string) (Percent, error) {
	digits, ok := strings.CutSuffix(text, "%")
	if ok && decimal(strings.TrimPrefix(digits, "-")) {
		// The exponent moves the point exactly; a division by 100 would round twice.
		if f, err := strconv.ParseFloat(digits+"e-2", 64); err == nil && !math.IsInf(f, 0) {
			return Percent(f), nil
		}
	}
	return 0, fmt.Errorf("%s is no percentage, want one like 12.5%%", QuoteString(text))
}

func parseDurationUnit(name string) (int64, bool) {
	if name == "w" {
		return 7 * 24 * 3600e9, true
	}
	for _, u := range durationUnits {
		if u.name == name {
			return int64(u.nanos), true
		}
	}
	return 0, false
}

func parseSizeUnit(name string) (int64, bool) {
	for _, u := range sizeUnits {
		if u.name == name {
			return u.bytes, true
		}
	}
	return 0, false
}

// parseQuantity reads numbers with units, the units descending and only the
// last number with a fraction.
func parseQuantity(text, what, like string, unit func(string) (int64, bool), compound bool) (int64, error) {
	wrong := fmt.Errorf("%s is no %s, want one %s", QuoteString(text), what, like)
	rest, negative := strings.CutPrefix(text, "-")
	if rest == "" {
		return 0, wrong
	}
	total := new(big.Rat)
	last := int64(math.MaxInt64)
	fraction := false
	for rest != "" {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789._"))]
		rest = rest[len(digits):]
		letters := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzKMGTB"))]
		rest = rest[len(letters):]
		scale, ok := unit(letters)
		if !ok || fraction || scale >= last || !compound && last != math.MaxInt64 || !decimal(digits) {
			return 0, wrong
		}
		fraction = strings.Contains(digits, ".")
		last = scale
		amount, ok := new(big.Rat).SetString(strings.ReplaceAll(digits, "_", ""))
		if !ok {
			return 0, wrong
		}
		total.Add(total, amount.Mul(amount, new(big.Rat).SetInt64(scale)))
	}
	if negative {
		total.Neg(total)
	}
	if !total.IsInt() {
		return 0, fmt.Errorf("%s is no whole number of %s", QuoteString(text), map[string]string{"duration": "nanoseconds", "size": "bytes"}[what])
	}
	if !total.Num().IsInt64() {
		return 0, fmt.Errorf("%s is too large a %s", QuoteString(text), what)
	}
	return total.Num().Int64(), nil
}

// decimal tells whether s is digits, perhaps with one point between them.
// The length is bounded, because what is read may be anything.
func decimal(s string) bool {
	whole, part, point := strings.Cut(s, ".")
	return len(s) <= 64 && digitsOnly(whole) && (!point || digitsOnly(part))
}

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789_") == "" && s[0] != '_' && s[len(s)-1] != '_'
}
