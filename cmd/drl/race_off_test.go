//go:build !race

package main

// raceMemory is 1: this build has no race detector.
const raceMemory = 1
