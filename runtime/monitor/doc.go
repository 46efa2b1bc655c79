// Package monitor turns the samples of a release's metrics into a verdict.
// Samples come in, tick by tick; what comes out is where each rule stands and,
// once, a decision with its evidence. It is pure: it has no clock and reads
// nothing, so that a day of it is judged in milliseconds. runtime/run takes
// the samples and carries the decision out.
//
// The way to drive one, on any clock or none:
//
//	m, err := monitor.New(program, declaration, monitor.Options{…})
//	for at := time.Duration(0); ; at += interval {
//		ticked, decision := m.Tick(at, samples) // m.Judge(at, samples): the decision alone, without allocation
//		if decision != nil {
//			return *decision
//		}
//		if m.Over(at) { // the window, and what a held rule adds to it
//			return m.Finish()
//		}
//	}
//
// [Monitor.Snapshot] is all that a monitor has seen, and [Monitor.Restore]
// gives it to a new one, which decides as the first would have.
// [Monitor.Reset] starts over without compiling the rules again.
// [Monitor.Gap] tells of time in which nothing was looked at,
// [Monitor.Beside] brings the samples of what `against live` names, and
// [Monitor.Again] is the monitor that looks on after a rollback.
package monitor
