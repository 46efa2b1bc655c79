package types

// verbs are how messages read an operator.
var verbs = map[string]func(x, y string) string{
	"+":   func(x, y string) string { return "can't add " + y + " to " + x },
	"-":   func(x, y string) string { return "can't subtract " + y + " from " + x },
	"*":   func(x, y string) string { return "can't multiply " + x + " by " + y },
	"/":   func(x, y string) string { return "can't divide " + x + " by " + y },
	"mod": func(x, y string) string { return "can't take " + x + " mod " + y },
}

// Binary returns the type of x op y, for every operator with two operands.
// When they do not go together it returns a nil type with the problem, and a
// hint that may be empty; in both {x} and {y} stand for the operands as they
// are written.
func Binary(op string, x, y *Type) (t *Type, problem, hint string) {
	switch op {
	case "and", "or":
		return logical(op, x, y)
	case "==", "!=", "<", "<=", ">", ">=":
		return compare(op, x, y)
	case "in":
		return membership(y, x, "{y}", "{x}")
	case "contains":
		return membership(x, y, "{x}", "{y}")
	case "matches":
		return matches(x, y)
	case "??":
		return coalesce(x, y)
	case "..":
		return span(x, y)
	}
	return arithmetic(op, x, y)
}

// Unary returns the type of `- x` and `not x`.
func Unary(op string, x *Type) (t *Type, problem, hint string) {
	if flexible(x) {
		return x, "", ""
	}
	if problem, hint := absent(x, "{x}"); problem != "" {
		return nil, problem, hint
	}
	if op == "not" {
		if x.Kind == Bool || x.Kind == Any {
			return TBool, "", ""
		}
		return nil, "not takes a bool, found " + x.Word(), asCondition(x, "{x}")
	}
	switch x.Kind {
	case Int, Number, Ratio, Percent, Points, Duration, Size, Rate, Any:
		return x, "", ""
	}
	return nil, "can't negate " + x.A(), ""
}

func arithmetic(op string, x, y *Type) (*Type, string, string) {
	switch {
	case x != nil && x.Kind == Unknown, y != nil && y.Kind == Unknown:
		return TUnknown, "", ""
	case x != nil && x.Kind == Never, y != nil && y.Kind == Never:
		return TNever, "", ""
	}
	if problem, hint := absent(x, "{x}"); problem != "" {
		return nil, problem, hint
	}
	if problem, hint := absent(y, "{y}"); problem != "" {
		return nil, problem, hint
	}
	var t *Type
	switch {
	case x.Kind == Any || y.Kind == Any:
		t = withAny(op, x, y)
	case op == "+":
		t = add(x, y)
	case op == "-":
		t = subtract(x, y)
	case op == "*":
		t = multiply(x, y)
	case op == "/":
		t = divide(x, y)
	case op == "mod" && x.Kind == Int && y.Kind == Int:
		t = TInt
	}
	if t != nil {
		return t, "", ""
	}
	return nil, verbs[op](x.A(), y.A()), arithmeticHint(op, x, y)
}

// withAny is arithmetic with what is known only when the script runs. A
// secret makes the result one, whatever the other side turns out to be.
func withAny(op string, x, y *Type) *Type {
	if x.Kind == Secret || y.Kind == Secret {
		if op == "+" {
			return TSecret
		}
		return nil
	}
	for _, t := range []*Type{x, y} {
		switch t.Kind {
		case Bool, Record, Map, Events, Lambda, Module:
			return nil
		case String, List:
			if op != "+" {
				return nil
			}
		}
	}
	return TAny
}

// plain tells whether t is a number without a unit.
func plain(t *Type) bool { return t.Kind == Int || t.Kind == Number || t.Kind == Ratio }

// scale tells whether t can scale a quantity.
func scale(t *Type) bool { return plain(t) || t.Kind == Percent }

// quantity tells whether t has a unit that scaling keeps.
func quantity(t *Type) bool {
	switch t.Kind {
	case Duration, Size, Points, Rate:
		return true
	}
	return false
}

// plainSum is the type of a sum or product of two plain numbers.
func plainSum(x, y *Type) *Type {
	if x.Kind == y.Kind {
		return x
	}
	return TNumber
}

func add(x, y *Type) *Type {
	switch {
	case plain(x) && plain(y):
		return plainSum(x, y)
	case x.Kind == String && y.Kind == String:
		return TString
	case text(x) && text(y):
		return TSecret
	case x.Kind == List && y.Kind == List:
		if t := Join(x.Elem, y.Elem); t != nil {
			return ListOf(t)
		}
		return nil
	case x.Kind == Time && y.Kind == Duration, x.Kind == Duration && y.Kind == Time:
		return TTime
	case x.Kind == Points && y.Kind == Percent:
		return TPercent
	case x.Kind == Percent && y.Kind == Percent:
		return TPercent
	}
	return sameQuantity(x, y)
}

func subtract(x, y *Type) *Type {
	switch {
	case plain(x) && plain(y):
		return plainSum(x, y)
	case x.Kind == Time && y.Kind == Time:
		return TDuration
	case x.Kind == Time && y.Kind == Duration:
		return TTime
	case Fits(x, TPercent) && Fits(y, TPercent):
		return TPoints
	}
	return sameQuantity(x, y)
}

// sameQuantity is what adding and subtracting have in common.
func sameQuantity(x, y *Type) *Type {
	switch {
	case Fits(x, TPercent) && y.Kind == Points:
		return TPercent
	case quantity(x) && Same(x, y):
		return x
	}
	return nil
}

func multiply(x, y *Type) *Type {
	switch {
	case plain(x) && plain(y):
		return plainSum(x, y)
	case x.Kind == Int && y.Kind == Percent:
		return TNumber
	case scale(x) && scale(y):
		return x // the left one is the quantity: 4 * 50% is 2, 50% * 4 is 200%
	case quantity(x) && scale(y):
		return x
	case scale(x) && quantity(y):
		return y
	case x.Kind == Rate && y.Kind == Duration:
		return x.Elem
	case x.Kind == Duration && y.Kind == Rate:
		return y.Elem
	}
	return nil
}

func divide(x, y *Type) *Type {
	switch {
	case plain(x) && plain(y), x.Kind == Percent && y.Kind == Percent:
		return TRatio
	case quantity(x) && Same(x, y):
		return TRatio
	case x.Kind == Int && y.Kind == Percent:
		return TNumber
	case (scale(x) || quantity(x)) && scale(y):
		return x
	case x.Kind == Size && y.Kind == Duration, x.Kind == Points && y.Kind == Duration:
		return RateOf(x)
	case plain(x) && y.Kind == Duration:
		return RateOf(TNumber)
	}
	return nil
}

func arithmeticHint(op string, x, y *Type) string {
	switch {
	case op == "+" && y.Kind == Percent && (plain(x) || quantity(x)):
		return "to scale it write {x} * (100% + {y})"
	case op == "-" && y.Kind == Percent && (plain(x) || quantity(x)):
		return "to scale it write {x} * (100% - {y})"
	case op == "+" && (text(x) || text(y)):
		return `to put values into text write "{name}" inside the quotes`
	case x.Kind == Events || y.Kind == Events:
		return "events has .bad, .total and .ratio"
	case (op == "+" || op == "-") && unitOf(x) != "" && plain(y):
		return "give {y} a unit, such as " + unitOf(x)
	case (op == "+" || op == "-") && plain(x) && unitOf(y) != "":
		return "give {x} a unit, such as " + unitOf(y)
	case op == "/" && x.Kind == Percent && y.Kind == Duration:
		return "a difference of two percents, in points, has a rate"
	case op == "mod" && plain(x) && plain(y):
		return "mod is of two ints: floor(x), round(x) and ceil(x) make one"
	}
	return ""
}

// unitOf returns an example of a quantity of the type, "" where there is none.
func unitOf(t *Type) string {
	switch t.Kind {
	case Duration, Time:
		return "5s"
	case Size:
		return "5MiB"
	case Percent:
		return "5%"
	case Points:
		return "5pp"
	}
	return ""
}

// text tells whether t is text, secret or not.
func text(t *Type) bool { return t.Kind == String || t.Kind == Secret }

// absent returns a problem when t may be null; name is its placeholder.
func absent(t *Type, name string) (problem, hint string) {
	switch {
	case t == nil:
		return "this has no value", ""
	case t.Kind == Null:
		return "null has no value to work with", ""
	case t.Kind == Option:
		return name + " may be null (" + t.String() + ")", NullHint(name)
	}
	return "", ""
}

// NullHint says how to make a T of the T? that is written as name.
func NullHint(name string) string {
	return "give a value for null with " + name + " ?? …, reach into it with ?., or put `require " + name + " != null` before"
}
