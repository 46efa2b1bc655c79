package value

// Magnitude returns the number behind a number or quantity, in its base unit:
// nanoseconds, bytes, fractions, an amount a second. ok is false for all other
// values. Two values of one type compare by it.
func Magnitude(v Value) (x float64, ok bool) {
	switch v := v.(type) {
	case Int:
		return float64(v), true
	case Number:
		return float64(v), true
	case Ratio:
		return float64(v), true
	case Percent:
		return float64(v), true
	case Points:
		return float64(v), true
	case Duration:
		return float64(v), true
	case Size:
		return float64(v), true
	case Rate:
		return v.PerSecond, true
	}
	return 0, false
}
