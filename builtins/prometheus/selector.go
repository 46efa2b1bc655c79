package prometheus

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/value"
)

var (
	metricName = lazy.Regexp(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	labelName  = lazy.Regexp(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// matcher is one label of a selector.
type matcher struct {
	label   string
	text    string
	pattern bool // text is a regular expression
}

// String writes the matcher in PromQL, whose texts are quoted as Go's are.
func (m matcher) String() string {
	if m.pattern {
		return m.label + "=~" + strconv.QuoteToASCII(m.text)
	}
	return m.label + "=" + strconv.QuoteToASCII(m.text)
}

// selector is a metric and the labels of those of its series that count.
type selector struct {
	metric   string
	matchers []matcher // by label
}

// newSelector binds the values of where. Whatever text a value holds, it is
// compared with a label's and read as nothing else.
func newSelector(metric string, where map[string]value.Value) (selector, error) {
	s := selector{metric: metric}
	if !metricName().MatchString(metric) {
		return s, fmt.Errorf("metric is %s, want the name of a counter such as 'http_requests_total', with labels bound in where", value.QuoteString(metric))
	}
	for _, label := range slices.Sorted(maps.Keys(where)) {
		if !labelName().MatchString(label) || label == "__name__" {
			return s, fmt.Errorf("where has %s, want names of labels: letters, digits and _", value.QuoteString(label))
		}
		m := matcher{label: label}
		switch v := where[label].(type) {
		case value.String:
			m.text = string(v)
		case value.Int:
			m.text = v.String()
		case *value.Record:
			pattern, ok := v.Get("pattern")
			text, isText := pattern.(value.String)
			if v.Type != "Matching" || !ok || !isText {
				return s, fmt.Errorf("where.%s is %s, want a text or matching('…')", label, value.Quote(v))
			}
			m.text, m.pattern = string(text), true
		default:
			return s, fmt.Errorf("where.%s is %s, want a text or matching('…')", label, value.Quote(v))
		}
		if !utf8.ValidString(m.text) {
			return s, fmt.Errorf("where.%s has bytes that are no UTF-8, which no label holds", label)
		}
		s.matchers = append(s.matchers, m)
	}
	return s, nil
}

func (s selector) String() string {
	if len(s.matchers) == 0 {
		return s.metric
	}
	parts := make([]string, len(s.matchers))
	for i, m := range s.matchers {
		parts[i] = m.String()
	}
	return s.metric + "{" + strings.Join(parts, ",") + "}"
}

// population is what the series of s are some of: those that have the labels
// that s has patterns for, whatever is in them. ok tells whether there is any
// such label.
func (s selector) population() (all selector, ok bool) {
	all.metric = s.metric
	for _, m := range s.matchers {
		if m.pattern {
			m.text, ok = ".+", true
		}
		all.matchers = append(all.matchers, m)
	}
	return all, ok
}

// span writes a duration as PromQL does.
func span(d time.Duration) (string, error) {
	if d < time.Millisecond {
		return "", fmt.Errorf("over is %s, want 1ms or more", value.Duration(d))
	}
	if d%time.Second == 0 {
		return strconv.FormatInt(int64(d/time.Second), 10) + "s", nil
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms", nil
}
