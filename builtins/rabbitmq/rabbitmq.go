// Package rabbitmq holds the builtins that ask RabbitMQ: its management API for
// figures, and AMQP for whether a message comes back. No builtin takes a
// message that it has not sent.
package rabbitmq

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "rabbitmq",
		Doc: "Questions to RabbitMQ. Figures come from its management plugin at server:, else RABBITMQ_URL (http://user:password@host:15672); they are some seconds old. " +
			"rabbitmq.round_trip speaks AMQP to url:, else AMQP_URL (amqp://user:password@host/vhost).",
		Funcs: []*builtins.Func{queue, overview, roundTrip},
	}}
}
