// Package history keeps what happened in runs, a file of events each, for
// those that look back: baselines from earlier runs, `drl runs`, `drl why`.
// What comes in are the events that runtime/event writes, masked as every sink
// is given them; what goes out are the runs on record and their events. It
// knows nothing of plans, and has no clock.
//
// A record is for looking back, not for going on: it is written after things
// happened, and what of it can't be written doesn't hold up the run.
//
//	runs, err := history.Folder(path).Runs()     // the newest first
//	r, err := history.Folder(path).Find("k3f9")  // by id
//	r, err := history.Open("k3f9.jsonl")         // by file
//	for e, err := range r.Events() { … }
package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// What is kept: the newest runs, until there are more of them, they are older,
// or they take more bytes together than this.
const (
	MostRuns  = 1000
	MostAge   = 400 * 24 * time.Hour
	MostBytes = 4 << 30
)

// extension is that of a record's file, whose name is the run's id.
const extension = ".jsonl"

// Folder is where runs are recorded. It is made when the first one is; one
// that isn't there has no runs.
type Folder string

// ErrNone says that no such run is on record.
var ErrNone = errors.New("no such run is on record")

// Create begins the record of a run: a file that its user alone can read. It
// is locked for as long as it is open, by which others know a run at work from
// one that was killed.
func (f Folder) Create(run string) (*os.File, error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(f.path(run), os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return file, nil
}

func (f Folder) path(run string) string { return filepath.Join(string(f), run+extension) }

// Runs are the runs on record, the newest first. Of one whose record can't be
// read, Damage says why.
func (f Folder) Runs() ([]Run, error) {
	files, err := f.files()
	if err != nil {
		return nil, err
	}
	var runs []Run
	for _, file := range files {
		r, err := Open(filepath.Join(string(f), file.Name()))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // another drl has just removed it
		case err != nil:
			r = Run{ID: strings.TrimSuffix(file.Name(), extension), Path: filepath.Join(string(f), file.Name()), Damage: err.Error()}
		}
		runs = append(runs, r)
	}
	slices.SortStableFunc(runs, func(a, b Run) int { return b.Started.Compare(a.Started) })
	return runs, nil
}

// Find returns the run of that id; [ErrNone] where none is on record.
func (f Folder) Find(id string) (Run, error) {
	if id == "" || filepath.Base(id) != id {
		return Run{}, ErrNone
	}
	r, err := Open(f.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return Run{}, ErrNone
	}
	return r, err
}

// files are those of records, by name.
func (f Folder) files() ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return !e.Type().IsRegular() || filepath.Ext(e.Name()) != extension
	}), err
}

// Prune removes the runs that are too many, too old or take too much room, the
// oldest first. One that is at work stays.
func (f Folder) Prune(now time.Time) error {
	return f.prune(now, MostRuns, MostBytes)
}

func (f Folder) prune(now time.Time, mostRuns int, mostBytes int64) error {
	files, err := f.files()
	if err != nil {
		return err
	}
	var all []fs.FileInfo
	for _, file := range files {
		if info, err := file.Info(); err == nil {
			all = append(all, info)
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	kept, bytes := 0, int64(0)
	var problems []error
	for _, info := range all {
		path := filepath.Join(string(f), info.Name())
		over := kept+1 > mostRuns || bytes+info.Size() > mostBytes || now.Sub(info.ModTime()) > MostAge
		if !over || atWork(path) {
			kept, bytes = kept+1, bytes+info.Size()
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// atWork tells whether somebody writes the record.
func atWork(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	return syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}
