// Package report holds the builtins that write down what happened in a run.
// What a report says is made outside, of the run's events; here it gets its
// place and its format.
package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/drl-lang/drl/builtins"
)

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "report",
		Doc:   "Reports of the run, of what has happened so far.",
		Funcs: []*builtins.Func{write, markdown},
	}}
}

// endings are the formats that a file's name asks for.
var endings = map[string]string{
	".txt": "text", ".log": "text", ".json": "json", ".xml": "junit", ".md": "markdown", ".markdown": "markdown",
}

const wanted = "want .txt, .json, .xml (JUnit) or .md, or a format: text, json, junit or markdown"

// formatOf returns the format to write in: the one that was asked for, else
// that of the path's ending.
func formatOf(file string, asked *string) (string, error) {
	if asked != nil {
		for _, known := range endings {
			if *asked == known {
				return known, nil
			}
		}
		return "", fmt.Errorf("format is %q, want text, json, junit or markdown", *asked)
	}
	ending := strings.ToLower(path.Ext(file))
	if format, ok := endings[ending]; ok {
		return format, nil
	}
	if ending == "" {
		return "", fmt.Errorf("the name %s has no ending that says in which format to write, %s", file, wanted)
	}
	return "", fmt.Errorf("there is no format for files that end in %s, %s", ending, wanted)
}

func writeReport(ctx context.Context, h *builtins.Host, file, format string) error {
	if h.Report == nil {
		return errors.New("there is no run to report on here")
	}
	var b bytes.Buffer
	if err := h.Report(&b, format); err != nil {
		return fmt.Errorf("make the report %s: %w", file, err)
	}
	return h.WriteFile(ctx, file, &b, 0o644)
}
