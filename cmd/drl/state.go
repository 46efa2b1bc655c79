package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/history"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// stateFolder is where drl keeps what outlives it: $DRL_STATE or
// ~/.local/state/drl.
func stateFolder() (string, error) {
	if state := os.Getenv("DRL_STATE"); state != "" {
		return state, nil
	}
	if state := os.Getenv("XDG_STATE_HOME"); state != "" {
		return filepath.Join(state, "drl"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%w: set DRL_STATE to a folder of your own", err)
	}
	return filepath.Join(home, ".local", "state", "drl"), nil
}

// runsOnRecord is the folder in which runs are recorded.
func runsOnRecord() (history.Folder, error) {
	state, err := stateFolder()
	return history.Folder(filepath.Join(state, "runs")), err
}

// recorder records a run as it goes. It is a sink: a disk that is full or slow
// doesn't hold up the run.
type recorder struct {
	app    *app
	folder history.Folder
	file   *os.File
	out    *outlet // nil: nothing is recorded
}

// recorder begins the record of a run. Where it can't, it says so.
func (a *app) recorder(id string) *recorder {
	r := &recorder{app: a}
	var err error
	if r.folder, err = runsOnRecord(); err == nil {
		r.file, err = r.folder.Create(id)
	}
	if err != nil {
		a.fail(exitOK, "the run is not recorded, which changes nothing in it: %v", err)
		return r
	}
	r.out = openOutlet(r.file)
	return r
}

// Event records e.
func (r *recorder) Event(e event.Event) {
	if r.out != nil {
		_ = event.Write(r.out, e) // close tells
	}
}

// close ends the record, and lets go of old ones.
func (r *recorder) close() {
	if r.out == nil {
		return
	}
	r.out.drain()
	r.out.line.close()
	name := "the record " + r.file.Name()
	if r.out.waits() {
		r.app.fail(exitOK, "%s could not be written to its end: the disk takes nothing; the run is not affected", name)
		return
	}
	<-r.out.line.ended
	if problem := r.out.problem(name); problem != "" {
		r.app.fail(exitOK, "%s", problem)
	}
	if err := r.file.Close(); err != nil {
		r.app.fail(exitOK, "%s could not be closed: %v; the run is not affected", name, plainError(err))
	}
	if err := r.folder.Prune(time.Now()); err != nil {
		r.app.fail(exitOK, "old records can't be removed: %v", err)
	}
}

// past are the earlier runs of the plan's release and target that may be
// compared with, the newest first. Those that are still at work aren't earlier.
func (r *recorder) past(p *plan.Plan, id string) ([]run.Past, error) {
	runs, err := r.folder.Runs()
	if err != nil {
		return nil, plainError(err)
	}
	var past []run.Past
	for _, e := range runs {
		if e.ID == id || e.Release != p.Program.Name || e.Target != p.TargetName || e.Invalid != "" || e.AtWork() {
			continue
		}
		past = append(past, run.Past{Run: e.ID, Version: e.Version, Outcome: e.Outcome, Events: e.Events})
	}
	return past, nil
}
