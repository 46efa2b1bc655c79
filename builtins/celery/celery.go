// Package celery holds the builtin that asks Celery's workers what they do. It
// speaks to them as `celery inspect` does, through the broker's mailboxes, and
// touches no queue of tasks.
package celery

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "celery",
		Doc: "Questions to Celery's workers, through the broker that they share: broker:, else CELERY_BROKER_URL: RabbitMQ, by amqp:// or amqps://. " +
			"The workers answer for themselves: one that is too busy to, or that has its remote control switched off, is not among those that did.",
		Funcs: []*builtins.Func{workers},
	}}
}
