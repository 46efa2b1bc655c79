package sql_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// sleeping is a query that takes a minute, with a name to find it by.
var sleeping = map[string]string{
	"postgres": "select pg_sleep(60), 'drl-%s'", "mysql": "select sleep(60), 'drl-%s'",
	"sqlite": "with recursive c(n) as (select 1 union all select n + 1 from c) select max(n), 'drl-%s' from c",
}

// atWork counts the queries of a name that the server is at.
var atWork = map[string]string{
	"postgres": "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep(60), ''drl-%s''%%'",
	"mysql":    "select count(*) from information_schema.processlist where info like 'select sleep(60), ''drl-%s''%%'",
}

func (d *database) awaitWork(kind, name string, want value.Value) {
	d.Helper()
	if atWork[kind] == "" {
		return
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		n, err := d.value(fmt.Sprintf(atWork[kind], name))
		if err == nil && n == want {
			return
		}
		if time.Now().After(deadline) {
			d.Fatalf("the server is at %v queries, want %v: %v", n, want, err)
		}
	}
}

// TestNothingIsAtWorkAfterATimeout: the server has ended what nobody waits for.
func TestNothingIsAtWorkAfterATimeout(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			for _, method := range []string{"query", "exec"} {
				_, err := d.call(t.Context(), method, fmt.Sprintf(sleeping[kind.name], "late"), value.Duration(300*time.Millisecond))
				if err == nil || err.Error() != "timed out after 300ms" {
					t.Errorf("%s: %v, want a timeout", method, err)
				}
				d.awaitWork(kind.name, "late", value.Int(0))
			}
			if v, err := d.value("select 1"); err != nil || v != value.Int(1) {
				t.Errorf("after that: %v, %v", v, err)
			}
		})
	}
}

// TestNothingIsAtWorkAfterTheEnd cancels a query while the server is at it.
func TestNothingIsAtWorkAfterTheEnd(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			stopped := errors.New("stopped by the operator")
			ctx, stop := context.WithCancelCause(t.Context())
			var ended sync.WaitGroup
			ended.Go(func() {
				if _, err := d.call(ctx, "query", fmt.Sprintf(sleeping[kind.name], "stopped"), nil); err != stopped {
					t.Errorf("query: %v, want %v", err, stopped)
				}
			})
			d.awaitWork(kind.name, "stopped", value.Int(1))
			stop(stopped)
			ended.Wait()
			d.awaitWork(kind.name, "stopped", value.Int(0))
		})
	}
}

// TestTheServerEndsWhatTheClientCant: the one who asked is gone, and nothing
// tells the server.
func TestTheServerEndsWhatTheClientCant(t *testing.T) {
	for _, kind := range kinds[:2] {
		t.Run(kind.name, func(t *testing.T) {
			watch := kind.open(t)
			h := hostile.Host(t)
			var mu sync.Mutex
			var conns []net.Conn
			dial, cut := h.Dial, false
			h.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				mu.Lock()
				defer mu.Unlock()
				if cut {
					return nil, errors.New("no network")
				}
				c, err := dial(ctx, network, address)
				conns = append(conns, c)
				return deaf{c}, err
			}
			d := open(t, h, watch.url)
			var ended sync.WaitGroup
			ended.Go(func() {
				d.call(t.Context(), "query", fmt.Sprintf(sleeping[kind.name], "alone"), value.Duration(2*time.Second))
			})
			watch.awaitWork(kind.name, "alone", value.Int(1))
			mu.Lock()
			cut = true
			mu.Unlock()
			ended.Wait()
			watch.awaitWork(kind.name, "alone", value.Int(0))
			for _, c := range conns {
				c.Close()
			}
		})
	}
}

// deaf is a connection whose end the other side never hears of.
type deaf struct{ net.Conn }

func (deaf) Close() error { return nil }

// TestTwoHundredSideBySideHoldTenConnections asks the server itself.
func TestTwoHundredSideBySideHoldTenConnections(t *testing.T) {
	server := hostile.Real(t, "DRL_TEST_POSTGRES")
	address := own(t, server, "postgres")
	u, _ := url.Parse(address)
	name := strings.TrimPrefix(u.Path, "/")
	h := hostile.Host(t)
	watch := open(t, h, server)
	const held = "select count(*) from pg_stat_activity where datname = $1"
	var most atomic.Int64
	done := make(chan struct{})
	var watching, asking sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			n, err := watch.value(held, value.String(name))
			if err != nil {
				t.Error(err)
				return
			}
			if n := int64(n.(value.Int)); n > most.Load() {
				most.Store(n)
			}
		}
	})
	for range 200 {
		asking.Go(func() {
			d := open(t, h, address) // each check opens it for itself
			if v, err := d.value("select 1 from pg_sleep(0.02)"); err != nil || v != value.Int(1) {
				t.Errorf("%v, %v", v, err)
			}
		})
	}
	asking.Wait()
	close(done)
	watching.Wait()
	if n := most.Load(); n < 2 || n > 10 {
		t.Errorf("%d connections were held, want 2 to 10", n)
	}
	// The run ends, and nothing is left open.
	if err := h.Kept.Close(); err != nil {
		t.Error(err)
	}
	after := open(t, hostile.Host(t), server)
	deadline := time.Now().Add(20 * time.Second)
	for {
		n, err := after.value(held, value.String(name))
		if err == nil && n == value.Int(0) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v connections are left after the end, %v", n, err)
		}
	}
}
