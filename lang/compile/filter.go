package compile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	exprlang "github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/drl-lang/drl/lang/types"
)

// Filter is a condition that a person typed to choose among records whose
// shape is not a script's: nodes of a plan, runs, events. It is written in
// the language of expr-lang.org, which reads almost like DRL. It is safe for
// use by several goroutines.
type Filter struct {
	text    string
	program *vm.Program
}

// NewFilter compiles a condition over the fields of env, whose values are
// examples of their types. Names that env doesn't have and results that are
// not true or false are errors.
func NewFilter(text string, env map[string]any) (*Filter, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the filter is empty")
	}
	program, err := exprlang.Compile(text, exprlang.Env(env), exprlang.AsBool())
	if err != nil {
		return nil, filterError(text, err, env)
	}
	return &Filter{text, program}, nil
}

// Match tells whether the condition is true of the record env.
func (f *Filter) Match(env map[string]any) (bool, error) {
	out, err := exprlang.Run(f.program, env)
	if err != nil {
		return false, filterError(f.text, err, env)
	}
	b, ok := out.(bool)
	if !ok {
		return false, fmt.Errorf("filter %s: found %v, wanted true or false", f.text, out)
	}
	return b, nil
}

// filterError says what is wrong with a filter in one line, with its place
// and the field that may have been meant.
func filterError(text string, err error, env map[string]any) error {
	var at *file.Error
	if !errors.As(err, &at) {
		if strings.HasPrefix(err.Error(), "expected bool") {
			return fmt.Errorf(`filter %s: it has to be true or false, such as kind == "check"`, text)
		}
		return fmt.Errorf("filter %s: %w", text, err)
	}
	message := strings.TrimSuffix(at.Message, ".")
	if name, ok := strings.CutPrefix(message, "unknown name "); ok {
		var names []string
		for name := range env {
			names = append(names, name)
		}
		slices.Sort(names)
		message = "there is no field " + name
		if near := types.Near(name, names); near != "" {
			return fmt.Errorf("filter %s: %s, did you mean %s?", text, message, near)
		}
		return fmt.Errorf("filter %s: %s, there are %s", text, message, strings.Join(names, ", "))
	}
	return fmt.Errorf("filter %s: at character %d: %s", text, at.Column+1, message)
}
