package compile

import "github.com/drl-lang/drl/lang/source"

// Codes are the failures that show only when a script runs.
var Codes = []*source.Code{
	Overflow, DivisionByZero, NotFinite, WrongType, NotThere, OutOfRange, EmptyList, BadArgument,
	TooManySteps, TooDeep, TooLarge, CallFailed, NoValue,
}

// The failures, each with a script that passes drl check and fails with it
// when it runs.
var (
	Overflow = &source.Code{
		ID: "DRL1001", Name: "a result that does not fit",
		Doc: "Whole numbers, durations and sizes hold up to about 9.2e18 (of nanoseconds: 292 years). A result beyond that fails at its place when the script runs; " +
			"it never wraps around to another number. Where a fraction is good enough, compute with numbers: 1.0 * x.",
		Wrong: `check "bytes of all tenants" {
    let tenants = 4_000_000_000
    expect tenants * 4_000_000_000 > 0
}
`,
		Right: `check "bytes of all tenants" {
    let tenants = 4_000_000_000
    expect 1.0 * tenants * 4_000_000_000 > 0
}
`,
	}
	DivisionByZero = &source.Code{
		ID: "DRL1002", Name: "a division by zero",
		Doc: "The divisor was 0 when the script ran. A result like infinity would make comparisons true that mean nothing, so it is a failure with its place. " +
			"Ask first whether there is anything to divide by.",
		Wrong: `check "few errors" {
    let total = [0, 0].sum
    expect 3 / total < 5%
}
`,
		Right: `check "few errors" {
    let total = [1200, 800].sum
    require total > 0 else "nothing was served"
    expect 3 / total < 5%
}
`,
	}
	NotFinite = &source.Code{
		ID: "DRL1003", Name: "a result that is no finite number",
		Doc: "The result of an operation on numbers was too large for any number when the script ran. Infinity and not-a-number never go on into a comparison.",
		Wrong: `check "growth" {
    let rate = 1e200
    expect rate * 1e200 > 0
}
`,
		Right: `check "growth" {
    let rate = 1e100
    expect rate * 1e100 > 0
}
`,
	}
	WrongType = &source.Code{
		ID: "DRL1004", Name: "a value of another type",
		Doc: "JSON, rows and other data from outside are checked where they are used. This value was not what its place wants; the message names the path to it, with $ for the whole, and shows the value. " +
			"Ask with `is` where more than one type may come.",
		Wrong: `check "the price is right" {
    let order = json.parse('{"items": [{"price": "n/a"}]}')
    expect (order.items[0].price as number) > 10
}
`,
		Right: `check "the price is right" {
    let order = json.parse('{"items": [{"price": 12}]}')
    expect (order.items[0].price as number) > 10
}
`,
	}
	NotThere = &source.Code{
		ID: "DRL1005", Name: "a field or key that is not there",
		Doc: "A map has no such key, or data from outside no such field, when the script ran. The message names keys that are near. " +
			"`m.get(\"key\")` and `a?.field` are null instead of failing.",
		Wrong: `check "the health of billing" {
    let states = { "billings": "up", "mail": "up" }
    expect states["billing"] == "up"
}
`,
		Right: `check "the health of billing" {
    let states = { "billing": "up", "mail": "up" }
    expect states["billing"] == "up"
}
`,
	}
	OutOfRange = &source.Code{
		ID: "DRL1006", Name: "an index outside of its list",
		Doc: "A list has no item at this index: items are counted from 0. `first` and `last` are null where there is none.",
		Wrong: `check "the third replica" {
    let replicas = ["a", "b"]
    expect replicas[2] == "c"
}
`,
		Right: `check "the last replica" {
    let replicas = ["a", "b"]
    expect replicas.last == "b"
}
`,
	}
	EmptyList = &source.Code{
		ID: "DRL1007", Name: "a statistic of nothing",
		Doc: "min, max, mean and percentile of an empty list have no answer, and 0 would be a wrong one. Ask first whether there are any items.",
		Wrong: `check "slow requests" {
    let slow = [100ms, 120ms].filter(x => x > 1s)
    expect slow.max < 5s
}
`,
		Right: `check "slow requests" {
    let slow = [100ms, 120ms].filter(x => x > 1s)
    expect slow.count == 0 or slow.max < 5s
}
`,
	}
	BadArgument = &source.Code{
		ID: "DRL1008", Name: "an argument that has no meaning",
		Doc: "A method was given an argument of the right type that it can't do anything with: a percentile above 100%, a negative number of items.",
		Wrong: `check "latency" {
    let p = 60% * 2
    expect [100ms, 120ms].percentile(p) < 1s
}
`,
		Right: `check "latency" {
    let p = 95%
    expect [100ms, 120ms].percentile(p) < 1s
}
`,
	}
	TooManySteps = &source.Code{
		ID: "DRL1009", Name: "too many steps",
		Doc: "Between two effects a script may take 50 million steps: calls of functions, turns of loops, items gone over. More would hold a release up for minutes, and every script has to end.",
		Wrong: `fn square_root(n: int) -> int {
    for i in 1..1_000_000 {
        for j in 1..1_000_000 {
            if i == j and i * j >= n { return i }
        }
    }
    return 0
}
check "the root" { expect square_root(1_000_000) == 1000 }
`,
		Right: `fn square_root(n: int) -> int {
    for i in 1..1_000_000 {
        if i * i >= n { return i }
    }
    return 0
}
check "the root" { expect square_root(1_000_000) == 1000 }
`,
	}
	TooDeep = &source.Code{
		ID: "DRL1010", Name: "calls too deep",
		Doc: "Functions may call each other to a depth of 256. A function that calls itself without end stops there.",
		Wrong: `fn depth(n: int) -> int { return if n == 0 then 0 else 1 + depth(n - 1) }
check "deep" { expect depth(1000) == 1000 }
`,
		Right: `fn depth(n: int) -> int { return if n == 0 then 0 else 1 + depth(n - 1) }
check "deep" { expect depth(100) == 100 }
`,
	}
	TooLarge = &source.Code{
		ID: "DRL1011", Name: "a text or list that is too large",
		Doc: "A text has at most 16 MiB, a list or range at most 1,000,000 items, and all that is made between two effects at most 512 MiB.",
		Wrong: `check "every port" {
    let last = 2_000_000
    expect (1..last).count > 0
}
`,
		Right: `check "every port" {
    let last = 65_535
    expect (1..last).count > 0
}
`,
	}
	CallFailed = &source.Code{
		ID: "DRL1012", Name: "a call that failed",
		Doc: "A built-in or a command could not do what it was asked to: a refused connection, a file that isn't there, text that isn't JSON. The message has its own words for why. " +
			"`try` makes a value of it.",
		Wrong: `check "the answer is JSON" {
    expect json.parse("<html>").status == "ok"
}
`,
		Right: `check "the answer is JSON" {
    let answer = try json.parse("<html>")
    expect not answer.ok
}
`,
	}
	NoValue = &source.Code{
		ID: "DRL1013", Name: "a name without a value",
		Doc: "A run came to a place that uses a name without passing the node that binds it: drl run --only left that out. " +
			"The script below does it with --only 'kind == \"check\"'. A check that is to be run alone finds for itself what it needs.",
		Wrong: `let id = step "create the ticket" {
    undo none "a ticket changes nothing"
    return "T-1"
}
check "the ticket has a number" { expect id.starts_with("T-") }
`,
		Right: `check "the ticket has a number" {
    let id = ["T-1"].first ?? ""
    expect id.starts_with("T-")
}
`,
	}
)
