package sql_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func at(text string) value.Value {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return value.Time(t)
}

func list(items ...value.Value) value.Value { return value.NewList(items) }

func object(name string, v value.Value) value.Value {
	return value.NewMap([]string{name}, []value.Value{v})
}

// What databases have, as values of the language: exact, or as text.
func TestTypesOfResults(t *testing.T) {
	tests := map[string]map[string]value.Value{
		"postgres": {
			"1::int2": value.Int(1), "-9223372036854775808": value.Int(-9223372036854775808), "4294967295::oid": value.Int(4294967295),
			"9223372036854775808": value.String("9223372036854775808"), "sum(x) from (values (1::bigint), (2)) as s(x)": value.Int(3),
			"1.50": value.Number(1.5), "0.1::numeric(10,4)": value.Number(0.1), "-0.05": value.Number(-0.05), "100.00": value.Int(100),
			"0.12345678901234567891": value.String("0.12345678901234567891"), "'NaN'::numeric": value.String("NaN"),
			"0.1::float4": value.Number(0.1), "1e300::float8": value.Number(1e300), "'-Infinity'::float8": value.String("-Infinity"),
			"true": value.Bool(true), "null::text": value.Null{}, "''": value.String(""), "'a '::char(3)": value.String("a  "),
			"timestamptz '2026-03-04 05:06:07.89+02'":      at("2026-03-04T03:06:07.89Z"),
			"timestamptz '2026-03-04 05:06:07+05:30'":      at("2026-03-03T23:36:07Z"),
			"timestamp '2026-03-04 05:06:07'":              at("2026-03-04T05:06:07Z"),
			"date '2026-03-04'":                            at("2026-03-04T00:00:00Z"),
			"date 'infinity'":                              value.String("infinity"),
			"timestamptz '0044-03-15 12:00:00 BC'::date":   value.String("0044-03-15 BC"),
			"interval '1 day 02:03:04.5'":                  value.Duration(26*time.Hour + 3*time.Minute + 4500*time.Millisecond),
			"interval '-3 days 00:00:01'":                  value.Duration(-72*time.Hour + time.Second),
			"interval '0'":                                 value.Duration(0),
			"interval '1 month'":                           value.String("1 mon"),
			"interval '3000000 hours'":                     value.String("3000000:00:00"),
			`'\xdeadbeef00'::bytea`:                        value.String("\xde\xad\xbe\xef\x00"),
			`'{"a": [1, 2.5, null]}'::jsonb`:               object("a", list(value.Int(1), value.Number(2.5), value.Null{})),
			"'null'::json":                                 value.Null{},
			"'6f9619ff-8b86-d011-b42d-00c04fc964ff'::uuid": value.String("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
			"array[1, 2, null]":                            list(value.Int(1), value.Int(2), value.Null{}),
			`array['a,b', 'c"d', 'e\f', '', 'NULL', '{}']`: list(value.String("a,b"), value.String(`c"d`), value.String(`e\f`), value.String(""), value.String("NULL"), value.String("{}")),
			"array[[1, 2], [3, 4]]":                        list(list(value.Int(1), value.Int(2)), list(value.Int(3), value.Int(4))),
			"'[0:1]={7,8}'::int[]":                         list(value.Int(7), value.Int(8)),
			"'{}'::text[]":                                 list(),
			"array[true, false]":                           list(value.Bool(true), value.Bool(false)),
			"inet '10.0.0.1/8'":                            value.String("10.0.0.1/8"),
			"row(1, 'a')":                                  value.String("(1,a)"),
			"time '12:34:56'":                              value.String("12:34:56"),
		},
		"mysql": {
			"1": value.Int(1), "cast(18446744073709551615 as unsigned)": value.String("18446744073709551615"), "cast(7 as unsigned)": value.Int(7),
			"1.50": value.Number(1.5), "cast(100 as decimal(10,2))": value.Int(100), "0.12345678901234567891": value.String("0.12345678901234567891"),
			"1e10": value.Number(1e10), "true": value.Int(1), "null": value.Null{}, "'a'": value.String("a"), "x'deadbeef'": value.String("\xde\xad\xbe\xef"),
			"timestamp '2026-03-04 05:06:07.89'": at("2026-03-04T05:06:07.89Z"), "date '2026-03-04'": at("2026-03-04T00:00:00Z"),
			"cast('26:03:04' as time)": value.String("26:03:04"),
		},
		"sqlite": {
			"1": value.Int(1), "9223372036854775807": value.Int(9223372036854775807), "1.5": value.Number(1.5), "null": value.Null{}, "'a'": value.String("a"),
			"x'deadbeef00'": value.String("\xde\xad\xbe\xef\x00"), "9e999": value.String("+Inf"),
		},
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			for text, want := range tests[kind.name] {
				got, err := d.value("select " + text)
				if err != nil {
					t.Errorf("select %s: %v", text, err)
				} else if !value.Equal(got, want) || value.TypeName(got) != value.TypeName(want) {
					t.Errorf("select %s = %s %s, want %s %s", text, value.TypeName(got), value.Quote(got), value.TypeName(want), value.Quote(want))
				}
			}
		})
	}
}

func TestColumnsOfSQLite(t *testing.T) {
	d := sqlite(t)
	d.exec("create table c (b boolean, j json, t timestamp, d date, n decimal(10, 2))")
	d.exec("insert into c values (true, $1, $2, '2026-03-04', 1.50)", object("a", list(value.Int(1))), at("2026-03-04T05:06:07.5Z"))
	rows, err := d.call(t.Context(), "query", "select * from c", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"b":true,"j":{"a":[1]},"t":"2026-03-04T05:06:07.5Z","d":"2026-03-04T00:00:00Z","n":1.5}`
	if diff := cmp.Diff(want, rows.(*value.List).At(0).String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestValuesThatAreBound sends each sort of value to where it belongs, and
// gets the same one back.
func TestValuesThatAreBound(t *testing.T) {
	moment, bytes := at("2026-03-04T05:06:07.123456Z"), value.String("\x00\xff\\x41\\")
	back := map[string]map[string]value.Value{ // by the column's type
		"postgres": {
			"int": value.Int(7), "bigint": value.Int(-9223372036854775808), "numeric": value.Number(0.1), "float8": value.Number(1.0 / 3),
			"boolean": value.Bool(true), "text": value.String(`C:\new "x" $1`), "bytea": bytes, "timestamptz": moment, "timestamp": moment,
			"interval": value.Duration(90*time.Second + 500*time.Millisecond), "jsonb": object("a", list(value.Int(1), value.String(`"\`))),
			"int[]": list(value.Int(1), value.Null{}, value.Int(3)), "text[]": list(value.String(`a"b\`), value.String(""), value.String("NULL")),
			"int[][]": list(list(value.Int(1)), list(value.Int(2))), "bytea[]": list(bytes), "uuid": value.String("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
			"date": at("2026-03-04T00:00:00Z"), "json": list(value.Int(1), value.Bool(false)), "smallint": value.Null{},
		},
		"mysql": {
			"int": value.Int(7), "bigint": value.Int(-9223372036854775808), "decimal(10,3)": value.Number(0.1), "double": value.Number(1.0 / 3),
			"longtext": value.String(`C:\new "x" ? 'y`), "longblob": bytes, "datetime(6)": moment, "timestamp(6) null": moment, "bit(8)": value.Int(5), "smallint": value.Null{},
		},
		"sqlite": {
			"int": value.Int(7), "bigint": value.Int(-9223372036854775808), "real": value.Number(1.0 / 3), "boolean": value.Bool(true),
			"text": value.String(`C:\new "x" $1`), "timestamp": moment, "json": object("a", list(value.Int(1))), "smallint": value.Null{},
		},
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			d := kind.open(t)
			n := 0
			for typ, v := range back[kind.name] {
				n++
				table := fmt.Sprintf("bound%d", n)
				d.exec(fmt.Sprintf("create table %s (c %s)", table, typ))
				d.exec(fmt.Sprintf("insert into %s values (%s)", table, kind.placeholder(1)), v)
				got, err := d.value("select c from " + table)
				if err != nil || !value.Equal(got, v) {
					t.Errorf("%s: %s came back as %v, %v", typ, value.Quote(v), got, err)
				}
				// Once more as a secret, which is sent like the text that it holds.
				if text, ok := v.(value.String); ok {
					same, err := d.value(fmt.Sprintf("select count(*) from %s where c = %s", table, kind.placeholder(1)), value.NewSecret(string(text)))
					if err != nil || same != value.Int(1) {
						t.Errorf("%s: a secret finds %v rows, %v", typ, same, err)
					}
				}
			}
			for _, v := range []value.Value{value.Duration(90 * time.Second), value.Size(90), value.Percent(0.5)} {
				want, _ := value.Magnitude(v)
				if _, long := v.(value.Duration); long {
					want = 90
				}
				typ := map[string]string{"postgres": "float8", "mysql": "decimal(10,2)", "sqlite": "real"}[kind.name]
				got, err := d.value(fmt.Sprintf("select cast(%s as %s)", kind.placeholder(1), typ), v)
				x, _ := value.Magnitude(got)
				if err != nil || x != want {
					t.Errorf("%v as a number is %v, %v", v, got, err)
				}
			}
			if _, err := d.value("select "+kind.placeholder(1), d.handle); err == nil {
				t.Error("a database was sent to the database")
			}
		})
	}
	if _, err := hostile.Call(t, modules, hostile.Host(t), "sql.open", nil, hostile.Args{"url": value.String("sqlite:not-there.db")}); err == nil {
		t.Error("a file that isn't there was opened")
	}
}
