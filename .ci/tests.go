//go:build ignore

// Tests reads what go test -json printed and says what failed and what was
// skipped: a skipped test is no passed one, so it fails the gate too.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type action struct {
	Action, Package, Test, Output string
}

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	output := map[string]*strings.Builder{}
	passed, failed, skipped := 0, 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var a action
		if json.Unmarshal(lines.Bytes(), &a) != nil {
			fmt.Println(lines.Text())
			continue
		}
		name := a.Package + " " + a.Test
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
			if a.Test != "" {
				skipped++
				fmt.Printf("SKIPPED %s\n%s", name, output[name])
			}
		}
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		failed++
	}
	if failed > 0 || skipped > 0 || passed == 0 {
		os.Exit(1)
	}
}
