package rabbitmq

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type roundTripArgs struct {
	Queue   string         `drl:"queue" doc:"the queue that has to be there; nothing is put into it or taken out"`
	Vhost   *string        `drl:"vhost" doc:"the virtual host that it is in; without one, the address's"`
	URL     *builtins.Text `drl:"url,named" doc:"the broker: \"amqp://user:password@rabbit.internal/vhost\", amqps: with TLS; without one, AMQP_URL"`
	CA      *string        `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	Timeout time.Duration  `drl:"timeout,named" doc:"longest wait for the message to come back" default:"10s"`
}

type trip struct {
	Latency   time.Duration `drl:"latency" doc:"from sending the message until it was back"`
	Messages  int           `drl:"messages" doc:"how many messages the queue itself has ready, counted now"`
	Consumers int           `drl:"consumers" doc:"how many take messages from the queue itself, counted now"`
}

var roundTrip = builtins.New("rabbitmq.round_trip", types.Writes,
	"Send a message through the broker and get it back, by a queue of this call's own beside the one that is named: a message in that one would be work for its consumers.",
	func(ctx context.Context, h *builtins.Host, a roundTripArgs) (trip, error) {
		if err := checkName("queue", a.Queue); err != nil {
			return trip{}, err
		}
		given, name, err := h.Given(a.URL, "url", "AMQP_URL")
		if err != nil {
			return trip{}, err
		}
		b, err := Dial(ctx, h, given, name, a.Vhost, a.CA)
		if err != nil {
			return trip{}, err
		}
		defer b.Close()
		x, err := b.roundTrip(ctx, h, a.Queue)
		if err != nil {
			return trip{}, Problem(ctx, b.At, err)
		}
		return x, nil
	}).With(`let trip = rabbitmq.round_trip("notifications")`)

func (b *Broker) roundTrip(ctx context.Context, h *builtins.Host, queue string) (trip, error) {
	ch, err := b.Channel()
	if err != nil {
		return trip{}, err
	}
	named, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
	var said *amqp.Error
	if errors.As(err, &said) && said.Code == amqp.NotFound {
		return trip{}, fmt.Errorf("there is no queue %s in this vhost", value.QuoteString(queue))
	}
	if err != nil {
		return trip{}, err
	}
	// Ours alone, by a name that the broker makes up; it is gone with the connection.
	own, err := ch.QueueDeclare("", false, true, true, false, nil)
	if err != nil {
		return trip{}, err
	}
	back, err := ch.ConsumeWithContext(ctx, own.Name, "", true, true, false, false, nil)
	if err != nil {
		return trip{}, err
	}
	if err := ch.Confirm(false); err != nil {
		return trip{}, err
	}
	body, err := unique(h)
	if err != nil {
		return trip{}, err
	}
	start := h.Now()
	taken, err := ch.PublishWithDeferredConfirmWithContext(ctx, "", own.Name, true, false, amqp.Publishing{ContentType: "text/plain", Body: body})
	if err != nil {
		return trip{}, err
	}
	if ok, err := taken.WaitContext(ctx); err != nil || !ok {
		if err == nil {
			err = errors.New("the broker does not take the message")
		}
		return trip{}, err
	}
	select {
	case <-ctx.Done():
		return trip{}, context.Cause(ctx)
	case got, open := <-back:
		switch {
		case !open:
			return trip{}, errors.New("the broker ended the connection before the message was back")
		case !bytes.Equal(got.Body, body):
			return trip{}, errors.New("another message came back than was sent")
		}
	}
	return trip{h.Now().Sub(start), named.Messages, named.Consumers}, nil
}

// unique is a message that no other is equal to.
func unique(h *builtins.Host) ([]byte, error) {
	if h.Random == nil {
		return nil, errors.New("there is no source of chance here")
	}
	var b [16]byte
	if _, err := io.ReadFull(h.Random, b[:]); err != nil {
		return nil, err
	}
	return []byte("drl " + hex.EncodeToString(b[:])), nil
}
