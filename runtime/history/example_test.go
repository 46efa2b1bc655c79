package history_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/history"
)

// A run is recorded, found again and read.
func Example() {
	dir, err := os.MkdirTemp("", "history-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	folder := history.Folder(filepath.Join(dir, "runs"))

	file, err := folder.Create("k3f9")
	if err != nil {
		panic(err)
	}
	for _, b := range []event.Body{event.RunStarted{Release: "tickets", Version: "v2"}, event.RunFinished{Outcome: "passed"}} {
		if err := event.Write(file, event.Event{Time: time.Unix(0, 0), Run: "k3f9", Body: b}); err != nil {
			panic(err)
		}
	}
	file.Close()

	run, err := folder.Find("k3f9")
	if err != nil {
		panic(err)
	}
	fmt.Println(run.Release, run.Version, run.Outcome)
	for e, err := range run.Events() {
		fmt.Println(e.Body.Kind(), err)
	}
	// Output:
	// tickets v2 passed
	// run_started <nil>
	// run_finished <nil>
}
