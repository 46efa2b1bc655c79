package main

import (
	"os"
	"runtime/debug"
)

// memoryGoal is what drl stays under while what it holds allows it. Without
// one, the collector lets garbage grow to as much as is held: a reply of 8 MiB
// of JSON would take 110 MiB for a moment, with it 70.
const memoryGoal = 100 << 20

// limitMemory sets the goal, unless the operator has one.
func limitMemory() {
	if _, set := os.LookupEnv("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(memoryGoal)
	}
}
