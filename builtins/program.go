package builtins

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Program is a program that a builtin runs.
type Program struct {
	Argv  []string // one word at least
	Env   []string // NAME=value, beside drl's own environment: where passwords go
	Dir   string   // where it runs; "" is the script's folder
	Stdin string   // what it reads; "": nothing
}

// Ended is what came of a program.
type Ended struct {
	Code           int    // its exit code; 127 when it isn't found
	Stdout, Stderr string // what it wrote, up to 1 MiB each: the beginning
	Cut            bool   // it wrote more than that
}

// Command runs a program in the script's folder and returns what it wrote to
// its standard output. A code other than 0, an output of more than 1 MiB and a
// program that isn't there are errors, with the end of what it complained of.
func (h *Host) Command(ctx context.Context, argv []string) ([]byte, error) {
	ended, err := h.Start(ctx, Program{Argv: argv})
	switch {
	case err != nil:
		return nil, err
	case ended.Code != 0:
		err := fmt.Errorf("%s ended with exit code %d", argv[0], ended.Code)
		if last := strings.TrimSpace(ended.Stderr); last != "" {
			err = fmt.Errorf("%w: %s", err, last[max(0, len(last)-4<<10):])
		}
		return nil, err
	case ended.Cut:
		return nil, fmt.Errorf("%s wrote more than 1 MiB", argv[0])
	}
	return []byte(ended.Stdout), nil
}

// Start is Run that may be called in any world.
func (h *Host) Start(ctx context.Context, p Program) (Ended, error) {
	if h.Run == nil {
		return Ended{}, errors.New("no programs can be run here")
	}
	return h.Run(ctx, p)
}
