package sql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// TestHostileTexts binds each text, and quotes each as the name of a table and
// of a column: the database has it, byte for byte, or never hears of it.
func TestHostileTexts(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			text := map[string]string{"postgres": "text", "mysql": "longtext", "sqlite": "text"}[kind.name]
			d.exec("create table texts (id int, body " + text + ")")
			asked := map[string]string{"postgres": "select $1::text", "mysql": "select ?", "sqlite": "select $1"}[kind.name]
			arrived, columns, tables, refused := 0, 0, 0, error(nil)
			identifier := func(name string) string {
				quoted, err := hostile.Call(t, modules, d.host, "sql.identifier", nil, hostile.Args{"name": value.String(name)})
				if err != nil {
					return "" // none can be called that
				}
				return string(quoted.(value.String))
			}
			for i, body := range hostile.Strings() {
				if got, err := d.value(asked, value.String(body)); err == nil && got != value.String(body) {
					t.Errorf("%q came back as %q", body, got)
				} else if err == nil {
					arrived++
				}
				// MySQL takes blanks and control characters off the front of a column's
				// name that is not a table's.
				if column := "q" + body; identifier(column) != "" {
					rows, err := d.call(t.Context(), "query", "select 1 as "+identifier(column), nil)
					if err != nil {
						refused = err
					} else if row := rows.(*value.List).At(0).(*value.Record); row.Names()[0] != column {
						t.Errorf("the column %q is called %q", column, row.Names()[0])
					} else {
						columns++
					}
				}
				if i%9 > 0 {
					continue // each of them, and every ninth in and as a table
				}
				if _, err := d.call(t.Context(), "exec", "insert into texts values ("+kind.placeholder(1)+", "+kind.placeholder(2)+")", nil,
					value.Int(i), value.String(body)); err != nil {
					if n, _ := d.value(fmt.Sprintf("select count(*) from texts where id = %d", i)); n != value.Int(0) {
						t.Errorf("%q: %v, and %v rows are there", body, err, n)
					}
					refused = err
				} else {
					got, err := d.value(fmt.Sprintf("select body from texts where id = %d", i))
					if err != nil || got != value.String(body) {
						t.Errorf("%q came back as %q, %v", body, got, err)
					}
					same, err := d.value(fmt.Sprintf("select count(*) from texts where id = %d and body = %s", i, kind.placeholder(1)), value.String(body))
					if err != nil || same != value.Int(1) {
						t.Errorf("%q isn't equal to itself: %v, %v", body, same, err)
					}
				}
				quoted := identifier(body)
				if quoted == "" {
					continue
				}
				if _, err := d.call(t.Context(), "exec", fmt.Sprintf("create table %s (%s int)", quoted, quoted), nil); err != nil {
					continue
				}
				d.exec("insert into " + quoted + " values (7)")
				rows, err := d.call(t.Context(), "query", "select 1 as one, "+quoted+"."+quoted+" from "+quoted, nil)
				if err != nil {
					t.Errorf("%q as a name: %v", body, err)
					continue
				}
				if row := rows.(*value.List).At(0).(*value.Record); row.Names()[1] != body {
					t.Errorf("the column %q is called %q", body, row.Names()[1])
				}
				if n := d.exec("drop table " + quoted); n != 0 {
					t.Errorf("drop table: %d rows", n)
				}
				tables++
			}
			if arrived < 250 || columns < 250 || tables < 20 {
				t.Errorf("%d texts arrived, %d were columns and %d tables; %v", arrived, columns, tables, refused)
			}
		})
	}
}

// TestReadingChangesNothing asks what would change something, in each way that
// gets round the words of a query.
func TestReadingChangesNothing(t *testing.T) {
	tests := map[string][]string{
		"postgres": {
			"insert into things values (2)", "with x as (insert into things values (2) returning n) select n from x",
			"select alter_things()", "select n into other from things", "select set_config('transaction_read_only', 'off', false), alter_things()",
			"explain analyze insert into things values (2)", "select 1; insert into things values (2)", "commit", "rollback and chain",
			"set transaction read write", "select nextval('counter')", "/* */ -- x\n (( update things set n = 2", "copy things to stdout",
			"begin read write", "prepare transaction 'x'", "do $$ begin perform alter_things(); end $$", "call alter_things()",
		},
		"mysql": {
			"insert into things values (2)", "select alter_things()", "select 1; insert into things values (2)", "commit",
			"/*! insert into things values (2) */", "truncate things", "set session transaction read write",
			"select n from things into outfile '/tmp/drl-never'", "select n from things into @x", "replace into things values (1)",
		},
		"sqlite": {
			"insert into things values (2)", "with x as (select 2) insert into things select * from x", "select 1; insert into things values (2)",
			"pragma query_only = 0", "attach 'other.db' as other", "vacuum into 'other.db'", "values (1); delete from things",
		},
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			d.exec("create table things (n int)")
			d.exec("insert into things values (1)")
			switch kind.name {
			case "postgres":
				d.exec("create sequence counter")
				d.exec("create function alter_things() returns int language plpgsql as $$ begin insert into things values (2); return 1; end $$")
			case "mysql":
				d.exec("create function alter_things() returns int deterministic begin insert into things values (2); return 1; end")
			}
			for _, text := range tests[kind.name] {
				v, err := d.call(t.Context(), "query", text, nil)
				if strings.Contains(text, "@x") {
					continue // keeps a value for as long as the connection
				}
				if err == nil {
					t.Errorf("query(%q) = %v, want an error", text, v)
				}
				if v, err := d.call(t.Context(), "query", "select n from things", nil); err != nil || v.(*value.List).Len() != 1 {
					t.Fatalf("after query(%q) there is %v, %v", text, v, err)
				}
			}
			// Nothing of it lasts: the same connections change things.
			if n := d.exec("insert into things select 2 from things"); n != 1 {
				t.Errorf("insert: %d rows, want 1", n)
			}
			if n := d.exec("update things set n = 3"); n != 2 {
				t.Errorf("update: %d rows, want 2", n)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	many := "with recursive c(n) as (select 1 union all select n + 1 from c where n < %d) select n from c"
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			most, tooMany := fmt.Sprintf(many, 10_000), fmt.Sprintf(many, 10_001)
			long := map[string]string{"postgres": "select repeat('x', %d)", "mysql": "select repeat('x', %d)", "sqlite": "select printf('%%.*c', %d, 'x')"}[kind.name]
			if kind.name == "mysql" {
				most, tooMany = "select seq from seq_1_to_10000", "select seq from seq_1_to_10000000"
			}
			v, err := d.call(t.Context(), "query", most, nil)
			if err != nil || v.(*value.List).Len() != 10_000 {
				t.Errorf("10,000 rows: %v", err)
			}
			_, err = d.call(t.Context(), "query", tooMany, nil)
			if err == nil || !strings.Contains(err.Error(), "more than 10,000 rows (max)") {
				t.Errorf("10,001 rows: %v", err)
			}
			if v, err := d.value(fmt.Sprintf(long, 1<<20)); err != nil || len(v.(value.String)) != 1<<20 {
				t.Errorf("1 MiB: %v", err)
			}
			if v, err := d.value(fmt.Sprintf(long, 17<<20)); kind.name == "mysql" && err == nil && v == value.Value(value.Null{}) {
				t.Log("the server's own limit was met first") // max_allowed_packet
			} else if err == nil || !strings.Contains(err.Error(), "more than 16MiB (max)") {
				t.Errorf("17 MiB: %v", err)
			}
			if v, err := d.value("select 1"); err != nil || v != value.Int(1) {
				t.Errorf("after that: %v, %v", v, err)
			}
		})
	}
}

func TestShapesOfResults(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			for text, want := range map[string]string{
				"select 1 as a, 2 as a":      `two columns of the result are called "a"`,
				"":                           "the text is empty",
				"-- only a comment":          "the text is empty",
				"select 1; select 2":         "",
				"selekt 1":                   "the text begins with selekt, want select",
				"insert into x values (1)":   "db.exec changes things, in a step",
				"select * from nothing_here": "nothing_here",
			} {
				if _, err := d.call(t.Context(), "query", text, nil); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("query(%q): %v, want %q", text, err, want)
				}
			}
			if v, err := d.value("select 1 where 1 = 0"); err != nil || v != value.Value(value.Null{}) {
				t.Errorf("no row: %v, %v", v, err)
			}
			if _, err := d.value("select 1 union all select 2"); err == nil || !strings.Contains(err.Error(), "2 rows, want one") {
				t.Errorf("two rows: %v", err)
			}
			if _, err := d.value("select 1, 2"); err == nil || !strings.Contains(err.Error(), "2 columns, want one") {
				t.Errorf("two columns: %v", err)
			}
			if v, err := d.value("select 1 as \"a;b\" /* ; */ ; -- done;"); err != nil || v != value.Int(1) {
				t.Errorf("semicolons: %v, %v", v, err)
			}
			for _, text := range []string{"begin", "commit", "set x = 1"} {
				if _, err := d.call(t.Context(), "exec", text, nil); err == nil {
					t.Errorf("exec(%q) went well", text)
				}
			}
			if _, err := d.call(t.Context(), "exec", "create table a (n int); create table b (n int)", nil); err == nil {
				t.Error("exec carried out two statements")
			}
			if _, err := d.value("select n from a"); err == nil {
				t.Error("exec carried out the first of two statements")
			}
		})
	}
}
