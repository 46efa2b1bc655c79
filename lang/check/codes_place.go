package check

import "github.com/drl-lang/drl/lang/source"

// placeCodes are the codes of effects and of what may stand where: DRL0400 to
// DRL0499.
var placeCodes = []*source.Code{
	codeWrites, codeReads, codeMisplaced, codeNotDirect, codeNoUndo, codeLateLet, codeDoneLate, codeSettle, codeFollow, codeNoProgram, codeVariable,
}

var codeWrites = &source.Code{
	ID: "DRL0400", Name: "a write where only reads may stand",
	Doc: "What changes the world stands in a step, which says how it is undone, or in an undo or handler. Checks, fns, metrics and lets outside of steps " +
		"may run any number of times: they only read. safe in front of a call vouches that repeating it does no harm, as for a login by POST.",
	Wrong: `check "orders can be made" {
    expect http.post("https://example.com/orders/", json: { item: 1 }).ok
}
`,
	Right: `step "make an order" {
    let r = http.post("https://example.com/orders/", json: { item: 1 })
    expect r.ok
    undo none "orders of the test customer are removed at night"
}
`,
}

var codeReads = &source.Code{
	ID: "DRL0401", Name: "a look at the world where none may be",
	Doc: "Titles, parameters' defaults, constraints of inputs and the rules of monitors are computed from what is known already. A rule decides from samples " +
		"alone, so that its decision can be explained from them.",
	Wrong: `metrics web { latency = http.probe("https://example.com").latency }
monitor "after" of web for 10m every 10s {
    rollback if latency > 1s and http.get("https://example.com").status == 500
}
`,
	Right: `metrics web {
    latency = http.probe("https://example.com").latency
    broken = http.get("https://example.com").status == 500
}
monitor "after" of web for 10m every 10s {
    rollback if latency > 1s and broken
}
`,
}

var codeMisplaced = &source.Code{
	ID: "DRL0402", Name: "statement in the wrong place",
	Doc: "Declarations stand at the file's own level. Nodes (phases, checks, steps, confirms, …) stand in the file, in phases, rules and a monitor's while. " +
		"Checks hold let, expect, require, commands that observe, if, for, in, finally and calls; steps also return, undo and done if.",
	Wrong: `phase "Before" {
    expect http.get("https://example.com").ok
}
`,
	Right: `phase "Before" {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
}

var codeNotDirect = &source.Code{
	ID: "DRL0403", Name: "not directly in its step",
	Doc: "undo, done if and finally say something of the whole step (finally of a check, too): they stand directly in it, not in an if, for or in.",
	Wrong: `step "deploy" {
    $ ./deploy web
    if file.exists("ROLLBACK") {
        undo { $ ./rollback web }
    }
}
`,
	Right: `step "deploy" {
    $ ./deploy web
    undo {
        if file.exists("ROLLBACK") { $ ./rollback web }
    }
}
`,
}

var codeNoUndo = &source.Code{
	ID: "DRL0404", Name: "step without an undo",
	Doc: "A step that writes says how it is undone, why nothing has to be, or that it can't be. Without a word, a rollback stops being one at this step, " +
		"and nobody knows whether that was meant.",
	Wrong: `step "deploy" { $ ./deploy web }
`,
	Right: `step "deploy" {
    $ ./deploy web
    undo { $ ./rollback web }
}
`,
}

var codeLateLet = &source.Code{
	ID: "DRL0405", Name: "undo that is armed late",
	Doc: "An undo is armed once every name that it uses is bound. A write before such a let could not be undone if the step failed in between.",
	Wrong: `step "deploy" {
    $ ./deploy web
    let previous = file.read("previous.txt")
    undo { $ ./deploy web {previous} }
}
`,
	Right: `step "deploy" {
    let previous = file.read("previous.txt")
    $ ./deploy web
    undo { $ ./deploy web {previous} }
}
`,
}

var codeDoneLate = &source.Code{
	ID: "DRL0406", Name: "done if that needs the step's own work",
	Doc: "done if is asked before the step's first write too, and when a run is resumed: what the step finds out by its work isn't known then.",
	Wrong: `step "push" {
    let pushed = $ ./push
    undo none "images stay"
    done if pushed.code == 0
}
`,
	Right: `step "push" {
    $ ./push
    undo none "images stay"
    done if $?(./is-pushed).code == 0
}
`,
}

var codeSettle = &source.Code{
	ID: "DRL0407", Name: "settle more than once",
	Doc: "settle ends the time in which a run may undo. A run settles once, so it stands once in the file, and not where it could run again or side by side.",
	Wrong: `settle "the version stays"
settle "it really stays"
`,
	Right: `settle "the version stays"
`,
}

var codeFollow = &source.Code{
	ID: "DRL0408", Name: "follow-up before settle",
	Doc: "A follow-up is due after the run: it looks, and nothing waits for it. So it stands after settle, when nothing is undone any more.",
	Wrong: `follow "the day after" after 24h {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
	Right: `settle "the version stays"
follow "the day after" after 24h {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
}

var codeNoProgram = &source.Code{
	ID: "DRL0409", Name: "program that isn't there",
	Doc: "A command calls a program that isn't on PATH here. drl check warns, because the script may be for another machine; drl plan and drl run refuse to start.",
	Wrong: `check "built" { $ no-such-program --version }
`,
	Right: `check "built" { $ make --version }
`,
}

var codeVariable = &source.Code{
	ID: "DRL0410", Name: "environment variable that is no text",
	Doc: "with { NAME: value } sets environment variables, which are texts: strings, secrets, numbers and bools can stand there, " +
		"lists, records and null can't.",
	Wrong: `step "build" {
    with { SERVICES: ["auth", "web"] } { $ make images }
    undo none "images change nothing"
}
`,
	Right: `step "build" {
    with { SERVICES: "auth web" } { $ make images }
    undo none "images change nothing"
}
`,
}
