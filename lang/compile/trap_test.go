package compile_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/drl-lang/drl/lang/source"
)

// describe is a failure as the tests write it: the text it points at, the
// message, the hint and what else matters.
func describe(err error) string {
	var d *source.Diagnostic
	if !errors.As(err, &d) {
		return err.Error()
	}
	text := fmt.Sprintf("%s | %s: %s", d.Code.ID, d.File.Slice(d.Span), d.Message)
	if d.Hint != "" {
		text += " (" + d.Hint + ")"
	}
	for _, r := range d.Related {
		text += " [" + r.Message + "]"
	}
	return text
}

func TestTraps(t *testing.T) {
	const more = declarations + `
let huge = 9_223_372_036_854_775_807
let long = 106751d
let big = 1e308
let p = 120%
fn down(n: int) -> int { return if n == 0 then 0 else 1 + down(n - 1) }
fn orEnd(n: int) -> string { return if n > 0 then "x" else fail("n is {n}") }
`
	tests := []struct{ expression, want string }{
		{`huge + 1`, `DRL1001 | huge + 1: the result of huge + 1 does not fit an int`},
		{`-huge - two`, `DRL1001 | -huge - two: the result of -huge - two does not fit an int`},
		{`huge * two`, `DRL1001 | huge * two: the result of huge * two does not fit an int`},
		{`-(-huge - 1)`, `DRL1001 | -(-huge - 1): the result of -(-huge - 1) does not fit an int`},
		{`abs(-huge - 1)`, `DRL1001 | abs(-huge - 1): the result of abs(-huge - 1) does not fit an int`},
		{`long + long`, `DRL1001 | long + long: the result of long + long does not fit a duration`},
		{`long * 1.5`, `DRL1001 | long * 1.5: the result of long * 1.5 does not fit a duration`},
		{`[long, long].sum`, `DRL1001 | [long, long].sum: the result of [long, long].sum does not fit a duration`},
		{`round(big)`, `DRL1001 | round(big): the result of round(big) does not fit an int`},
		{`seven / zero`, `DRL1002 | zero: can't divide by zero: zero is 0`},
		{`seven mod (two - 2)`, `DRL1002 | (two - 2): can't divide by zero: (two - 2) is 0`},
		{`p95 / zero`, `DRL1002 | zero: can't divide by zero: zero is 0`},
		{`p95 / (base - base)`, `DRL1002 | (base - base): can't divide by zero: (base - base) is 0`},
		{`10MiB / (base - base)`, `DRL1002 | (base - base): can't divide by zero: (base - base) is 0`},
		{`over(1, 0)`, `DRL1002 | base: can't divide by zero: base is 0`},
		{`events(0, of: 0).ratio`, `DRL1002 | events(0, of: 0).ratio: ratio: events(0, of: 0) counted no events`},
		{`big * 10`, `DRL1003 | big * 10: the result of big * 10 is not a finite number`},
		{`r.json.items[1].price as number`, `DRL1004 | r.json.items[1].price as number: $.items[1].price is "n/a", wanted a number`},
		{`r.json.items[two - 1].price as number`, `DRL1004 | r.json.items[two - 1].price as number: $.items[1].price is "n/a", wanted a number`},
		{`r.json.items as list[{ price: number }]`, `DRL1004 | r.json.items as list[{ price: number }]: $.items[1].price is "n/a", wanted a number`},
		{`p95 < r.json.n`, `DRL1004 | r.json.n: $.n is 3, wanted a duration`},
		{`r.json.n == 3%`, `DRL1004 | r.json.n: $.n is 3, wanted a percent (write as percent if it is a fraction (0.5 is 50%), percent(…) if it counts hundredths)`},
		{`over(r.json.status, 1)`, `DRL1004 | r.json.status: $.status is "ok", wanted a number`},
		{`r.json.status + 1`, `DRL1004 | r.json.status + 1: can't add an int to text: $.status is "ok", 1 is 1 (to put values into text write "{name}" inside the quotes)`},
		{`r.json.status < r.json.n`, `DRL1004 | r.json.status < r.json.n: $.status is "ok" and $.n is 3: these have no order`},
		{`r.json.items.map(i => i.price as number)`, `DRL1004 | i.price as number: i.price is "n/a", wanted a number [in map, at item 1 (counted from 0)]`},
		{`r.json.items.map(i => i.price as number).sum`, `DRL1004 | i.price as number: i.price is "n/a", wanted a number [in map, at item 1 (counted from 0)]`},
		{`r.json.items.map(i => i.price).sum`, `DRL1004 | r.json.items.map(i => i.price): $.items.map[1] is "n/a", wanted a number`},
		{`"{r.json.empty}"`, `DRL1004 | r.json.empty: $.empty is null, and null has no text (give a text for null: r.json.empty ?? "…")`},
		{`r.json.n.upper()`, `DRL1004 | r.json.n: upper: $.n is 3, wanted text`},
		{`r.json.status[0]`, `DRL1005 | r.json.status: $.status is "ok", wanted something with the field 0`},
		{`r.json.stauts`, `DRL1005 | stauts: $ has no stauts (did you mean status?)`},
		{`r.json.items[0].cost`, `DRL1005 | cost: $.items[0] has no cost (it has price)`},
		{`r.json.n.deeper`, `DRL1005 | r.json.n: $.n is 3, wanted something with the field deeper`},
		{`r.json.empty.deeper`, `DRL1005 | r.json.empty: $.empty is null, wanted something with the field deeper (reach into it with ?. where it may be null)`},
		{`j as { n: int, name: string }`, `DRL1005 | j as { n: int, name: string }: j has no name, wanted a record { n: int, name: string } (it has a, n, big, when, d)`},
		{`m["aa"]`, `DRL1005 | "aa": m has no key "aa" (did you mean a?)`},
		{`m["total"]`, `DRL1005 | "total": m has no key "total" (it has a, b; m.get(…) is null where there is none)`},
		{`ints[3]`, `DRL1006 | 3: ints has 3 items, none at 3 (items are counted from 0)`},
		{`ints[-1]`, `DRL1006 | -1: ints has 3 items, none at -1 (write .last for the last item)`},
		{`none.max`, `DRL1007 | none.max: max: none is empty (ask first: none.count > 0)`},
		{`times.filter(t => t > 1s).percentile(95%)`, `DRL1007 | times.filter(t => t > 1s).percentile(95%): percentile: times.filter(t => t > 1s) is empty (ask first: times.filter(t => t > 1s).count > 0)`},
		{`times.percentile(p)`, `DRL1008 | p: percentile: found 120%, wanted 0% to 100%`},
		{`ints.take(-two)`, `DRL1008 | -two: take: found -2, wanted 0 or more`},
		{`at.format("%Q")`, `DRL1008 | at.format("%Q"): format: there is no %Q (it knows %Y %m %d %H %M %S %j %a %b %Z and %%)`},
		{`down(1000)`, `DRL1010 | down(n - 1): down: more than 256 calls deep (a fn that calls itself needs a case that doesn't)`},
		{`(seven..huge).count`, `DRL1011 | seven..huge: seven..huge has more than 1000000 items`},
		{`orEnd(0)`, `DRL1012 | fail("n is {n}"): n is 0`},
		{`fetch("x").json.a ?? 1`, `DRL1005 | a: $ has no a (it has status, items, tags, empty, n)`},
		{`json.parse("{twice(x => x)}<")`, `DRL1012 | json.parse("{twice(x => x)}<"): json.parse: not JSON, line 1: more text after the end of the value`},
		{`twice(x => x mod zero)`, `DRL1002 | zero: can't divide by zero: zero is 0`},
		{`ints.map(x => words.map(w => x / zero))`, `DRL1002 | zero: can't divide by zero: zero is 0 [in map, at item 0 (counted from 0)] [in map, at item 0 (counted from 0)]`},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			v, err := eval(t, more, tt.expression)
			if err == nil {
				t.Fatalf("= %s, want %s", v, tt.want)
			}
			if got := describe(err); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
