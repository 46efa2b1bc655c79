package report

import (
	"fmt"
	"strings"
	"time"
)

// took is how long something lasted, to three figures or to the second.
func took(d time.Duration) string {
	switch {
	case d < 0:
		d = 0
	case d < time.Millisecond:
		d = d.Round(time.Microsecond)
	case d < time.Second:
		d = d.Round(time.Millisecond)
	case d < 10*time.Second:
		d = d.Round(10 * time.Millisecond)
	case d < time.Minute:
		d = d.Round(100 * time.Millisecond)
	default:
		d = d.Round(time.Second)
	}
	if d == 0 {
		return "0s"
	}
	return strings.Replace(d.String(), "µs", "us", 1)
}

// clock is how long something has been going on: whole seconds, for it is
// read while it changes.
func clock(d time.Duration) string { return max(0, d).Truncate(time.Second).String() }

// limit is a deadline as a script would write it: 15m, not 15m0s.
func limit(d time.Duration) string {
	s := took(d)
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// count is "1 check", "2 checks".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if strings.HasSuffix(one, "y") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(one, "y"))
	}
	return fmt.Sprintf("%d %ss", n, one)
}
