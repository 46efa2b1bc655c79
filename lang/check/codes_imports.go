package check

import "github.com/drl-lang/drl/lang/source"

// importCodes are the codes of use: DRL0900 to DRL0999.
var importCodes = []*source.Code{codeNoFile, codeCycle, codeRegistry, codeUsePath, codeImportRuns}

var codeNoFile = &source.Code{
	ID: "DRL0900", Name: "nothing to import",
	Doc: "A use names a file beside the script (./db.drl, ../rules/db.drl) or a library that comes with drl (std/web).",
	Wrong: `-- main.drl --
use "./limits.drl" as limits
-- limit.drl --
let slow = 1s
`,
	Right: `-- main.drl --
use "./limit.drl" as limit
check "time" { expect limit.slow > 500ms }
-- limit.drl --
let slow = 1s
`,
}

var codeCycle = &source.Code{
	ID: "DRL0901", Name: "files that import each other",
	Doc: "What a file imports is checked before it. A ring of files has no first one: move what they share into a file that imports none of them.",
	Wrong: `-- main.drl --
use "./a.drl" as a
-- a.drl --
use "./b.drl" as b
-- b.drl --
use "./a.drl" as a
`,
	Right: `-- main.drl --
use "./a.drl" as a
-- a.drl --
use "./b.drl" as b
-- b.drl --
let slow = 1s
`,
}

var codeRegistry = &source.Code{
	ID: "DRL0902", Name: "module of a registry",
	Doc: "This version of drl imports files beside the script and the libraries that come with it. Modules that registries keep can't be imported.",
	Wrong: `use "ghcr.io/acme/rules/payments"
`,
	Right: `-- main.drl --
use "./payments.drl" as payments
-- payments.drl --
let slow = 1s
`,
}

var codeUsePath = &source.Code{
	ID: "DRL0903", Name: "path that names nothing",
	Doc: "A file's path begins with ./ or ../, a library's with std/. It is known before the run: no interpolation.",
	Wrong: `-- main.drl --
use "limit"
-- limit.drl --
let slow = 1s
`,
	Right: `-- main.drl --
use "./limit.drl" as limit
-- limit.drl --
let slow = 1s
`,
}

var codeImportRuns = &source.Code{
	ID: "DRL0905", Name: "imported file that runs something",
	Doc: "A file that is imported holds use, fn, rule, metrics, tests and lets. Nodes stand in its rules, and run where the script calls them; " +
		"release, targets, inputs and handlers belong to the script that is run.",
	Wrong: `-- main.drl --
use "./web.drl" as web
-- web.drl --
check "the site answers" { expect http.get("https://example.com").ok }
`,
	Right: `-- main.drl --
use "./web.drl" as web
web.answers()
-- web.drl --
rule answers() {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
}
