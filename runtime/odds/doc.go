// Package odds says what the rules of a monitor are worth before anyone trusts
// a release to them. It plays a monitor many times on made-up samples that look
// like a release's own: how often is a healthy release rolled back, and how
// long does a regression live? It judges with runtime/monitor, the same code
// that judges a real release, and touches nothing outside memory.
//
// [Noise] is how a metric's samples come about, as a person states it
// ([Parse]). [Simulate] plays.
package odds
