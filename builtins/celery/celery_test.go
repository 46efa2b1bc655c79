package celery_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/celery"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func ask(t *testing.T, h *builtins.Host, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, celery.Modules(), h, "celery.workers", nil, args)
}

func text(s string) value.Value { return value.String(s) }

// The worker of the world's ticketing stack answers for itself.
func TestRealWorker(t *testing.T) {
	address := hostile.Real(t, "DRL_TEST_AMQP")
	h := hostile.Host(t)
	h.Env = func(name string) (string, bool) { return address, name == "CELERY_BROKER_URL" }
	got, err := ask(t, h, hostile.Args{"within": value.Duration(20 * time.Second), "count": value.Int(1)})
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := got.(*value.List); !ok || l.Len() != 1 {
		t.Fatalf("celery.workers = %v", got)
	}
	w := got.(*value.List).Items()[0]
	if hostile.Field(t, w, "name") != text("drl@localhost") || hostile.Field(t, w, "queues").String() != `["notifications"]` || hostile.Field(t, w, "active").(value.Int) < 0 {
		t.Errorf("the worker is %v", w)
	}
}

// A broker with mailboxes that nobody empties.
func TestNoWorker(t *testing.T) {
	address := hostile.Real(t, "DRL_TEST_AMQP")
	c, err := amqp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	ch, err := c.Channel()
	if err != nil {
		t.Fatal(err)
	}
	mailbox := fmt.Sprintf("drl-test-%d", time.Now().UnixNano())
	args := hostile.Args{"broker": value.NewSecret(address), "mailbox": text(mailbox), "within": value.Duration(100 * time.Millisecond)}
	if _, err := ask(t, hostile.Host(t), args); err == nil || !strings.HasSuffix(err.Error(), "no worker has ever been here: there is no exchange "+mailbox+".pidbox in this vhost") {
		t.Errorf("no exchange: %v", err)
	}
	if err := ch.ExchangeDeclare(mailbox+".pidbox", "fanout", false, false, false, false, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ch.ExchangeDelete(mailbox+".pidbox", false, false)
		ch.ExchangeDelete("reply."+mailbox+".pidbox", false, false)
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ask(t, hostile.Host(t), args); err == nil || err.Error() != "no worker answered within 100ms by "+u.Host {
		t.Errorf("no worker: %v", err)
	}
}

// Workers that answer as none of Celery's does, and two that do.
func TestAnswers(t *testing.T) {
	address := hostile.Real(t, "DRL_TEST_AMQP")
	c, err := amqp.Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	for name, tt := range map[string]struct {
		says func(call string) []string
		want string // the result, or the error's end
	}{
		"two": {func(call string) []string {
			if call == "active_queues" {
				return []string{`{"b@x": [{"name": "q2"}, {"name": "q1"}]}`, `{"a@x": []}`}
			}
			return []string{`{"a@x": [{"id": "1"}, {"id": "2"}]}`, `{"b@x": []}`}
		}, `[{"name":"a@x","active":2,"reserved":2,"queues":[]},{"name":"b@x","active":0,"reserved":0,"queues":["q1","q2"]}]`},
		"an error": {func(call string) []string { return []string{`{"a@x": {"error": "KeyError('x')"}}`, `{"b@x": []}`} }, `: KeyError('x')`},
		"no JSON":  {func(call string) []string { return []string{`(dp0`} }, `a worker's answer is not as Celery's are: (dp0`},
		"a number": {func(call string) []string { return []string{`{"a@x": 7}`, `{"b@x": []}`} }, `the answer of "a@x" is not as Celery's are: 7`},
		"half of it": {func(call string) []string {
			if call == "active" {
				return []string{`{"a@x": []}`}
			}
			return nil
		}, `"a@x" has not answered all that it was asked: timed out after 1s`},
	} {
		t.Run(name, func(t *testing.T) {
			ch, err := c.Channel()
			if err != nil {
				t.Fatal(err)
			}
			mailbox := fmt.Sprintf("drl-test-%d", time.Now().UnixNano())
			exchange := mailbox + ".pidbox"
			if err := ch.ExchangeDeclare(exchange, "fanout", true, false, false, false, nil); err != nil {
				t.Fatal(err)
			}
			own, err := ch.QueueDeclare("", false, true, true, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := ch.QueueBind(own.Name, "", exchange, false, nil); err != nil {
				t.Fatal(err)
			}
			requests, err := ch.Consume(own.Name, "", true, true, false, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				answerAll(ch, requests, tt.says)
			}()
			args := hostile.Args{"broker": text(address), "mailbox": text(mailbox), "within": value.Duration(500 * time.Millisecond), "timeout": value.Duration(time.Second)}
			if name == "two" || name == "an error" || name == "a number" {
				args["count"], args["within"], args["timeout"] = value.Int(2), value.Duration(20*time.Second), value.Duration(time.Minute)
			}
			got, err := ask(t, hostile.Host(t), args)
			if err != nil && !strings.HasSuffix(err.Error(), tt.want) || err == nil && got.String() != tt.want {
				t.Errorf("celery.workers = %v, %v\nwant %s", got, err, tt.want)
			}
			ch.ExchangeDelete(exchange, false, false)
			ch.ExchangeDelete("reply."+exchange, false, false)
			ch.Close()
			<-ended
		})
	}
}
