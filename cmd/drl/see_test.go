package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"regexp"
	"strings"
)

// see runs a program and prints what a person at a screen would have seen of
// it: standard output and error as they came, and the exit code. What differs
// from run to run has another word in its place, so that scripts can compare
// the rest to the letter:
//
//	exec see drl run release.drl
//	cmp stdout want
func see() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	var seen strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, &seen, &seen
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		fmt.Fprintln(os.Stderr, "see:", err)
		os.Exit(1)
	}
	fmt.Print(steady(seen.String()))
	fmt.Printf("exit %d\n", cmd.ProcessState.ExitCode())
	os.Exit(0)
}

// unsteady is what differs from run to run, and what stands in its place.
// Durations below a millisecond aren't shown at all, so those of nodes are
// taken out with the blanks before them.
var unsteady = []struct {
	pattern *regexp.Regexp
	steady  string
}{
	{regexp.MustCompile(`(?m)^(\s*[✓✗!■-] .*)  (?:\d+m)?\d[\d.]*m?s(, \d+ tries)?$`), "$1"},
	{regexp.MustCompile(`(?m)^([\s│]*)[\d.]+m?s +`), "${1}MEASURED "},
	{regexp.MustCompile(`( is )\d+\.\d+m?s`), "${1}MEASURED"},
	{regexp.MustCompile(`(?m)\d+ tries in \S+$`), "some tries in TIME"},
	{regexp.MustCompile(`(?m)after \d\S*s$`), "after TIME"},
	{regexp.MustCompile(` · [\d.]+[a-zµ0-9.]* · run [a-z0-9]{8}`), " · TIME · run RUN"},
	{regexp.MustCompile(`127\.0\.0\.1:\d{4,5}`), "127.0.0.1:PORT"},
}

func steady(text string) string {
	if work := os.Getenv("WORK"); work != "" {
		text = strings.ReplaceAll(text, work, "WORK")
	}
	if u, err := user.Current(); err == nil {
		text = strings.ReplaceAll(text, "said "+u.Username, "said USER")
	}
	for _, u := range unsteady {
		text = u.pattern.ReplaceAllString(text, u.steady)
	}
	return text
}
