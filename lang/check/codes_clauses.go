package check

import "github.com/drl-lang/drl/lang/source"

// clauseCodes are the codes of clauses, inputs and targets: DRL0700 to
// DRL0799, and of secrets in them, DRL0600 to DRL0699.
var clauseCodes = []*source.Code{
	codeSecretLimit, codeNotPositive, codeTooSmall, codeEvery, codeTimeout, codeNoDeadline, codeInputType, codeDefault, codeTargets, codeTargetFields,
}

var codeSecretLimit = &source.Code{
	ID: "DRL0660", Name: "constraint that would tell a secret",
	Doc: "A constraint's message shows what was wanted. For a secret only matches may stand, which says what it looks like and not what it is.",
	Wrong: `input token: secret in ["a", "b"]
check "token" { expect token != "" }
`,
	Right: `input token: secret matches '^[a-z]+$'
check "token" { expect token != "" }
`,
}

var codeNotPositive = &source.Code{
	ID: "DRL0700", Name: "nothing where something is needed",
	Doc:   "Deadlines, intervals, stretches of time and floors are longer than nothing: 0s would fail at once, or never end.",
	Wrong: "wait 0s\n",
	Right: "wait 1s\n",
}

var codeTooSmall = &source.Code{
	ID: "DRL0701", Name: "number too small",
	Doc:   "approvals, retry, max, last and for M of N count from 1.",
	Wrong: "confirm \"Go\" approvals 0\n",
	Right: "confirm \"Go\" approvals 1\n",
}

var codeEvery = &source.Code{
	ID: "DRL0702", Name: "interval as long as its deadline",
	Doc: "every says how often to look until the deadline: one that isn't shorter than it looks once.",
	Wrong: `check "healthy" within 30s every 1m { expect http.get("https://example.com").ok }
`,
	Right: `check "healthy" within 5m every 30s { expect http.get("https://example.com").ok }
`,
}

var codeTimeout = &source.Code{
	ID: "DRL0703", Name: "timeout that never counts",
	Doc: "A check's timeout is for one try, and within for all of them: a longer timeout is never reached.",
	Wrong: `check "healthy" within 30s timeout 1m { expect http.get("https://example.com").ok }
`,
	Right: `check "healthy" within 5m timeout 1m { expect http.get("https://example.com").ok }
`,
}

var codeNoDeadline = &source.Code{
	ID: "DRL0704", Name: "no deadline",
	Doc: "What waits says how long: wait until has within, and a follow-up says after how long it is due.",
	Wrong: `settle "the version stays"
follow "later" {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
	Right: `settle "the version stays"
follow "later" after 24h {
    check "the site answers" { expect http.get("https://example.com").ok }
}
`,
}

var codeInputType = &source.Code{
	ID: "DRL0720", Name: "input of a type that no flag can have",
	Doc: "An input comes from a flag or an environment variable: it is one value that can be written there, a list of strings, or a secret.",
	Wrong: `input limits: map[int]
check "limits" { expect limits.count > 0 }
`,
	Right: `input limits: list[string]
check "limits" { expect limits.count > 0 }
`,
}

var codeDefault = &source.Code{
	ID: "DRL0721", Name: "default that breaks its own constraint",
	Doc: "A run that leaves the input out would be refused: the default has to keep to what the input's constraints say.",
	Wrong: `input region: string in ["eu", "us"] = "asia"
check "region" { expect region != "" }
`,
	Right: `input region: string in ["eu", "us"] = "eu"
check "region" { expect region != "" }
`,
}

var codeTargets = &source.Code{
	ID: "DRL0740", Name: "targets that are none",
	Doc: "targets { } names each target and gives it a record of fields. name is given by --target.",
	Wrong: `targets { staging: "https://staging.example.com" }
`,
	Right: `targets { staging: { url: "https://staging.example.com" } }
`,
}

var codeTargetFields = &source.Code{
	ID: "DRL0741", Name: "targets with different fields",
	Doc: "All targets have the same fields of the same types, so that what was tried on one works on the other. guard alone may be left out (false); " +
		"a target that has no value for a field says null, and then the field may be null.",
	Wrong: `targets {
    staging:    { url: "https://staging.example.com" }
    production: { ulr: "https://example.com", guard: true }
}
`,
	Right: `targets {
    staging:    { url: "https://staging.example.com" }
    production: { url: "https://example.com", guard: true }
}
`,
}
