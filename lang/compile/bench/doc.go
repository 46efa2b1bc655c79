// Package bench measures drl beside other languages that are embedded in Go:
// the same work on both sides, in turns, in one process. It is a module of its
// own, so that drl itself depends on none of them.
//
//	go test -bench . ./...      the peers
//	go run ./process            whole processes: processor time and memory
package bench
