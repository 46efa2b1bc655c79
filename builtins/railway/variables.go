package railway

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

var variables = builtins.New("railway.variables", types.Reads,
	"Read a service's variables. Each value is a secret.",
	func(ctx context.Context, h *builtins.Host, a serviceArgs) (map[string]value.Secret, error) {
		s, err := a.at(ctx, h, a.Service)
		if err != nil {
			return nil, err
		}
		found, err := s.variables(ctx, h, false)
		if err != nil {
			return nil, err
		}
		all := map[string]value.Secret{}
		for name, text := range found {
			all[name] = value.NewSecret(text)
		}
		return all, nil
	}).With("let database = railway.variables(\"web\")[\"DATABASE_URL\"]")

// variables asks for a service's variables: as its processes see them, or
// unrendered, with their references to others as they were written.
func (s *service) variables(ctx context.Context, h *builtins.Host, unrendered bool) (map[string]string, error) {
	var answer struct{ Variables map[string]any }
	if err := s.ask(ctx, h, "Variables", vars{"projectId": s.scope.project.ID, "environmentId": s.environment.ID, "serviceId": s.ID, "unrendered": unrendered}, &answer); err != nil {
		return nil, err
	}
	if answer.Variables == nil {
		return nil, s.strange("it tells of no variables, and not of none either")
	}
	all := map[string]string{}
	for name, v := range answer.Variables {
		text, ok := v.(string)
		if !ok && v != nil {
			return nil, s.strange("variable %s is no text", value.QuoteString(builtins.Short(name)))
		}
		all[name] = text
	}
	return all, nil
}

type setVariablesArgs struct {
	Service   string                   `drl:"service" doc:"the service's name or id"`
	Variables map[string]builtins.Text `drl:"variables" doc:"the variables to set; others stay as they are, and where all are as wanted nothing is done"`
	Deploy    bool                     `drl:"deploy,named" doc:"have Railway deploy the service, if it ever was; false: the next deployment has them" default:"true"`
	scopeArgs
	waiting
}

var setVariables = builtins.New("railway.set_variables", types.Writes,
	"Set variables of a service and return the deployment that has them, once it is live; null where none was made.",
	func(ctx context.Context, h *builtins.Host, a setVariablesArgs) (*Deployment, error) {
		if len(a.Variables) == 0 {
			return nil, errors.New("variables is empty")
		}
		for name := range a.Variables {
			if name == "" || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c == '=' || c == 0x7f }) {
				return nil, fmt.Errorf("%s is no name of a variable", value.QuoteString(builtins.Short(name)))
			}
		}
		ctx, stop, err := a.limited(ctx)
		if err != nil {
			return nil, err
		}
		defer stop()
		s, in, err := serviceArgs{a.Service, a.scopeArgs}.look(ctx, h)
		if err != nil {
			return nil, err
		}
		if set, err := s.areSet(ctx, h, a.Variables); err != nil || set {
			return nil, err
		}
		if err := s.set(ctx, h, a.Variables, !a.Deploy); err != nil {
			return nil, err
		}
		if !a.Deploy || in.Latest == nil {
			return nil, nil
		}
		made, err := s.appeared(ctx, h, in.latest())
		if err != nil {
			return nil, fmt.Errorf("the variables of %s are set, and not deployed: %w", s.Name, err)
		}
		d, err := s.settle(ctx, h, made.ID)
		if err != nil {
			return nil, fmt.Errorf("the variables of %s are set: %w", s.Name, err)
		}
		return &d, nil
	}).With(`railway.set_variables("web", { "LOG_LEVEL": "debug" })`)

// areSet tells whether the variables have these values already: Railway would
// deploy nothing.
func (s *service) areSet(ctx context.Context, h *builtins.Host, wanted map[string]builtins.Text) (bool, error) {
	found, err := s.variables(ctx, h, true)
	if err != nil {
		return false, err
	}
	for name, text := range wanted {
		if now, ok := found[name]; !ok || now != text.Reveal() {
			return false, nil
		}
	}
	return true, nil
}

func (s *service) set(ctx context.Context, h *builtins.Host, wanted map[string]builtins.Text, skip bool) error {
	texts := map[string]string{}
	for name, text := range wanted {
		texts[name] = text.Reveal()
	}
	// replace would delete all others.
	input := map[string]any{
		"projectId": s.scope.project.ID, "environmentId": s.environment.ID, "serviceId": s.ID,
		"variables": texts, "replace": false, "skipDeploys": skip,
	}
	answer := yes{}
	err := s.act(ctx, h, "SetVariables", vars{"input": input}, &answer)
	if isLost(err) && ctx.Err() == nil {
		set, lookErr := s.areSet(ctx, h, wanted)
		switch {
		case lookErr != nil:
			return fmt.Errorf("whether the variables of %s were set is not known: %w; then %w", s.Name, err, lookErr)
		case !set:
			return fmt.Errorf("the variables of %s were not set: %w", s.Name, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return answer.want(s.client, "variableCollectionUpsert", "set the variables of "+s.Name)
}
