package postgres

import (
	"context"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type identityArgs struct {
	URL     builtins.Text `drl:"url,address" doc:"the database: postgres://user:password@host:5432/name"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time for the answer" default:"10s"`
}

type identityResult struct {
	System   string `drl:"system" doc:"the number of the server's data, which it was given when they were first made; replicas have it too"`
	Database string `drl:"database" doc:"the database's name"`
	Version  string `drl:"version" doc:"the server's version: PostgreSQL 15.4"`
}

var identity = builtins.New("postgres.identity", types.Reads,
	"Tell which server and database an address leads to, whatever it is called today.",
	func(ctx context.Context, h *builtins.Host, a identityArgs) (identityResult, error) {
		s, err := connect(ctx, h, a.URL)
		if err != nil {
			return identityResult{}, err
		}
		defer s.close()
		return s.identity(ctx)
	}).With(`expect postgres.identity(env("DATABASE_URL")).database == "tickets"`)

func (s *server) identity(ctx context.Context) (identityResult, error) {
	id := identityResult{Version: "PostgreSQL " + s.version}
	err := s.ask(ctx, "select system_identifier::text, current_database() from pg_control_system()", &id.System, &id.Database)
	return id, err
}
