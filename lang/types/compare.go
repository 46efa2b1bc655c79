package types

func logical(op string, x, y *Type) (*Type, string, string) {
	for i, t := range []*Type{x, y} {
		name := []string{"{x}", "{y}"}[i]
		if t != nil && (flexible(t) || t.Kind == Bool || t.Kind == Any) {
			continue
		}
		if problem, hint := absent(t, name); problem != "" {
			return nil, problem, hint
		}
		return nil, op + " joins bools, found " + t.Word(), asCondition(t, name)
	}
	return TBool, "", ""
}

// asCondition says how to ask about a value that is not a bool.
func asCondition(t *Type, name string) string {
	switch t.Kind {
	case String, Secret:
		return "nothing is truthy: write " + name + ` != ""`
	case Int, Number:
		return "nothing is truthy: write " + name + " != 0"
	case List, Map:
		return "nothing is truthy: write " + name + ".count > 0"
	case Option:
		return "nothing is truthy: write " + name + " != null"
	}
	return "nothing is truthy: compare it with something"
}

func compare(op string, x, y *Type) (*Type, string, string) {
	if x == nil || y == nil {
		return nil, "this has no value", ""
	}
	if flexible(x) || flexible(y) {
		return TBool, "", ""
	}
	if op == "==" || op == "!=" {
		return equality(x, y)
	}
	if problem, hint := absent(x, "{x}"); problem != "" {
		return nil, problem, hint
	}
	if problem, hint := absent(y, "{y}"); problem != "" {
		return nil, problem, hint
	}
	if problem, hint := together(x, y); problem != "" {
		return nil, problem, hint
	}
	for _, t := range []*Type{x, y} {
		if !Orderable(t) {
			hint := ""
			if t.Kind == Secret {
				hint = "a secret can only be compared with == and !="
			}
			return nil, t.Word() + " has no order", hint
		}
	}
	return TBool, "", ""
}

func equality(x, y *Type) (*Type, string, string) {
	switch {
	case x.Kind == Null && y.Kind == Null:
		return TBool, "", ""
	case x.Kind == Null && y.Kind != Any && y.Kind != Option:
		return nil, "{y} is never null", ""
	case y.Kind == Null && x.Kind != Any && x.Kind != Option:
		return nil, "{x} is never null", ""
	case x.Kind == Null || y.Kind == Null:
		return TBool, "", ""
	}
	if problem, hint := together(Present(x), Present(y)); problem != "" {
		return nil, problem, hint
	}
	return TBool, "", ""
}

// together says why two types cannot be compared, if so.
func together(x, y *Type) (problem, hint string) {
	problem = "can't compare " + x.A() + " with " + y.A()
	switch {
	case x.Kind == Lambda || y.Kind == Lambda || x.Kind == Module || y.Kind == Module:
		return problem, ""
	case x.Methods != nil || y.Methods != nil:
		return problem, "compare one of its fields"
	case text(x) && text(y):
		return "", ""
	case x.Kind == Secret || y.Kind == Secret:
		return problem, "a secret compares with text or a secret alone"
	case Fits(x, y) || Fits(y, x) || plain(x) && plain(y):
		return "", ""
	case x.Kind == List && y.Kind == List, x.Kind == Map && y.Kind == Map:
		if inner, hint := together(Present(x.Elem), Present(y.Elem)); inner != "" {
			return problem, hint
		}
		return "", ""
	case Join(x, y) != nil:
		return "", ""
	}
	return problem, compareHint(x, y)
}

func compareHint(x, y *Type) string {
	switch {
	case plain(x) && y.Kind == Percent:
		return percentHint("{x}")
	case x.Kind == Percent && plain(y):
		return percentHint("{y}")
	case x.Kind == Points && scale(y):
		return "points compare with points: give {y} the unit pp"
	case y.Kind == Points && scale(x):
		return "points compare with points: give {x} the unit pp, or subtract two percents"
	case x.Kind == Events && scale(y):
		return "write {x}.ratio"
	case y.Kind == Events && scale(x):
		return "write {y}.ratio"
	case x.Kind == Rate && y.Kind != Rate:
		return "a rate is written with its time: " + rateOf(x)
	case y.Kind == Rate && x.Kind != Rate:
		return "a rate is written with its time: " + rateOf(y)
	case plain(y) && unitOf(x) != "" && x.Kind != Time:
		return "give {y} a unit, such as " + unitOf(x)
	case plain(x) && unitOf(y) != "" && y.Kind != Time:
		return "give {x} a unit, such as " + unitOf(y)
	case x.Kind == Time && y.Kind == String:
		return "write date({y})"
	case x.Kind == String && y.Kind == Time:
		return "write date({x})"
	case x.Kind == String && plain(y):
		return `write the number as text, "…"`
	}
	return ""
}

func percentHint(name string) string {
	return "write percent(" + name + ") if it counts hundredths (50 is 50%), " + name + " as percent if it is a fraction (0.5 is 50%)"
}

func rateOf(t *Type) string {
	switch t.Elem.Kind {
	case Size:
		return "5MiB/1s"
	case Points:
		return "5pp/1h"
	}
	return "50/1s"
}

// Orderable tells whether values of the type have an order: < and sort_by.
func Orderable(t *Type) bool {
	switch t.Kind {
	case Unknown, Never, Any, Int, Number, Ratio, Percent, Points, Duration, Size, Time, Rate, String:
		return true
	}
	return false
}

// Summable tells whether values of the type can be added up and averaged.
func Summable(t *Type) bool {
	switch t.Kind {
	case Unknown, Never, Any, Int, Number, Ratio, Percent, Points, Duration, Size, Rate:
		return true
	}
	return false
}

// membership is `item in whole` and `whole contains item`.
func membership(whole, item *Type, wholeName, itemName string) (*Type, string, string) {
	if problem, hint := absent(whole, wholeName); problem != "" {
		return nil, problem, hint
	}
	if item == nil {
		return nil, "this has no value", ""
	}
	if flexible(whole) || flexible(item) || whole.Kind == Any {
		return TBool, "", ""
	}
	switch whole.Kind {
	case List:
		if flexible(whole.Elem) {
			return TBool, "", ""
		}
		if t, problem, _ := equality(whole.Elem, item); problem == "" {
			return t, "", ""
		}
		return nil, "this is " + whole.A() + ", and never holds " + item.A(), ""
	case Map:
		if item.Kind == String || item.Kind == Any {
			return TBool, "", ""
		}
		return nil, "the keys of a map are text, found " + item.Word(), "for its values write " + wholeName + ".values contains " + itemName
	case String, Secret:
		if text(item) || item.Kind == Any {
			return TBool, "", ""
		}
		if problem, hint := absent(item, itemName); problem != "" {
			return nil, problem, hint
		}
		return nil, "text holds text, found " + item.Word(), ""
	}
	return nil, whole.Word() + " holds nothing: want a list, a map or text", ""
}

func matches(x, y *Type) (*Type, string, string) {
	if flexible(x) || flexible(y) {
		return TBool, "", ""
	}
	if problem, hint := absent(x, "{x}"); problem != "" {
		return nil, problem, hint
	}
	if !text(x) && x.Kind != Any {
		return nil, "only text can match a pattern, found " + x.Word(), ""
	}
	if y.Kind != String {
		return nil, "a pattern is constant text, found " + y.Word(), ""
	}
	return TBool, "", ""
}

func coalesce(x, y *Type) (*Type, string, string) {
	if x == nil || y == nil {
		return nil, "this has no value", ""
	}
	switch {
	case flexible(x):
		return y, "", ""
	case x.Kind == Any:
		return TAny, "", ""
	case x.Kind == Null:
		return y, "", ""
	}
	if t := Join(Present(x), y); t != nil {
		return t, "", ""
	}
	return nil, "{x} is " + Present(x).Word() + ", what stands in for null is " + y.Word(), "both sides of ?? need one type"
}

func span(x, y *Type) (*Type, string, string) {
	for i, t := range []*Type{x, y} {
		name := []string{"{x}", "{y}"}[i]
		if problem, hint := absent(t, name); problem != "" {
			return nil, problem, hint
		}
		if !flexible(t) && t.Kind != Int && t.Kind != Any {
			return nil, "a range goes from an int to an int, found " + t.Word(), ""
		}
	}
	return ListOf(TInt), "", ""
}
