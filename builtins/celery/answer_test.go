package celery_test

import (
	"encoding/json"

	amqp "github.com/rabbitmq/amqp091-go"
)

// answerAll answers each request as some workers would, until the channel is
// closed.
func answerAll(ch *amqp.Channel, requests <-chan amqp.Delivery, says func(call string) []string) {
	for r := range requests {
		var asked struct {
			Method  string
			Ticket  string
			ReplyTo struct {
				Exchange   string
				RoutingKey string `json:"routing_key"`
			} `json:"reply_to"`
		}
		if json.Unmarshal(r.Body, &asked) != nil {
			return
		}
		for _, body := range says(asked.Method) {
			ch.Publish(asked.ReplyTo.Exchange, asked.ReplyTo.RoutingKey, false, false, amqp.Publishing{
				ContentType: "application/json", Headers: amqp.Table{"ticket": asked.Ticket}, Body: []byte(body),
			})
		}
	}
}
