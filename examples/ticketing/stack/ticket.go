package stack

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Ticket is what people ask for.
type Ticket struct {
	ID          int64   `json:"id"`
	Title       string  `json:"title"`
	Body        string  `json:"body"`
	Author      string  `json:"author"`
	State       string  `json:"state"`              // new, processed
	Priority    string  `json:"priority,omitempty"` // from v2 on: low, normal, high
	CreatedAt   string  `json:"created_at"`
	ProcessedAt *string `json:"processed_at"`
}

// mostUpload is the longest file that is taken.
const mostUpload = 10 << 20

// ticketService keeps tickets and their files.
type ticketService struct {
	release Release
	db      *database
	peers   *peers
	now     func() time.Time
	worker  worker
}

func newTicket(r Release, db *database, p *peers, now func() time.Time) app {
	s := &ticketService{release: r, db: db, peers: p, now: now, worker: worker{each: r.Work}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health/{$}", health("ticket", r, db))
	mux.HandleFunc("GET /static/app.css", style)
	mux.HandleFunc("GET /api/tickets/{$}", s.forUsers(s.list))
	mux.HandleFunc("POST /api/tickets/{$}", s.forUsers(s.create))
	mux.HandleFunc("GET /api/tickets/{id}/{$}", s.forUsers(s.show))
	mux.HandleFunc("POST /api/tickets/{id}/files/{$}", s.forUsers(s.upload))
	mux.HandleFunc("GET /api/files/{id}/{$}", s.forUsers(s.download))
	mux.HandleFunc("POST /api/tickets/{id}/processed/{$}", p.only(s.processed))
	return app{handler: mux}
}

// forUsers asks auth whose token it is, and does the release's work.
func (s *ticketService) forUsers(next func(w http.ResponseWriter, r *http.Request, user string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := s.now()
		var session struct{ User string }
		err := s.whose(r, &session)
		if refused := (*peerError)(nil); errors.As(err, &refused) && refused.status == http.StatusUnauthorized {
			replyError(w, http.StatusUnauthorized, "log in first: POST /auth/api/login/")
			return
		}
		if err != nil {
			replyError(w, http.StatusBadGateway, err.Error())
			return
		}
		s.worker.work(r.Context(), s.now().Sub(start))
		next(w, r, session.User)
	}
}

func (s *ticketService) whose(r *http.Request, session any) error {
	as := *s.peers
	as.client = &http.Client{Timeout: as.client.Timeout, Transport: withHeader{as.client.Transport, "Authorization", r.Header.Get("Authorization")}}
	return as.call(r.Context(), http.MethodGet, "/auth/api/session/", nil, session)
}

// withHeader sends one more header with each request.
type withHeader struct {
	http.RoundTripper
	name, text string
}

func (t withHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(t.name, t.text)
	return t.RoundTripper.RoundTrip(r)
}

// columns are what the release reads of a ticket; those with a priority fail
// where migration 0002 is missing.
func (s *ticketService) columns() string {
	if s.release.Priority {
		return `id, title, body, author, state, created_at, processed_at, priority`
	}
	return `id, title, body, author, state, created_at, processed_at`
}

func (s *ticketService) scan(rows *sql.Rows) (Ticket, error) {
	var t Ticket
	into := []any{&t.ID, &t.Title, &t.Body, &t.Author, &t.State, &t.CreatedAt, &t.ProcessedAt}
	if s.release.Priority {
		into = append(into, &t.Priority)
	}
	return t, rows.Scan(into...)
}

func (s *ticketService) list(w http.ResponseWriter, r *http.Request, _ string) {
	tickets, err := collect(r.Context(), s.db, `select `+s.columns()+` from tickets order by id desc limit 100`, nil, s.scan)
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	reply(w, http.StatusOK, map[string]any{"count": len(tickets), "tickets": tickets})
}

func (s *ticketService) find(ctx context.Context, id string) (Ticket, error) {
	tickets, err := collect(ctx, s.db, `select `+s.columns()+` from tickets where id = ?`, []any{id}, s.scan)
	if err == nil && len(tickets) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return Ticket{}, err
	}
	return tickets[0], nil
}

func (s *ticketService) show(w http.ResponseWriter, r *http.Request, _ string) {
	t, err := s.find(r.Context(), r.PathValue("id"))
	if err != nil {
		replyMissing(w, err, "ticket "+r.PathValue("id"))
		return
	}
	reply(w, http.StatusOK, t)
}

func replyMissing(w http.ResponseWriter, err error, what string) {
	if errors.Is(err, sql.ErrNoRows) {
		replyError(w, http.StatusNotFound, "there is no "+what)
		return
	}
	replyError(w, http.StatusInternalServerError, err.Error())
}

// create keeps a ticket and queues the job that processes it.
func (s *ticketService) create(w http.ResponseWriter, r *http.Request, user string) {
	var given struct{ Title, Body, Priority string }
	if !readJSON(w, r, &given) {
		return
	}
	if given.Title == "" {
		replyError(w, http.StatusUnprocessableEntity, "a ticket needs a title")
		return
	}
	columns, values := `title, body, author, created_at`, []any{given.Title, given.Body, user, stamp(s.now())}
	if s.release.Priority {
		if given.Priority == "" {
			given.Priority = "normal"
		}
		columns, values = columns+`, priority`, append(values, given.Priority)
	}
	var id int64
	err := s.db.use(func(db *sql.DB) error {
		marks := "?, ?, ?, ?, ?"[:3*len(values)-2]
		added, err := db.ExecContext(r.Context(), `insert into tickets (`+columns+`) values (`+marks+`)`, values...)
		if err != nil {
			return err
		}
		id, err = added.LastInsertId()
		return err
	})
	if err == nil {
		err = s.peers.call(r.Context(), http.MethodPost, "/workflow/api/jobs/", map[string]int64{"ticket": id}, nil)
	}
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	t, err := s.find(r.Context(), fmt.Sprint(id))
	if err != nil {
		replyMissing(w, err, "ticket")
		return
	}
	reply(w, http.StatusCreated, t)
}

// processed is how workflow says that it is done with a ticket.
func (s *ticketService) processed(w http.ResponseWriter, r *http.Request) {
	var n int64
	err := s.db.use(func(db *sql.DB) error {
		changed, err := db.ExecContext(r.Context(), `update tickets set state = 'processed', processed_at = ? where id = ?`,
			stamp(s.now()), r.PathValue("id"))
		if err != nil {
			return err
		}
		n, err = changed.RowsAffected()
		return err
	})
	if err == nil && n == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		replyMissing(w, err, "ticket "+r.PathValue("id"))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// upload keeps the form's file named file with a ticket.
func (s *ticketService) upload(w http.ResponseWriter, r *http.Request, _ string) {
	if _, err := s.find(r.Context(), r.PathValue("id")); err != nil {
		replyMissing(w, err, "ticket "+r.PathValue("id"))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostUpload)
	f, head, err := r.FormFile("file")
	if err != nil {
		replyError(w, http.StatusBadRequest, "want a form with a file named file, of at most 10 MiB: "+err.Error())
		return
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		replyError(w, http.StatusBadRequest, err.Error())
		return
	}
	sum := sha256.Sum256(content)
	digest := hex.EncodeToString(sum[:])
	var id int64
	err = s.db.use(func(db *sql.DB) error {
		added, err := db.ExecContext(r.Context(), `insert into files (ticket, name, sha256, content) values (?, ?, ?, ?)`,
			r.PathValue("id"), head.Filename, digest, content)
		if err != nil {
			return err
		}
		id, err = added.LastInsertId()
		return err
	})
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	reply(w, http.StatusCreated, map[string]any{
		"id": id, "name": head.Filename, "size": len(content), "sha256": digest, "url": fmt.Sprintf("/ticket/api/files/%d/", id),
	})
}

func (s *ticketService) download(w http.ResponseWriter, r *http.Request, _ string) {
	var content []byte
	var digest string
	err := s.db.use(func(db *sql.DB) error {
		return db.QueryRowContext(r.Context(), `select content, sha256 from files where id = ?`, r.PathValue("id")).Scan(&content, &digest)
	})
	if err != nil {
		replyMissing(w, err, "file "+r.PathValue("id"))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("ETag", `"`+digest+`"`)
	_, _ = w.Write(content) // the client may have gone
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	fmt.Fprint(w, "body { font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 40rem }\n")
}
