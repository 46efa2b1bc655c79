package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	shell "github.com/drl-lang/drl/runtime/command"
)

// tellRemains says what drls have left that were killed before they could
// clean up: commands that are still at work, with their numbers. Once none of
// a drl's is left, its private files are removed.
func (a *app) tellRemains() {
	folders, err := filepath.Glob(filepath.Join(os.TempDir(), privatePattern))
	if err != nil {
		return
	}
	for _, folder := range folders {
		a.tellRemain(folder)
	}
}

func (a *app) tellRemain(folder string) {
	// What another user has put there is none of ours.
	lock, err := os.OpenFile(folder, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_DIRECTORY, 0)
	if err != nil {
		return
	}
	defer lock.Close()
	info, err := lock.Stat()
	if err != nil || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Getuid()) {
		return
	}
	if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil || !sameFile(lock, folder) {
		return // its drl is at work
	}
	what := "drl"
	if note, err := os.ReadFile(filepath.Join(folder, privateNote)); err == nil && len(note) > 0 {
		what = string(note)
	}
	left := shell.Marked(filepath.Base(folder))
	if len(left) == 0 {
		if err := os.RemoveAll(folder); err != nil {
			a.fail(exitOK, "%s was killed, and its private files can't be removed: %v", what, err)
			return
		}
		a.fail(exitOK, "%s was killed; nothing of it is at work any more, and its private files are removed", what)
		return
	}
	var names, numbers []string
	for _, p := range left {
		names = append(names, fmt.Sprintf("%d %s", p.PID, p.Name))
		numbers = append(numbers, strconv.Itoa(p.PID))
	}
	a.fail(exitOK, "%s was killed, and its commands are still at work: %s\n     wait for their end, or end them: kill %s\n     their private files stay so long: %s",
		what, strings.Join(names, ", "), strings.Join(numbers, " "), folder)
}
