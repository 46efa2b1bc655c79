package sql

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// ExplainPostgres says what went wrong in the server's words, with the place
// in the text that it means, or why it could not be reached. It never shows
// more of the address than host, port, database and user.
func ExplainPostgres(err error, c *pgx.ConnConfig, text string) error {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		if said.Code == "57014" && strings.Contains(said.Message, "statement timeout") {
			return errServerTimeout
		}
		return errors.New(explainServer(said, c, text))
	}
	var long *pgproto3.ExceededMaxBodyLenErr
	if errors.As(err, &long) {
		return errManyBytes
	}
	var unreachable *pgconn.ConnectError
	if !errors.As(err, &unreachable) {
		return err
	}
	return Unreachable(address(c), errors.Unwrap(unreachable))
}

// Unreachable says why a server can't be connected to.
func Unreachable(address string, err error) error {
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("connect to %s: connection refused: nothing listens there", address)
	case errors.As(err, &dns):
		return fmt.Errorf("connect to %s: no such host", address)
	}
	// What libraries say around it repeats the address.
	text := err.Error()
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		text = op.Err.Error()
	}
	if lines := strings.Split(strings.TrimSpace(text), "\n"); len(lines) > 1 {
		text = strings.TrimSpace(lines[len(lines)-1])
	}
	return fmt.Errorf("connect to %s: %s", address, text)
}

func explainServer(e *pgconn.PgError, c *pgx.ConnConfig, text string) string {
	said := e.Message
	switch {
	case e.Code == "42601" && strings.Contains(e.Message, "multiple commands"):
		return "the text has more than one statement: each is a call of its own"
	case e.Code == "08P01" && strings.HasPrefix(e.Message, "bind message supplies"):
		var values, placeholders int
		if n, _ := fmt.Sscanf(strings.Replace(e.Message, "parameters, but prepared statement \"\" requires", "", 1), "bind message supplies %d %d", &values, &placeholders); n == 2 {
			return errPlaceholders(placeholders, values).Error()
		}
	case e.Code == "25006":
		return said + ": query and value only read; db.exec changes things, in a step"
	case e.Code == "3D000", e.Code == "28P01", e.Code == "28000", e.Code == "53300":
		return "connect to " + address(c) + ": " + said
	}
	if e.Detail != "" {
		said += " (" + e.Detail + ")"
	}
	if e.Hint != "" {
		said += "; " + lowered(e.Hint)
	}
	if where := placeIn(text, int(e.Position)); where != "" {
		said += ", at " + where
	}
	return said
}

// lowered is a sentence of the server as a part of one of ours.
func lowered(hint string) string {
	hint = strings.TrimSuffix(hint, ".")
	return strings.ToLower(hint[:1]) + hint[1:]
}

// placeIn shows the character of a text at that position, from 1, within its
// line; "" where there is no such position.
func placeIn(text string, position int) string {
	runes := []rune(text)
	if position < 1 || position > len(runes)+1 {
		return ""
	}
	before, after := string(runes[:position-1]), string(runes[position-1:])
	line := strings.Count(before, "\n") + 1
	before = before[strings.LastIndexByte(before, '\n')+1:]
	after, _, _ = strings.Cut(after, "\n")
	column := utf8.RuneCountInString(before) + 1
	const most = 40 // characters on each side
	if r := []rune(before); len(r) > most {
		before = "…" + string(r[len(r)-most:])
	}
	if r := []rune(after); len(r) > most {
		after = string(r[:most]) + "…"
	}
	shown := strings.Join(strings.Fields(before+"▸"+after), " ")
	if line == 1 && !strings.Contains(text, "\n") {
		return fmt.Sprintf("column %d: %s", column, shown)
	}
	return fmt.Sprintf("line %d, column %d: %s", line, column, shown)
}
