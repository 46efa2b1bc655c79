package monitor

// truth is Kleene's: what is computed from a missing sample is unknown, and
// turning a condition around never makes a verdict of it.
type truth uint8

const (
	unknown truth = iota
	no
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) String() string { return [...]string{"unknown", "false", "true"}[t] }

func not(a truth) truth {
	switch a {
	case yes:
		return no
	case no:
		return yes
	}
	return unknown
}

func and(a, b truth) truth {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	}
	return unknown
}

func or(a, b truth) truth { return not(and(not(a), not(b))) }

// quantity is a number in a condition. One that is not known decides nothing; one that is
// known to be atLeast x may be greater: the worst of several metrics of which
// some are unknown.
type quantity struct {
	x       float64
	known   bool
	atLeast bool
	metric  int // 1 + the index of the metric it is about; 0: none in particular
}

func known(x float64) quantity { return quantity{x: x, known: true} }

// compare applies one of < <= > >= == !=.
func compare(op string, a, b quantity) truth {
	if b.atLeast && !a.atLeast {
		return compare(flipped[op], b, a)
	}
	if !a.known || !b.known || b.atLeast {
		return unknown
	}
	if a.atLeast {
		switch {
		case op == ">" && a.x > b.x, op == ">=" && a.x >= b.x:
			return yes
		case op == "<" && a.x >= b.x, op == "<=" && a.x > b.x:
			return no
		case a.x > b.x && op == "==":
			return no
		case a.x > b.x && op == "!=":
			return yes
		}
		return unknown
	}
	switch op {
	case "<":
		return truthOf(a.x < b.x)
	case "<=":
		return truthOf(a.x <= b.x)
	case ">":
		return truthOf(a.x > b.x)
	case ">=":
		return truthOf(a.x >= b.x)
	case "==":
		return truthOf(a.x == b.x)
	}
	return truthOf(a.x != b.x)
}

var flipped = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
