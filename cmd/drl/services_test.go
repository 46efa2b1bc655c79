package main

import (
	"context"
	"crypto/rand"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/coder/websocket"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/drl-lang/drl/builtins/hostile/standin"
)

// brokerCommand gives a script the real RabbitMQ, with two queues of the
// script's own, and the other real servers of the ticketing stack. A script
// that calls it begins with `[!DRL_TEST_AMQP] skip`.
//
//	broker    as $AMQP_URL, $RABBITMQ_URL, $CELERY_BROKER_URL, $PROMETHEUS_URL, $REDIS_URL, $SMTP_URL; $FULL has two messages, $EMPTY none
func brokerCommand(ts *testscript.TestScript, neg bool, args []string) {
	address := os.Getenv("DRL_TEST_AMQP")
	ts.Setenv("AMQP_URL", address)
	ts.Setenv("CELERY_BROKER_URL", address)
	ts.Setenv("RABBITMQ_URL", os.Getenv("DRL_TEST_RABBITMQ"))
	ts.Setenv("PROMETHEUS_URL", os.Getenv("DRL_TEST_PROMETHEUS"))
	ts.Setenv("REDIS_URL", os.Getenv("DRL_TEST_REDIS"))
	ts.Setenv("SMTP_URL", "smtp://"+os.Getenv("DRL_TEST_SMTP"))
	conn, err := amqp.Dial(address)
	ts.Check(err)
	ts.Defer(func() { conn.Close() })
	ch, err := conn.Channel()
	ts.Check(err)
	for _, name := range []string{"FULL", "EMPTY"} {
		queue := "drl-script-" + strings.ToLower(name+rand.Text()[:10])
		// Durable, so that rabbitmq.round_trip may look at it, and gone with the script.
		_, err := ch.QueueDeclare(queue, true, false, false, false, nil)
		ts.Check(err)
		ts.Defer(func() { ch.QueueDelete(queue, false, false, false) })
		ts.Setenv(name, queue)
		for range 2 {
			if name == "FULL" {
				ts.Check(ch.PublishWithContext(context.Background(), "", queue, false, false, amqp.Publishing{Body: []byte("x")}))
			}
		}
	}
}

// byScript lets a script own a stand-in.
type byScript struct{ *testscript.TestScript }

func (s byScript) Helper()          {}
func (s byScript) Cleanup(f func()) { s.Defer(f) }

// servicesCommand starts what the rules of std/checklist look at: GitHub and
// Sentry by stand-ins, a site with TLS whose issuer is in ca.pem, a websocket,
// a resolver that knows tickets.example.com.
//
//	services    as $GITHUB_API_URL, $SENTRY_URL, $SECURE, $SOCKET, $RESOLVER
func servicesCommand(ts *testscript.TestScript, neg bool, args []string) {
	const token, hash = "token-of-a-script", "6dcb09b5b57875f334f61aebed695e2e4193db5e"
	github, sentry := standin.NewGitHub(byScript{ts}, token), standin.NewSentry(byScript{ts}, token)
	github.Change(func(s *standin.GitHubState) {
		s.Refs = map[string]string{"main": hash, hash: hash, "broken": strings.Repeat("0", 40)}
		run := func(commit, name, conclusion string) standin.Object {
			return standin.Object{"head_sha": commit, "workflow_id": len(name), "name": name, "event": "push", "status": "completed", "conclusion": conclusion}
		}
		s.Runs = []standin.Object{run(hash, "test", "success"), run(hash, "build", "success"), run(s.Refs["broken"], "test", "failure")}
		s.CheckRuns = map[string][]standin.Object{hash: {{"name": "lint", "status": "completed", "conclusion": "success"}}}
		s.Pulls, s.Reviews = map[int]standin.Object{}, map[int][]standin.Object{}
		for number, state := range map[int]string{1: "APPROVED", 2: "CHANGES_REQUESTED"} {
			s.Pulls[number] = standin.Object{"number": number, "user": standin.Object{"login": "ada"}}
			s.Reviews[number] = []standin.Object{{"user": standin.Object{"login": "bob"}, "state": state, "author_association": "MEMBER"}}
		}
		s.Code = []standin.Object{{"number": 1, "state": "open", "rule": standin.Object{"id": "js/slow", "security_severity_level": "low"}}}
	})
	sentry.Happens("TICKETS-1", "error", "production", 3, time.Now().Add(-48*time.Hour), time.Now())
	ts.Setenv("GITHUB_API_URL", github.URL)
	ts.Setenv("GITHUB_REPOSITORY", "acme/tickets")
	ts.Setenv("GITHUB_TOKEN", token)
	ts.Setenv("SENTRY_URL", sentry.URL)
	ts.Setenv("SENTRY_AUTH_TOKEN", token)

	secure := httptest.NewTLSServer(http.NotFoundHandler())
	ts.Defer(secure.Close)
	ts.Setenv("SECURE", secure.URL)
	ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o666))

	serve(ts, "SOCKET", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if conn, err := websocket.Accept(w, r, nil); err == nil {
			conn.Read(r.Context())
			conn.CloseNow()
		}
	}))
	ts.Setenv("RESOLVER", resolve(ts, "tickets.example.com.", [4]byte{203, 0, 113, 7}))
}

// resolve answers that one name has one address, until the script ends.
func resolve(ts *testscript.TestScript, name string, address [4]byte) string {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	ts.Check(err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buffer := make([]byte, 512)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Name.String() == name && q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60}, Body: &dnsmessage.AResource{A: address}}}
			}
			if answer, err := m.Pack(); err == nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	ts.Defer(func() {
		conn.Close()
		<-ended
	})
	return conn.LocalAddr().String()
}

// showsCommand tells whether the last program has written each line of a file,
// and which it has not.
//
//	shows FILE
func showsCommand(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if line = strings.TrimSpace(line); !strings.Contains(text, line) {
			ts.Fatalf("%q is not shown", line)
		}
	}
}
