package celery

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/rabbitmq"
)

// rabbit is the mailboxes of a RabbitMQ: an exchange that every worker's
// mailbox is bound to, and one for answers, that ours is bound to.
type rabbit struct {
	broker  *rabbitmq.Broker
	channel *amqp.Channel
	mailbox string
	own     address
	back    <-chan amqp.Delivery
}

func openRabbit(ctx context.Context, h *builtins.Host, given builtins.Text, name string, a workersArgs) (mailboxes, error) {
	key, err := unique(h)
	if err != nil {
		return nil, err
	}
	b, err := rabbitmq.Dial(ctx, h, given, name, nil, a.CA)
	if err != nil {
		return nil, err
	}
	r := &rabbit{broker: b, mailbox: a.Mailbox + ".pidbox", own: address{"reply." + a.Mailbox + ".pidbox", key}}
	if err := r.listen(ctx); err != nil {
		b.Close()
		return nil, rabbitmq.Problem(ctx, b.At, err)
	}
	return r, nil
}

// listen makes a mailbox of our own, which is gone with the connection.
func (r *rabbit) listen(ctx context.Context) error {
	for _, exchange := range []string{r.mailbox, r.own.Exchange} {
		// Workers may have made it durable or not: it is taken as it is. A
		// question for what isn't there ends a channel.
		ch, err := r.broker.Channel()
		if err != nil {
			return err
		}
		err = ch.ExchangeDeclarePassive(exchange, "", false, false, false, false, nil)
		var said *amqp.Error
		switch {
		case err == nil:
			if err := ch.Close(); err != nil {
				return err
			}
		case !errors.As(err, &said) || said.Code != amqp.NotFound:
			return err
		case exchange == r.mailbox:
			return fmt.Errorf("no worker has ever been here: there is no exchange %s in this vhost", r.mailbox)
		default:
			if ch, err = r.broker.Channel(); err != nil {
				return err
			}
			if err := ch.ExchangeDeclare(exchange, "direct", false, false, false, false, nil); err != nil {
				return err
			}
		}
	}
	var err error
	if r.channel, err = r.broker.Channel(); err != nil {
		return err
	}
	queue, err := r.channel.QueueDeclare(r.own.RoutingKey+"."+r.own.Exchange, false, true, true, false, nil)
	if err != nil {
		return err
	}
	if err := r.channel.QueueBind(queue.Name, r.own.RoutingKey, r.own.Exchange, false, nil); err != nil {
		return err
	}
	r.back, err = r.channel.ConsumeWithContext(ctx, queue.Name, "", true, true, false, false, nil)
	return err
}

func (r *rabbit) send(ctx context.Context, message []byte) error {
	err := r.channel.PublishWithContext(ctx, r.mailbox, "", false, false, amqp.Publishing{
		ContentType: "application/json", ContentEncoding: "utf-8", Body: message, Headers: amqp.Table{"clock": int64(1), "expires": int64(0)},
	})
	if err != nil {
		return rabbitmq.Problem(ctx, r.broker.At, err)
	}
	return nil
}

func (r *rabbit) receive(ctx context.Context) (string, []byte, error) {
	select {
	case <-ctx.Done():
		return "", nil, context.Cause(ctx)
	case got, open := <-r.back:
		if !open {
			return "", nil, rabbitmq.Problem(ctx, r.broker.At, errors.New("the broker ended the connection"))
		}
		ticket, _ := got.Headers["ticket"].(string)
		return ticket, got.Body, nil
	}
}

func (r *rabbit) reply() address { return r.own }
func (r *rabbit) at() string     { return r.broker.At }
func (r *rabbit) close()         { r.broker.Close() }

// unique is a name that nobody else has.
func unique(h *builtins.Host) (string, error) {
	if h.Random == nil {
		return "", errors.New("there is no source of chance here")
	}
	var b [16]byte
	if _, err := io.ReadFull(h.Random, b[:]); err != nil {
		return "", err
	}
	return "drl-" + hex.EncodeToString(b[:]), nil
}
