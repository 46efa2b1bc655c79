package main

import (
	"io"
	"os"

	"github.com/drl-lang/drl/runtime/report"
)

// tellGitHub shows a run that has ended where GitHub Actions shows things:
// annotations beside the script's lines, and the summary of the step. It does
// nothing elsewhere, and a failure of it is only a warning.
func (a *app) tellGitHub(r *report.Run) {
	if os.Getenv("GITHUB_ACTIONS") != "true" {
		return
	}
	// The runner reads commands in both streams; standard output is the
	// script's own data.
	if err := r.Annotate(a.err); err != nil {
		return // nobody reads it
	}
	path := os.Getenv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return
	}
	if err := appendTo(path, r.Summarize); err != nil {
		a.fail(exitOK, "write the summary of the step: %v", err)
	}
}

// appendTo adds what write writes to the end of a file.
func appendTo(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
