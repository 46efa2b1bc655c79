package builtins

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/drl-lang/drl/lang/value"
)

// DialLimited opens a connection that is closed when ctx ends, and that takes
// at most so many bytes from the other side: whoever sends more than any
// answer can be is not believed. Whoever closes the connection releases ctx.
func (h *Host) DialLimited(ctx context.Context, network, address string, most value.Size) (net.Conn, error) {
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	conn, err := h.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &limitedConn{Conn: conn, most: most, left: most, release: context.AfterFunc(ctx, func() { conn.Close() })}, nil
}

type limitedConn struct {
	net.Conn
	most, left value.Size
	release    func() bool
}

func (c *limitedConn) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, fmt.Errorf("the server sent more than %s", c.most)
	}
	n, err := c.Conn.Read(p[:min(len(p), int(c.left))])
	c.left -= value.Size(n)
	return n, err
}

func (c *limitedConn) Close() error {
	c.release()
	return c.Conn.Close()
}
