package builtins

import (
	"errors"
	"io"
	"sync"
)

// Kept holds what the calls of a run share and what must not outlive it: pools
// of connections. The zero Kept is empty. It is safe for use by several
// goroutines.
type Kept struct {
	mu     sync.Mutex
	made   map[any]io.Closer
	closed bool
}

// Keep returns what was kept under key, or else keeps what make returns. make
// does not wait for the world: everybody else who wants something kept waits
// for it. key is of a type of the caller's own.
func (h *Host) Keep(key any, make func() (io.Closer, error)) (io.Closer, error) {
	if h.Kept == nil {
		return nil, errors.New("no connections can be kept here")
	}
	return h.Kept.keep(key, make)
}

func (k *Kept) keep(key any, make func() (io.Closer, error)) (io.Closer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil, errors.New("the run is over")
	}
	if c, ok := k.made[key]; ok {
		return c, nil
	}
	c, err := make()
	if err != nil {
		return nil, err
	}
	if k.made == nil {
		k.made = map[any]io.Closer{}
	}
	k.made[key] = c
	return c, nil
}

// Close closes all that was kept, at the end of the run; nothing more is kept
// after it.
func (k *Kept) Close() error {
	k.mu.Lock()
	made := k.made
	k.made, k.closed = nil, true
	k.mu.Unlock()
	var errs []error
	for _, c := range made {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
