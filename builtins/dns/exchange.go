package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/drl-lang/drl/builtins"
)

const (
	tries      = 3               // of each server
	patience   = 2 * time.Second // of one try
	mostPacket = 1232            // what fits a packet on every way; RFC 9715
	mostStray  = 100             // packets that don't fit the question, before a try is over
)

// ask asks one server after the other until one knows. The last one's error
// is returned.
func ask(ctx context.Context, h *builtins.Host, servers []string, q dnsmessage.Question) (answer, error) {
	var last error
	for range tries {
		for _, server := range servers {
			message, err := exchange(ctx, h, server, q)
			if ctx.Err() != nil {
				return answer{}, context.Cause(ctx)
			}
			var x answer
			if err == nil {
				x, err = read(message, q)
			}
			if err == nil {
				return x, nil
			}
			last = fmt.Errorf("%s: %w", server, err)
			if final := (final{}); errors.As(err, &final) {
				return answer{}, last
			}
		}
	}
	return answer{}, last
}

// final is an answer that another try would not change.
type final struct{ error }

// exchange sends the question once, and once more by TCP where the answer
// doesn't fit a packet.
func exchange(ctx context.Context, h *builtins.Host, server string, q dnsmessage.Question) ([]byte, error) {
	ctx, stop := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer after %s", patience))
	defer stop()
	message, err := over(ctx, h, "udp", server, q)
	if err != nil {
		return nil, err
	}
	if truncated(message) {
		return over(ctx, h, "tcp", server, q)
	}
	return message, nil
}

// over sends the question over a connection of its own and returns the first
// message that answers it.
func over(ctx context.Context, h *builtins.Host, network, server string, q dnsmessage.Question) ([]byte, error) {
	id, packet, err := pack(h, q)
	if err != nil {
		return nil, err
	}
	conn, err := h.Dial(ctx, network, server)
	if err != nil {
		return nil, because(ctx, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if network == "tcp" {
		packet = append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...)
	}
	if _, err := conn.Write(packet); err != nil {
		return nil, because(ctx, err)
	}
	buffer := make([]byte, 64<<10)
	for range mostStray {
		n, err := receive(conn, network, buffer)
		if err != nil {
			return nil, because(ctx, err)
		}
		// Who doesn't know the number isn't whom we asked: wait for the true answer.
		if answers(buffer[:n], id, q) {
			return buffer[:n], nil
		}
		if network == "tcp" {
			return nil, errors.New("the answer is to another question")
		}
	}
	return nil, errors.New("the answers are all to other questions")
}

// because is why a connection failed: where ctx ended, its cause.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func receive(conn net.Conn, network string, buffer []byte) (int, error) {
	if network == "udp" {
		return conn.Read(buffer)
	}
	if _, err := io.ReadFull(conn, buffer[:2]); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(buffer))
	return io.ReadFull(conn, buffer[:n])
}

// pack writes the question with a number that nobody can guess.
func pack(h *builtins.Host, q dnsmessage.Question) (id uint16, packet []byte, err error) {
	if h.Random == nil {
		return 0, nil, errors.New("there is no source of chance here")
	}
	var b [2]byte
	if _, err := io.ReadFull(h.Random, b[:]); err != nil {
		return 0, nil, fmt.Errorf("number the question: %w", err)
	}
	id = binary.BigEndian.Uint16(b[:])
	var size dnsmessage.ResourceHeader
	if err := size.SetEDNS0(mostPacket, dnsmessage.RCodeSuccess, false); err != nil {
		return 0, nil, err
	}
	message := dnsmessage.Message{
		Header:      dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions:   []dnsmessage.Question{q},
		Additionals: []dnsmessage.Resource{{Header: size, Body: &dnsmessage.OPTResource{}}},
	}
	packet, err = message.Pack()
	return id, packet, err
}

// answers tells whether a message is an answer to the question of that number.
func answers(message []byte, id uint16, q dnsmessage.Question) bool {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	if err != nil || !header.Response || header.ID != id {
		return false
	}
	repeated, err := p.Question()
	if errors.Is(err, dnsmessage.ErrSectionDone) {
		return header.RCode != dnsmessage.RCodeSuccess // some refuse without repeating it
	}
	return err == nil && repeated.Type == q.Type && repeated.Class == q.Class && sameName(repeated.Name, q.Name)
}

func truncated(message []byte) bool {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	return err == nil && header.Truncated
}
