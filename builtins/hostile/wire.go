package hostile

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// Wire is a network in memory that leads to one server, which listens at it:
// tens of thousands of connections take most of a test's time elsewhere, and
// in a synctest bubble there is no other.
type Wire struct {
	at    string
	wrap  func(net.Conn) net.Conn
	calls chan net.Conn
	cut   chan struct{}
	once  sync.Once
}

// NewWire returns a network whose server is at an address, and no other is
// anywhere; "": the server is wherever one dials. wrap makes each end of a
// connection of a pipe's; nil: it is the pipe's.
func NewWire(at string, wrap func(net.Conn) net.Conn) *Wire {
	return &Wire{at: at, wrap: wrap, calls: make(chan net.Conn), cut: make(chan struct{})}
}

// Dial is a Host's.
func (w *Wire) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	if w.at != "" && address != w.at {
		return nil, syscall.ECONNREFUSED
	}
	here, there := net.Pipe()
	if w.wrap != nil {
		here, there = w.wrap(here), w.wrap(there)
	}
	err := error(syscall.ECONNREFUSED)
	select {
	case w.calls <- there:
		return here, nil
	case <-w.cut:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	here.Close()
	there.Close()
	return nil, err
}

// Accept, Close and Addr are a net.Listener's.
func (w *Wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.calls:
		return c, nil
	case <-w.cut:
		return nil, net.ErrClosed
	}
}

// Close ends the listening.
func (w *Wire) Close() error {
	w.once.Do(func() { close(w.cut) })
	return nil
}

// Addr is where the server is.
func (w *Wire) Addr() net.Addr { return where(w.at) }

type where string

func (where) Network() string  { return "tcp" }
func (w where) String() string { return string(w) }
