package stack

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Job is the processing of one ticket.
type Job struct {
	ID         int64   `json:"id"`
	Ticket     int64   `json:"ticket"`
	State      string  `json:"state"` // queued, running, done, failed
	CreatedAt  string  `json:"created_at"`
	FinishedAt *string `json:"finished_at"`
	Error      *string `json:"error"`
}

// workflow processes tickets in the background: it marks them and has a
// notification sent.
type workflow struct {
	db    *database
	peers *peers
	now   func() time.Time
	wake  chan struct{} // a job was queued
}

// lookAgain is how often the worker looks for jobs that another version of
// the service queued.
const lookAgain = 200 * time.Millisecond

func newWorkflow(r Release, db *database, p *peers, now func() time.Time) app {
	s := &workflow{db, p, now, make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health/{$}", health("workflow", r, db))
	mux.HandleFunc("GET /api/jobs/{$}", s.list)
	mux.HandleFunc("POST /api/jobs/{$}", p.only(s.queue))
	return app{handler: mux, background: s.work}
}

func (s *workflow) list(w http.ResponseWriter, r *http.Request) {
	jobs, err := collect(r.Context(), s.db, `select id, ticket, state, created_at, finished_at, error from jobs order by id desc limit 100`, nil,
		func(rows *sql.Rows) (Job, error) {
			var j Job
			return j, rows.Scan(&j.ID, &j.Ticket, &j.State, &j.CreatedAt, &j.FinishedAt, &j.Error)
		})
	counts := map[string]int{"queued": 0, "running": 0, "done": 0, "failed": 0}
	if err == nil {
		err = s.count(r.Context(), counts)
	}
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	reply(w, http.StatusOK, map[string]any{
		"queued": counts["queued"], "running": counts["running"], "done": counts["done"], "failed": counts["failed"], "jobs": jobs,
	})
}

func (s *workflow) count(ctx context.Context, counts map[string]int) error {
	_, err := collect(ctx, s.db, `select state, count(*) from jobs group by state`, nil, func(rows *sql.Rows) (none struct{}, err error) {
		var state string
		var n int
		err = rows.Scan(&state, &n)
		counts[state] = n
		return
	})
	return err
}

func (s *workflow) queue(w http.ResponseWriter, r *http.Request) {
	var given struct{ Ticket int64 }
	if !readJSON(w, r, &given) {
		return
	}
	err := s.db.use(func(db *sql.DB) error {
		_, err := db.ExecContext(r.Context(), `insert into jobs (ticket, created_at) values (?, ?)`, given.Ticket, stamp(s.now()))
		return err
	})
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
	w.WriteHeader(http.StatusAccepted)
}

// work processes one job after the other until ctx ends.
func (s *workflow) work(ctx context.Context) {
	timer := time.NewTicker(lookAgain)
	defer timer.Stop()
	for {
		for s.workOnce(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-timer.C:
		}
	}
}

// workOnce takes the oldest job, if there is one, and tells whether there was.
func (s *workflow) workOnce(ctx context.Context) bool {
	var j Job
	err := s.db.use(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `update jobs set state = 'running'
			where id = (select min(id) from jobs where state = 'queued') returning id, ticket`).Scan(&j.ID, &j.Ticket)
	})
	if err != nil {
		return false
	}
	failed := s.process(ctx, j.Ticket)
	end := stamp(s.now())
	state, finished, text := "done", &end, (*string)(nil)
	switch {
	case failed != nil && ctx.Err() != nil:
		state, finished = "queued", nil // the service is being stopped: the next one does it
	case failed != nil:
		why := failed.Error()
		state, text = "failed", &why
	}
	err = s.db.use(func(db *sql.DB) error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), `update jobs set state = ?, finished_at = ?, error = ? where id = ?`,
			state, finished, text, j.ID)
		return err
	})
	return err == nil && ctx.Err() == nil
}

func (s *workflow) process(ctx context.Context, ticket int64) error {
	mark := s.peers.call(ctx, http.MethodPost, fmt.Sprintf("/ticket/api/tickets/%d/processed/", ticket), nil, nil)
	if mark != nil {
		return mark
	}
	err := s.peers.call(ctx, http.MethodPost, "/notification/api/notifications/", map[string]any{
		"ticket": ticket, "to": "support@tickets.example.com", "text": fmt.Sprintf("ticket %d was processed", ticket),
	}, nil)
	if err != nil {
		return errors.Join(errors.New("the ticket is marked, but nobody was told"), err)
	}
	return nil
}
