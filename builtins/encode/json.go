package encode

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type jsonParseArgs struct {
	Text builtins.Text `drl:"text" doc:"one JSON value; of a secret, the texts in it are secrets"`
}

var jsonParse = builtins.New("json.parse", types.Pure, "Read a JSON text.",
	func(_ context.Context, _ *builtins.Host, a jsonParseArgs) (value.Value, error) {
		v, err := value.FromJSON([]byte(a.Text.Reveal()))
		if err != nil && a.Text.IsSecret() {
			return nil, errors.New("the secret is no JSON") // the reader's error shows what it found
		}
		if err != nil {
			return nil, err
		}
		return a.Text.Parsed(v), nil
	}).With(`let port = json.parse('{"port": 8080}').port`)

type jsonLinesArgs struct {
	Text builtins.Text `drl:"text" doc:"JSON values, one a line; empty lines are left out; of a secret, the texts in them are secrets"`
}

var jsonLines = builtins.New("json.lines", types.Pure, "Read JSON values that stand on a line each.",
	func(_ context.Context, _ *builtins.Host, a jsonLinesArgs) ([]value.Value, error) {
		var all []value.Value
		number := 0
		for line := range strings.Lines(a.Text.Reveal()) {
			number++
			if strings.TrimSpace(line) == "" {
				continue
			}
			v, err := value.FromJSON([]byte(line))
			if err != nil && a.Text.IsSecret() {
				return nil, fmt.Errorf("line %d of the secret is no JSON", number)
			}
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
			all = append(all, a.Text.Parsed(v))
		}
		return all, nil
	}).With(`let entries = json.lines($(docker compose ps --format json).stdout)`)

type jsonTextArgs struct {
	Value value.Value `drl:"value" doc:"what to write; durations, sizes and times become their text"`
}

var jsonText = builtins.New("json.text", types.Pure, "Write a value as JSON on one line; of one that holds a secret, the text is a secret.",
	func(_ context.Context, _ *builtins.Host, a jsonTextArgs) (builtins.Text, error) {
		return builtins.JSON(a.Value)
	}).With(`let body = json.text({ version: "v1.2.3", replicas: 2 })`)
