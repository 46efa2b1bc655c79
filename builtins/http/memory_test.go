//go:build !race

package http_test

import (
	"net"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// TestMemory: whatever a server sends, memory stays under 128 MiB. The race
// detector needs a multiple of it, and finds nothing here.
func TestMemory(t *testing.T) {
	const most = 128 << 20
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(100 << 20)) // as cmd/drl has it
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	list := "[" + strings.Repeat("[],", (8<<20)/3-2) + "[]]"
	tests := []struct {
		name, call string
		talk       func(net.Conn)
		more       args
	}{
		{"a bomb", "http.get", answer(head + "Content-Encoding: gzip\r\n\r\n" + bomb()), nil},
		{"the longest body", "http.get", answer(head + "\r\n" + strings.Repeat("x", 8<<20)), nil},
		{"the longest text", "http.get", answer(head + "\r\n\"" + strings.Repeat("x", 8<<20-2) + "\""), nil},
		{"the longest list", "http.get", answer(head + "\r\n" + list), nil},
		{"the longest list of numbers", "http.get", answer(head + "\r\n[" + strings.Repeat("1,", 4<<20-2) + "1]"), nil},
		{"many keys", "http.get", answer(head + "\r\n{" + strings.Repeat(`"":{"":0},`, 800_000) + `"":0}`), nil},
		{"lists in lists", "http.get", answer(head + "\r\n" + strings.Repeat("[", 8<<20)), nil},
		{"100 bombs at a time", "http.probe", answer(head + "Content-Encoding: gzip\r\n\r\n" + bomb()), args{"count": value.Int(100), "parallel": value.Int(100)}},
		{"100 long bodies at a time", "http.probe", answer(head + "\r\n" + list), args{"count": value.Int(100), "parallel": value.Int(100)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := hostile.Serve(t, tt.talk)
			a := args{"url": str("http://" + address), "timeout": value.Duration(time.Minute)}
			for name, v := range tt.more {
				a[name] = v
			}
			runtime.GC()
			before := heap()
			done := make(chan struct{})
			go func() {
				defer close(done)
				r, _ := call(world(t), tt.call, nil, a)
				runtime.KeepAlive(r)
			}()
			highest := before
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			for running := true; running; {
				select {
				case <-done:
					running = false
				case <-tick.C:
				}
				highest = max(highest, heap())
			}
			if grown := int64(highest) - int64(before); grown > most {
				t.Errorf("memory grew by %s, want at most %s", value.Size(grown), value.Size(most))
			} else {
				t.Logf("memory grew by %s", value.Size(grown))
			}
		})
	}
}

// heap is what the heap takes now, with what is not collected yet.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
