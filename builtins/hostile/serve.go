package hostile

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"testing"
)

// Serve listens on this machine and gives each connection to a goroutine of
// its own, which closes it when talk returns. It returns the address, host and
// port. All is closed, and has ended, when the test ends: a talk that only
// waits reads or writes until that fails.
func Serve(t testing.TB, talk func(net.Conn)) string {
	t.Helper()
	return serve(t, talk, func(c net.Conn) net.Conn { return c })
}

// ServeTLS is [Serve] with encryption.
func ServeTLS(t testing.TB, config *tls.Config, talk func(net.Conn)) string {
	t.Helper()
	return serve(t, talk, func(c net.Conn) net.Conn { return tls.Server(c, config) })
}

func serve(t testing.TB, talk func(net.Conn), wrap func(net.Conn) net.Conn) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	var ended bool
	var working sync.WaitGroup
	working.Go(func() {
		for {
			c, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			mu.Lock()
			open = append(open, c)
			late := ended
			mu.Unlock()
			if late {
				c.Close()
			}
			working.Go(func() {
				defer c.Close()
				talk(wrap(c))
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		ended = true
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		working.Wait()
	})
	return listener.Addr().String()
}
