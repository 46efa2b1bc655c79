package check

import (
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
)

// CommandResult is the type of `$( … )`, `$?( … )` and `let x = $ …`.
var CommandResult = &types.Type{Kind: types.Record, Name: "CommandResult", Fields: []types.Field{
	{Name: "stdout", Type: types.TString, Doc: "what the command wrote, without the last newline"},
	{Name: "stderr", Type: types.TString, Doc: "what it wrote as errors, without the last newline"},
	{Name: "raw", Type: types.TString, Doc: "what it wrote, with the last newline"},
	{Name: "code", Type: types.TInt, Doc: "its exit code"},
	{Name: "duration", Type: types.TDuration, Doc: "how long it ran"},
}}

// SecretCommandResult is the type of `secret $( … )`: its output is a secret.
var SecretCommandResult = &types.Type{Kind: types.Record, Name: "SecretCommandResult", Fields: []types.Field{
	{Name: "stdout", Type: types.TSecret, Doc: "what the command wrote, without the last newline"},
	{Name: "stderr", Type: types.TSecret, Doc: "what it wrote as errors, without the last newline"},
	{Name: "raw", Type: types.TSecret, Doc: "what it wrote, with the last newline"},
	{Name: "code", Type: types.TInt, Doc: "its exit code"},
	{Name: "duration", Type: types.TDuration, Doc: "how long it ran"},
}}

// command checks `$( … )`, `$?( … )` and `secret $( … )`: an observation.
func (c *checker) command(v *syntax.CommandValue) *types.Type {
	c.effect(v, types.Reads, "$( … )")
	if v.IsSecret {
		return SecretCommandResult
	}
	return CommandResult
}
