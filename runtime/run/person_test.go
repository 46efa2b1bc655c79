package run_test

import (
	"testing"

	"github.com/drl-lang/drl/runtime/event"
)

const guarded = `
targets {
    staging:    { url: "s" }
    production: { url: "p", guard: true }
}
`

func TestPeople(t *testing.T) {
	tell(t, []scenario{{
		name: "a confirmation has a value",
		script: `
let ok = confirm "reviewed"
check "who" { expect ok.by == "grace" and ok.note == "looks good" }
`,
		person: func(q event.Asked) (event.Answered, error) {
			return event.Answered{Answer: "yes", By: "grace", Note: "looks good"}, nil
		},
		want: `
		asked: reviewed
		answered: yes
		confirm reviewed: passed (yes, said grace)
		check who: passed
		passed 0
		`,
	}, {
		name:   "no is a failure",
		script: `confirm "reviewed"` + "\n" + `check "never" { expect true }`,
		person: func(q event.Asked) (event.Answered, error) {
			return event.Answered{Answer: "no", By: "grace", Note: "not yet"}, nil
		},
		want: `
		asked: reviewed
		answered: no
		confirm reviewed: failed
		  answered with no, said grace: not yet
		failed 1: reviewed: answered with no, said grace: not yet
		`,
	}, {
		name:   "nobody there: the run waits and says what to type",
		script: guarded + "input version: string\n" + `confirm "reviewed and approved"` + "\n" + `check "never" { expect version != target.url }`,
		target: "production",
		flags:  map[string]string{"version": "v1 final"},
		yes:    []string{"*"},
		want: `
		asked: reviewed and approved
		confirm reviewed and approved: interrupted (waiting for an answer)
		waiting 5: reviewed and approved: nobody is here to answer
		next: drl run release.drl --target production --version 'v1 final' --yes '*' --yes 'reviewed and approved'
		`,
	}, {
		name:   "yes by a pattern, of a guarded target only by more than a star",
		script: guarded + `confirm "reviewed and approved"`,
		target: "production",
		yes:    []string{"*", "reviewed*"},
		want: `
		asked: reviewed and approved
		answered: yes
		confirm reviewed and approved: passed (yes, said ada ahead)
		passed 0
		`,
	}, {
		name:   "a star is enough for a target that is not guarded",
		script: guarded + `confirm "reviewed and approved"`,
		target: "staging",
		yes:    []string{"*"},
		want: `
		asked: reviewed and approved
		answered: yes
		confirm reviewed and approved: passed (yes, said ada ahead)
		passed 0
		`,
	}, {
		name:   "one person can't approve twice",
		script: `confirm "reviewed" approvals 2`,
		person: says(map[string]string{"reviewed": "yes"}),
		want: `
		asked: reviewed
		answered: yes
		asked: reviewed
		answered: yes
		confirm reviewed: interrupted (waiting for an answer)
		waiting 5: reviewed: 1 of 2 people have said yes
		next: drl run release.drl --yes reviewed
		`,
	}, {
		name: "ask: a text, a secret that no event shows",
		script: `
let ticket = ask "which ticket?"
let token = ask "the token" secret
check "both" { expect ticket == "OPS-1" and token == "hunter22" }
`,
		answers: map[string]string{"which*": "OPS-1", "the token": "hunter22"},
		want: `
		asked: which ticket?
		answered: OPS-1
		ask which ticket?: passed
		asked: the token
		answered: •••
		ask the token: passed
		check both: passed
		passed 0
		`,
	}, {
		name:   "under warn a declined confirmation has no value",
		script: `let ok = confirm "reviewed" or warn` + "\n" + `check "null" { expect ok is null }`,
		person: says(map[string]string{"reviewed": "no"}),
		want: `
		asked: reviewed
		answered: no
		confirm reviewed: warned
		  answered with no, said grace
		check null: passed
		passed 0
		`,
	}})
}
