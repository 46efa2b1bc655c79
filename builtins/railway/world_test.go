package railway

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/railway/standin"
	"github.com/drl-lang/drl/lang/value"
)

// lab is a Railway and a world that reaches it and nothing else, in virtual
// time.
type lab struct {
	*testing.T
	*standin.Server
	host *builtins.Host
	// mangle changes the answers to requests; nil: they stay as they are.
	mangle func(answer []byte) []byte

	mu      sync.Mutex
	output  []string // of calls
	printed []string
	warned  []string
	hidden  []string
}

// inLab runs a test with a Railway that has the services web, from a
// repository, and api, from an image.
func inLab(t *testing.T, test func(l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &lab{T: t}
		l.Server = standin.New(standin.Clock{Now: time.Now, Sleep: sleep}, "tickets")
		l.AddService("web", "")
		l.AddService("api", "tickets:v1")
		wire := hostile.NewWire("", func(c net.Conn) net.Conn { return newConn(c) })
		server := &http.Server{Handler: http.HandlerFunc(l.serve)}
		var serving sync.WaitGroup
		serving.Go(func() { server.Serve(wire) })
		kept := &builtins.Kept{}
		environment := map[string]string{"RAILWAY_TOKEN": standin.ProjectToken, "RAILWAY_API_URL": "http://railway.test/graphql/v2"}
		keep := func(into *[]string) func(string) {
			return func(text string) { l.mu.Lock(); defer l.mu.Unlock(); *into = append(*into, text) }
		}
		l.host = &builtins.Host{
			Now: time.Now, Sleep: sleep, Dial: wire.Dial, Kept: kept, Version: "test",
			Env:    hostile.Env(environment),
			Output: keep(&l.output), Print: keep(&l.printed), Warn: keep(&l.warned), Hide: keep(&l.hidden),
		}
		test(l)
		kept.Close()
		server.Close()
		serving.Wait()
	})
}

func (l *lab) serve(w http.ResponseWriter, r *http.Request) {
	if l.mangle == nil || r.Header.Get("Upgrade") != "" {
		l.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	l.ServeHTTP(answer, r)
	w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
	w.WriteHeader(answer.Code)
	w.Write(l.mangle(answer.Body.Bytes()))
}

// env replaces the environment.
func (l *lab) env(all map[string]string) {
	all["RAILWAY_API_URL"] = "http://railway.test/graphql/v2"
	l.host.Env = hostile.Env(all)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// conn is a pipe that takes what is written before the other side reads, as a
// network does.
type conn struct {
	net.Conn
	queue  chan []byte
	closed chan struct{}
	once   sync.Once
}

func newConn(c net.Conn) *conn {
	b := &conn{Conn: c, queue: make(chan []byte, 1000), closed: make(chan struct{})}
	go b.send()
	return b
}

// send alone takes from the queue: whatever was written before Close is sent,
// and what two would take from could be empty for one of them.
func (b *conn) send() {
	defer b.Conn.Close()
	for {
		select {
		case p := <-b.queue:
			b.Conn.Write(p)
		case <-b.closed:
			if len(b.queue) == 0 {
				return
			}
		}
	}
}

func (b *conn) Write(p []byte) (int, error) {
	select {
	case b.queue <- bytes.Clone(p):
		return len(p), nil
	case <-b.closed:
		return 0, net.ErrClosed
	}
}

// Close loses nothing that was written before, while the other side reads.
func (b *conn) Close() error {
	b.once.Do(func() {
		b.Conn.SetWriteDeadline(time.Now().Add(time.Second))
		close(b.closed)
	})
	return nil
}

// call calls a builtin, of the module that ships.
func (l *lab) call(name string, args hostile.Args) (value.Value, error) {
	l.Helper()
	return hostile.Call(l.T, Modules(), l.host, "railway."+name, nil, args)
}

// must is call for what works.
func (l *lab) must(name string, args hostile.Args) value.Value {
	l.Helper()
	v, err := l.call(name, args)
	if err != nil {
		l.Fatalf("railway.%s: %v", name, err)
	}
	return v
}

// fails is call for what is an error with these words.
func (l *lab) fails(name string, args hostile.Args, words ...string) {
	l.Helper()
	v, err := l.call(name, args)
	if err == nil {
		l.Errorf("railway.%s = %v, want an error", name, v)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			l.Errorf("railway.%s: %v\nwant %q in it", name, err, w)
		}
	}
}

func (l *lab) field(v value.Value, name string) string {
	l.Helper()
	return hostile.Field(l.T, v, name).String()
}

// count is how often an operation was asked for since the last look.
func (l *lab) count(name string) int {
	n := 0
	for _, a := range l.Asked() {
		if a.Name == name {
			n++
		}
	}
	return n
}

func str(text string) value.Value { return value.String(text) }

func web(more ...any) hostile.Args {
	args := hostile.Args{"service": str("web")}
	for i := 0; i < len(more); i += 2 {
		args[more[i].(string)] = more[i+1].(value.Value)
	}
	return args
}
