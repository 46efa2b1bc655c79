// Package report tells people and programs what happened in a run. Events
// come in, one at a time or read back from yesterday's run; text goes out: to
// a terminal while the run goes on, as JSON lines, or, of what a [Record] has
// kept, as a report in text, JSON, JUnit's XML or Markdown and as annotations
// of GitHub. It sees events and places alone, never the run, and it has no
// clock: the time comes with the events and with Tick.
//
// What an event holds may come from anywhere, so nothing of it is obeyed: see
// [Visible]. Secrets are masked before an event gets here, by
// [event.Redactor].
package report
