//go:build unix && !linux

package command

func runPowerless(string) int { return 1 } // only Linux can refuse a signal
