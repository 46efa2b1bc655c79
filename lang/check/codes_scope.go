package check

import "github.com/drl-lang/drl/lang/source"

// scopeCodes are the codes of names and where they are known: DRL0220 to
// DRL0299.
var scopeCodes = []*source.Code{
	codeBoundTwice, codeHides, codeTooEarly, codeOutOfScope, codeNoTarget, codeOnlyOne, codeParamOrder, codeRuleRing,
	codeReturnsNothing, codeReturnTypes, codeNoReturn, codeStepValue, codeUnreachable, codeReserved, codeNotAList, codeTitle, codeMock, codeEmpty,
}

var codeBoundTwice = &source.Code{
	ID: "DRL0220", Name: "name bound twice",
	Doc: "One scope binds a name once: a value never changes, so a reader finds it where it is bound. This holds for lets, parameters, inputs, " +
		"fns, rules, fields of a target, and, each among their own kind, for metrics and baselines.",
	Wrong: `let limit = 500ms
let limit = 800ms
check "time" { expect 600ms < limit }
`,
	Right: `let limit = 500ms
let slow = 800ms
check "time" { expect limit < slow }
`,
}

var codeHides = &source.Code{
	ID: "DRL0221", Name: "name hides another",
	Doc: "An inner scope may bind a name that an outer one has; from there on the outer value can't be reached. That is rarely meant, and " +
		"a reader in a hurry takes one for the other.",
	Wrong: `let limit = 500ms
check "time" {
    let limit = 800ms
    expect 600ms < limit
}
`,
	Right: `let limit = 500ms
check "time" {
    let slow = 800ms
    expect limit < slow
}
`,
}

var codeTooEarly = &source.Code{
	ID: "DRL0222", Name: "used before it is bound",
	Doc: "A let is known from its line on. Fns, rules, metrics and inputs can be used anywhere in the file, so of the file's lets they see only " +
		"those above the first node, which are evaluated before anything starts.",
	Wrong: `check "time" { expect limit < 1s }
let limit = 500ms
`,
	Right: `let limit = 500ms
check "time" { expect limit < 1s }
`,
}

var codeOutOfScope = &source.Code{
	ID: "DRL0223", Name: "known only inside",
	Doc: "What a block binds is known in that block: a check, a step, a fn, an if, a for, a branch of parallel. A phase is a section and " +
		"no block in this sense: its lets are known after it. A step hands a value on with return.",
	Wrong: `step "build" {
    let tag = "v1"
    $ docker build --tag {tag} .
    undo none "an image changes nothing"
}
check "tag" { expect tag == "v1" }
`,
	Right: `let tag = step "build" {
    let tag = "v1"
    $ docker build --tag {tag} .
    undo none "an image changes nothing"
    return tag
}
check "tag" { expect tag == "v1" }
`,
}

var codeNoTarget = &source.Code{
	ID: "DRL0224", Name: "target is not known here",
	Doc: "Inputs are read before the target's fields are evaluated, so that these can use inputs. An input's default therefore can't use the target.",
	Wrong: `targets { staging: { url: "https://staging.example.com" } }
input api: string = target.url
`,
	Right: `targets { staging: { url: "https://staging.example.com" } }
let api = target.url
`,
}

var codeOnlyOne = &source.Code{
	ID: "DRL0225", Name: "there is one of these",
	Doc: "A file has one release, one targets block and one handler of each kind. A step has one undo, one done if and one finally.",
	Wrong: `step "deploy" {
    $ ./deploy web
    undo { $ ./rollback web }
    undo { $ ./notify }
}
`,
	Right: `step "deploy" {
    $ ./deploy web
    undo {
        $ ./rollback web
        $ ./notify
    }
}
`,
}

var codeParamOrder = &source.Code{
	ID: "DRL0226", Name: "parameter without a default after one with",
	Doc: "Arguments are given by position first. A parameter that must be given and stands after one that may be left out could never be reached that way.",
	Wrong: `rule healthy(limit: duration = 500ms, url: string) {
    check "healthy" { expect http.get(url).latency < limit }
}
`,
	Right: `rule healthy(url: string, limit: duration = 500ms) {
    check "healthy" { expect http.get(url).latency < limit }
}
`,
}

var codeRuleRing = &source.Code{
	ID: "DRL0228", Name: "rule that reaches itself",
	Doc: "A rule is a group of nodes that the plan lists before anything runs. One that calls itself, directly or through others, would never end. " +
		"A for repeats nodes; a fn may recurse.",
	Wrong: `rule healthy(url: string) {
    check "healthy" { expect http.get(url).ok }
    again(url)
}
rule again(url: string) { healthy(url) }
again("https://example.com")
`,
	Right: `rule healthy(url: string) {
    check "healthy" { expect http.get(url).ok }
}
for i in 1..3 { healthy("https://example.com") }
`,
}

var codeReturnsNothing = &source.Code{
	ID: "DRL0229", Name: "rule without a result returns a value",
	Doc: "A rule says the type of its value after its parameters. Without one it has no value, and returns nothing.",
	Wrong: `rule tagged(name: string) {
    check "tag" { expect name != "" }
    return name
}
tagged("v1")
`,
	Right: `rule tagged(name: string) -> string {
    check "tag" { expect name != "" }
    return name
}
let tag = tagged("v1")
`,
}

var codeReturnTypes = &source.Code{
	ID: "DRL0230", Name: "returns of different types",
	Doc: "A step has one value, so all its returns give the same type. What some lack is null: then the value may be null.",
	Wrong: `let tag = step "build" {
    undo none "an image changes nothing"
    if file.exists("VERSION") { return 1 }
    return "v1"
}
`,
	Right: `let tag = step "build" {
    undo none "an image changes nothing"
    if file.exists("VERSION") { return "v2" }
    return "v1"
}
`,
}

var codeNoReturn = &source.Code{
	ID: "DRL0231", Name: "a path without a return",
	Doc: "Every way through a fn, and through a rule that has a value, ends in a return or in fail(…).",
	Wrong: `fn word(n: int) -> string {
    if n == 1 { return "one" }
}
check "word" { expect word(1) == "one" }
`,
	Right: `fn word(n: int) -> string {
    if n == 1 { return "one" }
    return "many"
}
check "word" { expect word(1) == "one" }
`,
}

var codeStepValue = &source.Code{
	ID: "DRL0232", Name: "step without a value",
	Doc: "A let in front of a step keeps what the step returns. This one returns nothing.",
	Wrong: `let deployed = step "deploy" {
    $ ./deploy web
    undo { $ ./rollback web }
}
`,
	Right: `let deployed = step "deploy" {
    let r = $ ./deploy web
    undo { $ ./rollback web }
    return r.stdout
}
`,
}

var codeUnreachable = &source.Code{
	ID: "DRL0233", Name: "never reached",
	Doc: "Control ends at a return or at fail(…): what stands after it would never run, and a reader would think that it does.",
	Wrong: `fn one() -> int {
    return 1
    let two = 2
}
check "one" { expect one() == 1 }
`,
	Right: `fn one() -> int {
    let n = 1
    return n
}
check "one" { expect one() == 1 }
`,
}

var codeReserved = &source.Code{
	ID: "DRL0234", Name: "name that has a meaning",
	Doc: "Inputs are flags of drl run and arguments of run(…) in tests: an input named as one of those that are there already could not be given. " +
		"A metric can't be named as a word of a monitor's rules.",
	Wrong: `input target: string = "web"
check "name" { expect target != "" }
`,
	Right: `input service: string = "web"
check "name" { expect service != "" }
`,
}

var codeNotAList = &source.Code{
	ID: "DRL0235", Name: "for over what is no list",
	Doc: "A for goes over the items of a list, which is finite: every script ends. 1..3 is the list of 1, 2 and 3; a map has lists of its keys and its values.",
	Wrong: `for i in 3 {
    check "try {i}" { expect i > 0 }
}
`,
	Right: `for i in 1..3 {
    check "try {i}" { expect i > 0 }
}
`,
}

var codeTitle = &source.Code{
	ID: "DRL0236", Name: "title that says nothing",
	Doc: "Titles name nodes in the plan, the report, --only and --yes: an empty one names nothing. A release's name is the same for all its runs, " +
		"because the lock and the history belong to it.",
	Wrong: `check "" { expect 1 < 2 }
`,
	Right: `check "numbers are in order" { expect 1 < 2 }
`,
}

var codeMock = &source.Code{
	ID: "DRL0237", Name: "mock of nothing",
	Doc: "A mock stands for a built-in, a fn or a command. One that nothing could ever call is most likely misspelled, and the real call would have no mock.",
	Wrong: `test "healthy" {
    mock http.gett("*") => { status: 200 }
    expect 1 < 2
}
`,
	Right: `test "healthy" {
    mock http.get("*") => { status: 200 }
    expect 1 < 2
}
`,
}

var codeEmpty = &source.Code{
	ID: "DRL0238", Name: "nothing in it",
	Doc: "A check without an expectation always passes, and an undo without a statement undoes nothing: both promise what they don't do.",
	Wrong: `check "the logs are clean" { }
`,
	Right: `confirm "The logs are clean"
`,
}
