package rabbitmq

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type overviewArgs struct{ server }

type summary struct {
	Version        string     `drl:"version" doc:"RabbitMQ's version"`
	Cluster        string     `drl:"cluster" doc:"the cluster's name"`
	Messages       int        `drl:"messages" doc:"how many messages are in all queues that the user may see"`
	Ready          int        `drl:"ready" doc:"how many of them wait for a consumer"`
	Unacknowledged int        `drl:"unacknowledged" doc:"how many of them a consumer has, and has not finished"`
	PublishRate    value.Rate `drl:"publish_rate" doc:"how fast messages come in"`
	DeliverRate    value.Rate `drl:"deliver_rate" doc:"how fast messages go out to consumers"`
	Queues         int        `drl:"queues" doc:"how many queues there are"`
	Consumers      int        `drl:"consumers" doc:"how many consumers there are"`
	Connections    int        `drl:"connections" doc:"how many connections are open"`
	Nodes          []node     `drl:"nodes" doc:"the cluster's servers"`
}

type node struct {
	Name        string `drl:"name" doc:"its name"`
	Running     bool   `drl:"running" doc:"whether it runs"`
	MemoryAlarm bool   `drl:"memory_alarm" doc:"whether it takes no messages because its memory is full"`
	DiskAlarm   bool   `drl:"disk_alarm" doc:"whether it takes no messages because its disk is full"`
}

var overview = builtins.New("rabbitmq.overview", types.Reads,
	"Ask for the figures of the whole server or cluster, with the alarms that stop it from taking messages.",
	func(ctx context.Context, h *builtins.Host, a overviewArgs) (summary, error) {
		m, err := a.open(h)
		if err != nil {
			return summary{}, err
		}
		defer m.close()
		var found struct {
			Version string                                        `json:"rabbitmq_version"`
			Cluster string                                        `json:"cluster_name"`
			Queues  figures                                       `json:"queue_totals"`
			Stats   stats                                         `json:"message_stats"`
			Objects *struct{ Queues, Consumers, Connections int } `json:"object_totals"`
		}
		if err := m.get(ctx, &found, nil, "overview"); err != nil {
			return summary{}, err
		}
		if found.Version == "" || found.Objects == nil {
			return summary{}, fmt.Errorf("%s does not answer as RabbitMQ's management plugin does: is this its address, and does it keep statistics?", m.base.Host)
		}
		x := summary{
			Version: found.Version, Cluster: found.Cluster,
			PublishRate: value.Rate{PerSecond: found.Stats.Publish.Rate}, DeliverRate: value.Rate{PerSecond: found.Stats.Deliver.Rate},
			Queues: found.Objects.Queues, Consumers: found.Objects.Consumers, Connections: found.Objects.Connections,
		}
		// Without any queue there are no totals.
		switch {
		case found.Queues.known():
			x.Messages, x.Ready, x.Unacknowledged = *found.Queues.Messages, *found.Queues.Ready, *found.Queues.Unacknowledged
		case x.Queues > 0:
			return summary{}, fmt.Errorf("%s has no figures of its queues yet", m.base.Host)
		}
		var nodes []struct {
			Name        string
			Running     bool
			MemoryAlarm bool `json:"mem_alarm"`
			DiskAlarm   bool `json:"disk_free_alarm"`
		}
		if err := m.get(ctx, &nodes, nil, "nodes"); err != nil {
			return summary{}, err
		}
		for _, n := range nodes {
			x.Nodes = append(x.Nodes, node(n))
		}
		return x, nil
	}).With(`expect rabbitmq.overview().nodes.all(n => n.running and not n.memory_alarm and not n.disk_alarm)`)
