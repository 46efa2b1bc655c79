package odds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Parse reads what a person states of a metric of type t:
//
//	1% of 100                         events: a tick counts 100, 1% of them bad
//	1% of ~100                        a tick counts about 100, as visitors come
//	200ms                             values: always 200ms
//	200ms spread 30% count 4          four values a tick, spread by 30%
//	200ms spread 30% correlation 0.8  one value, and slow ones follow slow ones
//
// read turns the text of a value into one of type t, as the inputs of a script
// are read.
func Parse(t *types.Type, text string, read func(*types.Type, string) (value.Value, error)) (Noise, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Noise{}, fmt.Errorf("it says nothing, want %s", wanted(t))
	}
	if t.Kind == types.Events {
		return parseEvents(t, text, words, read)
	}
	v, err := read(t, words[0])
	if err != nil {
		return Noise{}, fmt.Errorf("%s %w", words[0], err)
	}
	n := Noise{Count: 1}
	n.Typical, _ = value.Magnitude(v)
	n.Additive = n.Typical <= 0
	spread, err := n.clauses(words[1:], "spread", "count", "correlation")
	if err != nil {
		return Noise{}, err
	}
	if n.Additive {
		spread *= max(n.Typical, -n.Typical)
	}
	// What neighbouring ticks share is the ticks' own.
	if n.Correlation > 0 {
		n.Between = spread
	} else {
		n.Within = spread
	}
	return n, nil
}

func parseEvents(t *types.Type, text string, words []string, read func(*types.Type, string) (value.Value, error)) (Noise, error) {
	if len(words) < 3 || words[1] != "of" {
		return Noise{}, fmt.Errorf("found %q, want %s", text, wanted(t))
	}
	ratio, err := read(types.TPercent, words[0])
	if err != nil {
		return Noise{}, fmt.Errorf("%s %w", words[0], err)
	}
	var n Noise
	n.Ratio, _ = value.Magnitude(ratio)
	total, about := strings.CutPrefix(words[2], "~")
	n.About = about
	if n.Total, err = strconv.ParseFloat(total, 64); err != nil || !(n.Total > 0 && n.Total < 1e12) {
		return Noise{}, fmt.Errorf("found %q, want how many events a tick counts, such as 100", words[2])
	}
	if n.Ratio < 0 || n.Ratio > 1 {
		return Noise{}, fmt.Errorf("found %s, want a share between 0%% and 100%%", words[0])
	}
	n.Between, err = n.clauses(words[3:], "spread", "correlation")
	return n, err
}

// clauses reads what follows the first value, and returns the spread.
func (n *Noise) clauses(words []string, known ...string) (spread float64, err error) {
	for len(words) > 0 {
		name := words[0]
		if len(words) == 1 {
			return 0, fmt.Errorf("found nothing after %s", name)
		}
		text := words[1]
		words = words[2:]
		x, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
		if err == nil && strings.HasSuffix(text, "%") {
			x /= 100
		}
		switch {
		case err != nil || !(x >= 0):
			return 0, fmt.Errorf("found %s %s, want a number", name, text)
		case !slices.Contains(known, name):
			return 0, fmt.Errorf("found %s, want %s", name, strings.Join(known, " or "))
		case name == "spread" && x <= 10:
			spread = x
		case name == "count" && x >= 1 && x <= 10_000 && x == float64(int(x)):
			n.Count = int(x)
		case name == "correlation" && x < 1:
			n.Correlation = x
		default:
			return 0, fmt.Errorf("found %s %s, want %s", name, text, map[string]string{
				"spread": "1000% at most", "count": "a whole number from 1 to 10,000", "correlation": "less than 1"}[name])
		}
	}
	if n.Correlation > 0 && spread == 0 {
		return 0, fmt.Errorf("found a correlation without a spread: what never changes has none")
	}
	return spread, nil
}

func wanted(t *types.Type) string {
	switch t.Kind {
	case types.Events:
		return "a share and how many events a tick counts, such as 1% of 100"
	case types.Duration:
		return "a typical value, such as 200ms spread 30%"
	case types.Size:
		return "a typical value, such as 200MiB spread 5%"
	}
	return "a typical value, such as 40 spread 10%"
}
