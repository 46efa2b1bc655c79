//go:build linux && !race

package ticketing_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/runtime/event"
)

// released is what came of a release.
type released struct {
	t      *testing.T
	exit   int
	end    event.RunFinished
	failed map[string]string // node titles that failed, with what they said
	report string            // as report.write wrote it, in Markdown
	seen   string            // what the person saw
	backup string            // the file that was made, if any
}

// release runs the script with short windows; on hears each event as it comes.
func (s *realStack) release(on func(event.Event), args ...string) *released {
	s.t.Helper()
	script, err := filepath.Abs("stack.drl")
	if err != nil {
		s.t.Fatal(err)
	}
	dir := s.t.TempDir()
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.drl, append([]string{"run", script, "--target", "stack", "--version", "v2", "--yes", "*", "--json", "-v",
		"--tools", s.at, "--url", s.front, "--prometheus_url", s.prometheus, "--mailbox", s.mailbox,
		"--beforehand", "3s", "--window", "6s", "--interval", "1500ms", "--patience", "1500ms", "--counted", "10s",
		"--backups", filepath.Join(dir, "backups"), "--reports", filepath.Join(dir, "reports")}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=dumb", "NO_COLOR=1", "DRL_STATE="+filepath.Join(dir, "state"), "TICKETING_PASSWORD="+stackPassword, "DATABASE_URL="+s.database,
		"RABBITMQ_URL="+s.queues, "CELERY_BROKER_URL="+s.broker)
	var seen bytes.Buffer
	cmd.Stderr = &seen
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	r := &released{t: s.t, failed: map[string]string{}}
	for e, err := range event.Read(out) {
		if err != nil {
			s.t.Errorf("the events: %v", err)
			continue
		}
		switch b := e.Body.(type) {
		case event.NodeFinished:
			if b.Status == event.Failed || b.Status == event.Warned {
				for _, f := range b.Failures {
					r.failed[b.Title] += f.Message + " " + strings.Join(f.Output, " ") + fmt.Sprint(f.Parts) + "\n"
				}
			}
		case event.RunFinished:
			r.end = b
		}
		if on != nil {
			on(e)
		}
	}
	_ = cmd.Wait() // the exit code says it
	r.exit, r.seen = cmd.ProcessState.ExitCode(), seen.String()
	report, err := os.ReadFile(filepath.Join(dir, "reports", "v2.md"))
	if err != nil {
		s.t.Errorf("the report: %v", err)
	}
	r.report = string(report)
	if backups, _ := filepath.Glob(filepath.Join(dir, "backups", "*")); len(backups) == 1 {
		r.backup = backups[0]
	}
	if s.t.Failed() || testing.Verbose() {
		s.t.Logf("drl run saw:\n%s", r.seen)
	}
	return r
}

// ends fails unless the release ended so, and the report and the events say
// why: reason is a pattern.
func (r *released) ends(exit int, outcome, reason string) {
	r.t.Helper()
	if r.exit != exit || r.end.Outcome != outcome {
		r.t.Errorf("the release ended with %d, %s: %s\nwant %d, %s\n%s", r.exit, r.end.Outcome, r.end.Reason, exit, outcome, r.seen)
	}
	for where, text := range map[string]string{"the last event": r.end.Reason, "the report": r.report} {
		if !regexp.MustCompile(reason).MatchString(text) {
			r.t.Errorf("%s doesn't say %s:\n%s", where, reason, text)
		}
	}
	if len(r.end.Left) > 0 {
		r.t.Errorf("left to undo by hand: %q", r.end.Left)
	}
	for where, text := range map[string]string{"the report": r.report, "the terminal": r.seen} {
		if strings.Contains(text, stackPassword) {
			r.t.Errorf("%s shows the password", where)
		}
	}
}

// TestReleaseToTheRealStack releases v2 of the ticket service for real, on a
// good day and on bad ones. After each bad day v1 serves on the schema that
// was there before, with every row. The race detector would watch this test
// and not the program that it runs: it is left out there.
func TestReleaseToTheRealStack(t *testing.T) {
	s := openStack(t)
	s.bring()
	t.Cleanup(s.bring)
	s.fill()

	day := func(name string, bad func(t *testing.T, s *realStack)) {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			s.serves("v1.0.0", true)
			most, schema := s.most(), s.schema()
			rows := s.content(most)
			defer func() {
				t.Helper()
				s.serves("v1.0.0", true)
				if diff := cmp.Diff(schema, s.schema()); diff != "" {
					t.Errorf("the schema is another one (-before +after):\n%s", diff)
				}
				if diff := cmp.Diff(rows, s.content(most)); diff != "" {
					t.Errorf("rows are lost or changed (-before +after):\n%s", diff)
				}
				s.bring()
			}()
			bad(t, &s)
		})
	}

	day("v2 is released before its migration", func(t *testing.T, s *realStack) {
		r := s.release(nil, "--apps", "")
		r.ends(3, "rolled_back", `API endpoints responding correctly: /api/tickets/ answers 500, in v2`)
	})
	day("v2 is slow", func(t *testing.T, s *realStack) {
		s.knob("POST", `{"latency_ms": 600, "release": "v2", "path": "/api/tickets/"}`)
		const smoke = `select count(*)::text from tickets_ticket join tickets_attachment on ticket_id = tickets_ticket.id where title = 'smoke test of v2'`
		before := s.text(smoke)
		r := s.release(nil)
		r.ends(3, "rolled_back", `Monitor application metrics: latency is [\d.]+% worse than the baseline`)
		if after := s.text(smoke); after == before {
			t.Errorf("v2 had %s tickets of smoke tests, with a file each, want one more than before", after)
		}
	})
	day("Redis dies while v2 is watched", func(t *testing.T, s *realStack) {
		var start func()
		r := s.release(func(e event.Event) {
			if began, ok := e.Body.(event.NodeStarted); ok && began.Type == "monitor" && start == nil { // not the one that looks at v1 after the rollback
				start = s.stopRedis()
			}
		})
		if start == nil {
			t.Fatal("nothing was watched")
		}
		s.serves("v1.0.0", false) // while Redis is still dead
		start()
		r.ends(3, "rolled_back", `Monitor application metrics: unwell is 100%, over the limit of 0% for 1.5s`)
		if why := r.failed["All services are well"]; !regexp.MustCompile(`redis\W+ConnectionError`).MatchString(why) {
			t.Errorf("nothing says that Redis is dead: %q", why)
		}
	})
	day("a migration can't be reversed", func(t *testing.T, s *realStack) {
		r := s.release(func(e event.Event) {
			if began, ok := e.Body.(event.NodeStarted); ok && began.Type == "step" {
				t.Errorf("%s was begun", began.Title)
			}
		}, "--apps", "tickets,legacy")
		r.ends(1, "failed", `legacy\.0002\\?_purge can be taken back`)
		if !strings.Contains(r.report, "IrreversibleError") {
			t.Errorf("the report doesn't have Django's words:\n%s", r.report)
		}
		s.release(nil, "--purges", "legacy=legacy_audti").ends(1, "failed", `there are 0 tables legacy\\?_audti`)
	})
	day("a migration deletes rows for good, and v2 is broken", func(t *testing.T, s *realStack) {
		s.knob("POST", `{"error_rate": 1, "status": 500, "release": "v2", "path": "/api/tickets/"}`)
		purged := false
		r := s.release(func(e event.Event) {
			if began, ok := e.Body.(event.NodeStarted); !ok || began.Title != "Deploy ticket" || began.Type != "step" {
				return
			}
			purged = s.text(`select count(*)::text from legacy_audit`) == "0"
			// What comes in now is in no backup.
			s.exec(`insert into tickets_ticket (title, body, state, owner, created) values ('late', '', 'open', 'alice', now())`)
			s.exec(`insert into legacy_audit (note) values ('late')`)
		}, "--purges", "legacy=legacy_audit")
		r.ends(3, "rolled_back", `API endpoints responding correctly: /api/tickets/ answers 500`)
		if !purged {
			t.Error("the migration hasn't deleted the rows: there was nothing to bring back")
		}
		for _, late := range []string{`select count(*)::text from tickets_ticket where title = 'late'`, `select count(*)::text from legacy_audit where note = 'late'`} {
			if found := s.text(late); found != "1" {
				t.Errorf("%s: %s, want 1", late, found)
			}
		}
	})

	t.Run("a good day", func(t *testing.T) {
		s := *s
		s.t = t
		most := s.most()
		rows := s.content(most)
		r := s.release(nil)
		r.ends(0, "passed", "")
		s.serves("v2", true)
		if diff := cmp.Diff(rows, s.content(most)); diff != "" {
			t.Errorf("rows are lost or changed (-before +after):\n%s", diff)
		}
		if applied := s.schema(); !strings.Contains(applied, "tickets.0002_ticket_priority") {
			t.Errorf("applied is %s", applied)
		}
		if said, err := exec.Command("pg_restore", "--list", r.backup).CombinedOutput(); err != nil || !strings.Contains(string(said), "TABLE DATA public tickets_ticket") {
			t.Errorf("the backup %q: %v\n%s", r.backup, err, said)
		}
		subject := s.text(`select 'Ticket ' || max(id) || ', smoke test of v2' from tickets_ticket where title = 'smoke test of v2'`)
		if mails := s.mails(); !strings.Contains(mails, subject) {
			t.Errorf("no mail says %q: %s", subject, mails)
		}
	})
}
