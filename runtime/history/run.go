package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"syscall"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Run is a run on record: what its first and its last events say.
type Run struct {
	ID      string
	Path    string // of its file
	Damage  string // why its record can't be read; "": it can
	Release string
	Target  string // "": the release has none
	Version string // "": it has none
	Started time.Time
	Ended   time.Time // zero: it never ended
	Outcome string    // "": it is at work, or was killed
	Invalid string    // why others don't compare with it; "": they may

	last int64 // number of its last event
}

// Open reads what the record in a file is about.
func Open(path string) (Run, error) {
	file, err := os.Open(path)
	if err != nil {
		return Run{}, err
	}
	defer file.Close()
	r := Run{Path: path}
	if err := r.read(file); err != nil {
		return Run{}, err
	}
	return r, nil
}

// read reads the beginning and the end of a record.
func (r *Run) read(file io.ReadSeeker) error {
	for e, err := range event.Read(file) {
		if err != nil {
			return err
		}
		started, ok := e.Body.(event.RunStarted)
		if !ok {
			return fmt.Errorf("line 1: found %s, want run_started", e.Body.Kind())
		}
		r.ID, r.Started = e.Run, e.Time
		r.Release, r.Target, r.Version = started.Release, started.Target, started.Version
		break
	}
	if r.ID == "" {
		return errors.New("nothing of a run is in it")
	}
	last, err := ending(file)
	if err != nil {
		return err
	}
	for e, err := range event.Read(bytes.NewReader(last)) {
		if err != nil {
			continue // who reads all of it is told
		}
		r.last = max(r.last, e.Seq)
		switch b := e.Body.(type) {
		case event.RunFinished:
			r.Outcome, r.Ended = b.Outcome, e.Time
		case event.Marked:
			r.marked(b)
		}
	}
	return nil
}

// ending returns the last whole lines: a few, of many.
func ending(file io.ReadSeeker) ([]byte, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	for n := int64(4 << 10); ; n *= 4 {
		from := max(0, size-n)
		if _, err := file.Seek(from, io.SeekStart); err != nil {
			return nil, err
		}
		last, err := io.ReadAll(io.LimitReader(file, size-from))
		if err != nil {
			return nil, err
		}
		if from == 0 {
			return last, nil
		}
		// The first line may have begun before.
		if i := bytes.IndexByte(last, '\n'); i >= 0 && bytes.IndexByte(last[i+1:], '\n') >= 0 {
			return last[i+1:], nil
		}
		if n > event.LongestLine {
			return nil, nil
		}
	}
}

// Events reads all that happened. A last line that ends in its middle, because
// the run was killed while it was written, is left out; what else can't be read
// is an error that names its line, and reading goes on.
func (r Run) Events() iter.Seq2[event.Event, error] {
	return func(yield func(event.Event, error) bool) {
		file, err := os.Open(r.Path)
		if err != nil {
			yield(event.Event{}, err)
			return
		}
		defer file.Close()
		for e, err := range event.Read(file) {
			if errors.Is(err, event.ErrTorn) {
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// AtWork tells whether the run goes on.
func (r Run) AtWork() bool { return r.Outcome == "" && atWork(r.Path) }

// Mark adds to the record of a run that has ended what a person says of it.
func (r *Run) Mark(at time.Time, m event.Marked) error {
	if r.Outcome == "" {
		return errors.New("it has not ended")
	}
	file, err := os.OpenFile(r.Path, os.O_RDWR|os.O_APPEND|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	err = r.mark(file, event.Event{Seq: r.last + 1, Time: at, Run: r.ID, Body: m})
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		r.last++
		r.marked(m)
	}
	return err
}

// mark writes a line of its own, whatever became of the one before.
func (r *Run) mark(file *os.File, e event.Event) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil {
		return err
	}
	var line bytes.Buffer
	if last[0] != '\n' {
		line.WriteByte('\n')
	}
	if err := event.Write(&line, e); err != nil {
		return err
	}
	_, err = file.Write(line.Bytes())
	return err
}

func (r *Run) marked(m event.Marked) {
	switch {
	case m.As != "invalid":
		r.Invalid = ""
	case m.Why == "":
		r.Invalid = "nobody said why"
	default:
		r.Invalid = m.Why
	}
}
