package compile_test

import (
	"testing"

	"github.com/drl-lang/drl/lang/value"
)

const declarations = `
use "./lib.drl" as lib
let seven = 7
let two = 2
let half = 0.5
let p95 = 240ms
let base = 160ms
let share = 12.5%
let zero = 0
let text = "a-b"
let words = ["b", "a", "c"]
let times = [100ms, 300ms, 200ms]
let ints = [3, 1, 2]
let none = [1].filter(x => x > 1)
let m = { "a": 1, "b": 2 }
let rec = { name: "x", port: 80 }
let at = date("2026-11-22T20:43:05Z")
let maybe = ints.filter(x => x > 5).first
let sure = ints.first
let token = secret("hunter2")
let r = fetch("http://x")
let j = json.parse('{"a": {"b": [1, 2.5, "x", null, true]}, "n": 5, "big": 3.0, "when": "2026-01-02T03:04:05Z", "d": "1h30m"}')
fn over(now: number, base: number) -> percent { return (now - base) / base }
fn twiceAs(x: int, times: int = 2) -> int { return x * times }
fn sign(x: int) -> string {
    if x < 0 { return "minus" } else if x == 0 { return "zero" }
    return "plus"
}
fn find(xs: list[int], what: int) -> int? {
    for x in xs { if x == what { return x } }
    return null
}
fn upTo(n: int) -> int {
    for i in 1..n { if i * i >= n { return i } }
    return 0
}
fn even(n: int) -> bool { return if n == 0 then true else odd(n - 1) }
fn odd(n: int) -> bool { return if n == 0 then false else even(n - 1) }
fn fib(n: int) -> int {
    if n < 2 { return n }
    return fib(n - 1) + fib(n - 2)
}
fn limit() -> duration { return base * 2 }
`

func TestEval(t *testing.T) {
	tests := []struct{ expression, want string }{
		// numbers
		{`seven + two * 3`, `int 13`},
		{`seven - 10`, `int -3`},
		{`seven / two`, `number 3.5`},
		{`seven mod two`, `int 1`},
		{`-seven mod two`, `int -1`},
		{`-seven`, `int -7`},
		{`seven + half`, `number 7.5`},
		{`0.1 + 0.2`, `number 0.30000000000000004`},
		{`2 * 4.5`, `number 9`},
		{`floor(seven / two)`, `int 3`},
		{`round(2.5) + round(3.5)`, `int 6`},
		{`ceil(2.1)`, `int 3`},
		{`abs(-p95)`, `duration 240ms`},
		{`abs(-half)`, `number 0.5`},
		{`max(1, 2.5, two)`, `number 2.5`},
		{`min(p95, base, 1s)`, `duration 160ms`},
		{`percent(12.5)`, `percent 12.5%`},
		// quantities
		{`p95 + base`, `duration 400ms`},
		{`p95 - base`, `duration 80ms`},
		{`p95 / base`, `number 1.5`},
		{`p95 * 150%`, `duration 360ms`},
		{`1.5 * p95`, `duration 360ms`},
		{`p95 / 7`, `duration 34.285714ms`},
		{`1ns * 1.5`, `duration 2ns`},
		{`1ns * 2.5`, `duration 2ns`},
		{`3ns / 2`, `duration 2ns`},
		{`1ns / 2`, `duration 0s`},
		{`-3ns / 2`, `duration -2ns`},
		{`5ns / 2.0`, `duration 2ns`},
		{`(p95 - base) / base > 40%`, `bool true`},
		{`share + 5pp`, `percent 17.5%`},
		{`share - 10%`, `points 2.5pp`},
		{`share * 2`, `percent 25%`},
		{`share / 50%`, `number 0.25`},
		{`2pp + 3pp`, `points 5pp`},
		{`10MiB / 2s`, `rate 5MiB/1s`},
		{`5MiB/1s * 3s`, `size 15MiB`},
		{`100 / 2s`, `rate 50/1s`},
		{`100 / 2s * 1m`, `number 3000`},
		{`10MiB / 2s > 4MiB/1s`, `bool true`},
		{`(10% - 5%) / 1h * 2h`, `points 10pp`},
		{`400MiB - 1KiB * 2`, `size 400.00MiB`},
		{`1GiB / 1MiB`, `number 1024`},
		{`0.25 as percent`, `percent 25%`},
		{`50% as number`, `number 0.5`},
		{`at - date("2026-11-22T20:00:00Z")`, `duration 43m5s`},
		{`at + 1h`, `time 2026-11-22T21:43:05Z`},
		{`1h + at`, `time 2026-11-22T21:43:05Z`},
		{`at - 1h < at`, `bool true`},
		// comparisons
		{`seven == 7.0`, `bool true`},
		{`seven > 6.5 and seven <= 7`, `bool true`},
		{`9007199254740993 == 9007199254740992.0`, `bool false`},
		{`text == "a-b"`, `bool true`},
		{`"a" < "b"`, `bool true`},
		{`token == "hunter2"`, `bool true`},
		{`words == ["b", "a", "c"]`, `bool true`},
		{`rec == { port: 80, name: "x" }`, `bool true`},
		{`maybe == null`, `bool true`},
		{`sure == 3`, `bool true`},
		{`true != (1 > 2)`, `bool true`},
		{`"a" in words`, `bool true`},
		{`200ms in times`, `bool true`},
		{`words contains "z"`, `bool false`},
		{`m contains "a"`, `bool true`},
		{`text contains "-"`, `bool true`},
		{`text matches '^[a-z]-[a-z]$'`, `bool true`},
		{`not (1 > 2) or 1 / zero > 3`, `bool true`},
		{`1 > 2 and 1 / zero > 3`, `bool false`},
		// null
		{`maybe ?? 5`, `int 5`},
		{`sure ?? 5`, `int 3`},
		{`r.tls ?? "none"`, `string none`},
		{`maybe is null`, `bool true`},
		{`if sure != null then sure + 1 else 0`, `int 4`},
		{`(if seven > 6 then p95 else base) * 2`, `duration 480ms`},
		{`if seven > 6 then 1 else 2.5`, `number 1`},
		// text
		{`"{seven} of {p95}, {share}, {words}"`, `string 7 of 240ms, 12.5%, ["b","a","c"]`},
		{`"{rec}"`, `string {"name":"x","port":80}`},
		{`"psql://{token}@x"`, `secret •••`},
		{`"a" + text`, `string aa-b`},
		{`text.upper`, `string A-B`},
		{`" x\t".trim()`, `string x`},
		{`text.split("-")`, `list ["a","b"]`},
		{`text.replace("-", "--").length`, `int 4`},
		{`text.starts_with("a") and text.ends_with("b")`, `bool true`},
		{`"a\u{d}\nb\n\nc\n".lines`, `list ["a","b","","c"]`},
		{`"".lines.count`, `int 0`},
		{`"v1.2.3".find('v(\d+)')`, `string 1`},
		{`"v1.2.3".find('\d+')`, `string 1`},
		{`"vx".find('\d+') ?? "none"`, `string none`},
		{`"a1b22".find_all('\d+')`, `list ["1","22"]`},
		{`"é".length`, `int 1`},
		{`token.upper`, `secret •••`},
		{`token.split("t").count`, `int 2`},
		// lists
		{`[1, 2.5]`, `list [1,2.5]`},
		{`ints + [4]`, `list [3,1,2,4]`},
		{`1..4`, `list [1,2,3,4]`},
		{`(seven..two).count`, `int 0`},
		{`ints[0] + ints[two]`, `int 5`},
		{`ints.map(x => x * 2)`, `list [6,2,4]`},
		{`ints.map(x => x / 2).sum`, `number 3`},
		{`times.filter(t => t > 150ms)`, `list ["300ms","200ms"]`},
		{`ints.any(x => x > 2)`, `bool true`},
		{`ints.all(x => x > 2)`, `bool false`},
		{`none.all(x => x > 2)`, `bool true`},
		{`ints.none(x => x > 2)`, `bool false`},
		{`ints.count`, `int 3`},
		{`ints.count(x => x > 1)`, `int 2`},
		{`times.sum`, `duration 600ms`},
		{`none.sum`, `int 0`},
		{`times.filter(t => t > 1s).sum`, `duration 0s`},
		{`ints.mean`, `number 2`},
		{`times.mean`, `duration 200ms`},
		{`times.min`, `duration 100ms`},
		{`times.max`, `duration 300ms`},
		{`times.percentile(50%)`, `duration 200ms`},
		{`[0, 1, 4].percentile(75%)`, `number 2.5`},
		{`ints.sort_by(x => -x)`, `list [3,2,1]`},
		{`words.sort_by(w => w)`, `list ["a","b","c"]`},
		{`["a1", "b1", "a2"].group_by(w => w.find('[a-z]') ?? "")`, `map {"a":["a1","a2"],"b":["b1"]}`},
		{`ints.first`, `int 3`},
		{`none.last`, `null null`},
		{`ints.take(2)`, `list [3,1]`},
		{`ints.take(9).count`, `int 3`},
		{`[1, 2, 1, 3, 2].unique`, `list [1,2,3]`},
		{`[[1], [2, 3]].flatten`, `list [1,2,3]`},
		{`words.join(", ")`, `string b, a, c`},
		{`words.join`, `string bac`},
		{`ints.map(x => words.map(w => "{w}{x}").join).join(" ")`, `string b3a3c3 b1a1c1 b2a2c2`},
		// maps and records
		{`m["b"]`, `int 2`},
		{`m.get("z") ?? 9`, `int 9`},
		{`m.keys`, `list ["a","b"]`},
		{`m.values.sum`, `int 3`},
		{`m.map((k, v) => "{k}{v}")`, `map {"a":"a1","b":"b2"}`},
		{`m.filter((k, v) => v > 1)`, `map {"b":2}`},
		{`m.any((k, v) => k == "b" and v == 2)`, `bool true`},
		{`m.all((k, v) => v > 0)`, `bool true`},
		{`m.none((k, v) => v > 5)`, `bool true`},
		{`m.count((k, v) => v > 1)`, `int 1`},
		{`m.count`, `int 2`},
		{`rec.port + 1`, `int 81`},
		{`r.latency < 100ms`, `bool true`},
		{`r.headers["Content-Type"]`, `string text/html`},
		// from outside
		{`r.json.status == "ok"`, `bool true`},
		{`r.json.n * 2`, `int 6`},
		{`r.json.n / 2`, `number 1.5`},
		{`r.json.n > 2`, `bool true`},
		{`r.json.items[0].price as number`, `number 5`},
		{`r.json.items[0].price + r.json.items[2].price`, `number 7.5`},
		{`r.json.items.count`, `int 3`},
		{`r.json.tags.join("+")`, `string a+b`},
		{`r.json.tags.first.upper`, `string A`},
		{`r.json.tags as list[string]`, `list ["a","b"]`},
		{`r.json.items.map(i => i.price is number)`, `list [true,false,true]`},
		{`r.json?.missing?.deeper ?? 5`, `int 5`},
		{`r.json?.nothing ?? "none"`, `string none`},
		{`r.json.empty == null`, `bool true`},
		{`r.json.empty ?? "none"`, `string none`},
		{`j.a.b[1] as number`, `number 2.5`},
		{`j.big as int`, `int 3`},
		{`j.d as duration`, `duration 1h30m`},
		{`(j.when as time).year`, `int 2026`},
		{`j.a.b[0] is int and not (j.a.b[2] is int)`, `bool true`},
		{`(j as { n: int }).n`, `int 5`},
		{`j.a.keys()`, `list ["b"]`},
		{`j.n in [1, 5]`, `bool true`},
		{`-j.n`, `int -5`},
		{`"{j.a.b[2]}!"`, `string x!`},
		// try
		{`(try seven).value`, `int 7`},
		{`(try fail("no luck")).ok`, `bool false`},
		{`(try fail("no luck")).error ?? ""`, `string no luck`},
		{`(try (1 / zero)).error ?? ""`, `string can't divide by zero: zero is 0`},
		{`(try m["z"]).ok`, `bool false`},
		// times
		{`at.year * 10000 + at.month * 100 + at.day`, `int 20261122`},
		{`at.hour * 60 + at.minute`, `int 1243`},
		{`at.weekday`, `string sunday`},
		{`at.date`, `string 2026-11-22`},
		{`at.format("%d.%m.%Y %H:%M:%S, day %j, 100%%")`, `string 22.11.2026 20:43:05, day 326, 100%`},
		// events
		{`events(3, of: 200).ratio`, `percent 1.5%`},
		{`events(3, of: 200).bad`, `number 3`},
		// functions
		{`over(240, 160)`, `percent 50%`},
		{`twiceAs(4)`, `int 8`},
		{`twiceAs(4, times: 3)`, `int 12`},
		{`sign(-5) + sign(0) + sign(5)`, `string minuszeroplus`},
		{`find(ints, 2) ?? -1`, `int 2`},
		{`find(ints, 9) ?? -1`, `int -1`},
		{`upTo(50)`, `int 8`},
		{`even(10)`, `bool true`},
		{`fib(15)`, `int 610`},
		{`fib(fib(5) + fib(3))`, `int 13`},
		{`limit()`, `duration 320ms`},
		{`lib.plus(2)`, `int 42`},
		{`lib.plus(2, 3)`, `int 5`},
		{`lib.grow(p95)`, `duration 480ms`},
		{`lib.base`, `int 40`},
		{`ints.map(x => twiceAs(x)).sum`, `int 12`},
		// built-ins
		{`counter().add(41)`, `int 42`},
		{`note(1)`, `string number 1, -`},
		{`note(1, 2, "x", 3s)`, `string number 1, number 2, string x, duration 3s`},
		{`twice(x => x + seven)`, `int 15`},
		{`$(echo {text}).stdout`, `string echo {text} a-b`},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			v, err := eval(t, declarations, tt.expression)
			if err != nil {
				t.Fatal(err)
			}
			if got := value.TypeName(v) + " " + v.String(); got != tt.want {
				t.Errorf("= %s, want %s", got, tt.want)
			}
		})
	}
}
