// Package github holds the builtins that ask GitHub, and its Enterprise Server,
// for what a release waits for, and that tell it of the release. What GitHub
// doesn't know of is never a pass: no runs, no checks, and a scanner that is
// off are errors.
package github

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "github",
		Doc: "Questions to GitHub about a repository: repo:, else GITHUB_REPOSITORY, else git's origin. The token is token:, else GITHUB_TOKEN, else GH_TOKEN; " +
			"the API is at server:, else GITHUB_API_URL, else https://api.github.com. What hits a rate limit waits for its end where the timeout allows it.",
		Funcs: []*builtins.Func{workflows, checks, reviews, alerts, release, deployment},
	}}
}
