package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// What drl adds to 1,000 checks, 50 at once: to those that do nothing, and to
// those of a server, which is in the same process and counts too. A profile of
// it (-cpuprofile, -memprofile) says where the time and the garbage come from.
func BenchmarkChecks(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"status": "ok", "version": "v1.2.3"}`)
	}))
	defer server.Close()
	for name, expect := range map[string]string{
		"arithmetic": "i > 0",
		"http":       fmt.Sprintf("http.get(%q).status == 200", server.URL),
	} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			b.Setenv("DRL_STATE", dir)
			script := filepath.Join(dir, "checks.drl")
			text := "parallel max 50 for i in 1..1000 {\n    check \"answer {i}\" { expect " + expect + " }\n}\n"
			if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
			null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
			if err != nil {
				b.Fatal(err)
			}
			defer null.Close()
			b.ReportAllocs()
			before := processor(b)
			for b.Loop() {
				a := newApp()
				a.in, a.out, a.err = null, &told{File: null}, null
				if code := a.main([]string{"run", script}); code != exitOK {
					b.Fatalf("exit code %d", code)
				}
			}
			b.ReportMetric(float64((processor(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}

// processor is the time that this process has worked: unlike the time that has
// passed, it is about the same on a machine that does other things too.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
