package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/history"
	"github.com/drl-lang/drl/runtime/report"
)

// listedRuns is how many runs are listed unless all are asked for.
const listedRuns = 20

func prepareRuns(a *app, f *pflag.FlagSet) func([]string) int {
	invalid := f.String("invalid", "", "leave that `run` out of baselines from now on")
	valid := f.String("valid", "", "compare with that `run` again")
	why := f.String("why", "", "the `reason` for --invalid")
	all := f.Bool("all", false, fmt.Sprintf("list all, not the newest %d", listedRuns))
	asJSON := f.Bool("json", false, "print one JSON object a run")
	return func(args []string) int {
		folder, err := runsOnRecord()
		switch {
		case err != nil:
			return a.fail(exitFailed, "%v", err)
		case *invalid != "" && *valid != "":
			return a.usage("runs", "--invalid and --valid at once")
		case *invalid != "":
			return a.markRun(folder, *invalid, event.Marked{As: "invalid", Why: *why, By: operator()})
		case *valid != "":
			return a.markRun(folder, *valid, event.Marked{As: "valid", By: operator()})
		case *why != "":
			return a.usage("runs", "--why goes with --invalid RUN")
		case len(args) > 1:
			return a.usage("runs", "want one release, and got also %s", args[1])
		}
		release := ""
		if len(args) == 1 {
			release = args[0]
		}
		return a.listRuns(folder, release, *all, *asJSON)
	}
}

// markRun adds to the record of a run what a person says of it.
func (a *app) markRun(folder history.Folder, id string, m event.Marked) int {
	r, err := folder.Find(id)
	if errors.Is(err, history.ErrNone) {
		return a.fail(exitUsage, "%s", notOnRecord(folder, id))
	}
	if err == nil {
		err = r.Mark(time.Now(), m)
	}
	if err != nil {
		return a.fail(exitFailed, "run %s can't be marked: %v", id, plainError(err))
	}
	a.fail(exitOK, "run %s of %s, %s, is %s", r.ID, r.Release, r.Started.Local().Format(time.DateTime), m.As)
	return exitOK
}

// notOnRecord says that there is no such run, and which one may be meant.
func notOnRecord(folder history.Folder, id string) string {
	near := ""
	if runs, err := folder.Runs(); err == nil {
		var ids []string
		for _, r := range runs {
			ids = append(ids, r.ID)
		}
		if n := types.Near(id, ids); n != "" {
			near = "; did you mean " + n + "?"
		}
	}
	return fmt.Sprintf("no run %s is on record%s; drl runs lists them", id, near)
}

// listedRun is a run as --json prints it.
type listedRun struct {
	Run     string     `json:"run"`
	Release string     `json:"release,omitempty"`
	Target  string     `json:"target,omitempty"`
	Version string     `json:"version,omitempty"`
	Started *time.Time `json:"started,omitempty"`
	Ended   *time.Time `json:"ended,omitempty"`
	Outcome string     `json:"outcome"` // also running, killed, damaged
	Invalid string     `json:"invalid,omitempty"`
	Damage  string     `json:"damage,omitempty"`
	File    string     `json:"file"`
}

func listed(r history.Run) listedRun {
	l := listedRun{Run: r.ID, Release: r.Release, Target: r.Target, Version: r.Version, Outcome: r.Outcome, Invalid: r.Invalid, Damage: r.Damage, File: r.Path}
	if !r.Started.IsZero() {
		l.Started = &r.Started
	}
	if !r.Ended.IsZero() {
		l.Ended = &r.Ended
	}
	switch {
	case r.Damage != "":
		l.Outcome = "damaged"
	case r.Outcome != "":
	case r.AtWork():
		l.Outcome = "running"
	default:
		l.Outcome = "killed"
	}
	return l
}

func (a *app) listRuns(folder history.Folder, release string, all, asJSON bool) int {
	runs, err := folder.Runs()
	if err != nil {
		return a.fail(exitFailed, "runs on record can't be read: %v", err)
	}
	var shown []listedRun
	left := 0
	for _, r := range runs {
		switch {
		case release != "" && r.Release != release:
		case !all && len(shown) == listedRuns:
			left++
		default:
			shown = append(shown, listed(r))
		}
	}
	var b strings.Builder
	if asJSON {
		lines := json.NewEncoder(&b)
		lines.SetEscapeHTML(false)
		for _, l := range shown {
			if err := lines.Encode(l); err != nil {
				return a.fail(exitCantWrite, "%v", err)
			}
		}
	} else {
		printRuns(&b, shown)
	}
	if _, err := a.out.WriteString(b.String()); err != nil {
		return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
	}
	switch {
	case len(shown) == 0 && release != "":
		a.fail(exitOK, "no run of %s is on record in %s", release, folder)
	case len(shown) == 0:
		a.fail(exitOK, "no run is on record in %s", folder)
	case left > 0:
		a.fail(exitOK, "%d more: drl runs --all", left)
	}
	return exitOK
}

func printRuns(b *strings.Builder, runs []listedRun) {
	if len(runs) == 0 {
		return
	}
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RUN\tSTARTED\tRELEASE\tTARGET\tVERSION\tOUTCOME")
	for _, r := range runs {
		started, outcome := "", strings.ReplaceAll(r.Outcome, "_", " ")
		if r.Started != nil {
			started = r.Started.Local().Format(time.DateTime)
		}
		if r.Ended != nil {
			outcome += " after " + value.Duration(r.Ended.Sub(*r.Started).Round(time.Second)).String()
		}
		if r.Invalid != "" {
			outcome += ", invalid: " + r.Invalid
		}
		if r.Damage != "" {
			outcome += ": " + r.Damage
		}
		cells := []string{r.Run, started, r.Release, r.Target, r.Version, outcome}
		for i := range cells {
			cells[i] = report.Visible(cells[i])
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	table.Flush()
}
