package check

import "github.com/drl-lang/drl/lang/source"

// exprCodes are the codes of names and expressions: DRL0200 to DRL0219 and
// DRL0300 to DRL0399.
var exprCodes = []*source.Code{
	codeUnknownName,
	codeUnknownType,
	codeUnknownMember,
	codeUnknownFunction,
	codeNotAValue,
	codeWrongType,
	codeOperands,
	codePercent,
	codeScale,
	codeMayBeNull,
	codeCondition,
	codeNoValue,
	codeInterpolation,
	codePattern,
	codePatternConstant,
	codeMissing,
	codeTooMany,
	codeUnknownArgument,
	codeTwiceGiven,
	codeArgumentOrder,
	codeNotCallable,
	codeConstant,
	codeLambda,
	codeDivision,
	codeOverflow,
	codeRange,
	codeNever,
	codeAlways,
	codeConversion,
	codeNoCommonType,
	codeTwice,
	codeIndex,
	codeNeverNull,
	codeRuleInExpression,
	codeSecretAsText,
	codeArgumentTypes,
	codeStatistic, codeLooseAddress,
}

var (
	codeUnknownName = &source.Code{ID: "DRL0200", Name: "unknown name",
		Doc: "Nothing that can be named here has this name: no input, let, fn, rule, parameter, built-in function or module. Names are checked before anything runs, so that a slip in a handler can't surface in minute 40.",
		Wrong: `let limit = 500ms
check "fast" { expect 90ms < limt }
`,
		Right: `let limit = 500ms
check "fast" { expect 90ms < limit }
`,
	}
	codeUnknownType = &source.Code{ID: "DRL0201", Name: "unknown type",
		Doc: "A type is bool, int, number, string, duration, size, percent, points, time, secret, events, any, list[T], map[T], a record { name: T }, one of these with ? for what may be null, or a type that a built-in declares.",
		Wrong: `fn double(x: integer) -> int { return x * 2 }
check "doubled" { expect double(2) == 4 }
`,
		Right: `fn double(x: int) -> int { return x * 2 }
check "doubled" { expect double(2) == 4 }
`,
	}
	codeUnknownMember = &source.Code{ID: "DRL0202", Name: "unknown field or method",
		Doc: "The value has no field or method of this name. Only values of type any, which come from outside, may have fields that nobody declared.",
		Wrong: `let service = { name: "auth", port: 8080 }
check "it has a name" { expect service.nmae == "auth" }
`,
		Right: `let service = { name: "auth", port: 8080 }
check "it has a name" { expect service.name == "auth" }
`,
	}
	codeUnknownFunction = &source.Code{ID: "DRL0203", Name: "unknown function of a module",
		Doc: "The module, built in or imported, has no function, rule or value of this name.",
		Wrong: `check "there is a file" { expect file.exist("release.drl") }
`,
		Right: `check "there is a file" { expect file.exists("release.drl") }
`,
	}
	codeNotAValue = &source.Code{ID: "DRL0204", Name: "a name that is no value",
		Doc: "Functions, rules, modules, metrics and baselines have names, but are no values: a function is called, a module's functions are named after a dot.",
		Wrong: `fn limit() -> duration { return 500ms }
check "fast" { expect 90ms < limit }
`,
		Right: `fn limit() -> duration { return 500ms }
check "fast" { expect 90ms < limit() }
`,
	}
	codeWrongType = &source.Code{ID: "DRL0300", Name: "the wrong type",
		Doc: "A value of one type stands where another is wanted. Nothing is converted unasked, but for an int where a number is wanted and a ratio where a number or percent is.",
		Wrong: `check "it answers" timeout "soon" { expect 1 + 1 == 2 }
`,
		Right: `check "it answers" timeout 10s { expect 1 + 1 == 2 }
`,
	}
	codeOperands = &source.Code{ID: "DRL0301", Name: "operands that do not go together",
		Doc: "The two sides of an operator do not go together: their units differ, or there is no such operation. Durations, sizes, percent, points, times and plain numbers are different dimensions.",
		Wrong: `let elapsed = 90s
check "fast" { expect elapsed < 100 }
`,
		Right: `let elapsed = 90s
check "fast" { expect elapsed < 100s }
`,
	}
	codePercent = &source.Code{ID: "DRL0302", Name: "percent against a number",
		Doc: "A percentage is compared with a plain number. 80 can mean 80% or 8000%, so the script has to say which: write the number with its %, percent(x) for an x that counts hundredths, x as percent for a fraction.",
		Wrong: `let covered = 83.4%
check "covered" { expect covered > 80 }
`,
		Right: `let covered = 83.4%
check "covered" { expect covered > 80% }
`,
	}
	codeScale = &source.Code{ID: "DRL0303", Name: "adding a percentage",
		Doc: "x + 10% of anything but a percent: nobody can tell ten percent of what. To make x ten percent larger multiply it by 110%.",
		Wrong: `let base = 200ms
let limit = base + 10%
check "fast" { expect 90ms < limit }
`,
		Right: `let base = 200ms
let limit = base * 110%
check "fast" { expect 90ms < limit }
`,
	}
	codeMayBeNull = &source.Code{ID: "DRL0304", Name: "what may be null",
		Doc: "A value of type T? is used where it has to be there. Say what stands in for null with ??, reach into it with ?., or test it first: after `require x != null`, and in `if x != null`, x is there.",
		Wrong: `let names = ["auth", "ticket"]
check "short" { expect names.first.length < 10 }
`,
		Right: `let names = ["auth", "ticket"]
check "short" { expect (names.first ?? "").length < 10 }
`,
	}
	codeCondition = &source.Code{ID: "DRL0305", Name: "a condition that is no bool",
		Doc: "A condition is a bool. Nothing is truthy: a text, a number or a list is compared with something.",
		Wrong: `let names = ["auth", "ticket"]
check "there are services" { expect names.count }
`,
		Right: `let names = ["auth", "ticket"]
check "there are services" { expect names.count > 0 }
`,
	}
	codeNoValue = &source.Code{ID: "DRL0306", Name: "no value",
		Doc: "A call that gives no value stands where one is wanted.",
		Wrong: `let shown = print("hello")
check "it went well" { expect shown == "hello" }
`,
		Right: `let text = "hello"
check "it went well" { expect text == "hello" }
`,
	}
	codeInterpolation = &source.Code{ID: "DRL0307", Name: "what has no text",
		Doc: "What stands in { } inside a text has to have a text: null has none, and what may be null needs a stand-in.",
		Wrong: `let names = ["auth", "ticket"]
check "{names.first} is there" { expect names.count == 2 }
`,
		Right: `let names = ["auth", "ticket"]
check "{names.first ?? "nothing"} is there" { expect names.count == 2 }
`,
	}
	codePattern = &source.Code{ID: "DRL0308", Name: "a pattern that can't be read",
		Doc: "Patterns are RE2, and are compiled when the script is checked.",
		Wrong: `let version = "v1.2.3"
check "versioned" { expect version matches '^v(\d+' }
`,
		Right: `let version = "v1.2.3"
check "versioned" { expect version matches '^v(\d+)' }
`,
	}
	codePatternConstant = &source.Code{ID: "DRL0309", Name: "a pattern that is not constant",
		Doc: "A pattern is known before the run, so that it can be checked, and so that no value is read as a pattern.",
		Wrong: `let name = "auth"
check "named" { expect "auth service" matches "^{name}" }
`,
		Right: `let name = "auth"
check "named" { expect "auth service".starts_with(name) }
`,
	}
	codeMissing = &source.Code{ID: "DRL0310", Name: "a missing argument",
		Doc: "A call leaves out an argument that has no default.",
		Wrong: `let parts = "a,b".split()
check "two parts" { expect parts.count == 2 }
`,
		Right: `let parts = "a,b".split(",")
check "two parts" { expect parts.count == 2 }
`,
	}
	codeTooMany = &source.Code{ID: "DRL0311", Name: "too many arguments",
		Doc: "A call gives more arguments than there are parameters, or gives one without its name that has to have it.",
		Wrong: `let name = "auth".upper("de")
check "loud" { expect name == "AUTH" }
`,
		Right: `let name = "auth".upper()
check "loud" { expect name == "AUTH" }
`,
	}
	codeUnknownArgument = &source.Code{ID: "DRL0312", Name: "an unknown argument",
		Doc: "The function has no parameter of this name.",
		Wrong: `fn limit(base: duration, factor: number = 2) -> duration { return base * factor }
check "fast" { expect 90ms < limit(50ms, facter: 3) }
`,
		Right: `fn limit(base: duration, factor: number = 2) -> duration { return base * factor }
check "fast" { expect 90ms < limit(50ms, factor: 3) }
`,
	}
	codeTwiceGiven = &source.Code{ID: "DRL0313", Name: "an argument given twice",
		Doc: "One parameter gets two arguments: by its place and by its name, or by its name twice.",
		Wrong: `fn limit(base: duration, factor: number = 2) -> duration { return base * factor }
check "fast" { expect 90ms < limit(50ms, base: 60ms) }
`,
		Right: `fn limit(base: duration, factor: number = 2) -> duration { return base * factor }
check "fast" { expect 90ms < limit(base: 60ms) }
`,
	}
	codeArgumentOrder = &source.Code{ID: "DRL0314", Name: "an argument without a name after one with it",
		Doc: "Arguments without names come first: they are told apart by their places.",
		Wrong: `fn limit(base: duration, factor: number = 2) -> duration { return base * factor }
check "fast" { expect 90ms < limit(base: 50ms, 3) }
`,
		Right: `fn limit(base: duration, factor: number = 2) -> duration { return base * factor }
check "fast" { expect 90ms < limit(50ms, 3) }
`,
	}
	codeNotCallable = &source.Code{ID: "DRL0315", Name: "what can't be called",
		Doc: "Only functions, rules and methods are called.",
		Wrong: `let limit = 500ms
check "fast" { expect 90ms < limit() }
`,
		Right: `let limit = 500ms
check "fast" { expect 90ms < limit }
`,
	}
	codeConstant = &source.Code{ID: "DRL0316", Name: "an argument that is not constant",
		Doc: "Queries, patterns and the like are literals or constants: what is put into them by { } would be read as part of the query. Values are bound: given as arguments of their own.",
		Wrong: `let name = "auth"
check "found" { expect "auth 1".find("{name} .") == "auth 1" }
`,
		Right: `check "found" { expect "auth 1".find("auth .") == "auth 1" }
`,
	}
	codeLambda = &source.Code{ID: "DRL0317", Name: "a function in the wrong place",
		Doc: "x => … stands as an argument of what takes a function, with as many parameters as that gives it.",
		Wrong: `let doubled = [1, 2].map((x, y) => x * 2)
check "doubled" { expect doubled == [2, 4] }
`,
		Right: `let doubled = [1, 2].map(x => x * 2)
check "doubled" { expect doubled == [2, 4] }
`,
	}
	codeDivision = &source.Code{ID: "DRL0318", Name: "a division by zero",
		Doc: "The divisor is zero, whatever the inputs are.",
		Wrong: `let share = 10 / (5 - 5)
check "some" { expect share > 1 }
`,
		Right: `let share = 10 / (5 - 4)
check "some" { expect share > 1 }
`,
	}
	codeOverflow = &source.Code{ID: "DRL0319", Name: "a constant that is too large",
		Doc: "Ints, durations and sizes are whole numbers of 64 bits. What is larger is an error, never a wrapped number.",
		Wrong: `let many = 9223372036854775807 + 1
check "many" { expect many > 0 }
`,
		Right: `let many = 9223372036854775806 + 1
check "many" { expect many > 0 }
`,
	}
	codeRange = &source.Code{ID: "DRL0320", Name: "a range that can't be",
		Doc: "A range goes from the smaller number to the larger one, both included, and has at most 1,000,000 numbers.",
		Wrong: `let pages = 10..1
check "ten" { expect pages.count == 10 }
`,
		Right: `let pages = 1..10
check "ten" { expect pages.count == 10 }
`,
	}
	codeNever = &source.Code{ID: "DRL0321", Name: "a question whose answer is always no",
		Doc: "`x is T` asks for a type that x can never have.",
		Wrong: `let port = 8080
check "it is text" { expect port is string }
`,
		Right: `let port = json.parse("8080")
check "it is an int" { expect port is int }
`,
	}
	codeAlways = &source.Code{ID: "DRL0322", Name: "a question whose answer is always yes",
		Doc: "`x is T` asks for the type that x has anyway. A warning.",
		Wrong: `let port = 8080
check "it is an int" { expect port is int }
`,
		Right: `let port = 8080
check "it is high" { expect port > 1024 }
`,
	}
	codeConversion = &source.Code{ID: "DRL0323", Name: "a conversion that can't be",
		Doc: "`x as T` checks a value of type any, takes the null out of a T?, and turns a fraction into percent and back. Text is made with \"{x}\", ints with floor, round and ceil.",
		Wrong: `let port = 8080 as string
check "the port" { expect port == "8080" }
`,
		Right: `let port = "{8080}"
check "the port" { expect port == "8080" }
`,
	}
	codeNoCommonType = &source.Code{ID: "DRL0324", Name: "values of different types",
		Doc: "The items of a list, the values of a map and the branches of an if have one type.",
		Wrong: `let limits = [500ms, 3]
check "two" { expect limits.count == 2 }
`,
		Right: `let limits = [500ms, 3s]
check "two" { expect limits.count == 2 }
`,
	}
	codeTwice = &source.Code{ID: "DRL0325", Name: "a name written twice",
		Doc: "A record has each name once, a map each key.",
		Wrong: `let service = { port: 80, port: 8080 }
check "high" { expect service.port > 1024 }
`,
		Right: `let service = { port: 8080 }
check "high" { expect service.port > 1024 }
`,
	}
	codeIndex = &source.Code{ID: "DRL0326", Name: "what has no positions or keys",
		Doc: "[ ] reaches into lists by position, from 0, and into maps by key. A record's field is named after a dot.",
		Wrong: `let service = { port: 8080 }
check "high" { expect service["port"] > 1024 }
`,
		Right: `let service = { port: 8080 }
check "high" { expect service.port > 1024 }
`,
	}
	codeNeverNull = &source.Code{ID: "DRL0327", Name: "a test for null of what is never null",
		Doc: "?., ??, == null and is null ask for null, and the value is always there. A warning: it does no harm, but a reader will wonder.",
		Wrong: `let limit = 500ms
check "fast" { expect 90ms < (limit ?? 1s) }
`,
		Right: `let limit = 500ms
check "fast" { expect 90ms < limit }
`,
	}
	codeRuleInExpression = &source.Code{ID: "DRL0328", Name: "a rule within an expression",
		Doc: "A rule is a group of nodes: checks and steps that are part of the plan. It is called on a line of its own, or as the whole value of a let.",
		Wrong: `rule greeted(name: string) -> string {
    let text = step "greet" {
        undo none "words stay"
        return "hello {name}"
    }
    return text
}
let hello = greeted("you") + "!"
check "polite" { expect hello == "hello you!" }
`,
		Right: `rule greeted(name: string) -> string {
    let text = step "greet" {
        undo none "words stay"
        return "hello {name}"
    }
    return text
}
let hello = greeted("you")
check "polite" { expect hello == "hello you" }
`,
	}
	codeSecretAsText = &source.Code{ID: "DRL0329", Name: "a secret where text is shown",
		Doc: "A secret stands where plain text is wanted. Nothing reveals a secret: it goes to what takes one, such as a URL, a header or the environment of a command.",
		Wrong: `fn shout(text: string) -> string { return text.upper() }
let key = secret("abc")
check "loud" { expect shout(key) == "ABC" }
`,
		Right: `fn shout(text: secret) -> secret { return text.upper() }
let key = secret("abc")
check "loud" { expect shout(key) == "ABC" }
`,
	}
	codeArgumentTypes = &source.Code{ID: "DRL0330", Name: "arguments that do not go together",
		Doc: "The function takes these parameters, but not values of these types together: a sum of texts, the larger one of a size and a duration.",
		Wrong: `let names = ["auth", "ticket"]
check "few" { expect names.sum < 3 }
`,
		Right: `let names = ["auth", "ticket"]
check "few" { expect names.count < 3 }
`,
	}
	codeStatistic = &source.Code{ID: "DRL0331", Name: "an unknown statistic",
		Doc: "A rule asks a metric for a statistic that metrics of its type don't have.",
		Wrong: `metrics web { latency = http.probe("https://example.com/").latency }
monitor "calm" of web for 10m every 5s {
    warn if latency.avg(2m) > 800ms
}
`,
		Right: `metrics web { latency = http.probe("https://example.com/").latency }
monitor "calm" of web for 10m every 5s {
    warn if latency.mean(2m) > 800ms
}
`,
	}
	codeLooseAddress = &source.Code{ID: "DRL0332", Name: "values in an address that are not encoded",
		Doc: "In a literal that stands in the call, values are encoded for their place in the address. A let is only a text: a value in it that holds / ? # or .. makes another address of it. Write the address in the call, or encode the value where it stands.",
		Wrong: `let branch = env("BRANCH")
let page = "https://example.com/builds/{branch}"
check "built" { expect http.get(page).status == 200 }
`,
		Right: `let branch = env("BRANCH")
check "built" { expect http.get("https://example.com/builds/{branch}").status == 200 }
`,
	}
)
