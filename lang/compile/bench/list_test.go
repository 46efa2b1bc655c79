package bench

import "testing"

// Filter and map of 10,000 fractions that are in a list before the
// measurement. Each side makes the filtered list and the mapped one, in the
// way that its language has for it: methods with a lambda in drl and goja, a
// comprehension in starlark, loops in gopher-lua and tengo.
func BenchmarkFilterMap10000(b *testing.B) {
	const want = 4999
	s := load(b, `
let samples = (1..10_000).map(x => x / 2)
let result = samples.filter(x => x < 2500).map(x => x * 2).count
`)
	s.bind(b, "samples")
	ours := s.int("result")
	b.Run("gopher-lua", func(b *testing.B) {
		race(b, 10, want, 5, ours, luaInt(b, `
local samples = {}
for i = 1, 10000 do samples[i] = i / 2 end
function result()
	local small, n = {}, 0
	for _, x in ipairs(samples) do
		if x < 2500 then n = n + 1; small[n] = x end
	end
	local doubled = {}
	for i, x in ipairs(small) do doubled[i] = x * 2 end
	return #doubled
end`, "result"))
	})
	b.Run("tengo", func(b *testing.B) {
		samples := make([]any, 10_000)
		for i := range samples {
			samples[i] = float64(i+1) / 2
		}
		race(b, 10, want, 5, ours, tengoRun(b, `
small := []
for x in samples { if x < 2500 { small = append(small, x) } }
doubled := []
for x in small { doubled = append(doubled, x * 2) }
result := len(doubled)`, "result", map[string]any{"samples": samples}))
	})
	b.Run("goja", func(b *testing.B) {
		race(b, 10, want, 5, ours, gojaCall(b, `
const samples = []
for (let i = 1; i <= 10000; i++) { samples.push(i / 2) }
function result() { return samples.filter(x => x < 2500).map(x => x * 2).length }`, "result"))
	})
	b.Run("starlark-go", func(b *testing.B) {
		race(b, 10, want, 10, ours, starlarkCall(b, `
samples = [x / 2 for x in range(1, 10001)]
def result():
    small = [x for x in samples if x < 2500]
    return len([x * 2 for x in small])`, "result"))
	})
}
