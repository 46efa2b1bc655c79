package sql

import (
	"context"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type pingResult struct {
	Latency time.Duration `drl:"latency" doc:"from the question to the answer, with the connecting where no connection was free"`
	Version string        `drl:"version" doc:"the server's name and version: PostgreSQL 15.4"`
}

var ping = builtins.NewMethod("db.ping", types.Reads, "Ask the server for its version.",
	func(ctx context.Context, h *builtins.Host, d *Database, _ struct{}) (pingResult, error) {
		start, err := h.Clock()
		if err != nil {
			return pingResult{}, err
		}
		version, err := d.engine.version(ctx)
		if err != nil {
			return pingResult{}, err
		}
		return pingResult{h.Now().Sub(start), version}, nil
	}).With("let db = sql.open(env(\"DATABASE_URL\"))\nexpect db.ping().latency < 100ms")
