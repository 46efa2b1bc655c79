package redis

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/value"
)

const (
	mostTraffic = 64 << 20 // bytes that a server may send in one call
	mostText    = 8 << 20  // of one text
	mostLine    = 64 << 10
	mostItems   = 1024 // of all lists together; none of the commands wants more
)

// guard reads along, and ends a connection whose other side announces more
// than it could ever be asked for: the library makes room for whatever is
// announced, before it has come.
type guard struct {
	net.Conn
	line  []byte // what has come of the line that is being read
	skip  int    // bytes of a text that are still to come
	items int
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	if problem := g.look(p[:n]); problem != nil {
		g.Close()
		return 0, problem
	}
	return n, err
}

func (g *guard) look(p []byte) error {
	for len(p) > 0 {
		if g.skip > 0 {
			n := min(g.skip, len(p))
			g.skip -= n
			p = p[n:]
			continue
		}
		c := p[0]
		p = p[1:]
		if c != '\n' {
			if len(g.line) == mostLine {
				return fmt.Errorf("the server sent a line of more than %s", value.Size(mostLine))
			}
			g.line = append(g.line, c)
			continue
		}
		if err := g.announced(string(g.line)); err != nil {
			return err
		}
		g.line = g.line[:0]
	}
	return nil
}

// announced judges a line: of a text its length, of a list how many items.
func (g *guard) announced(line string) error {
	if len(line) < 2 {
		return nil
	}
	n, err := strconv.Atoi(line[1 : len(line)-1])
	switch line[0] {
	case '$', '=', '!':
		if err != nil || n > mostText {
			return fmt.Errorf("the server announces a text of %s bytes, want %s at most", value.QuoteString(short(line[1:])), value.Size(mostText))
		}
		if n >= 0 {
			g.skip = n + len("\r\n")
		}
	case '*', '~', '>', '%', '|':
		if err != nil || n > mostItems || g.items+n > mostItems {
			return fmt.Errorf("the server announces a list of %s items, want %d at most", value.QuoteString(short(line[1:])), mostItems)
		}
		g.items += max(n, 1)
	}
	return nil
}

func short(text string) string { return strings.TrimSuffix(text[:min(len(text), 20)], "\r") }
