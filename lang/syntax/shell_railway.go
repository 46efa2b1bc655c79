package syntax

import (
	"strings"

	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/source"
)

// railwayTrap is what a call of Railway's program does otherwise than it looks;
// a nil code: nothing. It knows version 5.43 of that program.
func railwayTrap(c *sh.CallExpr, words []shellWord) (code *source.Code, message, hint string) {
	programs := programsOf(words)
	call := programs[len(programs)-1]
	if call[0].name() != "railway" {
		return nil, "", ""
	}
	line := commandWords(call)
	switch verb := second(line); verb {
	case "up":
		switch {
		case has(call, "--from"):
			return railwayNoWayBack, "railway up has no --from: it uploads this folder, whatever commit is named",
				"to go back, note the deployment before the release and roll back to it: railway.current and railway.rollback"
		case has(call, "--ci", "--json", "--detach", "--no-wait", "--help") || hasShort(call, "cdh") || inCI(c, words):
		default:
			return railwayNoWait, "without a terminal railway up ends with 0 once the upload is done: a build that fails isn't noticed",
				"railway up --ci waits for the deployment, and fails with it; railway.deploy waits too, and needs no program"
		}
	case "rollback":
		return railwayNoWayBack, "railway has no command rollback", "railway.rollback goes back to a deployment, and needs no program"
	case "env", "environment":
		if len(line) > 2 && containsWord("list ls link new create delete remove rm edit config help", line[2]) || has(call, "--help") || hasShort(call, "h") {
			break
		}
		return railwayEnvironment, "railway " + verb + " is about environments, such as production, not about variables",
			"for variables: railway variable list --kv, railway variable set NAME=VALUE, or railway.variables and railway.set_variables"
	}
	return nil, "", ""
}

// inCI tells whether the line says that it is run without a person, which
// makes railway up wait.
func inCI(c *sh.CallExpr, words []shellWord) bool {
	for _, a := range c.Assigns {
		if a.Name != nil && a.Name.Value == "CI" {
			return true
		}
	}
	for _, w := range words { // of env
		if strings.HasPrefix(w.text, "CI=") {
			return true
		}
	}
	return false
}
