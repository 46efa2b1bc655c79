package compile

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// sortBy orders the items by a key that is computed once for each; equal ones
// keep their order.
func sortBy(m *methodCall, fn lambda) expr {
	key := fn.body.boxed()
	return reference(listType(m.result), func(f *frame) value.Value {
		l := m.over(f)
		f.items(2*l.Len(), m.at)
		type keyed struct{ key, item value.Value }
		items := make([]keyed, 0, l.Len())
		all := l.Items()
		f.each(m, l, &fn, func(i int) bool {
			items = append(items, keyed{f.present(key(f), fn.at), all[i]})
			return true
		})
		slices.SortStableFunc(items, func(a, b keyed) int {
			f.m.burn(m.at)
			return f.compared(a.key, b.key, m)
		})
		sorted := make([]value.Value, len(items))
		for i, k := range items {
			sorted[i] = k.item
		}
		return value.NewList(sorted)
	})
}

// groupBy makes a map from each key to the items that have it.
func groupBy(m *methodCall, fn lambda) expr {
	key := fn.body.to(types.TString, fn.at).boxed()
	t := m.result
	if t == nil || t.Kind != types.Map {
		t = types.MapOf(types.ListOf(types.TAny))
	}
	return reference(t, func(f *frame) value.Value {
		l := m.over(f)
		f.items(2*l.Len(), m.at)
		var keys []string
		groups := map[string][]value.Value{}
		items := l.Items()
		f.each(m, l, &fn, func(i int) bool {
			v := key(f)
			if _, secret := v.(value.Secret); secret {
				f.wrongKind(v, types.TString, fn.at)
			}
			k := v.String()
			if _, known := groups[k]; !known {
				keys = append(keys, k)
			}
			groups[k] = append(groups[k], items[i])
			return true
		})
		values := make([]value.Value, len(keys))
		for i, k := range keys {
			values[i] = value.NewList(groups[k])
		}
		return value.NewMap(keys, values)
	})
}

// endOf compiles first and last.
func endOf(m *methodCall) expr {
	first := m.call.Method == "first"
	return reference(types.OptionOf(elemOf(m)), func(f *frame) value.Value {
		l := m.over(f)
		switch {
		case l.Len() == 0:
			return value.Null{}
		case first:
			return f.present(l.At(0), m.recvAt)
		}
		return f.present(l.At(l.Len()-1), m.recvAt)
	})
}

// elemOf is the type of the receiver's items, any where it isn't known.
func elemOf(m *methodCall) *types.Type {
	if t := types.Present(m.x.t); t != nil && t.Kind == types.List {
		return t.Elem
	}
	return types.TAny
}

func (c *compiler) take(m *methodCall) expr {
	x, _ := c.arg(m.call, 0, types.TInt)
	at := c.at(m.call.Args[0])
	n := x.int(at)
	return reference(listType(m.result), func(f *frame) value.Value {
		l := m.over(f)
		most := n(f)
		if most < 0 {
			f.fail(at, BadArgument, "take: found %d, wanted 0 or more", most)
		}
		return l.First(int(min(most, int64(l.Len()))))
	})
}

// unique keeps each item where it first stands. What has an identity is looked
// up, records and lists are compared with those kept before.
func unique(m *methodCall) expr {
	return reference(listType(m.result), func(f *frame) value.Value {
		l := m.over(f)
		f.items(l.Len(), m.at)
		var kept, others []value.Value
		seen := map[value.Value]bool{}
		for _, item := range l.Items() {
			item = f.present(item, m.recvAt)
			if key := identity(item); key != nil {
				if !seen[key] {
					seen[key], kept = true, append(kept, item)
				}
				continue
			}
			f.m.burnMany(len(others), m.at)
			if !slices.ContainsFunc(others, func(o value.Value) bool { return value.Equal(o, item) }) {
				others, kept = append(others, item), append(kept, item)
			}
		}
		return value.NewList(kept)
	})
}

// identity is a key that equal scalars share; nil for what isn't one.
func identity(v value.Value) value.Value {
	switch v := v.(type) {
	case value.String, value.Bool, value.Int, value.Duration, value.Size, value.Null, value.Percent, value.Points:
		return v
	case value.Number:
		if n, whole := wholeNumber(v); whole {
			return n
		}
		return v
	case value.Ratio:
		return identity(value.Number(v))
	}
	return nil
}

func flatten(m *methodCall) expr {
	return reference(listType(m.result), func(f *frame) value.Value {
		l := m.over(f)
		n := 0
		for i, item := range l.Items() {
			inner, ok := item.(*value.List)
			if !ok {
				f.raise(m.x.misfit(f, m.recvAt, (&misfit{v: item, want: types.ListOf(types.TAny)}).under("["+value.Int(i).String()+"]")))
			}
			n += inner.Len()
		}
		f.items(n, m.at)
		items := make([]value.Value, 0, n)
		for _, item := range l.Items() {
			items = append(items, item.(*value.List).Items()...)
		}
		return value.NewList(items)
	})
}

// join makes one text; of secrets it is one.
func (c *compiler) join(m *methodCall, elem *types.Type) expr {
	separator := c.hiddenArg(m.call, 0)
	secret := m.result != nil && m.result.Kind == types.Secret || elem != nil && elem.Kind == types.Secret
	t := types.TString
	if secret {
		t = types.TSecret
	}
	return reference(t, func(f *frame) value.Value {
		l := m.over(f)
		between, hidden := separator(f)
		hidden = hidden || secret
		texts := make([]string, l.Len())
		n := 0
		for i, item := range l.Items() {
			if !isText(item) {
				f.raise(m.x.misfit(f, m.recvAt, (&misfit{v: item, want: types.TString}).under("["+value.Int(i).String()+"]")))
			}
			text, one := value.Text(item) // of list[any], some may be
			texts[i], hidden = text, hidden || one
			n += len(texts[i]) + len(between)
		}
		f.m.burnMany(l.Len(), m.at)
		f.room(n, m.at)
		return value.NewText(strings.Join(texts, between), hidden)
	})
}
