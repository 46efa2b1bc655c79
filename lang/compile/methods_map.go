package compile

import (
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// entries is the receiver as a map.
func (m *methodCall) entries(f *frame) *value.Record {
	v := m.recv(f)
	r, ok := v.(*value.Record)
	if !ok || r.Handle != nil {
		f.raise(m.x.misfit(f, m.recvAt, &misfit{v: v, want: types.MapOf(types.TAny)}))
	}
	return r
}

// mapMethod compiles the methods of maps. Their lambdas take (key, value).
func (c *compiler) mapMethod(m *methodCall) expr {
	fn, withLambda := c.lambdaArg(m.call, 0)
	switch m.call.Method {
	case "keys":
		return reference(types.ListOf(types.TString), func(f *frame) value.Value {
			r := m.entries(f)
			f.items(r.Len(), m.at)
			keys := make([]value.Value, r.Len())
			for i, name := range r.Names() {
				keys[i] = value.String(name)
			}
			return value.NewList(keys)
		})
	case "values":
		return reference(listType(m.result), func(f *frame) value.Value { return value.NewList(m.entries(f).Values()) })
	case "get":
		key := c.textArg(m.call, 0)
		return reference(m.orAny(), func(f *frame) value.Value {
			r := m.entries(f)
			if v, ok := r.Get(key(f)); ok {
				return f.present(v, m.recvAt)
			}
			return value.Null{}
		})
	case "map":
		return c.mapEntries(m, fn)
	case "filter":
		return filterEntries(m, fn)
	case "any", "all", "none", "count":
		return quantifiedEntries(m, fn, withLambda)
	}
	return c.unknownMethod(m.call, m.at)
}

func (m *methodCall) orAny() *types.Type {
	if m.result == nil {
		return types.TAny
	}
	return types.OptionOf(m.result)
}

// eachEntry goes over a map until do says to stop.
func (f *frame) eachEntry(m *methodCall, r *value.Record, fn *lambda, do func(i int) (more bool)) {
	at := f.begin(m)
	for i, name := range r.Names() {
		f.m.burn(m.at)
		f.m.loops[at].item = i
		if len(fn.set) > 0 {
			fn.set[0](f, value.String(name))
		}
		if len(fn.set) > 1 {
			fn.set[1](f, f.present(r.At(i), m.recvAt))
		}
		if !do(i) {
			break
		}
	}
	f.end(at)
}

func (c *compiler) mapEntries(m *methodCall, fn lambda) expr {
	t := m.result
	body := fn.body
	if t != nil && t.Kind == types.Map {
		body = body.to(t.Elem, fn.at)
	} else {
		t = types.MapOf(types.TAny)
	}
	to := body.boxed()
	return reference(t, func(f *frame) value.Value {
		r := m.entries(f)
		f.items(r.Len(), m.at)
		values := make([]value.Value, 0, r.Len())
		f.eachEntry(m, r, &fn, func(int) bool {
			values = append(values, to(f))
			return true
		})
		return value.NewMap(r.Names(), values)
	})
}

func filterEntries(m *methodCall, fn lambda) expr {
	t := m.result
	if t == nil || t.Kind != types.Map {
		t = types.MapOf(types.TAny)
	}
	test := fn.body.bool(fn.at)
	return reference(t, func(f *frame) value.Value {
		var keys []string
		var values []value.Value
		r := m.entries(f)
		f.eachEntry(m, r, &fn, func(i int) bool {
			if test(f) {
				keys, values = append(keys, r.Names()[i]), append(values, r.At(i))
			}
			return true
		})
		f.m.take(48*len(keys), m.at)
		return value.NewMap(keys, values)
	})
}

func quantifiedEntries(m *methodCall, fn lambda, withLambda bool) expr {
	if !withLambda {
		return integer(types.TInt, func(f *frame) int64 { return int64(m.entries(f).Len()) })
	}
	test := fn.body.bool(fn.at)
	// count counts the entries for which the test is true, until one is stop.
	count := func(f *frame, stopping, stop bool) (n, seen int64) {
		r := m.entries(f)
		f.eachEntry(m, r, &fn, func(int) bool {
			is := test(f)
			seen++
			if is {
				n++
			}
			return !stopping || is != stop
		})
		return n, seen
	}
	switch m.call.Method {
	case "count":
		return integer(types.TInt, func(f *frame) int64 {
			n, _ := count(f, false, false)
			return n
		})
	case "any":
		return boolean(func(f *frame) bool {
			n, _ := count(f, true, true)
			return n > 0
		})
	case "none":
		return boolean(func(f *frame) bool {
			n, _ := count(f, true, true)
			return n == 0
		})
	}
	return boolean(func(f *frame) bool {
		n, seen := count(f, true, false)
		return n == seen
	})
}
