package sql_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
)

// BenchmarkValue compares db.value with a program of Go's that asks the same
// over the same client, on the real server: a table that is looked into by its
// key, in a transaction that can't change anything and whose statements end at
// a time, or (bare) without either.
func BenchmarkValue(b *testing.B) {
	server := hostile.Real(b, "DRL_TEST_POSTGRES")
	address := own(b, server, "postgres")
	carryOut(b, address, "create table tickets (id int primary key, title text not null)")
	carryOut(b, address, "insert into tickets select n, 'ticket ' || n from generate_series(1, 10000) n")
	const text = "select title from tickets where id = $1"
	b.Run("bare", func(b *testing.B) {
		pool, err := pgxpool.New(b.Context(), address)
		if err != nil {
			b.Fatal(err)
		}
		defer pool.Close()
		var title string
		for b.Loop() {
			if err := pool.QueryRow(b.Context(), text, 7777).Scan(&title); err != nil || title != "ticket 7777" {
				b.Fatal(title, err)
			}
		}
	})
	b.Run("drl", func(b *testing.B) {
		h := hostile.Host(b)
		d, err := standard.Lookup("sql.open").Call(b.Context(), h, nil, []value.Value{value.String(address)})
		if err != nil {
			b.Fatal(err)
		}
		single := standard.Lookup("db.value")
		for b.Loop() {
			v, err := single.Call(b.Context(), h, d, []value.Value{value.String(text), nil, value.Int(7777)})
			if err != nil || v != value.String("ticket 7777") {
				b.Fatal(v, err)
			}
		}
	})
}
