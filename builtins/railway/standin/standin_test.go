package standin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// slow is a clock that a test moves.
type slow struct{ at time.Time }

func (c *slow) clock() Clock {
	return Clock{
		Now:   func() time.Time { return c.at },
		Sleep: func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() },
	}
}

// post sends an operation and returns what comes back, with its status.
func post(t *testing.T, s *Server, header, token, query string, variables map[string]any) string {
	t.Helper()
	text, err := json.Marshal(body{Query: query, Variables: variables, Name: "X"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql/v2?query=X", strings.NewReader(string(text)))
	r.Header.Set(header, token)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return fmt.Sprintf("%d %s", w.Code, strings.TrimSpace(w.Body.String()))
}

// What Railway refuses, it refuses too, in the same way.
func TestRefusals(t *testing.T) {
	const project, bearer = "Project-Access-Token", "Authorization"
	id := map[string]any{"id": "deployment-4"}
	tests := []struct {
		header, token, query string
		variables            map[string]any
		want                 string
	}{
		{project, ProjectToken, `mutation X($id: String!) { deploymentRollback(id: $id) { id status } }`, id, `400 {"data":null,"errors":[{"message":"Problem processing request","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}`},
		{project, ProjectToken, `query X {`, nil, `GRAPHQL_VALIDATION_FAILED`},
		{project, ProjectToken, `query X($id: String!) { deployment(id: $id) { id } }`, nil, `GRAPHQL_VALIDATION_FAILED`},
		{project, ProjectToken, `query X($id: String!) { deployment(id: $id) { id } }`, map[string]any{"id": 5}, `GRAPHQL_VALIDATION_FAILED`},
		{project, ProjectToken, `query X($m: [MetricMeasurement!]!) { metrics(measurements: $m, startDate: "2026-11-29T00:00:00Z") { measurement } }`, map[string]any{"m": []string{"CPU"}}, `GRAPHQL_VALIDATION_FAILED`},
		{project, ProjectToken, `query X($id: String!) { deployment(id: $id) { id } }`, map[string]any{"id": "x"}, `200 {"data":null,"errors":[{"message":"Deployment not found","extensions":{"code":"INTERNAL_SERVER_ERROR"}`},
		{project, ProjectToken, `query X($id: String!) { deployment(id: $id) { id } }`, id, `200 {"data":{"deployment":{"id":"deployment-`},
		{project, ProjectToken, `query X { projects { edges { node { id } } } }`, nil, `Not Authorized`},
		{project, ProjectToken, `query X { environment(id: "environment-3") { id } }`, nil, `Not Authorized`},
		{project, AccountToken, `query X { projectToken { project { id } } }`, nil, `Project Token not found`},
		{bearer, "Bearer " + ProjectToken, `query X { projects { edges { node { id } } } }`, nil, `Project Token not found`},
		{bearer, "Bearer " + AccountToken, `query X { projectToken { project { id } } }`, nil, `Not Authorized`},
		{bearer, "Bearer " + AccountToken, `query X { projects(first: 1) { edges { node { name } } pageInfo { hasNextPage endCursor } } }`, nil, `{"data":{"projects":{"edges":[{"node":{"name":"tickets"}}],"pageInfo":{"endCursor":"after-1","hasNextPage":false}}}}`},
		{bearer, "Bearer x", `query X { projects { edges { node { id } } } }`, nil, `200 {"data":null,"errors":[{"message":"Not Authorized"`},
	}
	for _, tt := range tests {
		c := &slow{time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
		s := New(c.clock(), "tickets")
		s.AddService("web", "")
		if tt.variables["id"] == "deployment-4" {
			tt.variables = map[string]any{"id": s.Live("web")}
		}
		if got := post(t, s, tt.header, tt.token, tt.query, tt.variables); !strings.Contains(got, tt.want) {
			t.Errorf("%s\n%v gives %s\nwant %s", tt.query, tt.variables, got, tt.want)
		}
	}
}

// A deployment's way, with what its flags say on it.
func TestTheWayOfADeployment(t *testing.T) {
	c := &slow{time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	s := New(c.clock(), "tickets")
	s.AddService("api", "tickets:v1")
	old := s.Live("api")
	id := s.Push("api", "")
	start := c.at
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{
		{0, "QUEUED stopped=true; SUCCESS"},
		{400 * time.Millisecond, "INITIALIZING stopped=true; SUCCESS"},
		{1700 * time.Millisecond, "DEPLOYING INITIALIZING stopped=true; SUCCESS"},
		{3 * time.Second, "DEPLOYING CREATED stopped=true; SUCCESS"},
		{5 * time.Second, "DEPLOYING RUNNING stopped=true; SUCCESS"},
		{10 * time.Second, "SUCCESS RUNNING stopped=false; SUCCESS"},
		{12 * time.Second, "SUCCESS RUNNING stopped=false; REMOVING"},
		{26 * time.Second, "SUCCESS RUNNING stopped=false; REMOVED"},
	} {
		c.at = start.Add(tt.after)
		s.Deployments("api")
		d, before := s.find(id), s.find(old)
		got := fmt.Sprintf("%s stopped=%v; %s", strings.TrimSpace(d.status+" "+d.instance), d.stopped, before.status)
		if got != tt.want {
			t.Errorf("after %s: %s, want %s", tt.after, got, tt.want)
		}
	}
	if known := s.Deployments("api"); !known[0].CanRollback {
		t.Error("the old one has no image any more")
	}
	s.Expire("api")
	if known := s.Deployments("api"); known[0].CanRollback || !known[1].CanRollback {
		t.Errorf("after its time: %v", known)
	}
}

// Whoever opens a socket is acknowledged; that the token is wrong comes inside
// of next, and then the end.
func TestASocketAcknowledgesEverybody(t *testing.T) {
	c := &slow{time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	server := httptest.NewServer(New(c.clock(), "tickets"))
	defer server.Close()
	conn, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	for _, text := range []string{`{"type":"connection_init"}`, `{"type":"subscribe","id":"7","payload":{"operationName":"X","query":"subscription X { deployment(id: \"d\") { id } }"}}`} {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{`{"type":"connection_ack"}`, `{"type":"ping"}`, `"id":"7","type":"next","payload":{"data":null,"errors":[{"message":"Not Authorized"`, `{"id":"7","type":"complete"}`} {
		_, text, err := conn.Read(t.Context())
		if err != nil || !strings.Contains(string(text), want) {
			t.Fatalf("%s, %v, want %s", text, err, want)
		}
	}
}
