// Package monitor turns the samples of a release's metrics into a verdict.
// Samples come in, tick by tick; what comes out is where each rule stands and,
// once, a decision with its evidence. It is pure: it has no clock and reads
// nothing, so that a day of it is judged in milliseconds. runtime/run takes
// the samples and carries the decision out.
package monitor
