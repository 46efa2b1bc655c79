package check

import "github.com/drl-lang/drl/lang/source"

// importCodes are the codes of use: DRL0900 to DRL0999.
var importCodes = []*source.Code{codeNoFile, codeCycle, codeRegistry, codeUsePath, codeUseName, codeImportRuns}

var codeNoFile = &source.Code{
	ID: "DRL0900", Name: "nothing to import",
	Doc: "A use names a file beside the script (./db.drl, ../rules/db.drl) or a library that comes with drl (std/web).",
	Wrong: `-- main.drl --
use "./limits.drl"
-- limit.drl --
let slow = 1s
`,
	Right: `-- main.drl --
use "./limit.drl"
check "time" { expect limit.slow > 500ms }
-- limit.drl --
let slow = 1s
`,
}

var codeCycle = &source.Code{
	ID: "DRL0901", Name: "files that import each other",
	Doc: "What a file imports is checked before it. A ring of files has no first one: move what they share into a file that imports none of them.",
	Wrong: `-- main.drl --
use "./a.drl"
-- a.drl --
use "./b.drl"
-- b.drl --
use "./a.drl"
`,
	Right: `-- main.drl --
use "./a.drl"
-- a.drl --
use "./b.drl"
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
use "./payments.drl"
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
use "./limit.drl"
-- limit.drl --
let slow = 1s
`,
}

var codeUseName = &source.Code{
	ID: "DRL0904", Name: "import without a name",
	Doc: "An import is called by the last part of its path. Where that isn't a name, as says what to call it.",
	Wrong: `-- main.drl --
use "./time-limits.drl"
-- time-limits.drl --
let slow = 1s
`,
	Right: `-- main.drl --
use "./time-limits.drl" as limits
check "time" { expect limits.slow > 500ms }
-- time-limits.drl --
let slow = 1s
`,
}

var codeImportRuns = &source.Code{
	ID: "DRL0905", Name: "imported file that runs something",
	Doc: "A file that is imported holds use, fn, rule, metrics, tests and lets. Nodes stand in its rules, and run where the script calls them; " +
		"release, targets, inputs and handlers belong to the script that is run.",
	Wrong: `-- main.drl --
use "./web.drl"
-- web.drl --
check "the site answers" { expect http.get("https://example.com").ok }
`,
	Right: `-- main.drl --
use "./web.drl"
web.answers()
-- web.drl --
rule answers() {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
}
