package postgres

import (
	"context"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type statsArgs struct {
	URL     builtins.Text `drl:"url,address" doc:"the database: postgres://user:password@host:5432/name"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest time for the answer" default:"10s"`
}

type state struct {
	Connections        int            `drl:"connections" doc:"how many clients are connected, to all databases of the server"`
	MaxConnections     int            `drl:"max_connections" doc:"how many the server takes"`
	LongestQuery       time.Duration  `drl:"longest_query" doc:"how long the oldest query of this database has been running; 0s: none is"`
	LongestTransaction time.Duration  `drl:"longest_transaction" doc:"how long the oldest transaction of this database has been open, idle ones too; 0s: none is"`
	WaitingLocks       int            `drl:"waiting_locks" doc:"how many locks of this database are waited for"`
	CacheHit           value.Percent  `drl:"cache_hit" doc:"of the blocks that were wanted since the statistics were reset, how many were in memory; 100% where none was wanted"`
	Deadlocks          int            `drl:"deadlocks" doc:"how many there were in this database since the statistics were reset"`
	Size               value.Size     `drl:"size" doc:"of this database on the disk"`
	ReplicationLag     *time.Duration `drl:"replication_lag" doc:"how far behind the slowest replica is, or on a replica, this one; null where there are none"`
}

// statistics asks for what state holds, in its order. Durations are in
// seconds. The oldest query and transaction are those of others, and of
// clients: what the server does for itself may take its time. A replica that
// has all that was sent is not behind, however old the last of it is.
const statistics = `
with activity as (
    select datname, pid, state, query_start, xact_start
    from pg_stat_activity where backend_type = 'client backend'
), here as (
    select * from activity where datname = current_database() and pid <> pg_backend_pid()
)
select
    (select count(*) from activity),
    current_setting('max_connections')::int,
    coalesce((select max(extract(epoch from clock_timestamp() - query_start)) from here where state = 'active'), 0)::float8,
    coalesce((select max(extract(epoch from clock_timestamp() - xact_start)) from here), 0)::float8,
    (select count(*) from pg_locks where not granted and (database is null or database = d.datid)),
    coalesce(d.blks_hit::float8 / nullif(d.blks_hit + d.blks_read, 0), 1),
    d.deadlocks,
    pg_database_size(d.datid),
    case
        when not pg_is_in_recovery() then (select max(extract(epoch from coalesce(replay_lag, '0'))) from pg_stat_replication where state = 'streaming')
        when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
        else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())
    end::float8
from pg_stat_database d where d.datname = current_database()`

var stats = builtins.New("postgres.stats", types.Reads,
	"Ask for the state of the server and of one database. Of what others run, PostgreSQL tells the times only to a superuser and to members of pg_monitor.",
	func(ctx context.Context, h *builtins.Host, a statsArgs) (x state, err error) {
		s, err := connect(ctx, h, a.URL)
		if err != nil {
			return x, err
		}
		defer s.close()
		var query, transaction, hit float64
		var lag *float64
		var size int64
		err = s.ask(ctx, statistics, &x.Connections, &x.MaxConnections, &query, &transaction, &x.WaitingLocks, &hit, &x.Deadlocks, &size, &lag)
		if err != nil {
			return x, err
		}
		x.LongestQuery, x.LongestTransaction = seconds(query), seconds(transaction)
		x.CacheHit, x.Size = value.Percent(hit), value.Size(size)
		if lag != nil {
			behind := seconds(*lag)
			x.ReplicationLag = &behind
		}
		return x, nil
	}).With(`check "the database has time" { expect postgres.stats(env("DATABASE_URL")).longest_query < 1m }`)

// seconds is a duration, never a negative one: clocks are read one after the
// other.
func seconds(n float64) time.Duration {
	return max(0, time.Duration(n*float64(time.Second)))
}
