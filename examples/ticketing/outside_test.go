//go:build linux && !race

package ticketing_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/drl-lang/drl/builtins/hostile"
)

// The user of the real stack that signs in.
const stackUser, stackPassword = "alice", "s3cret-pw"

var services = []string{"auth", "ticket", "workflow", "notification"}

// realStack is the stack that examples/ticketing/stack.drl releases to, seen
// from outside: by its own programs, its database and its front door.
type realStack struct {
	t        *testing.T
	drl      string // the program
	at       string // the folder of stack.sh
	front    string
	ticket   string // the ticket service itself, for its knob
	database string
	db       *sql.DB

	prometheus, mailbox, queues, broker, redis string
}

func openStack(t *testing.T) *realStack {
	s := &realStack{t: t, at: hostile.Real(t, "DRL_TEST_STACK"), prometheus: hostile.Real(t, "DRL_TEST_PROMETHEUS"), mailbox: hostile.Real(t, "DRL_TEST_MAILBOX"),
		queues: hostile.Real(t, "DRL_TEST_RABBITMQ"), broker: hostile.Real(t, "DRL_TEST_AMQP"), redis: hostile.Real(t, "DRL_TEST_REDIS")}
	said, err := exec.Command("bash", "-c", `. "$0/env.sh"; echo $NGINX_PORT $TICKET_PORT $PG_PORT`, s.at).Output()
	ports := strings.Fields(string(said))
	if err != nil || len(ports) != 3 {
		t.Fatalf("the stack's ports are %q, %v", said, err)
	}
	s.front, s.ticket = "http://127.0.0.1:"+ports[0], "http://127.0.0.1:"+ports[1]
	s.database = "postgres://ticketing:ticketing@127.0.0.1:" + ports[2] + "/ticketing"
	if s.db, err = sql.Open("pgx", s.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	// What a release starts outlives the tests: a stack goes on. So the program
	// is one of its own, and not this one, which ends what it has left.
	s.drl = filepath.Join(t.TempDir(), "drl")
	if said, err := exec.Command("go", "build", "-o", s.drl, "../../cmd/drl").CombinedOutput(); err != nil {
		t.Fatalf("build drl: %v\n%s", err, said)
	}
	return s
}

// program runs stack.sh.
func (s *realStack) program(args ...string) {
	s.t.Helper()
	cmd := exec.Command("./stack.sh", args...)
	cmd.Dir = s.at
	if said, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("stack.sh %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

// bring makes the stack what it is before a release: v1 serves on its own
// schema, with a purge that nobody has run, and nothing is degraded.
func (s *realStack) bring() {
	s.t.Helper()
	if s.serving() != "v1.0.0" {
		s.program("deploy", "ticket", "v1.0.0")
	}
	s.knob("DELETE", "")
	applied := s.schema()
	if strings.Contains(applied, "tickets.0002") {
		s.program("manage", "migrate", "tickets", "0001")
	}
	if strings.Contains(applied, "legacy.0002") {
		s.program("manage", "migrate", "--fake", "legacy", "0001")
	}
}

// knob degrades the ticket service.
func (s *realStack) knob(method, body string) {
	s.t.Helper()
	request, err := http.NewRequest(method, s.ticket+"/api/_knob/", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode != 200 {
		s.t.Fatalf("the knob answers %d", reply.StatusCode)
	}
}

// get returns the status, the release and the body of a page of the ticket
// service.
func (s *realStack) get(client *http.Client, path string) (int, string, []byte) {
	s.t.Helper()
	reply, err := client.Get(s.front + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply.StatusCode, reply.Header.Get("X-Release"), body
}

// mails are those that have arrived, as the catcher has them.
func (s *realStack) mails() string {
	s.t.Helper()
	reply, err := http.Get(s.mailbox + "/api/v2/messages")
	if err != nil {
		s.t.Fatal(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

func (s *realStack) serving() string {
	s.t.Helper()
	_, release, _ := s.get(http.DefaultClient, "/ticket/api/health/")
	return release
}

// signIn returns a client with alice's session.
func (s *realStack) signIn() *http.Client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	_, _, body := s.get(client, "/api/csrf/")
	var form struct{ CSRFToken string }
	if err := json.Unmarshal(body, &form); err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequest("POST", s.front+"/api/login/", strings.NewReader(url.Values{"username": {stackUser}, "password": {stackPassword}}.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-CSRFToken", form.CSRFToken)
	reply, err := client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	reply.Body.Close()
	if reply.StatusCode != 200 {
		s.t.Fatalf("%s can't log in: %d", stackUser, reply.StatusCode)
	}
	return client
}

// serves fails unless the version answers with the list of tickets, and, where
// all of the stack is there, with green health checks.
func (s *realStack) serves(version string, healthy bool) {
	s.t.Helper()
	if status, release, body := s.get(s.signIn(), "/api/tickets/"); status != 200 || release != version {
		s.t.Errorf("the list answers %d from %s, want 200 from %s: %s", status, release, version, body)
	}
	for _, name := range services {
		status, release, body := s.get(http.DefaultClient, "/"+name+"/api/health/")
		if healthy && status != 200 || name == "ticket" && release != version {
			s.t.Errorf("the health of %s in %s is %d: %s", name, release, status, body)
		}
	}
}

func (s *realStack) text(query string, args ...any) string {
	s.t.Helper()
	var found string
	if err := s.db.QueryRow(query, args...).Scan(&found); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	return found
}

// schema is what is applied, and the columns that there are.
func (s *realStack) schema() string {
	s.t.Helper()
	return s.text(`select string_agg(app || '.' || name, ' ' order by app, name) from django_migrations`) + "\n" +
		s.text(`select string_agg(table_name || '.' || column_name || ' ' || data_type, ', ' order by table_name, ordinal_position)
			from information_schema.columns where table_schema = 'public'`)
}

// content is a digest of every row with an id up to the one in most, of the
// tables that a release could lose rows of.
func (s *realStack) content(most map[string]int) map[string]string {
	s.t.Helper()
	digests := map[string]string{}
	for table, columns := range map[string]string{
		"tickets_ticket": "id, title, body, state, owner, created", "tickets_attachment": "id, ticket_id, file, sha256", "legacy_audit": "id, note",
	} {
		digests[table] = s.text(fmt.Sprintf(`select count(*) || ' rows ' || coalesce(md5(string_agg(row(%s)::text, ';' order by id)), '')
			from %s where id <= $1`, columns, table), most[table])
	}
	return digests
}

func (s *realStack) most() map[string]int {
	s.t.Helper()
	most := map[string]int{}
	for _, table := range []string{"tickets_ticket", "tickets_attachment", "legacy_audit"} {
		n, err := strconv.Atoi(s.text(`select coalesce(max(id), 0) from ` + table))
		if err != nil {
			s.t.Fatal(err)
		}
		most[table] = n
	}
	return most
}

// fill writes what a release must not lose. It is gone when the test ends, with
// all that came after it.
func (s *realStack) fill() {
	s.t.Helper()
	before := s.most()
	s.t.Cleanup(func() {
		for _, table := range []string{"tickets_attachment", "tickets_ticket", "legacy_audit"} {
			s.exec(`delete from `+table+` where id > $1`, before[table])
		}
	})
	s.exec(`insert into tickets_ticket (title, body, state, owner, created) select 'ticket ' || i, 'from before', 'open', 'alice', now() from generate_series(1, 20) i`)
	s.exec(`insert into tickets_attachment (ticket_id, file, sha256) select max(id), 'attachments/before.txt', md5('before') from tickets_ticket`)
	s.exec(`insert into legacy_audit (note) select 'note ' || i from generate_series(1, 20) i`)
}

func (s *realStack) exec(statement string, args ...any) {
	s.t.Helper()
	if _, err := s.db.Exec(statement, args...); err != nil {
		s.t.Fatalf("%s: %v", statement, err)
	}
}

// stopRedis ends Redis, as a crash would, and returns what starts it again; if
// nobody does, the end of the test will.
func (s *realStack) stopRedis() (start func()) {
	s.t.Helper()
	file := filepath.Join(os.Getenv("STACK_RUN"), "pid", "redis")
	text, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		s.t.Fatal(err)
	}
	words, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !bytes.Contains(words, []byte("redis-server")) {
		s.t.Fatalf("process %d is %q, want redis-server: %v", pid, words, err)
	}
	argv := s.redisArguments()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatal(err)
	}
	start = sync.OnceFunc(func() {
		s.t.Helper()
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strconv.Itoa(cmd.Process.Pid)+"\n"), 0o644); err != nil {
			s.t.Fatal(err)
		}
		s.isWell()
	})
	s.t.Cleanup(start)
	return start
}

// isWell waits until every service says that it is well.
func (s *realStack) isWell() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, name := range services {
		for {
			status, _, body := s.get(http.DefaultClient, "/"+name+"/api/health/")
			if status == 200 {
				break
			}
			tick, stop := context.WithTimeout(ctx, 50*time.Millisecond)
			<-tick.Done()
			stop()
			if ctx.Err() != nil {
				s.t.Fatalf("%s isn't well: %s", name, body)
			}
		}
	}
}

// redisArguments are those that stack.sh starts Redis with: a running server
// shows another title.
func (s *realStack) redisArguments() []string {
	s.t.Helper()
	at, err := url.Parse(s.redis)
	if err != nil {
		s.t.Fatal(err)
	}
	return []string{"redis-server", "--bind", at.Hostname(), "--port", at.Port(), "--dir", filepath.Join(os.Getenv("STACK_RUN"), "redis"), "--save", "", "--appendonly", "no"}
}
