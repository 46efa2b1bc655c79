package compile

import (
	"strings"
	"time"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// timeArithmetic compiles time - time and time ± duration.
func timeArithmetic(op string, x, y expr, t *types.Type, at *place) expr {
	if t.Kind == types.Duration {
		a, b := x.boxed(), y.boxed()
		return integer(t, func(f *frame) int64 {
			p, q := f.time(a(f), at), f.time(b(f), at)
			d := p.Sub(q)
			if !q.Add(d).Equal(p) { // Sub stops at what a duration holds
				f.overflow(at, t)
			}
			return int64(d)
		})
	}
	if y.t.Kind == types.Time {
		x, y = y, x
	}
	a, b := x.boxed(), y.int(at)
	return reference(t, func(f *frame) value.Value {
		p, d := f.time(a(f), at), time.Duration(b(f))
		if op == "-" {
			if d == -1<<63 {
				f.overflow(at, types.TDuration)
			}
			d = -d
		}
		return value.Time(p.Add(d))
	})
}

// time is v, which has to be a time.
func (f *frame) time(v value.Value, at *place) time.Time {
	t, ok := v.(value.Time)
	if !ok {
		f.wrongKind(v, types.TTime, at)
	}
	return time.Time(t)
}

// timeMethod compiles the methods of times: of the day and hour in UTC.
func (c *compiler) timeMethod(call *check.Call, recv func(*frame) value.Value, at *place) expr {
	part := func(get func(time.Time) int) expr {
		return integer(types.TInt, func(f *frame) int64 { return int64(get(f.time(recv(f), at).UTC())) })
	}
	words := func(get func(time.Time) string) expr {
		return reference(types.TString, func(f *frame) value.Value {
			return value.String(get(f.time(recv(f), at).UTC()))
		})
	}
	switch call.Method {
	case "year":
		return part(time.Time.Year)
	case "month":
		return part(func(t time.Time) int { return int(t.Month()) })
	case "day":
		return part(time.Time.Day)
	case "hour":
		return part(time.Time.Hour)
	case "minute":
		return part(time.Time.Minute)
	case "weekday":
		return words(func(t time.Time) string { return strings.ToLower(t.Weekday().String()) })
	case "date":
		return words(func(t time.Time) string { return t.Format(time.DateOnly) })
	case "format":
		layout := c.textArg(call, 0)
		return reference(types.TString, func(f *frame) value.Value {
			t, l := f.time(recv(f), at).UTC(), layout(f)
			text, wrong := strftime(t, l)
			if wrong != "" {
				f.failHint(at, BadArgument, "it knows %Y %m %d %H %M %S %j %a %b %Z and %%", "format: there is no %s", wrong)
			}
			f.room(len(text), at)
			return value.String(text)
		})
	}
	return c.unknownMethod(call, at)
}

// layouts are Go's spellings of the letters that strftime has in common with
// everyone.
var layouts = map[byte]string{
	'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'j': "002", 'a': "Mon", 'b': "Jan", 'Z': "MST",
}

// strftime writes t in a layout, or returns the letter that it doesn't know.
func strftime(t time.Time, layout string) (text, wrong string) {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			b.WriteByte(layout[i])
			continue
		}
		i++
		switch {
		case i == len(layout):
			return "", "% at the end"
		case layout[i] == '%':
			b.WriteByte('%')
		case layouts[layout[i]] != "":
			b.WriteString(t.Format(layouts[layout[i]]))
		default:
			return "", "%" + layout[i:i+1]
		}
	}
	return b.String(), ""
}
