package stack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/examples/ticketing/stack"
)

// client talks to a stack as the user demo.
type client struct {
	t     testing.TB
	url   string
	token string
	http  *http.Client
}

// start starts a stack in a folder whose name needs care.
func start(t testing.TB, o stack.Options) *client {
	t.Helper()
	o.Now = time.Now
	s, err := stack.Start(context.Background(), filepath.Join(t.TempDir(), "the stack's 100% data?"), o)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, url: s.URL, http: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		c.http.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if !strings.HasPrefix(s.URL, "http://127.0.0.1:") {
		t.Errorf("it listens on %s", s.URL)
	}
	return c
}

// do sends v as JSON and returns the status and the answer.
func (c *client) do(method, path string, v any) (int, map[string]any) {
	c.t.Helper()
	body := []byte(nil)
	if v != nil {
		body, _ = json.Marshal(v)
	}
	status, text := c.raw(method, path, "application/json", body)
	var answer map[string]any
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return status, answer
}

func (c *client) raw(method, path, kind string, body []byte) (int, []byte) {
	c.t.Helper()
	req, err := http.NewRequest(method, c.url+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, text
}

// must is do of what has to succeed.
func (c *client) must(method, path string, v any) map[string]any {
	c.t.Helper()
	status, answer := c.do(method, path, v)
	if status/100 != 2 {
		c.t.Fatalf("%s %s answered %d %v", method, path, status, answer)
	}
	return answer
}

func (c *client) login() *client {
	c.t.Helper()
	c.token, _ = c.must("POST", "/auth/api/login/", map[string]string{"user": "demo", "password": "demo-password"})["token"].(string)
	if len(c.token) != 64 {
		c.t.Fatalf("the token is %q", c.token)
	}
	return c
}

// eventually asks until the condition holds, for a few seconds.
func (c *client) eventually(path string, holds func(map[string]any) bool) map[string]any {
	c.t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		answer := c.must("GET", path, nil)
		if holds(answer) {
			return answer
		}
		select {
		case <-tick.C:
		case <-deadline:
			c.t.Fatalf("%s stays at %v", path, answer)
		}
	}
}

func (c *client) deploy(version string) {
	c.t.Helper()
	if got := c.must("POST", "/platform/services/ticket/deploy", map[string]string{"version": version})["status"]; got != "deploying" {
		c.t.Errorf("the deployment's status is %v", got)
	}
	c.eventually("/platform/services/ticket", func(a map[string]any) bool { return a["status"] == "running" && a["version"] == version })
}

func TestHealth(t *testing.T) {
	c := start(t, stack.Options{})
	for _, name := range stack.Names {
		got := c.must("GET", "/"+name+"/api/health/", nil)
		if got["status"] != "ok" || got["service"] != name || got["version"] != "v1" {
			t.Errorf("%s: %v", name, got)
		}
	}
	if status, _ := c.do("GET", "/nothing/api/health/", nil); status != 404 {
		t.Errorf("an unknown service answers %d", status)
	}
	if status, css := c.raw("GET", "/static/app.css", "", nil); status != 200 || !bytes.Contains(css, []byte("font-family")) {
		t.Errorf("the style sheet: %d %s", status, css)
	}
}

func TestLogin(t *testing.T) {
	c := start(t, stack.Options{Users: map[string]string{"ann": "her password"}})
	for _, wrong := range []map[string]string{{"user": "ann", "password": "no"}, {"user": "bob", "password": "her password"}, {}} {
		if status, _ := c.do("POST", "/auth/api/login/", wrong); status != 401 {
			t.Errorf("%v: %d", wrong, status)
		}
	}
	for _, path := range []string{"/api/tickets/", "/ticket/api/tickets/"} {
		if status, _ := c.do("GET", path, nil); status != 401 {
			t.Errorf("%s without a token: %d", path, status)
		}
	}
	c.token, _ = c.must("POST", "/auth/api/login/", map[string]string{"user": "ann", "password": "her password"})["token"].(string)
	if got := c.must("GET", "/auth/api/session/", nil)["user"]; got != "ann" {
		t.Errorf("the session is of %v", got)
	}
	if status, _ := c.do("POST", "/auth/api/login/", map[string]int{"pin": 1}); status != 400 {
		t.Errorf("a body of another shape: %d", status)
	}
}

func TestATicketIsProcessedAndSomebodyIsTold(t *testing.T) {
	c := start(t, stack.Options{}).login()
	made := c.must("POST", "/api/tickets/", map[string]string{"title": "the printer", "body": "it's on fire"})
	if made["author"] != "demo" || made["state"] != "new" {
		t.Errorf("made %v", made)
	}
	c.eventually("/ticket/api/tickets/1/", func(a map[string]any) bool { return a["state"] == "processed" && a["processed_at"] != nil })
	c.eventually("/notification/api/notifications/", func(a map[string]any) bool { return a["count"] == 1.0 })
	c.eventually("/workflow/api/jobs/", func(a map[string]any) bool { return a["done"] == 1.0 && a["queued"] == 0.0 })
	if got := c.must("GET", "/api/tickets/", nil); got["count"] != 1.0 {
		t.Errorf("the list is %v", got)
	}
	if status, _ := c.do("GET", "/api/tickets/9/", nil); status != 404 {
		t.Errorf("a ticket that is not there: %d", status)
	}
	if status, _ := c.do("POST", "/api/tickets/", map[string]string{"body": "x"}); status != 422 {
		t.Errorf("a ticket without a title: %d", status)
	}
	for _, inside := range []string{"/workflow/api/jobs/", "/notification/api/notifications/", "/ticket/api/tickets/1/processed/"} {
		if status, _ := c.do("POST", inside, map[string]int{"ticket": 1}); status != 403 {
			t.Errorf("%s from outside: %d", inside, status)
		}
	}
}

func TestFiles(t *testing.T) {
	c := start(t, stack.Options{}).login()
	c.must("POST", "/api/tickets/", map[string]string{"title": "x"})
	content := bytes.Repeat([]byte{0, 1, 2, 255}, 1000)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, _ := w.CreateFormFile("file", "photo.jpg")
	part.Write(content)
	w.Close()
	status, text := c.raw("POST", "/api/tickets/1/files/", w.FormDataContentType(), form.Bytes())
	var kept struct {
		Name, SHA256, URL string
		Size              int
	}
	if err := json.Unmarshal(text, &kept); err != nil || status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	if kept.Name != "photo.jpg" || kept.Size != 4000 || len(kept.SHA256) != 64 {
		t.Errorf("kept %+v", kept)
	}
	if _, got := c.raw("GET", kept.URL, "", nil); !bytes.Equal(got, content) {
		t.Errorf("%d bytes came back, want %d", len(got), len(content))
	}
}

func TestReleases(t *testing.T) {
	c := start(t, stack.Options{}).login()
	c.must("POST", "/api/tickets/", map[string]string{"title": "from v1"})
	before := c.must("GET", "/platform/services/ticket", nil)
	if before["can_rollback"] != false || before["previous"] != nil || before["version"] != "v1" {
		t.Errorf("before anything: %v", before)
	}

	// v2 without its migration: the health check sees nothing of it.
	c.deploy("v2")
	if got := c.must("GET", "/ticket/api/health/", nil); got["status"] != "ok" || got["version"] != "v2" {
		t.Errorf("health of v2: %v", got)
	}
	if status, got := c.do("GET", "/api/tickets/", nil); status != 500 || !strings.Contains(got["error"].(string), "priority") {
		t.Errorf("v2 on the old tables: %d %v", status, got)
	}

	c.must("POST", "/platform/services/ticket/rollback", map[string]string{})
	c.eventually("/platform/services/ticket", func(a map[string]any) bool { return a["version"] == "v1" && a["status"] == "running" })
	c.must("GET", "/api/tickets/", nil)

	migrated := c.must("POST", "/platform/database/migrations", map[string]string{"to": "0002"})
	if migrated["current"] != "0002" || len(migrated["pending"].([]any)) != 0 {
		t.Errorf("after the migration: %v", migrated)
	}
	c.must("GET", "/api/tickets/", nil) // v1 on the new tables
	c.deploy("v2")
	made := c.must("POST", "/api/tickets/", map[string]string{"title": "from v2", "priority": "high"})
	if made["priority"] != "high" {
		t.Errorf("made %v", made)
	}
	if got := c.must("GET", "/platform/services/ticket", nil); got["can_rollback"] != true {
		t.Errorf("after v2: %v", got)
	}
	if got := len(c.must("GET", "/platform/services/ticket/deployments", nil)["deployments"].([]any)); got != 4 {
		t.Errorf("%d deployments, want 4", got)
	}

	for path, body := range map[string]map[string]string{
		"/platform/services/ticket/deploy":   {"version": "v9"},
		"/platform/services/ticket/rollback": {"to": "v3"},
		"/platform/database/migrations":      {"to": "0009"},
	} {
		if status, got := c.do("POST", path, body); status != 422 {
			t.Errorf("POST %s %v: %d %v", path, body, status, got)
		}
	}
	if status, _ := c.do("GET", "/platform/services/tickets", nil); status != 404 {
		t.Errorf("an unknown service: %d", status)
	}
}

func TestV3IsSlower(t *testing.T) {
	c := start(t, stack.Options{}).login()
	c.must("POST", "/platform/database/migrations", map[string]string{"to": "0002"})
	c.deploy("v2")
	usual := c.median("/api/tickets/")
	c.deploy("v3")
	slow := c.median("/api/tickets/")
	t.Logf("v2 takes %s, v3 %s", usual, slow)
	if worse := float64(slow)/float64(usual) - 1; worse < 0.6 || worse > 1.2 {
		t.Errorf("v2 takes %s, v3 %s: %.0f%% more, want about 100%%", usual, slow, worse*100)
	}
}

func (c *client) median(path string) time.Duration {
	c.t.Helper()
	var all []time.Duration
	for range 15 {
		start := time.Now()
		c.must("GET", path, nil)
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func TestNoRequestIsLostWhileDeploying(t *testing.T) {
	c := start(t, stack.Options{}).login()
	done := make(chan struct{})
	lost := make(chan int, 1)
	go func() {
		n := 0
		for {
			select {
			case <-done:
				lost <- n
				return
			default:
			}
			req, _ := http.NewRequest("GET", c.url+"/api/tickets/", nil)
			req.Header.Set("Authorization", "Bearer "+c.token)
			answer, err := http.DefaultTransport.RoundTrip(req)
			if err != nil || answer.StatusCode != 200 {
				n++
			}
			if err == nil {
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		}
	}()
	c.must("POST", "/platform/database/migrations", map[string]string{"to": "0002"})
	c.deploy("v2")
	c.deploy("v1")
	close(done)
	if n := <-lost; n > 0 {
		t.Errorf("%d requests were lost", n)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestBackupAndRestore(t *testing.T) {
	c := start(t, stack.Options{}).login()
	c.must("POST", "/api/tickets/", map[string]string{"title": "kept"})
	backup := c.must("POST", "/platform/database/backup", nil)
	if backup["size"].(float64) < 4096 || len(backup["sha256"].(string)) != 64 || backup["tables"].(float64) != 3 {
		t.Errorf("the backup is %v", backup)
	}
	c.must("POST", "/api/tickets/", map[string]string{"title": "lost"})
	c.must("POST", "/platform/database/migrations", map[string]string{"to": "0002"})
	got := c.must("POST", "/platform/database/restore", map[string]any{"path": backup["path"]})
	if got["current"] != "0001" {
		t.Errorf("after the restore: %v", got)
	}
	if list := c.must("GET", "/api/tickets/", nil); list["count"] != 1.0 {
		t.Errorf("after the restore: %v", list)
	}
	if status, _ := c.do("POST", "/platform/database/restore", map[string]string{"path": "/etc/passwd"}); status != 404 {
		t.Errorf("another file: %d", status)
	}
	c.must("POST", "/platform/database/migrations", map[string]string{"to": "0002"})
	c.must("POST", "/platform/database/migrations", map[string]string{"to": "0001"})
	c.must("GET", "/api/tickets/", nil)
}

func TestMetrics(t *testing.T) {
	c := start(t, stack.Options{})
	c.do("GET", "/api/tickets/", nil)
	c.login()
	c.must("GET", "/api/tickets/", nil)
	_, text := c.raw("GET", "/metrics", "", nil)
	for _, want := range []string{
		`http_requests_total{service="ticket",method="GET",code="200"} 1`,
		`http_requests_total{service="ticket",method="GET",code="401"} 1`,
		`http_request_duration_seconds_bucket{service="ticket",le="+Inf"} 2`,
		`http_request_duration_seconds_count{service="ticket"} 2`,
	} {
		if !strings.Contains(string(text), want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestThePlatformWantsItsToken(t *testing.T) {
	c := start(t, stack.Options{PlatformToken: "let-me-deploy"})
	if status, _ := c.do("GET", "/platform/services/ticket", nil); status != 401 {
		t.Errorf("without a token: %d", status)
	}
	c.token = "let-me-deploy"
	c.must("GET", "/platform/services/ticket", nil)
}

func TestNothingIsLeftAfterClose(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := stack.Start(context.Background(), t.TempDir(), stack.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, url: s.URL, http: &http.Client{Transport: &http.Transport{}}}
	c.login()
	c.must("POST", "/api/tickets/", map[string]string{"title": "x"})
	c.must("POST", "/platform/services/workflow/deploy", map[string]string{"version": "v2"})
	c.http.CloseIdleConnections()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://")); err == nil {
		conn.Close()
		t.Error("something still listens")
	}
	// Goroutines of closed connections end a moment later.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			var stacks [64 << 10]byte
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks[:], true)])
		}
		runtime.Gosched()
	}
}

func TestStartNeedsAClock(t *testing.T) {
	if _, err := stack.Start(context.Background(), t.TempDir(), stack.Options{}); err == nil || err.Error() != "start the stack: it needs a clock" {
		t.Errorf("got %v", err)
	}
}
