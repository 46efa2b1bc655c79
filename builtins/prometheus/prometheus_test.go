package prometheus_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/core"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/prometheus"
	"github.com/drl-lang/drl/lang/value"
)

func ask(t *testing.T, h *builtins.Host, name string, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, prometheus.Modules(), h, name, nil, args)
}

func where(t *testing.T, labels map[string]any) value.Value {
	var names []string
	var values []value.Value
	for name, v := range labels {
		names = append(names, name)
		if text, ok := v.(string); ok {
			v = value.String(text)
		}
		values = append(values, v.(value.Value))
	}
	return value.NewRecord("", names, values)
}

func matching(t *testing.T, pattern string) value.Value {
	v, err := hostile.Call(t, core.Modules(), &builtins.Host{}, "matching", nil, hostile.Args{"pattern": value.String(pattern)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func text(s string) value.Value { return value.String(s) }

// The world's own Prometheus, with what it has scraped of the world's services.
func TestRealPrometheus(t *testing.T) {
	h := hostile.Host(t)
	address := hostile.Real(t, "DRL_TEST_PROMETHEUS")
	h.Env = func(name string) (string, bool) { return address, name == "PROMETHEUS_URL" }

	got, err := ask(t, h, "prometheus.value", hostile.Args{"query": text("sum(up)")})
	if n, ok := got.(value.Number); err != nil || !ok || n < 1 {
		t.Errorf("sum(up) = %v, %v", got, err)
	}
	for query, want := range map[string]value.Value{
		"1 + 1": value.Number(2), "vector(7)": value.Number(7), "sum(no_such_metric)": value.Null{}, "vector(0) / 0": value.Null{},
		"time() - time() @ start()": nil,
	} {
		if got, err := ask(t, h, "prometheus.value", hostile.Args{"query": text(query)}); want != nil && (err != nil || !value.Equal(got, want)) {
			t.Errorf("%s = %v, %v, want %v", query, got, err, want)
		}
	}
	if got, err := ask(t, h, "prometheus.value", hostile.Args{"query": text("vector(1) / 0")}); err != nil || got.String() != "+Inf" && !strings.Contains(got.String(), "nf") {
		t.Errorf("1/0 = %v, %v", got, err)
	}
	past := value.Time(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	if got, err := ask(t, h, "prometheus.value", hostile.Args{"query": text("sum(up)"), "at": past}); err != nil || !value.Equal(got, value.Null{}) {
		t.Errorf("sum(up) in 2001 = %v, %v", got, err)
	}

	// A server that has just started has one sample of each counter, or none.
	hour := value.Duration(time.Hour)
	ticket := hostile.Args{"metric": text("http_requests_total"), "over": hour, "where": where(t, map[string]any{"service": "ticket"})}
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	for late := time.After(time.Minute); ; {
		if got, err := ask(t, h, "prometheus.increase", ticket); err == nil && got != (value.Null{}) {
			break
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatal("in a minute nothing of the ticket service was scraped twice")
		}
	}
	all, err := ask(t, h, "prometheus.increase", hostile.Args{"metric": text("http_requests_total"), "over": hour})
	if err != nil || all.(value.Number) < 0 {
		t.Fatalf("increase = %v, %v", all, err)
	}
	one, err := ask(t, h, "prometheus.increase", hostile.Args{"metric": text("http_requests_total"), "over": hour,
		"where": where(t, map[string]any{"service": "ticket", "status": matching(t, "[245]..")})})
	if err != nil || one.(value.Number) > all.(value.Number) {
		t.Errorf("increase of one service = %v, %v, and of all %v", one, err, all)
	}
	never, err := ask(t, h, "prometheus.increase", hostile.Args{"metric": text("http_requests_total"), "over": hour,
		"where": where(t, map[string]any{"service": "ticket", "status": matching(t, "9..")})})
	if err != nil || never != value.Number(0) {
		t.Errorf("what has not happened = %v, %v, want 0", never, err)
	}
	if got, err := ask(t, h, "prometheus.rate", hostile.Args{"metric": text("http_requests_total"), "over": hour}); err != nil || got.(value.Rate).PerSecond < 0 {
		t.Errorf("rate = %v, %v", got, err)
	}
	points, err := ask(t, h, "prometheus.range", hostile.Args{"query": text("sum(up)"), "over": value.Duration(10 * time.Second), "every": value.Duration(time.Second)})
	if l, ok := points.(*value.List); err != nil || !ok || l.Len() < 1 || l.Len() > 11 {
		t.Errorf("range = %v, %v", points, err)
	}
	found, err := ask(t, h, "prometheus.targets", nil)
	if err != nil || found.(*value.List).Len() < 5 || !strings.Contains(found.String(), `"job":"ticket"`) {
		t.Errorf("targets = %v, %v", found, err)
	}
	if _, err := ask(t, h, "prometheus.alerts", nil); err != nil {
		t.Errorf("alerts: %v", err)
	}

	host := strings.TrimPrefix(address, "http://")
	for _, tt := range []struct {
		name string
		args hostile.Args
		want string // the error's beginning
	}{
		{"prometheus.value", hostile.Args{"query": text("up{job=~'ticket|auth'}")}, "the query gives 2 series, want one: say which in { }, or add them up with sum(…); they differ in instance ("},
		{"prometheus.value", hostile.Args{"query": text("up[1m]")}, "the query gives a range of samples, want a number"},
		{"prometheus.value", hostile.Args{"query": text("sum(up")}, host + " refuses the query: invalid parameter \"query\": 1:7: parse error: unclosed left parenthesis"},
		{"prometheus.increase", hostile.Args{"metric": text("no_such_total")}, "no data: no_such_total has no two samples in the last 60s"},
		{"prometheus.increase", hostile.Args{"metric": text("http_requests_total"), "over": hour, "where": where(t, map[string]any{"code": matching(t, "5..")})},
			"http_requests_total has no label code: it has instance, job, method, service, status"},
		{"prometheus.increase", hostile.Args{"metric": text("http_requests_total"), "over": hour, "where": where(t, map[string]any{"service": "tickte"})},
			`no data: http_requests_total has no service="tickte" in the last 3600s; found auth, notification, ticket, …`},
		{"prometheus.increase", hostile.Args{"metric": text(`x"}) or vector(1`)}, `metric is "x\"\}) or vector(1", want the name of a counter`},
		{"prometheus.increase", hostile.Args{"metric": text("x"), "where": where(t, map[string]any{`a"b`: "c"})}, `where has "a\"b", want names of labels`},
		{"prometheus.increase", hostile.Args{"metric": text("x"), "over": value.Duration(0)}, "over is 0s, want 1ms or more"},
		{"prometheus.range", hostile.Args{"query": text("up"), "over": hour, "every": value.Duration(time.Minute)}, "the query gives "},
		{"prometheus.range", hostile.Args{"query": text("up"), "over": hour, "every": value.Duration(time.Millisecond)}, "1h every 1ms are 3600000 points, want 11000 at most"},
	} {
		if got, err := ask(t, h, tt.name, tt.args); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s(%v) = %v\n got %v\nwant %s…", tt.name, tt.args, got, err, tt.want)
		}
	}
}

// Each text that is bound to a label arrives as that text: the real server
// reads the query and writes it as it understood it.
func TestHostileTextsInLabels(t *testing.T) {
	address := hostile.Real(t, "DRL_TEST_PROMETHEUS")
	h := hostile.Host(t)
	query := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.FormValue("query"); strings.HasPrefix(q, "sum(increase(") {
			query = q
		}
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"3"]}]}}`)
	}))
	defer s.Close()
	arrived := 0
	for _, hostileText := range hostile.Strings() {
		query = ""
		_, err := ask(t, h, "prometheus.increase", hostile.Args{"server": text(s.URL), "metric": text("m"), "where": where(t, map[string]any{"a": hostileText, "b": "c"})})
		if err != nil {
			if query != "" {
				t.Errorf("%q: %v, and the server was asked %s", hostileText, err, query)
			}
			continue
		}
		reply, err := http.PostForm(address+"/api/v1/format_query", url.Values{"query": {strings.NewReplacer("sum(increase(", "", "[60s]))", "").Replace(query)}})
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Status, Data, Error string }
		err = json.NewDecoder(reply.Body).Decode(&answer)
		reply.Body.Close()
		if want := fmt.Sprintf("m{a=%q,b=\"c\"}", hostileText); err != nil || answer.Data != want {
			t.Errorf("%q: the server read %s %s %v, want %s", hostileText, answer.Data, answer.Error, err, want)
		}
		arrived++
	}
	if arrived < 250 {
		t.Errorf("%d texts arrived", arrived)
	}
}

func TestBadServers(t *testing.T) {
	const token = "t0ken-in-a-test"
	for _, name := range []string{"value", "alerts"} {
		t.Run(name, func(t *testing.T) {
			hostile.BadAPIs(t, token, nil, func(t *testing.T, address string) error {
				args := hostile.Args{"server": text(address), "bearer": value.NewSecret(token), "timeout": value.Duration(time.Second)}
				if name == "value" {
					args["query"] = text("up")
				}
				_, err := ask(t, hostile.Host(t), "prometheus."+name, args)
				return err
			})
		})
	}
}

// What Prometheus can answer, and what comes of it.
func TestAnswers(t *testing.T) {
	answer := ""
	var seen *http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		fmt.Fprint(w, answer)
	}))
	defer s.Close()
	for given, want := range map[string]string{
		`{"status":"success","warnings":["store 2 is away"],"data":{"resultType":"scalar","result":[1,"3"]}}`:                                      "the answer is incomplete: store 2 is away",
		`{"status":"success","data":{"resultType":"string","result":[1,"3"]}}`:                                                                     `does not answer as Prometheus does: unexpected value type "string"`,
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1"}]}]}}`:                               "the query gives a histogram",
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}`:                                             "does not answer as Prometheus does",
		`{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}`:                                              "gave the query up: query timed out",
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"1"},"value":[1,"1"]},{"metric":{"a":"2"},"value":[1,"1"]}]}}`: "they differ in a (1, 2)",
	} {
		answer = given
		if got, err := ask(t, hostile.Host(t), "prometheus.value", hostile.Args{"server": text(s.URL + "/sub/"), "query": text("up"), "bearer": value.NewSecret("abc")}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n is %v, %v\nwant %s", given, got, err, want)
		}
		if seen.URL.Path != "/sub/api/v1/query" || seen.Header.Get("Authorization") != "Bearer abc" {
			t.Errorf("asked %s with %v", seen.URL, seen.Header)
		}
	}
}

func TestWhereToAsk(t *testing.T) {
	for address, want := range map[string]string{
		"":                              "server is not given and PROMETHEUS_URL is not set: one of them says where to ask",
		"prometheus:9090":               `server is "prometheus:9090", want an address such as http://prometheus.internal:9090`,
		"http://u:p4ssw0rd@a b/":        `server is "http://•••@a b/", want an address such as http://prometheus.internal:9090`,
		"http://x/?query=1":             `server is "http://x/?query=1", want an address such as http://prometheus.internal:9090`,
		"http://u:p4ssw0rd@127.0.0.1:1": "127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused",
	} {
		args := hostile.Args{"query": text("up")}
		if address != "" {
			args["server"] = text(address)
		}
		if _, err := ask(t, hostile.Host(t), "prometheus.value", args); err == nil || err.Error() != want {
			t.Errorf("server %q\n got %v\nwant %s", address, err, want)
		}
	}
}
