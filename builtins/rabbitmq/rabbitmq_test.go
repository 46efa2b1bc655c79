package rabbitmq_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/rabbitmq"
	"github.com/drl-lang/drl/lang/value"
)

func ask(t *testing.T, h *builtins.Host, name string, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, rabbitmq.Modules(), h, name, nil, args)
}

func text(s string) value.Value { return value.String(s) }

// broker opens a channel of the test's own to the real broker.
func broker(t *testing.T, address string) *amqp.Channel {
	t.Helper()
	c, err := amqp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	ch, err := c.Channel()
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// management carries a request to the real management plugin out.
func management(t *testing.T, base, method, path string) {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(method, "http://"+u.Host+path, strings.NewReader(`{"configure": ".*", "write": ".*", "read": ".*"}`))
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	r.SetBasicAuth(u.User.Username(), password)
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode >= 300 {
		said, _ := io.ReadAll(reply.Body)
		t.Fatalf("%s %s: %d %s", method, path, reply.StatusCode, said)
	}
}

// A queue with somebody else's messages in it, on the world's own RabbitMQ.
func TestRealQueue(t *testing.T) {
	address, plugin := hostile.Real(t, "DRL_TEST_AMQP"), hostile.Real(t, "DRL_TEST_RABBITMQ")
	h := hostile.Host(t)
	h.Env = hostile.Env(map[string]string{"RABBITMQ_URL": plugin, "AMQP_URL": address})
	ch := broker(t, address)
	name := fmt.Sprintf("drl-test-%d", time.Now().UnixNano())
	if _, err := ch.QueueDeclare(name, false, false, false, false, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ch.QueueDelete(name, false, false, false) })
	for i := range 3 {
		if err := ch.Publish("", name, true, false, amqp.Publishing{Body: fmt.Append(nil, "work ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	// The plugin's figures follow by some seconds.
	deadline := time.Now().Add(time.Minute)
	for {
		got, err := ask(t, h, "rabbitmq.queue", hostile.Args{"name": text(name), "vhost": text("ticketing")})
		if err == nil && value.Equal(hostile.Field(t, got, "ready"), value.Int(3)) {
			if hostile.Field(t, got, "messages") != value.Int(3) || hostile.Field(t, got, "unacknowledged") != value.Int(0) || hostile.Field(t, got, "consumers") != value.Int(0) {
				t.Errorf("rabbitmq.queue = %v", got)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("rabbitmq.queue = %v, %v", got, err)
		}
	}
	for range 3 {
		got, err := ask(t, h, "rabbitmq.round_trip", hostile.Args{"queue": text(name)})
		if err != nil || hostile.Field(t, got, "messages") != value.Int(3) || hostile.Field(t, got, "latency").(value.Duration) <= 0 {
			t.Errorf("rabbitmq.round_trip = %v, %v", got, err)
		}
	}
	for i := range 3 {
		got, ok, err := ch.Get(name, true)
		if err != nil || !ok || string(got.Body) != fmt.Sprint("work ", i) || got.Redelivered {
			t.Errorf("message %d is %q, redelivered %v, %v, %v", i, got.Body, got.Redelivered, ok, err)
		}
	}
	if _, more, err := ch.Get(name, true); more || err != nil {
		t.Errorf("the queue holds more than was put into it: %v", err)
	}
	if _, err := ask(t, h, "rabbitmq.queue", hostile.Args{"name": text("drl-test-none"), "vhost": text("ticketing")}); err == nil || err.Error() != `there is no queue "drl-test-none" in vhost "ticketing"` {
		t.Errorf("no queue: %v", err)
	}
	if _, err := ask(t, h, "rabbitmq.round_trip", hostile.Args{"queue": text("drl-test-none")}); err == nil || !strings.HasSuffix(err.Error(), `: there is no queue "drl-test-none" in this vhost`) {
		t.Errorf("no queue: %v", err)
	}
	got, err := ask(t, h, "rabbitmq.overview", nil)
	if err != nil || !strings.HasPrefix(hostile.Field(t, got, "version").String(), "3.") && !strings.HasPrefix(hostile.Field(t, got, "version").String(), "4.") {
		t.Errorf("rabbitmq.overview = %v, %v", got, err)
	}
	if nodes := hostile.Field(t, got, "nodes").String(); !strings.Contains(nodes, `"running":true`) {
		t.Errorf("nodes = %s", nodes)
	}
}

func TestRefusedLogin(t *testing.T) {
	h := hostile.Host(t)
	const password = "wr0ng-p4ssword"
	host := func(variable string) string {
		u, err := url.Parse(hostile.Real(t, variable))
		if err != nil {
			t.Fatal(err)
		}
		return u.Host
	}
	for _, tt := range []struct {
		name string
		args hostile.Args
		want string
	}{
		{"rabbitmq.overview", hostile.Args{"server": value.NewSecret("http://ticketing:" + password + "@" + host("DRL_TEST_RABBITMQ"))}, "refuses the user and password"},
		{"rabbitmq.round_trip", hostile.Args{"queue": text("x"), "url": value.NewSecret("amqp://ticketing:" + password + "@" + host("DRL_TEST_AMQP") + "/ticketing")}, "refuses"},
		{"rabbitmq.round_trip", hostile.Args{"queue": text("x"), "url": value.NewSecret("amqp://ticketing:ticketing@" + host("DRL_TEST_AMQP") + "/none")}, "vhost"},
		{"rabbitmq.round_trip", hostile.Args{"queue": text("x"), "url": text("http://u:" + password + "@x")}, `url is "http://•••@x", want an address such as amqp://rabbit.internal/vhost, with user:password@ before the host`},
		{"rabbitmq.round_trip", hostile.Args{"queue": text("")}, "queue is empty"},
		{"rabbitmq.queue", hostile.Args{"name": text(strings.Repeat("q", 256))}, "name has 256 bytes, want 255 at most"},
		{"rabbitmq.queue", hostile.Args{"name": text("q"), "server": text("amqp://x")}, `server is "amqp://x", want an address such as http://rabbit.internal:15672, with user:password@ before the host`},
	} {
		_, err := ask(t, h, tt.name, tt.args)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), password) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// Each text is the name of a queue as it stands, of the real server, by both
// of its doors; or nothing is asked.
func TestHostileNames(t *testing.T) {
	address, plugin := hostile.Real(t, "DRL_TEST_AMQP"), hostile.Real(t, "DRL_TEST_RABBITMQ")
	h := hostile.Host(t)
	vhost := fmt.Sprintf("drl-test/%d", time.Now().UnixNano())
	path := "/api/vhosts/" + url.PathEscape(vhost)
	management(t, plugin, http.MethodPut, path)
	t.Cleanup(func() { management(t, plugin, http.MethodDelete, path) })
	management(t, plugin, http.MethodPut, "/api/permissions/"+url.PathEscape(vhost)+"/ticketing")
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	own := *u
	own.Path, own.RawPath = "/"+vhost, "/"+url.PathEscape(vhost)
	ch := broker(t, own.String())
	seen := 0
	for i, name := range hostile.Strings() {
		if i%3 != 0 && len(name) < 20 {
			continue // the server needs some milliseconds for each
		}
		_, asked := ask(t, h, "rabbitmq.queue", hostile.Args{"name": text(name), "vhost": text(vhost), "server": text(plugin)})
		if asked != nil && !strings.HasPrefix(asked.Error(), "there is no queue ") {
			if !strings.HasPrefix(asked.Error(), "name ") { // refused before it is asked
				t.Errorf("%q: %v", name, asked)
			}
			continue
		}
		if strings.HasPrefix(name, "amq.") {
			continue
		}
		if _, err := ch.QueueDeclare(name, false, true, true, false, nil); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		_, err := ask(t, h, "rabbitmq.queue", hostile.Args{"name": text(name), "vhost": text(vhost), "server": text(plugin)})
		if err != nil && !strings.HasPrefix(err.Error(), "no figures of queue ") {
			t.Errorf("%q, which is there: %v", name, err)
		}
		// It is another connection's alone: the broker says so by its name.
		if _, err := ask(t, h, "rabbitmq.round_trip", hostile.Args{"queue": text(name), "url": text(own.String())}); err == nil || strings.Contains(err.Error(), "there is no queue") {
			t.Errorf("%q, which is another's: %v", name, err)
		}
		seen++
	}
	if seen < 50 {
		t.Errorf("%d names were tried", seen)
	}
}

func TestBadManagement(t *testing.T) {
	const password = "p4ssw0rd-of-a-test"
	for _, name := range []string{"queue", "overview"} {
		t.Run(name, func(t *testing.T) {
			hostile.BadAPIs(t, password, nil, func(t *testing.T, address string) error {
				args := hostile.Args{"server": value.NewSecret(strings.Replace(address, "://", "://u:"+password+"@", 1)), "timeout": value.Duration(time.Second)}
				if name == "queue" {
					args["name"] = text("q")
				}
				_, err := ask(t, hostile.Host(t), "rabbitmq."+name, args)
				return err
			})
		})
	}
}

// The address has a path of its own, and the login goes in a header.
func TestManagementBehindAPath(t *testing.T) {
	var seen *http.Request
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		io.WriteString(w, `{"name":"a/b","messages":3,"messages_ready":2,"messages_unacknowledged":1,"consumers":4,"state":"running","memory":1024,
			"message_stats":{"publish_details":{"rate":1.5},"deliver_get_details":{"rate":2.5}}}`)
	}))
	defer s.Close()
	got, err := ask(t, hostile.Host(t), "rabbitmq.queue", hostile.Args{"name": text("a/b"), "server": text(strings.Replace(s.URL, "://", "://u:p%2Fq@", 1) + "/mq/")})
	const want = `{"messages":3,"ready":2,"unacknowledged":1,"consumers":4,"publish_rate":"1.5/1s","deliver_rate":"2.5/1s","state":"running","memory":"1KiB"}`
	if err != nil || got.String() != want {
		t.Errorf("rabbitmq.queue = %v, %v\nwant %s", got, err, want)
	}
	if seen.RequestURI != "/mq/api/queues/%2F/a%2Fb" || seen.Header.Get("Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte("u:p/q")) {
		t.Errorf("asked %s with %v", seen.RequestURI, seen.Header)
	}
}

// Brokers that speak something else, or AMQP as no broker does.
func TestBadBrokers(t *testing.T) {
	frame := func(kind byte, size uint32, payload string) string {
		b := []byte{kind, 0, 0}
		return string(binary.BigEndian.AppendUint32(b, size)) + payload + "\xce"
	}
	for name, says := range map[string]string{
		"HTTP":            "HTTP/1.1 400 Bad Request\r\n\r\n",
		"another version": "AMQP\x00\x01\x00\x00",
		"a huge frame":    frame(1, 1<<31, "\x00\x0a\x00\x0a"),
		"a body first":    frame(3, 4, "abcd"),
		"a header first":  frame(2, 14, "\x00\x3c\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00"),
		"half a frame":    frame(1, 400, "\x00\x0a\x00\x0a")[:12],
		"no end":          strings.Replace(frame(1, 4, "\x00\x0a\x00\x0a"), "\xce", "x", 1),
		"nothing":         "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := hostile.Serve(t, func(c net.Conn) {
				io.ReadFull(c, make([]byte, 8))
				io.WriteString(c, says)
				if name != "nothing" {
					return
				}
				io.Copy(io.Discard, c)
			})
			_, err := ask(t, hostile.Host(t), "rabbitmq.round_trip", hostile.Args{"queue": text("q"),
				"url": value.NewSecret("amqp://u:p4ssw0rd-of-a-test@" + address + "/v"), "timeout": value.Duration(time.Second)})
			if err == nil || strings.Contains(err.Error(), "p4ssw0rd") || strings.Contains(err.Error(), "drl has a bug") {
				t.Errorf("%v", err)
			}
			t.Log(err)
		})
	}
}

// The call ends with its run.
func TestStopped(t *testing.T) {
	reached := make(chan struct{})
	address := hostile.Serve(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, 8))
		close(reached)
		io.Copy(io.Discard, c)
	})
	stop := fmt.Errorf("the operator stopped it")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-reached; cancel(stop) }()
	for _, f := range rabbitmq.Modules()[0].Funcs {
		if f.Name != "rabbitmq.round_trip" {
			continue
		}
		args := make([]value.Value, len(f.Signature().Params))
		for i, p := range f.Signature().Params {
			switch p.Name {
			case "queue":
				args[i] = text("q")
			case "url":
				args[i] = text("amqp://" + address + "/v")
			}
		}
		if _, err := f.Call(ctx, hostile.Host(t), nil, args); err != stop {
			t.Errorf("ended with %v", err)
		}
	}
}
