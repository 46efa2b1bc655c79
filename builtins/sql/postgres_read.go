package sql

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// read asks in one round trip: the transaction, its limit, the question and
// its end. The transaction is always rolled back, and takes what a function
// has set in the session with it.
func (p *postgres) read(ctx context.Context, s statement) (*table, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, ExplainPostgres(err, p.config, "")
	}
	defer conn.Release()
	c := conn.Conn().PgConn()
	t, err := p.ask(ctx, c, s)
	if p.stale(ctx, c, err) {
		t, err = p.ask(ctx, c, s)
	}
	if err != nil {
		return nil, ExplainPostgres(err, p.config, s.text)
	}
	return t, nil
}

const (
	begin    = "begin read only"
	rollback = "rollback"
)

// ask is one try of read. The server is asked for the types of the
// placeholders first where it depends on them how an argument is written; what
// is asked a second time over a connection is prepared there.
func (p *postgres) ask(ctx context.Context, c *pgconn.PgConn, s statement) (t *table, err error) {
	pipe := c.StartPipeline(ctx)
	defer func() { err = closed(ctx, c, pipe, err) }()
	known := preparedOn(c)
	limit := "set local " + serverLimit(s.limit)
	known.send(pipe, begin)
	known.send(pipe, limit)
	before := 2
	prepared := known.statements[s.text]
	switch {
	case prepared != nil:
	case known.asked(s.text) && !p.nameless.Load():
		prepared, err = known.prepare(pipe, before, begin, limit, rollback, s.text)
		before = 0
	case hangsOnType(s.args):
		prepared, err = prepare(pipe, "", s.text, before)
		before = 0
	}
	if err != nil {
		return nil, tidied(pipe, rollback, err)
	}
	var types []uint32
	if prepared != nil {
		types = prepared.ParamOIDs
	}
	texts, err := encodeArgs(s.args, types)
	if err != nil {
		return nil, tidied(pipe, rollback, err)
	}
	if prepared != nil {
		pipe.SendQueryStatement(prepared, texts, nil, nil)
	} else {
		pipe.SendQueryParams(s.text, texts, nil, nil, nil)
	}
	known.send(pipe, rollback)
	if err := pipe.Sync(); err != nil {
		return nil, err
	}
	result, err := answer(pipe, before)
	if err != nil {
		return nil, p.afterSync(pipe, err)
	}
	reader := result.(*pgconn.ResultReader)
	if t, err = readPostgres(reader); err != nil {
		// The rest of an endless result would be waited for.
		c.Conn().Close()
		return nil, err
	}
	if _, err = reader.Close(); err != nil {
		return nil, p.afterSync(pipe, err)
	}
	return t, nil
}

// afterSync ends the transaction that an error was in: the server has left out
// what followed it.
func (p *postgres) afterSync(pipe *pgconn.Pipeline, err error) error {
	if said := (*pgconn.PgError)(nil); !errors.As(err, &said) {
		return err // the connection is gone
	}
	if _, failed := pipe.GetResults(); failed != nil { // of the sync
		return err
	}
	return tidied(pipe, rollback, err)
}

// prepared is what is prepared on a connection, by its text.
type prepared struct {
	statements map[string]*pgconn.StatementDescription
	once       map[string]bool // was asked once
	names      int
}

// mostPrepared is how many texts are kept of a connection. Those of a script
// are in it, so there are few; names that are put into them can make many.
const mostPrepared = 200

func preparedOn(c *pgconn.PgConn) *prepared {
	const key = "github.com/drl-lang/drl/builtins/sql"
	if known, ok := c.CustomData()[key].(*prepared); ok {
		return known
	}
	known := &prepared{}
	known.forget()
	c.CustomData()[key] = known
	return known
}

// asked tells whether a text was asked before.
func (k *prepared) asked(text string) bool {
	if k.once[text] {
		return true
	}
	if len(k.once) < mostPrepared {
		k.once[text] = true
	}
	return false
}

// prepare prepares those of the texts that aren't yet, and returns the last.
func (k *prepared) prepare(pipe *pgconn.Pipeline, before int, texts ...string) (last *pgconn.StatementDescription, err error) {
	var names []string
	for _, text := range texts {
		name := ""
		if k.statements[text] == nil {
			k.names++
			name = "drl_" + strconv.Itoa(k.names)
			pipe.SendPrepare(name, text, nil)
		}
		names = append(names, name)
	}
	if err := pipe.Sync(); err != nil {
		return nil, err
	}
	for i, text := range texts {
		if names[i] == "" {
			continue
		}
		described, err := answer(pipe, before)
		if err != nil {
			return nil, err
		}
		before = 0
		last = described.(*pgconn.StatementDescription)
		last.Name = names[i]
		k.statements[text] = last
	}
	_, err = pipe.GetResults() // of the sync
	return last, err
}

// send sends a statement without values.
func (k *prepared) send(pipe *pgconn.Pipeline, text string) {
	if statement := k.statements[text]; statement != nil {
		pipe.SendQueryStatement(statement, nil, nil, nil)
		return
	}
	pipe.SendQueryParams(text, nil, nil, nil, nil)
}

func (k *prepared) forget() {
	k.statements, k.once = map[string]*pgconn.StatementDescription{}, map[string]bool{}
}

// stale tells whether an error says that what was prepared can't be used any
// more: a migration has changed what a text returns, or a pooler has another
// connection to the server behind this one, which then can't be relied on for
// names at all. It is forgotten.
func (p *postgres) stale(ctx context.Context, c *pgconn.PgConn, err error) bool {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return false
	}
	known := preparedOn(c)
	switch {
	case said.Code == "26000" || said.Code == "42P05": // no such name, or it is taken
		if p.nameless.Swap(true) && len(known.statements) == 0 {
			return false
		}
	case said.Code == "0A000" && strings.Contains(said.Message, "cached plan") && len(known.statements) > 0:
	default:
		return false
	}
	known.forget()
	// The end of the transaction may have been what had no name.
	return c.TxStatus() == 'I' || c.Exec(ctx, rollback).Close() == nil
}
