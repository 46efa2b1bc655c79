package compile

import (
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// of is the receiver as text, and whether it is a secret: then what is cut
// out of it is one, too.
func (m *methodCall) of(f *frame) (text string, secret bool) {
	v := m.recv(f)
	switch v := v.(type) {
	case value.String:
		f.m.burnMany(1+len(v)/64, m.at)
		return string(v), false
	case value.Secret:
		return v.Reveal(), true
	}
	f.raise(m.x.misfit(f, m.recvAt, &misfit{v: v, want: types.TString}))
	return "", false
}

// textMethod compiles the methods of strings and secrets.
func (c *compiler) textMethod(m *methodCall) expr {
	t := types.TString
	if m.x.t != nil && types.Present(m.x.t).Kind == types.Secret {
		t = types.TSecret
	}
	change := func(do func(string) string) expr {
		return reference(t, func(f *frame) value.Value {
			text, secret := m.of(f)
			text = do(text)
			f.room(len(text), m.at)
			return value.NewText(text, secret)
		})
	}
	parts := func(do func(f *frame, text string) []string) expr {
		return reference(types.ListOf(t), func(f *frame) value.Value {
			text, secret := m.of(f)
			return f.texts(do(f, text), secret, m.at)
		})
	}
	switch m.call.Method {
	case "lower":
		return change(strings.ToLower)
	case "upper":
		return change(strings.ToUpper)
	case "trim":
		return change(strings.TrimSpace)
	case "replace":
		return c.replace(m, t)
	case "split":
		separator := c.textArg(m.call, 0)
		return parts(func(f *frame, text string) []string {
			by := separator(f)
			f.items(1+strings.Count(text, by), m.at)
			return strings.Split(text, by)
		})
	case "lines":
		return parts(func(f *frame, text string) []string {
			f.items(1+strings.Count(text, "\n"), m.at)
			return lines(text)
		})
	case "starts_with", "ends_with":
		end := c.textArg(m.call, 0)
		has := strings.HasPrefix
		if m.call.Method == "ends_with" {
			has = strings.HasSuffix
		}
		return boolean(func(f *frame) bool {
			text, _ := m.of(f)
			return has(text, end(f))
		})
	case "length":
		return integer(types.TInt, func(f *frame) int64 {
			text, secret := m.of(f)
			if secret { // of type any: else the checker has said so
				f.fail(m.at, NotThere, "%s is a secret, and its length is not shown", m.recvAt.text())
			}
			return int64(utf8.RuneCountInString(text))
		})
	case "find":
		pattern := c.pattern(m.call.Args[0])
		return reference(types.OptionOf(t), func(f *frame) value.Value {
			text, secret := m.of(f)
			match := pattern(f).FindStringSubmatch(text)
			if match == nil {
				return value.Null{}
			}
			return value.NewText(match[min(1, len(match)-1)], secret)
		})
	case "find_all":
		pattern := c.pattern(m.call.Args[0])
		return parts(func(f *frame, text string) []string {
			var found []string
			for _, match := range pattern(f).FindAllStringSubmatch(text, value.MaxItems+1) {
				found = append(found, match[min(1, len(match)-1)])
			}
			return found
		})
	}
	return c.unknownMethod(m.call, m.at)
}

// texts makes a list of texts.
func (f *frame) texts(parts []string, secret bool, at *place) value.Value {
	f.items(len(parts), at)
	items := make([]value.Value, len(parts))
	for i, part := range parts {
		items[i] = value.NewText(part, secret)
	}
	return value.NewList(items)
}

// lines splits a text at its newlines; one at the very end starts no line.
func lines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	parts := strings.Split(text, "\n")
	for i, part := range parts {
		parts[i] = strings.TrimSuffix(part, "\r")
	}
	return parts
}

func (c *compiler) replace(m *methodCall, t *types.Type) expr {
	from, to := c.textArg(m.call, 0), c.hiddenArg(m.call, 1)
	return reference(t, func(f *frame) value.Value {
		text, secret := m.of(f)
		before := from(f)
		after, hidden := to(f)
		f.room(len(text)+strings.Count(text, before)*max(0, len(after)-len(before)), m.at)
		return value.NewText(strings.ReplaceAll(text, before, after), secret || hidden)
	})
}

// eventsMethod compiles the methods of counted events.
func (c *compiler) eventsMethod(m *methodCall) expr {
	of := func(f *frame) value.Events {
		v := m.recv(f)
		events, ok := v.(value.Events)
		if !ok {
			f.wrongKind(v, types.TEvents, m.recvAt)
		}
		return events
	}
	switch m.call.Method {
	case "bad":
		return floating(types.TNumber, func(f *frame) float64 { return of(f).Bad })
	case "total":
		return floating(types.TNumber, func(f *frame) float64 { return of(f).Total })
	case "ratio":
		return floating(types.TPercent, func(f *frame) float64 {
			v := of(f)
			if v.Total == 0 {
				f.fail(m.at, DivisionByZero, "ratio: %s counted no events", m.recvAt.text())
			}
			return f.finite(v.Bad/v.Total, m.at)
		})
	}
	return c.unknownMethod(m.call, m.at)
}

// anyMethod compiles a method of what came from outside: it is compiled for
// each kind of value that has it, and the value that comes decides.
func (c *compiler) anyMethod(m *methodCall) expr {
	recv := m.recv
	// The receiver is evaluated once, below, and waits in the machine for the
	// method that is chosen, whose first act is to fetch it.
	m.recv = func(f *frame) value.Value { return f.m.received }
	known := func(x expr) func(*frame) value.Value {
		if x.t != nil && x.t.Kind == types.Never {
			return nil
		}
		return x.boxed()
	}
	var list, entries, text func(*frame) value.Value
	switch c.lambdaParams(m.call) {
	case 0:
		list, entries, text = known(c.listMethod(m, types.TAny)), known(c.mapMethod(m)), known(c.textMethod(m))
	case 1:
		list = known(c.listMethod(m, types.TAny))
	default:
		entries = known(c.mapMethod(m))
	}
	t := m.result
	if t == nil {
		t = types.TAny
	}
	return unboxed(t, func(f *frame) value.Value {
		v := recv(f)
		var chosen func(*frame) value.Value
		switch v.(type) {
		case *value.List:
			chosen = list
		case *value.Record:
			chosen = entries
		case value.String, value.Secret:
			chosen = text
		}
		if chosen == nil {
			want := types.TString
			switch {
			case list != nil:
				want = types.ListOf(types.TAny)
			case entries != nil:
				want = types.MapOf(types.TAny)
			}
			d := m.x.misfit(f, m.recvAt, &misfit{v: v, want: want})
			d.Message = m.call.Method + ": " + d.Message
			f.raise(d)
		}
		f.m.received = v
		return chosen(f)
	}, m.at)
}

// lambdaParams is how many parameters the lambda has that a method is given;
// 0: none is.
func (c *compiler) lambdaParams(call *check.Call) int {
	if len(call.Args) > 0 {
		if l, ok := unparen(call.Args[0]).(*syntax.Lambda); ok {
			return max(1, len(l.Params))
		}
	}
	return 0
}
