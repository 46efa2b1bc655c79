package rabbitmq

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type queueArgs struct {
	Name  string `drl:"name" doc:"the queue's name"`
	Vhost string `drl:"vhost" doc:"the virtual host that it is in" default:"/"`
	server
}

// Queue is what RabbitMQ tells of a queue.
type Queue struct {
	Messages       int        `drl:"messages" doc:"how many messages are in it: ready and unacknowledged ones"`
	Ready          int        `drl:"ready" doc:"how many wait for a consumer"`
	Unacknowledged int        `drl:"unacknowledged" doc:"how many a consumer has, and has not finished"`
	Consumers      int        `drl:"consumers" doc:"how many take messages from it"`
	PublishRate    value.Rate `drl:"publish_rate" doc:"how fast messages come in"`
	DeliverRate    value.Rate `drl:"deliver_rate" doc:"how fast messages go out to consumers"`
	State          string     `drl:"state" doc:"\"running\", \"idle\", \"flow\", \"down\", …"`
	Memory         value.Size `drl:"memory" doc:"what it takes of the server's memory"`
}

// details is a figure's rate.
type details struct{ Rate float64 }

// figures is the part of the plugin's answers that queues and overviews share.
// What it leaves out isn't known yet.
type figures struct {
	Messages       *int
	Ready          *int `json:"messages_ready"`
	Unacknowledged *int `json:"messages_unacknowledged"`
}

func (f figures) known() bool {
	return f.Messages != nil && f.Ready != nil && f.Unacknowledged != nil
}

// stats are absent where no message has ever come or gone.
type stats struct {
	Publish details `json:"publish_details"`
	Deliver details `json:"deliver_get_details"`
}

var queue = builtins.New("rabbitmq.queue", types.Reads,
	"Ask for a queue's figures. A queue that isn't there, and one whose figures aren't known, are errors, never zeros.",
	func(ctx context.Context, h *builtins.Host, a queueArgs) (Queue, error) {
		if err := checkName("name", a.Name); err != nil {
			return Queue{}, err
		}
		if err := checkName("vhost", a.Vhost); err != nil {
			return Queue{}, err
		}
		m, err := a.open(h)
		if err != nil {
			return Queue{}, err
		}
		defer m.close()
		var found struct {
			figures
			Name      string
			Consumers *int
			State     string
			Memory    int64
			Stats     stats `json:"message_stats"`
		}
		missing := fmt.Errorf("there is no queue %s in vhost %s", value.QuoteString(a.Name), value.QuoteString(a.Vhost))
		if err := m.get(ctx, &found, missing, "queues", a.Vhost, a.Name); err != nil {
			return Queue{}, err
		}
		if found.Name != a.Name {
			return Queue{}, fmt.Errorf("%s does not answer as RabbitMQ's management plugin does: it was asked for %s and tells of %s", m.base.Host, value.QuoteString(a.Name), value.QuoteString(builtins.Short(found.Name)))
		}
		if !found.known() || found.Consumers == nil {
			return Queue{}, fmt.Errorf("no figures of queue %s are known yet: its state is %s", value.QuoteString(a.Name), value.QuoteString(builtins.Short(found.State)))
		}
		return Queue{
			Messages: *found.Messages, Ready: *found.Ready, Unacknowledged: *found.Unacknowledged, Consumers: *found.Consumers,
			PublishRate: value.Rate{PerSecond: found.Stats.Publish.Rate}, DeliverRate: value.Rate{PerSecond: found.Stats.Deliver.Rate},
			State: found.State, Memory: value.Size(found.Memory),
		}, nil
	}).With(`expect rabbitmq.queue("notifications", vhost: "ticketing").ready < 100`)
