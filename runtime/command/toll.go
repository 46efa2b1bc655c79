package command

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
)

const killSignal = syscall.SIGKILL

// toll is what became of the processes of a job that didn't end by themselves.
type toll struct {
	told   map[process]process // to end
	killed map[process]process
	left   []process // nothing could end them
}

// tell tells those to end that were not told before.
func (t *toll) tell(ps []process) {
	if t.told == nil {
		t.told = map[process]process{}
	}
	for _, p := range ps {
		if _, before := t.told[p.key()]; before {
			continue
		}
		t.told[p.key()] = p
		// It may have ended meanwhile, which is what is wanted.
		_ = syscall.Kill(p.pid, syscall.SIGTERM)
		_ = syscall.Kill(p.pid, syscall.SIGCONT) // a stopped process acts on nothing else
	}
}

// kill kills all of them; false says that it may kill none.
func (t *toll) kill(ps []process) (allowed bool) {
	if t.killed == nil {
		t.killed = map[process]process{}
	}
	for _, p := range ps {
		// What is stopped can't fork while the others are killed.
		_ = syscall.Kill(p.pid, syscall.SIGSTOP)
	}
	for _, p := range ps {
		err := syscall.Kill(p.pid, killSignal)
		if !errors.Is(err, syscall.EPERM) {
			allowed = true
			t.killed[p.key()] = p
		}
	}
	return allowed
}

// notes say what was ended and what could not be:
// "ended 2 processes that were still there: sleep, sh; SIGTERM did not end sh, SIGKILL did".
func (t *toll) notes() (notes []string) {
	ended := maps.Clone(t.told)
	maps.Copy(ended, t.killed)
	for _, p := range t.left {
		delete(ended, p.key())
	}
	if len(ended) > 0 {
		note := "ended a process that was still there: " + names(ended)
		if len(ended) > 1 {
			note = fmt.Sprintf("ended %d processes that were still there: %s", len(ended), names(ended))
		}
		killed := maps.Clone(t.killed)
		maps.DeleteFunc(killed, func(key, _ process) bool { _, ok := ended[key]; return !ok })
		if len(killed) > 0 {
			note += "; SIGTERM did not end " + names(killed) + ", SIGKILL did"
		}
		notes = append(notes, note)
	}
	for _, p := range t.left[:min(len(t.left), mostNames)] {
		owner := ""
		if name := ownerOf(p.pid); name != "" {
			owner = " of " + name
		}
		notes = append(notes, fmt.Sprintf("process %d%s could not be ended and goes on: %s", p.pid, owner, p.name))
	}
	return notes
}

const mostNames = 10

// names lists the names of the processes, the oldest first, each once.
func names(ps map[process]process) string {
	oldest := slices.SortedFunc(maps.Values(ps), func(a, b process) int { return cmp.Compare(a.start, b.start) })
	var list []string
	for _, p := range oldest {
		if !slices.Contains(list, p.name) {
			list = append(list, p.name)
		}
	}
	if len(list) > mostNames {
		list = append(list[:mostNames], "…")
	}
	return strings.Join(list, ", ")
}
