package builtins

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// addTimeout gives f the timeout parameter that every call that reads or
// writes takes, unless it declares its own.
func (f *Func) addTimeout() {
	for _, p := range f.params {
		if p.Name == "timeout" {
			p.options = append(p.options, "named")
			return
		}
	}
	timeout := &field{
		Field:   types.Field{Name: "timeout", Doc: "longest time that the call may take", Optional: true},
		shape:   shapeOf(reflect.TypeFor[time.Duration]()),
		options: []string{"named"},
		initial: defaultTimeout,
	}
	timeout.Type = timeout.shape.typ
	if last := len(f.params) - 1; last >= 0 && f.params[last].has("rest") {
		f.params = append(f.params[:last:last], timeout, f.params[last])
		return
	}
	f.params = append(f.params, timeout)
}

// noResult is the type of what a built-in without a result returns.
var noResult = reflect.TypeFor[struct{}]()

// sign makes the signature of a struct of arguments and of a result, and
// checks the defaults.
func (f *Func) sign(args, result reflect.Type) {
	f.signature = &types.Func{Name: f.Name, Doc: f.Doc, Effect: f.Effect}
	f.params = fieldsOf(args)
	if f.Effect != types.Pure {
		f.addTimeout()
	}
	f.signParams()
	switch result {
	case noResult:
	case reflect.TypeFor[Text]():
		f.signature.Result, f.signature.Infer = types.TString, secretIfGivenOne
	default:
		f.signature.Result = shapeOf(result).typ
	}
	if f.refine != nil {
		f.refine(f.signature)
	}
}

func (f *Func) signParams() {
	for i, p := range f.params {
		param := types.Param{
			Name: p.Name, Type: p.Type, Doc: p.Doc, Optional: p.Optional,
			NamedOnly: p.has("named"), Constant: p.has("constant"), Pieces: p.pieces, Address: p.has("address"),
		}
		if p.has("rest") {
			if i != len(f.params)-1 || p.Type.Kind != types.List {
				panic(fmt.Sprintf("builtins: %s: %s must be the last parameter and a slice", f.Name, p.Name))
			}
			param.Variadic, param.Type, param.Optional = true, p.Type.Elem, true
		}
		if p.initial != "" {
			v, err := literal(p.Type, p.initial)
			if err != nil {
				panic(fmt.Sprintf("builtins: %s: default of %s: %v", f.Name, p.Name, err))
			}
			p.standard = v
			param.Default = p.initial
			if p.Type.Kind == types.String {
				param.Default = strconv.Quote(p.initial)
			}
		}
		f.signature.Params = append(f.signature.Params, param)
	}
}

// bind sets the fields of a to the arguments and the defaults, and returns
// the timeout.
func (f *Func) bind(a reflect.Value, args []value.Value) (timeout time.Duration, err error) {
	for i, p := range f.params {
		if p.has("rest") {
			if i < len(args) {
				err = bindRest(a.FieldByIndex(p.index), p, args[i:])
			}
			return timeout, err
		}
		var arg value.Value
		if i < len(args) {
			arg = args[i]
		}
		if arg == nil {
			switch {
			case p.standard != nil:
				arg = p.standard
			case p.Optional:
				continue
			default:
				return 0, fmt.Errorf("%s needs %s", f.Name, p.Name)
			}
		}
		dst := reflect.ValueOf(&timeout).Elem()
		if p.index != nil {
			dst = a.FieldByIndex(p.index)
		}
		if err := p.shape.into(dst, arg, p.Name); err != nil {
			return 0, err
		}
		if p.Name == "timeout" && p.index != nil {
			timeout = time.Duration(dst.Int())
		}
	}
	return timeout, nil
}

func bindRest(dst reflect.Value, p *field, args []value.Value) error {
	var given []value.Value
	for _, arg := range args {
		if arg != nil {
			given = append(given, arg)
		}
	}
	return p.shape.into(dst, value.NewList(given), p.Name)
}

// literal reads a default as a script would write it; a string is without its
// quotes.
func literal(t *types.Type, text string) (value.Value, error) {
	switch t.Kind {
	case types.Option:
		return literal(t.Elem, text)
	case types.String:
		return value.String(text), nil
	case types.Bool:
		b, err := strconv.ParseBool(text)
		return value.Bool(b), err
	case types.Int:
		i, err := strconv.ParseInt(text, 10, 64)
		return value.Int(i), err
	case types.Number:
		f, err := strconv.ParseFloat(text, 64)
		return value.Number(f), err
	case types.Percent:
		return value.ParsePercent(text)
	case types.Duration:
		return value.ParseDuration(text)
	case types.Size:
		return value.ParseSize(text)
	}
	return nil, fmt.Errorf("%s cannot have a default", t)
}
