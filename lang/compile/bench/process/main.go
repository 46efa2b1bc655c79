// Process measures whole processes: drl with a script, and a bare Go program
// that does the same. It builds both, runs them in turns, and prints the
// processor time (user and system) and the largest resident memory that the
// kernel counted for each. Servers are its own, on 127.0.0.1.
//
//	go run ./process            from lang/compile/bench
//	go run ./process -turns 20
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// comparison is a script and the arguments of the bare program that does the
// same. A limit of 0 is none.
type comparison struct {
	name   string
	script string
	bare   []string
	time   float64 // at most this many times the processor time of the bare program
	memory int     // at most this many MiB
	wall   time.Duration
	args   []string // of drl; run without them
}

func main() {
	turns := flag.Int("turns", 7, "how often each is run; the median counts")
	flag.Parse()
	if err := measure(*turns); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(turns int) error {
	dir, err := os.MkdirTemp("", "drl-process")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := build(dir); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status": "ok", "version": "v1.2.3"}`)
	})}
	go server.Serve(listener)
	defer server.Close()
	fmt.Printf("%-40s %10s %10s %6s %8s %9s %9s %9s\n", "", "drl", "bare", "ratio", "wanted", "drl", "wanted", "wall")
	for _, c := range comparisons("http://" + listener.Addr().String() + "/health/") {
		if err := c.run(dir, turns); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func comparisons(url string) []comparison {
	check := `check "answer {i}" { expect http.get("` + url + `").status == 200 }`
	get := func(how string, times, atOnce int) []string {
		return []string{how, url, fmt.Sprint(times), fmt.Sprint(atOnce)}
	}
	oneByOne := "for i in 1..200 {\n" + check + "\n}"
	atOnce := "parallel max 50 for i in 1..1000 {\n" + check + "\n}"
	return []comparison{
		{name: "cold start, one check of arithmetic", bare: []string{"true", "0"}, script: `check "one" { expect 1 + 1 == 2 }`},
		{name: "cold start, one HTTP check", bare: get("get", 1, 1), time: 1.5,
			script: strings.ReplaceAll(check, "{i}", "one")},
		{name: "200 HTTP checks, one by one", bare: get("get", 200, 1), time: 1.5, script: oneByOne},
		{name: "  where bare keeps its connection", bare: get("kept", 200, 1), script: oneByOne},
		{name: "1,000 HTTP checks, 50 at once", bare: get("get", 1000, 50), time: 1.5, memory: 25, script: atOnce},
		{name: "  where bare keeps its connections", bare: get("kept", 1000, 50), script: atOnce},
		{name: "100 times $ true", bare: []string{"true", "100"}, time: 1.5,
			script: "step \"true\" {\n" + strings.Repeat("    $ true\n", 100) + "    undo none \"it changes nothing\"\n}"},
		{name: "a run of 1,000 nodes", memory: 40,
			script: "for i in 1..1000 {\ncheck \"node {i}\" { expect i > 0 }\n}"},
		{name: "drl check of 10,000 lines", wall: 150 * time.Millisecond, args: []string{"check"},
			script: longScript()},
	}
}

// longScript is 10,000 lines that pass the checker.
func longScript() string {
	const unit = `
phase "deployment %[1]d" or rollback {
    # v1 works on the new schema, v2 doesn't on the old one.
    let regions%[1]d = ["eu", "us", "ap"]
    let contact%[1]d = { role: "on call", phone: "+49 30 123456" }
    step "run migrations %[1]d" timeout 15m {
        let before = $(echo v%[1]d).stdout
        done if before == "v0"
        $ echo migrate tickets
        undo { $ echo migrate tickets {before} }
    }
    check "auth %[1]d is healthy" within 2m every 5s {
        let r = http.get("https://tickets.example.com/{contact%[1]d.role}/%[1]d/health/")
        require r.status == 200
        expect r.latency < 500ms
        expect r.json.status == "ok" else "auth says {r.json.status}"
        expect r.latency / 100ms <= 50 and regions%[1]d.count == 3
    }
}
`
	var text strings.Builder
	for i := 0; strings.Count(text.String(), "\n") < 10_000; i++ {
		fmt.Fprintf(&text, unit, i)
	}
	return text.String()
}

func build(dir string) error {
	for name, folder := range map[string]string{"drl": "../../..", "bare": "."} {
		of := map[string]string{"drl": "./cmd/drl", "bare": "./bare"}[name]
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, name), of)
		cmd.Dir, cmd.Stderr = folder, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("build %s: %w", of, err)
		}
	}
	return nil
}

// cost is what one process took.
type cost struct {
	processor, wall time.Duration
	memory          int64 // KiB
}

func (c comparison) run(dir string, turns int) error {
	script := filepath.Join(dir, "script.drl")
	if err := os.WriteFile(script, []byte(c.script), 0o600); err != nil {
		return err
	}
	args := append(c.args, script)
	if c.args == nil {
		args = []string{"run", script}
	}
	var ours, theirs []cost
	for range turns {
		one, err := spend(dir, filepath.Join(dir, "drl"), args)
		if err != nil {
			return err
		}
		ours = append(ours, one)
		if c.bare == nil {
			continue
		}
		if one, err = spend(dir, filepath.Join(dir, "bare"), c.bare); err != nil {
			return err
		}
		theirs = append(theirs, one)
	}
	c.print(median(ours), median(theirs))
	return nil
}

func spend(dir, program string, args []string) (cost, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "DRL_STATE="+filepath.Join(dir, "state"))
	start := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(start)
	if err != nil {
		return cost{}, fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall, used.Maxrss}, nil
}

// median is the median of each number by itself.
func median(costs []cost) cost {
	if len(costs) == 0 {
		return cost{}
	}
	middle := func(number func(cost) int64) int64 {
		var all []int64
		for _, c := range costs {
			all = append(all, number(c))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return cost{
		processor: time.Duration(middle(func(c cost) int64 { return int64(c.processor) })),
		wall:      time.Duration(middle(func(c cost) int64 { return int64(c.wall) })),
		memory:    middle(func(c cost) int64 { return c.memory }),
	}
}

func (c comparison) print(ours, theirs cost) {
	bare, ratio, wanted, memory := "", "", "", ""
	if theirs.processor > 0 {
		bare = fmt.Sprint(theirs.processor.Round(100 * time.Microsecond))
		ratio = fmt.Sprintf("%.2f", float64(ours.processor)/float64(theirs.processor))
	}
	if c.time > 0 {
		wanted = fmt.Sprintf("≤ %.1f", c.time)
	}
	if c.memory > 0 {
		memory = fmt.Sprintf("< %d MiB", c.memory)
	}
	wall := fmt.Sprint(ours.wall.Round(100 * time.Microsecond))
	if c.wall > 0 {
		wall += fmt.Sprintf(" (wanted < %v)", c.wall)
	}
	fmt.Printf("%-40s %10v %10s %6s %8s %5.1f MiB %9s %9s\n", c.name, ours.processor.Round(100*time.Microsecond),
		bare, ratio, wanted, float64(ours.memory)/1024, memory, wall)
}
