package standin

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Sentry stands in for Sentry's API with one project, acme/tickets.
// https://docs.sentry.io/api/
type Sentry struct {
	server
	issues []Object
}

// NewSentry starts one until the test ends.
func NewSentry(t Test, token string) *Sentry {
	t.Helper()
	s := &Sentry{}
	s.start(t, token, s.answer)
	return s
}

// Happens adds an issue, or something to one of that name: n times, first and
// last at those times.
func (s *Sentry) Happens(id, level, environment string, n int, first, last time.Time) {
	s.change(func() {
		s.issues = append(s.issues, Object{
			"id": strconv.Itoa(len(s.issues) + 1), "shortId": id, "title": "KeyError: " + id, "culprit": "tickets.views in get", "level": level, "status": "unresolved",
			"count": strconv.Itoa(n), "userCount": n, "permalink": "https://acme.sentry.example.com/issues/" + id, "environment": environment,
			"firstSeen": last.UTC().Format(time.RFC3339Nano), "lastSeen": last.UTC().Format(time.RFC3339Nano),
			"lifetime": Object{"count": strconv.Itoa(n), "firstSeen": first.UTC().Format(time.RFC3339Nano)},
		})
	})
}

func (s *Sentry) answer(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.Token {
		write(w, http.StatusUnauthorized, Object{"detail": "Invalid token"})
		return
	}
	switch r.URL.Path {
	case "/api/0/projects/acme/tickets/":
		write(w, 200, Object{"id": "4505", "slug": "tickets", "name": "Tickets"})
	case "/api/0/projects/acme/secret/":
		write(w, http.StatusForbidden, Object{"detail": Object{"code": "denied", "message": "You do not have permission to perform this action."}})
	case "/api/0/organizations/acme/issues/":
		s.list(w, r)
	default:
		write(w, http.StatusNotFound, Object{"detail": "The requested resource does not exist"})
	}
}

func (s *Sentry) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("project") != "4505" {
		write(w, http.StatusBadRequest, Object{"detail": "Invalid project parameter. Values must be numbers."})
		return
	}
	start, err1 := time.Parse("2006-01-02T15:04:05.0000", q.Get("start"))
	end, err2 := time.Parse("2006-01-02T15:04:05.0000", q.Get("end"))
	if err1 != nil || err2 != nil || !start.Before(end) {
		write(w, http.StatusBadRequest, Object{"detail": "start must be before end"})
		return
	}
	_, wanted, _ := strings.Cut(q.Get("query"), "level:[")
	wanted = strings.TrimSuffix(wanted, "]")
	var found []Object
	for _, x := range s.issues {
		last, _ := time.Parse(time.RFC3339Nano, x["lastSeen"].(string))
		if last.Before(start) || wanted != "" && !slices.Contains(strings.Split(wanted, ","), x["level"].(string)) ||
			q.Has("environment") && q.Get("environment") != x["environment"] {
			continue
		}
		found = append(found, x)
	}
	// A cursor is value:offset:whether it leads back.
	offset := 0
	if parts := strings.Split(q.Get("cursor"), ":"); len(parts) == 3 {
		offset = intOf(parts[1], 0)
	}
	size := min(100, intOf(q.Get("limit"), 100))
	to := min(len(found), offset+size)
	link := func(rel string, at int, results bool) string {
		return fmt.Sprintf(`<%s%s?&cursor=0:%d:0>; rel="%s"; results="%t"; cursor="0:%d:0"`, s.URL, r.URL.Path, at, rel, results, at)
	}
	w.Header().Set("Link", link("previous", max(0, offset-size), offset > 0)+", "+link("next", offset+size, to < len(found)))
	write(w, 200, append([]Object{}, found[min(offset, to):to]...))
}
