package history

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// recorded writes the record of a run that began so many minutes after noon.
func recorded(t testing.TB, f Folder, id string, minutes int, bodies ...event.Body) {
	t.Helper()
	file, err := f.Create(id)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for i, b := range bodies {
		at := noon.Add(time.Duration(minutes)*time.Minute + time.Duration(i)*time.Second)
		if err := event.Write(file, event.Event{Seq: int64(i + 1), Time: at, Run: id, Body: b}); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	started = event.RunStarted{Release: "tickets", Target: "staging", Version: "v1", Script: "release.drl"}
	passed  = event.RunFinished{Outcome: "passed"}
)

func ids(runs []Run) (all []string) {
	for _, r := range runs {
		all = append(all, r.ID)
	}
	return all
}

func TestRuns(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "state", "runs"))
	if runs, err := f.Runs(); err != nil || runs != nil {
		t.Fatalf("of no folder: %v, %v", runs, err)
	}
	recorded(t, f, "first", 0, started, event.Printed{Text: strings.Repeat("x", 20_000)}, passed)
	recorded(t, f, "third", 2, started, event.Printed{Text: "a"}, event.RunFinished{Outcome: "rolled_back", Reason: strings.Repeat("y", 20_000)})
	recorded(t, f, "second", 1, started, event.Printed{Text: "killed here"})
	runs, err := f.Runs()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"third", "second", "first"}; !slices.Equal(ids(runs), want) {
		t.Fatalf("runs %v, want %v", ids(runs), want)
	}
	first := runs[2]
	if first.Release != "tickets" || first.Target != "staging" || first.Version != "v1" || first.Outcome != "passed" || !first.Started.Equal(noon) || !first.Ended.Equal(noon.Add(2*time.Second)) {
		t.Errorf("the first run is %+v", first)
	}
	if runs[0].Outcome != "rolled_back" || runs[1].Outcome != "" || !runs[1].Ended.IsZero() {
		t.Errorf("outcomes %q and %q", runs[0].Outcome, runs[1].Outcome)
	}
	for path, want := range map[string]os.FileMode{string(f): 0o700, first.Path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v (%v), want %v", path, info.Mode().Perm(), err, want)
		}
	}
	for _, id := range []string{"", "fourth", "../first", "/etc/passwd"} {
		if _, err := f.Find(id); !errors.Is(err, ErrNone) {
			t.Errorf("Find(%q): %v, want %v", id, err, ErrNone)
		}
	}
	if r, err := f.Find("third"); err != nil || r.ID != "third" {
		t.Errorf("Find: %+v, %v", r, err)
	}
	if _, err := f.Create("first"); err == nil {
		t.Error("a record was begun twice")
	}
}

// A line that was being written when the run was killed is no event; damage
// elsewhere is said, and what can be read is read.
func TestTornAndDamaged(t *testing.T) {
	f := Folder(t.TempDir())
	recorded(t, f, "torn", 0, started, event.Printed{Text: "a"})
	recorded(t, f, "damaged", 0, started, event.Printed{Text: "a"})
	recorded(t, f, "alien", 0, event.Printed{Text: "a"})
	add := func(id, text string) {
		file, err := os.OpenFile(f.path(id), os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	add("torn", `{"v":1,"seq":3,"kind":"pri`)
	add("damaged", "\x00\x00\n"+`{"v":1,"seq":4,"time":"2026-01-02T03:04:05Z","kind":"printed","text":"b"}`+"\n")
	if err := os.WriteFile(f.path("empty"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(id string) (said []string) {
		for e, err := range (Run{Path: f.path(id)}).Events() {
			if err != nil {
				said = append(said, err.Error())
			} else {
				said = append(said, e.Body.Kind())
			}
		}
		return said
	}
	if got, want := read("torn"), []string{"run_started", "printed"}; !slices.Equal(got, want) {
		t.Errorf("of a torn record %q, want %q", got, want)
	}
	if got, want := read("damaged"), []string{"run_started", "printed", `line 3: invalid character '\x00' looking for beginning of value`, "printed"}; !slices.Equal(got, want) {
		t.Errorf("of a damaged record %q, want %q", got, want)
	}
	runs, err := f.Runs()
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string]string{}
	for _, r := range runs {
		damage[r.ID] = r.Damage
	}
	want := map[string]string{"torn": "", "damaged": "", "alien": "line 1: found printed, want run_started", "empty": "nothing of a run is in it"}
	if fmt.Sprint(damage) != fmt.Sprint(want) {
		t.Errorf("damage %v, want %v", damage, want)
	}
}

func TestMark(t *testing.T) {
	f := Folder(t.TempDir())
	recorded(t, f, "good", 0, started, passed)
	recorded(t, f, "open", 0, started)
	r, err := f.Find("good")
	if err != nil {
		t.Fatal(err)
	}
	mark := func(as, why, want string) {
		t.Helper()
		if err := r.Mark(noon, event.Marked{As: as, Why: why}); err != nil {
			t.Fatal(err)
		}
		again, err := f.Find("good")
		if err != nil || again.Invalid != want || r.Invalid != want || again.Outcome != "passed" {
			t.Errorf("marked %s: %+v, %v; want %q", as, again, err, want)
		}
	}
	mark("invalid", "load test beside it", "load test beside it")
	// A mark that was cut off doesn't spoil the next one.
	file, err := os.OpenFile(r.Path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	file.WriteString(`{"v":1,"kind":"mar`)
	file.Close()
	mark("valid", "", "")
	mark("invalid", "", "nobody said why")
	open, err := f.Find("open")
	if err != nil {
		t.Fatal(err)
	}
	if err := open.Mark(noon, event.Marked{As: "invalid"}); err == nil {
		t.Error("a run that has not ended was marked")
	}
}

func TestPrune(t *testing.T) {
	folder := func() Folder {
		f := Folder(t.TempDir())
		for i := range 6 {
			id := fmt.Sprint("r", i)
			recorded(t, f, id, i, started, passed)
			if err := os.Chtimes(f.path(id), noon, noon.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	info, err := os.Stat(folder().path("r0"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		now   time.Time
		runs  int
		bytes int64
		want  []string
	}{
		{"all fit", noon, 6, 1 << 20, []string{"r5", "r4", "r3", "r2", "r1", "r0"}},
		{"too many", noon, 2, 1 << 20, []string{"r5", "r4"}},
		{"too large", noon, 6, 3 * info.Size(), []string{"r5", "r4", "r3"}},
		{"too old", noon.Add(MostAge + 4*time.Hour), 6, 1 << 20, []string{"r5", "r4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := folder()
			if err := f.prune(tt.now, tt.runs, tt.bytes); err != nil {
				t.Fatal(err)
			}
			runs, err := f.Runs()
			if err != nil || !slices.Equal(ids(runs), tt.want) {
				t.Errorf("left %v (%v), want %v", ids(runs), err, tt.want)
			}
		})
	}
	t.Run("one at work stays", func(t *testing.T) {
		f := folder()
		file, err := f.Create("a")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if err := event.Write(file, event.Event{Time: noon, Run: "a", Body: started}); err != nil {
			t.Fatal(err)
		}
		if err := f.prune(noon.Add(10*MostAge), 0, 0); err != nil {
			t.Fatal(err)
		}
		runs, err := f.Runs()
		if err != nil || !slices.Equal(ids(runs), []string{"a"}) || !runs[0].AtWork() {
			t.Errorf("left %v (%v), want the one at work", ids(runs), err)
		}
	})
}

// Whatever stands in a file, it is read without harm, and what the short look
// at its end finds is what reading all of it finds.
func FuzzRecord(f *testing.F) {
	var whole strings.Builder
	for i, b := range []event.Body{started, event.Printed{Text: "a"}, passed, event.Marked{As: "invalid", Why: "b"}} {
		if err := event.Write(&whole, event.Event{Seq: int64(i), Time: noon, Run: "r", Body: b}); err != nil {
			f.Fatal(err)
		}
	}
	f.Add([]byte(whole.String()))
	f.Add([]byte(whole.String()[:whole.Len()-9]))
	f.Add([]byte(strings.Replace(whole.String(), "printed", "\x00", 1)))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, fmt.Sprint(os.Getpid(), extension))
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path)
		if err != nil {
			return
		}
		outcome, last := "", ""
		for e, err := range r.Events() {
			if err != nil {
				continue
			}
			last = e.Body.Kind()
			if b, ok := e.Body.(event.RunFinished); ok {
				outcome = b.Outcome
			}
		}
		if last == "run_finished" && r.Outcome != outcome {
			t.Errorf("it ended %q, and is listed as %q", outcome, r.Outcome)
		}
	})
}
