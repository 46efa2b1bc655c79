package postgres_test

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func TestIdentity(t *testing.T) {
	d, other := own(t, "drl_identity_"), own(t, `drl "other" `)
	a, err := d.call("postgres.identity", hostile.Args{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := other.call("postgres.identity", hostile.Args{})
	if err != nil {
		t.Fatal(err)
	}
	if d.text(a, "system") != d.text(b, "system") || d.text(a, "system") != d.ask("select system_identifier::text from pg_control_system()") {
		t.Errorf("one server is %v and %v", a, b)
	}
	if d.text(a, "database") != d.name || d.text(b, "database") != other.name {
		t.Errorf("the databases are %v and %v", a, b)
	}
}

func TestStats(t *testing.T) {
	d := own(t, "drl_stats_")
	d.tickets()
	quiet := d.stats()
	for field, want := range map[string]value.Value{
		"longest_query": value.Duration(0), "longest_transaction": value.Duration(0), "waiting_locks": value.Int(0), "deadlocks": value.Int(0),
	} {
		if got := hostile.Field(t, quiet, field); got != want {
			t.Errorf("in a quiet database %s is %v, want %v", field, got, want)
		}
	}
	if most := d.text(quiet, "max_connections"); most != d.ask("show max_connections") {
		t.Errorf("max_connections is %s", most)
	}
	if hit := hostile.Field(t, quiet, "cache_hit").(value.Percent); hit <= 0 || hit > 1 {
		t.Errorf("cache_hit is %v", hit)
	}
	if size := hostile.Field(t, quiet, "size").(value.Size); size < 1<<20 {
		t.Errorf("size is %v", size)
	}

	// One holds a lock and does nothing; one waits for it.
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	holder, waiter := d.connect(), d.connect()
	for _, text := range []string{"begin", "lock table tickets"} {
		if _, err := holder.Exec(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error)
	go func() { _, err := waiter.Exec(ctx, "select count(*) from tickets"); ended <- err }()
	deadline := time.Now().Add(20 * time.Second)
	for {
		busy := d.stats()
		query, open := hostile.Field(t, busy, "longest_query").(value.Duration), hostile.Field(t, busy, "longest_transaction").(value.Duration)
		if hostile.Field(t, busy, "waiting_locks") == value.Int(1) && query > 0 && open >= query && hostile.Field(t, busy, "connections").(value.Int) >= 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("one waits for another: %v", busy)
		}
	}
	stop()
	if err := <-ended; err == nil {
		t.Error("the lock was given")
	}
}

func TestReplicationLag(t *testing.T) {
	d := own(t, "drl_lag_")
	receiver := exec.Command("pg_receivewal", "--dbname="+d.url, "--directory="+t.TempDir(), "--no-sync")
	if err := receiver.Start(); err != nil {
		t.Fatal(err)
	}
	defer receiver.Wait()
	defer receiver.Process.Kill()
	deadline := time.Now().Add(20 * time.Second)
	for {
		lag := hostile.Field(t, d.stats(), "replication_lag")
		if behind, ok := lag.(value.Duration); ok && behind >= 0 && behind < value.Duration(time.Minute) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("replication_lag is %v", lag)
		}
	}
}

func (d *database) stats() value.Value {
	d.Helper()
	v, err := d.call("postgres.stats", hostile.Args{})
	if err != nil {
		d.Fatal(err)
	}
	return v
}

func (d *database) connect() *pgx.Conn {
	d.Helper()
	conn, err := pgx.Connect(context.Background(), d.url)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}
