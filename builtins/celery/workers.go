package celery

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type workersArgs struct {
	Within  time.Duration  `drl:"within" doc:"how long to wait for answers: nobody knows how many workers there are" default:"2s"`
	Count   *int           `drl:"count,named" doc:"stop waiting once so many have answered"`
	Broker  *builtins.Text `drl:"broker,named" doc:"the workers' broker: \"amqp://user:password@rabbit.internal/vhost\", or amqps:; without one, CELERY_BROKER_URL"`
	CA      *string        `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	Mailbox string         `drl:"mailbox,named" doc:"the workers' control_exchange, where they have another than Celery's own" default:"celery"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest time for all of it, within included" default:"30s"`
}

type worker struct {
	Name     string   `drl:"name" doc:"its name: \"celery@host\""`
	Active   int      `drl:"active" doc:"how many tasks it works on"`
	Reserved int      `drl:"reserved" doc:"how many more it has taken from its queues"`
	Queues   []string `drl:"queues" doc:"the queues that it takes tasks from"`
}

var workers = builtins.New("celery.workers", types.Reads,
	"Ask every worker what it does. That none answers is an error, never an empty list.",
	func(ctx context.Context, h *builtins.Host, a workersArgs) ([]worker, error) {
		switch {
		case a.Within <= 0:
			return nil, fmt.Errorf("within is %s, want more than 0s", value.Duration(a.Within))
		case a.Within >= a.Timeout:
			return nil, fmt.Errorf("within is %s, want less than the timeout of %s", value.Duration(a.Within), value.Duration(a.Timeout))
		case a.Count != nil && *a.Count < 1:
			return nil, fmt.Errorf("count is %d, want 1 or more", *a.Count)
		case a.Mailbox == "" || len(a.Mailbox) > 100 || strings.ContainsFunc(a.Mailbox, func(c rune) bool { return c <= ' ' || c > '~' }):
			return nil, fmt.Errorf("mailbox is %s, want a name such as celery", value.QuoteString(a.Mailbox))
		}
		given, name, err := h.Given(a.Broker, "broker", "CELERY_BROKER_URL")
		if err != nil {
			return nil, err
		}
		m, err := open(ctx, h, given, name, a)
		if err != nil {
			return nil, err
		}
		defer m.close()
		return ask(ctx, m, a)
	}).With(`expect celery.workers().all(w => w.active == 0)`)

// mailboxes is the way to the workers that a broker gives.
type mailboxes interface {
	// send puts a message into the mailbox of every worker.
	send(ctx context.Context, message []byte) error
	// receive waits for the next answer in ours, and returns the ticket that
	// its request had. Its error is context.Cause(ctx) where ctx ended.
	receive(ctx context.Context) (ticket string, body []byte, err error)
	// reply is where workers send their answers.
	reply() address
	// at is the broker's host and port.
	at() string
	close()
}

// address is a mailbox as a message names it.
type address struct {
	Exchange   string `json:"exchange"`
	RoutingKey string `json:"routing_key"`
}

// request is a message of kombu's pidbox: a call to every worker.
type request struct {
	Method      string         `json:"method"`
	Arguments   map[string]any `json:"arguments"`
	Destination []string       `json:"destination"` // null: everyone
	Pattern     *string        `json:"pattern"`
	Matcher     *string        `json:"matcher"`
	Ticket      string         `json:"ticket"`
	ReplyTo     address        `json:"reply_to"`
}

// open says by which broker the workers are reached.
func open(ctx context.Context, h *builtins.Host, given builtins.Text, name string, a workersArgs) (mailboxes, error) {
	scheme, _, _ := strings.Cut(given.Reveal(), "://")
	switch scheme {
	case "amqp", "amqps":
		return openRabbit(ctx, h, given, name, a)
	}
	return nil, fmt.Errorf("%s is for a broker that isn't known here, want RabbitMQ: amqp://rabbit.internal/vhost", name)
}
