package sql_test

import (
	"fmt"
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

// TestWhatIsAskedAgainAfterAChange: what a connection has prepared is out of
// date, and nobody notices.
func TestWhatIsAskedAgainAfterAChange(t *testing.T) {
	d := postgres(t)
	d.exec("create table c (n int)")
	d.exec("insert into c values (1)")
	want := func(text, want string) {
		t.Helper()
		for range 3 {
			v, err := d.call(t.Context(), "query", text, nil)
			if err != nil || v.String() != want {
				t.Fatalf("%s: %v, %v, want %s", text, v, err, want)
			}
		}
	}
	want("select * from c", `[{"n":1}]`)
	// Another connection changes what the text returns: a migration.
	carryOut(t, d.url, "alter table c add m text default 'new'")
	want("select * from c", `[{"n":1,"m":"new"}]`)
	carryOut(t, d.url, "alter table c alter n type text using 'n' || n")
	want("select * from c", `[{"n":"n1","m":"new"}]`)
	want("select m from c where n = 'n1'", `[{"m":"new"}]`)
	carryOut(t, d.url, "drop table c")
	for range 3 {
		if _, err := d.call(t.Context(), "query", "select * from c", nil); err == nil {
			t.Fatal("a table that isn't there was read")
		}
	}
	// What carries statements out takes all that was prepared with it.
	want("select 1 as one", `[{"one":1}]`)
	d.exec("create table e (n int)")
	want("select 1 as one", `[{"one":1}]`)
	// A pooler has another connection to the server: the names are gone.
	d.exec("create function gone() returns int language plpgsql as $$ begin execute 'deallocate all'; return 1; end $$")
	want("select gone() as one", `[{"one":1}]`)
	want("select 1 as one", `[{"one":1}]`)
	if v, err := d.value("select array_length($1::int[], 1)", list(value.Int(1), value.Int(2))); err != nil || v != value.Int(2) {
		t.Errorf("after that: %v, %v", v, err)
	}
}

// TestManyTexts asks more of them than a connection keeps.
func TestManyTexts(t *testing.T) {
	d := postgres(t)
	for i := range 500 {
		for range 2 {
			if v, err := d.value(fmt.Sprintf("select %d + $1", i), value.Int(1)); err != nil || v != value.Int(i+1) {
				t.Fatalf("text %d: %v, %v", i, v, err)
			}
		}
	}
	n, err := d.value("select count(*) from pg_prepared_statements")
	if err != nil || n.(value.Int) < 100 || n.(value.Int) > 210 {
		t.Errorf("%v texts are prepared, %v, want 100 to 210", n, err)
	}
}
