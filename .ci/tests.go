//go:build ignore

// Tests reads what go test -json printed and says what failed and what was
// skipped: a skipped test is no passed one, so it fails the gate too. Left out
// is a test alone that wants a server which .ci/servers couldn't start: it says
// "set DRL_TEST_…", and that variable isn't set. It names the packages that
// took longest: the gate has its twenty minutes.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

var wantsServer = regexp.MustCompile(`set (DRL_TEST_[A-Z_]+)`)

type action struct {
	Action, Package, Test, Output string
	Elapsed                       float64 // seconds
}

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	output := map[string]*strings.Builder{}
	took := map[string]float64{} // by package, in seconds
	passed, failed, skipped, left := 0, 0, 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var a action
		if json.Unmarshal(lines.Bytes(), &a) != nil {
			fmt.Println(lines.Text())
			continue
		}
		name := a.Package + " " + a.Test
		if a.Test == "" && a.Elapsed > 0 {
			took[a.Package] = a.Elapsed
		}
		switch a.Action {
		case "output", "build-output":
			if output[name] == nil {
				output[name] = &strings.Builder{}
			}
			output[name].WriteString(a.Output)
		case "pass":
			if a.Test != "" {
				passed++
			}
			delete(output, name)
		case "fail", "build-fail":
			failed++
			fmt.Printf("FAILED %s\n%s", name, output[name])
		case "skip":
			if a.Test == "" || output[name] == nil {
				continue
			}
			if want := wantsServer.FindStringSubmatch(output[name].String()); want != nil && os.Getenv(want[1]) == "" {
				left++
				fmt.Printf("left out: %s, which wants %s\n", name, want[1])
			} else {
				skipped++
				fmt.Printf("SKIPPED %s\n%s", name, output[name])
			}
		}
	}
	slowest := slices.SortedFunc(maps.Keys(took), func(a, b string) int { return cmp.Compare(took[b], took[a]) })
	for _, p := range slowest[:min(5, len(slowest))] {
		fmt.Printf("%6.0fs %s\n", took[p], p)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if left > 0 {
		fmt.Printf("%d left out for want of their server\n", left)
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		failed++
	}
	if failed > 0 || skipped > 0 || passed == 0 {
		os.Exit(1)
	}
}
