package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/drl-lang/drl/builtins/railway/standin"
	"github.com/drl-lang/drl/examples/ticketing/stack"
	"github.com/drl-lang/drl/examples/website/site"
)

// serve gives a script the address of a server on 127.0.0.1 as a variable,
// until it ends.
func serve(ts *testscript.TestScript, variable string, h http.Handler) {
	server := httptest.NewServer(h)
	ts.Defer(server.Close)
	ts.Setenv(variable, server.URL)
}

// examplesCommand puts the scripts of the examples folder into $WORK/examples.
//
//	examples
func examplesCommand(ts *testscript.TestScript, neg bool, args []string) {
	from, to := filepath.Join(repository(), "examples"), ts.MkAbs("examples")
	err := filepath.WalkDir(from, func(at string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(at, ".drl") && e.Name() != "CHANGELOG.md" {
			return err
		}
		rel, err := filepath.Rel(from, at)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		into := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(into), 0o777); err != nil {
			return err
		}
		return os.WriteFile(into, text, 0o666)
	})
	ts.Check(err)
}

// repository is the folder of the module: tests run in the folder of theirs.
func repository() string {
	return filepath.Join("..", "..")
}

// websiteCommand starts the website that examples/website and watch release
// to, and puts its address into the scripts in place of the one that
// `go run ./examples/website` answers at.
//
//	website    as $SITE
func websiteCommand(ts *testscript.TestScript, neg bool, args []string) {
	serve(ts, "SITE", site.New())
	for _, name := range []string{"examples/watch.drl", "examples/website/release.drl"} {
		at := ts.MkAbs(name)
		text, err := os.ReadFile(at)
		ts.Check(err)
		const address = "http://127.0.0.1:8000"
		if !strings.Contains(string(text), address) {
			ts.Fatalf("%s doesn't have the address %s", name, address)
		}
		ts.Check(os.WriteFile(at, []byte(strings.ReplaceAll(string(text), address, ts.Getenv("SITE"))), 0o666))
	}
}

// ticketingCommand starts a ticketing stack.
//
//	ticketing    as $STACK
func ticketingCommand(ts *testscript.TestScript, neg bool, args []string) {
	s, err := stack.Start(context.Background(), ts.MkAbs("stack"), stack.Options{Now: time.Now})
	ts.Check(err)
	ts.Defer(func() {
		if err := s.Close(); err != nil {
			ts.Logf("close the stack: %v", err)
		}
	})
	ts.Setenv("STACK", s.URL)
}

// postgresCommand makes a database on the real PostgreSQL, until the script
// ends. A script that calls it begins with `[!DRL_TEST_POSTGRES] skip`.
//
//	postgres    as $DATABASE_URL
func postgresCommand(ts *testscript.TestScript, neg bool, args []string) {
	server := os.Getenv("DRL_TEST_POSTGRES")
	u, err := url.Parse(server)
	ts.Check(err)
	carryOut := func(text string) {
		conn, err := pgx.Connect(context.Background(), server)
		ts.Check(err)
		defer conn.Close(context.Background())
		_, err = conn.Exec(context.Background(), text)
		ts.Check(err)
	}
	name := "drl_script_" + strings.ToLower(rand.Text()[:10])
	carryOut("create database " + name)
	ts.Defer(func() { carryOut("drop database " + name + " with (force)") })
	u.Path = "/" + name
	ts.Setenv("DATABASE_URL", u.String())
	ts.Setenv("DATABASE", name)
}

// webCommand starts a server with the services, good and bad, that the rules
// of std/web look at.
//
//	web    as $WEB
func webCommand(ts *testscript.TestScript, neg bool, args []string) {
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/ok", answer(200, "application/json", `{"status": "ok"}`))
	mux.Handle("/up", answer(200, "application/json", `{"status": "UP"}`))
	mux.Handle("/list", answer(200, "application/json", `[1, 2]`))
	mux.Handle("/plain", answer(200, "text/plain", "fine"))
	mux.Handle("/down", answer(200, "application/json", `{"status": "degraded", "database": "read-only"}`))
	mux.Handle("/error", answer(503, "application/json", `{"status": "ok"}`))
	mux.Handle("/app.css", answer(200, "text/css", "body { color: black }\n"))
	mux.Handle("/empty.css", answer(200, "text/css", ""))
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(300 * time.Millisecond):
			fmt.Fprint(w, `{"status": "ok"}`)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		var given struct{ User, Password string }
		if json.NewDecoder(r.Body).Decode(&given) != nil || given.User != "ada" || given.Password != "correct-horse" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `{"user": "ada"}`)
	})
	serve(ts, "WEB", mux)
}

// railwayCommand starts a stand-in for Railway, fifty times as fast, for
// drl to speak to. The service web runs the image tickets:v1; the arguments
// say what becomes of its deployments to come, one after the other.
//
//	railway [OUTCOME...]
func railwayCommand(ts *testscript.TestScript, neg bool, args []string) {
	const times = 50
	start := time.Now()
	s := standin.New(standin.Clock{
		Now: func() time.Time { return start.Add(times * time.Since(start)) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			return sleep(ctx, d/times)
		},
	}, "tickets")
	s.AddService("web", "tickets:v1")
	s.Live("web")
	for _, outcome := range args {
		s.Next("web", standin.Outcome(outcome))
	}
	for name, v := range map[string]float64{"CPU_USAGE": 0.25, "CPU_LIMIT": 8, "MEMORY_USAGE_GB": 6, "MEMORY_LIMIT_GB": 8, "NETWORK_RX_GB": 0, "NETWORK_TX_GB": 0} {
		s.SetMetric("web", name, standin.Sample{Value: v})
	}
	serve(ts, "RAILWAY_API_URL", s)
	ts.Setenv("RAILWAY_TOKEN", standin.ProjectToken)
}
