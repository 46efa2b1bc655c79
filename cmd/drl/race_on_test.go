//go:build race

package main

// raceMemory is how many times the memory a program may use that was built
// with the race detector: it keeps a shadow of every word.
const raceMemory = 4
