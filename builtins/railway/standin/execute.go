package standin

import (
	"errors"
	"fmt"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// object is what an operation may select fields of. A value is a scalar, an
// object, a list of objects, or a function of the field's arguments.
type object map[string]any

type resolver func(args map[string]any) (any, error)

// execute carries an operation out.
func (s *Server) execute(o *operation, f Fault) answer {
	account, refused := who(o.header)
	if refused == "" && f == Forbidden {
		refused = "Not Authorized"
	}
	if refused != "" {
		return failure(refused, internal)
	}
	s.advance()
	root := s.query(account, f)
	if o.Operation == ast.Mutation {
		root = s.mutation(account, f)
	}
	data, err := o.fields(o.SelectionSet, root)
	if err != nil {
		return failure(err.Error(), internal)
	}
	return answer{Data: data}
}

// fields is what is selected of an object.
func (o *operation) fields(selected ast.SelectionSet, of object) (map[string]any, error) {
	result := map[string]any{}
	for _, one := range selected {
		switch one := one.(type) {
		case *ast.Field:
			v, ok := of[one.Name]
			if !ok {
				return nil, fmt.Errorf("the stand-in has no %s.%s", one.ObjectDefinition.Name, one.Name)
			}
			if resolve, ok := v.(resolver); ok {
				var err error
				if v, err = resolve(one.ArgumentMap(o.variables)); err != nil {
					return nil, err
				}
			}
			v, err := o.value(one, v)
			if err != nil {
				return nil, err
			}
			result[one.Alias] = v
		case *ast.FragmentSpread:
			more, err := o.fields(o.fragments.ForName(one.Name).SelectionSet, of)
			if err != nil {
				return nil, err
			}
			for k, v := range more {
				result[k] = v
			}
		default:
			return nil, errors.New("the stand-in has no inline fragments")
		}
	}
	return result, nil
}

// value is a field's value, and of the kind that the schema says.
func (o *operation) value(f *ast.Field, v any) (any, error) {
	t := f.Definition.Type
	switch v := v.(type) {
	case nil:
		if t.NonNull {
			return nil, fmt.Errorf("the stand-in has null for %s, which never is", f.Name)
		}
		return nil, nil
	case object:
		return o.fields(f.SelectionSet, v)
	case []object:
		list := []any{}
		for _, x := range v {
			one, err := o.fields(f.SelectionSet, x)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		return list, nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	default:
		if len(f.SelectionSet) > 0 || t.Elem != nil {
			return nil, fmt.Errorf("the stand-in has %T for %s", v, f.Name)
		}
		return v, nil
	}
}

// optional is a text, or null where there is none.
func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// connection is a page of a list, as Relay has them.
func connection(all []object, args map[string]any, repeated bool) (any, error) {
	first, start := len(all), 0
	if n, ok := number(args["first"]); ok {
		if n < 1 || n > 500 {
			return nil, refusal("Error in first - Invalid input")
		}
		first = n
	}
	if after, ok := args["after"].(string); ok {
		if _, err := fmt.Sscanf(after, "after-%d", &start); err != nil || start > len(all) {
			return nil, refusal("Error in after - Invalid input")
		}
	}
	end := min(len(all), start+first)
	edges := []object{}
	for _, x := range all[start:end] {
		edges = append(edges, object{"node": x})
	}
	return object{"edges": edges, "pageInfo": object{"hasNextPage": end < len(all) || repeated, "endCursor": fmt.Sprintf("after-%d", end)}}, nil
}

// number reads a whole number, of a variable or of the text.
func number(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(v), true
	case float64:
		return int(v), true
	case int:
		return v, true
	}
	return 0, false
}
