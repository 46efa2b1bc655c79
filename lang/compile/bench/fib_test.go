package bench

import "testing"

// Calls and whole numbers: no side remembers results. drl, starlark and
// tengo count in integers, gopher-lua in floats, goja in either.
func BenchmarkFib25(b *testing.B) {
	const want = 75025
	ours := load(b, `
fn fib(n: int) -> int {
    if n < 2 { return n }
    return fib(n - 1) + fib(n - 2)
}
let result = fib(25)
`).int("result")
	b.Run("gopher-lua", func(b *testing.B) {
		race(b, 3, want, 5, ours, luaInt(b, `
local function fib(n)
	if n < 2 then return n end
	return fib(n - 1) + fib(n - 2)
end
function result() return fib(25) end`, "result"))
	})
	b.Run("tengo", func(b *testing.B) {
		race(b, 3, want, 5, ours, tengoRun(b, `
fib := func(n) {
	if n < 2 { return n }
	return fib(n-1) + fib(n-2)
}
result := fib(25)`, "result", nil))
	})
	b.Run("goja", func(b *testing.B) {
		race(b, 3, want, 5, ours, gojaCall(b, `
function fib(n) {
	if (n < 2) { return n }
	return fib(n - 1) + fib(n - 2)
}
function result() { return fib(25) }`, "result"))
	})
	b.Run("starlark-go", func(b *testing.B) {
		race(b, 3, want, 10, ours, starlarkCall(b, `
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
def result():
    return fib(25)`, "result"))
	})
}
