package sql_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
)

// BenchmarkValue compares db.value with a program of Go's that asks the same
// over the same client and its pool: a row by its key, of the real server. The
// two take turns, so that what else the machine does meets both; "times" is
// the ratio of their medians.
func BenchmarkValue(b *testing.B) {
	server := hostile.Real(b, "DRL_TEST_POSTGRES")
	address := own(b, server, "postgres")
	carryOut(b, address, "create table tickets (id int primary key, title text not null)")
	carryOut(b, address, "insert into tickets select n, 'ticket ' || n from generate_series(1, 10000) n")
	const text = "select title from tickets where id = $1"
	pool, err := pgxpool.New(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	h := hostile.Host(b)
	d, err := standard.Lookup("sql.open").Call(b.Context(), h, nil, []value.Value{value.String(address)})
	if err != nil {
		b.Fatal(err)
	}
	single := standard.Lookup("db.value")
	bare := func(id int) (title string, err error) {
		err = pool.QueryRow(b.Context(), text, id).Scan(&title)
		return title, err
	}
	drl := func(id int) (string, error) {
		v, err := single.Call(b.Context(), h, d, []value.Value{value.String(text), nil, value.Int(id)})
		title, _ := v.(value.String)
		return string(title), err
	}
	var times [2][]float64
	for n := 0; b.Loop(); n++ {
		id := n%10000 + 1
		for i, ask := range []func(int) (string, error){bare, drl} {
			start := time.Now()
			title, err := ask(id)
			times[i] = append(times[i], float64(time.Since(start)))
			if err != nil || title != fmt.Sprint("ticket ", id) {
				b.Fatal(title, err)
			}
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	half := len(times[0]) / 2
	b.ReportMetric(times[0][half], "ns/bare")
	b.ReportMetric(times[1][half], "ns/drl")
	b.ReportMetric(times[1][half]/times[0][half], "times")
}
