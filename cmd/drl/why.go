package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
)

func prepareWhy(a *app, f *pflag.FlagSet) func([]string) int {
	asJSON := f.Bool("json", false, "print one JSON object instead of words")
	return func(args []string) int {
		if len(args) > 1 {
			return a.usage("why", "want one run or file, and got also %s", args[1])
		}
		name := ""
		if len(args) == 1 {
			name = args[0]
		}
		return a.why(name, *asJSON)
	}
}

func (a *app) why(name string, asJSON bool) int {
	file, code := a.openEvents(name)
	if file == nil {
		return code
	}
	defer file.Close()
	run, err := a.readEvents(file)
	if err != nil {
		return a.fail(exitFailed, "%s: %v", file.Name(), plainError(err))
	}
	account := run.Account()
	if asJSON {
		lines := json.NewEncoder(a.out)
		lines.SetEscapeHTML(false)
		err = lines.Encode(account)
	} else {
		columns, _ := size(a.out)
		err = account.Why(a.out, report.WhyOptions{Color: a.colored(a.out), ASCII: onlyASCII(a.out), Width: columns, Zone: time.Local})
	}
	if err != nil {
		return a.fail(exitCantWrite, "write standard output: %v", plainError(err))
	}
	return exitOK
}

// openEvents opens the events of the run on record of that id, or of a file;
// "-" is standard input, "" the last run on record.
func (a *app) openEvents(name string) (*os.File, int) {
	if name == "-" {
		return a.in, exitOK
	}
	folder, err := runsOnRecord()
	if err != nil && name == "" {
		return nil, a.fail(exitFailed, "%v", err)
	}
	path := name
	if name == "" {
		runs, err := folder.Runs()
		if err != nil {
			return nil, a.fail(exitFailed, "runs on record can't be read: %v", plainError(err))
		}
		if len(runs) == 0 {
			return nil, a.fail(exitUsage, "no run is on record in %s; drl why FILE tells of a file of events", folder)
		}
		path = runs[0].Path
	} else if r, err := folder.Find(name); err == nil {
		path = r.Path
	}
	file, err := os.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, a.fail(exitUsage, "%s, and there is no file of that name", notOnRecord(folder, name))
	case err != nil:
		return nil, a.fail(exitUsage, "%s: %v", name, plainError(err))
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, a.fail(exitUsage, "%s is a folder, want a run or a file of events", name)
	}
	return file, exitOK
}

// readEvents reads the events of one run. What a killed drl left of its last
// line is said and left out; any other damage is an error that names its line.
func (a *app) readEvents(r io.Reader) (*report.Run, error) {
	var record report.Record
	id, line, last := "", 0, int64(0)
	for e, err := range event.Read(r) {
		line++
		switch _, ok := e.Body.(event.RunStarted); {
		case errors.Is(err, event.ErrTorn) && id != "":
			a.fail(exitOK, "%v: it is left out", err)
			continue
		case err != nil && line == 1:
			return nil, fmt.Errorf("%w; want the events of a run, as drl run --json prints them", err)
		case err != nil:
			return nil, err
		case id == "" && !ok:
			return nil, fmt.Errorf("line %d: found %s, want run_started: the events of a run, from its beginning", line, e.Body.Kind())
		case id != "" && (ok || e.Run != id):
			return nil, fmt.Errorf("line %d: found %s of run %s, and the file began with run %s: want one run", line, e.Body.Kind(), e.Run, id)
		case id == "":
			id = e.Run
		case e.Seq > last+1:
			a.fail(exitOK, "line %d: the events %d to %d are missing", line, last+1, e.Seq-1)
		}
		last = max(last, e.Seq)
		record.Event(e)
	}
	if id == "" {
		return nil, errors.New("nothing of a run is in it; want the events of a run, as drl run --json prints them")
	}
	return record.Run(), nil
}
