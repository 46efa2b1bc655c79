package bench

import (
	"testing"

	"github.com/drl-lang/drl/lang/value"
	lua "github.com/yuin/gopher-lua"
)

// The rule of a monitor, with values from outside that are there before the
// measurement. drl reads them from the lets of its file; gopher-lua gets them
// as the arguments of a call, which is its fastest way; cel reads them from an
// activation and has the function written out, as it knows no functions of
// its own.
func BenchmarkRule(b *testing.B) {
	given := map[string]float64{"p95": 240.5, "base": 150, "errors": 12, "total": 800}
	s := load(b, `
fn degradation(now: number, base: number) -> percent { return (now - base) / base }
let p95 = 0.0
let base = 1.0
let errors = 0.0
let total = 1.0
let broken = degradation(p95, base) > 50% and errors / total > 1%
`)
	for name, v := range given {
		_, bind := s.let(name)
		bind(value.Number(v))
	}
	ours := s.bool("broken")
	b.Run("gopher-lua", func(b *testing.B) {
		call := luaCall(b, `
local function degradation(now, base) return (now - base) / base end
function broken(p95, base, errors, total)
	return degradation(p95, base) > 0.5 and errors / total > 0.01
end`, "broken", lua.LNumber(given["p95"]), lua.LNumber(given["base"]), lua.LNumber(given["errors"]), lua.LNumber(given["total"]))
		race(b, 50_000, true, 8, ours, func() (bool, error) {
			v, err := call()
			return v == lua.LTrue, err
		})
	})
	b.Run("cel-go", func(b *testing.B) {
		values := map[string]any{}
		for name, v := range given {
			values[name] = v
		}
		race(b, 50_000, true, 8, ours, celBool(b, `(p95 - base) / base > 0.5 && errors / total > 0.01`, values))
	})
}
