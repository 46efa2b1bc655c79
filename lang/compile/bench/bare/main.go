// Bare does what the scripts of ./process do, with Go's standard library and
// nothing else, as one would write it: the other side of the measurement.
//
//	bare get URL TIMES AT_ONCE
//	bare kept URL TIMES AT_ONCE      over connections that are kept
//	bare true TIMES
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
)

func main() {
	if err := do(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func do(args []string) error {
	switch args[0] {
	case "get":
		// A check has to meet who answers now, not who did before: each has
		// a connection of its own.
		fresh := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		return gets(fresh, args[1], number(args[2]), number(args[3]))
	case "kept":
		kept := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: number(args[3])}}
		return gets(kept, args[1], number(args[2]), number(args[3]))
	case "true":
		for range number(args[1]) {
			if err := exec.Command("true").Run(); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("bare can't %s", args[0])
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}

// gets fetches url so many times, so many at once, and says each.
func gets(client *http.Client, url string, times, atOnce int) error {
	var wait sync.WaitGroup
	errs := make(chan error, times)
	turn := make(chan struct{}, atOnce)
	for i := range times {
		turn <- struct{}{}
		wait.Go(func() {
			defer func() { <-turn }()
			errs <- get(client, url, i+1)
		})
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func get(client *http.Client, url string, i int) error {
	reply, err := client.Get(url)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if _, err := io.ReadAll(reply.Body); err != nil {
		return err
	}
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("found %s", reply.Status)
	}
	fmt.Fprintf(os.Stderr, "check %d passed\n", i)
	return nil
}
