package railway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/coder/websocket"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/http"
)

const (
	protocol      = "graphql-transport-ws"
	mostFrame     = 1 << 20          // bytes
	longestBegin  = 10 * time.Second // of the handshake
	mostSubscribe = 50000            // frames of one connection
)

// subscription is an operation that goes on telling.
type subscription struct {
	name string
	vars vars
	// next is given what it tells, or the error that ends it.
	next func(data json.RawMessage, err error)
}

// frame is a message of the protocol.
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
type frame struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// subscribe listens until all of the subscriptions have ended, the
// connection breaks, or ctx ends. It closes its connection.
func (c *client) subscribe(ctx context.Context, h *builtins.Host, all []subscription) error {
	headers := map[string]builtins.Text{}
	var bearer *builtins.Text
	if token := builtins.Hidden(c.token); c.variable == projectToken {
		headers[projectHeader] = token
	} else {
		bearer = &token
	}
	up, err := http.NewUpgrade(h, builtins.Hidden(c.address.String()), headers, bearer, nil, nil)
	if err != nil {
		return err
	}
	defer up.Close()
	begin, begun := context.WithTimeout(ctx, longestBegin)
	defer begun()
	conn, _, err := websocket.Dial(begin, up.URL, &websocket.DialOptions{
		HTTPClient: up.Client, HTTPHeader: up.Header, Subprotocols: []string{protocol}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	conn.SetReadLimit(mostFrame)
	if err := put(begin, conn, frame{Type: "connection_init"}); err != nil {
		return err
	}
	// It is acknowledged whatever the token is: that shows in what is told.
	if f, err := get(begin, conn); err != nil || f.Type != "connection_ack" {
		return errors.Join(err, fmt.Errorf("%s, want connection_ack", builtins.Short(f.Type)))
	}
	for i, s := range all {
		payload, err := json.Marshal(newRequest(s.name, s.vars))
		if err != nil {
			return err
		}
		if err := put(begin, conn, frame{ID: strconv.Itoa(i), Type: "subscribe", Payload: payload}); err != nil {
			return err
		}
	}
	open := map[int]bool{}
	for i := range all {
		open[i] = true
	}
	for range mostSubscribe {
		f, err := get(ctx, conn)
		if err != nil {
			return err
		}
		i, err := strconv.Atoi(f.ID)
		switch {
		case f.Type == "ping":
			if err := put(ctx, conn, frame{Type: "pong"}); err != nil {
				return err
			}
			continue
		case err != nil || !open[i]:
			continue
		case f.Type == "next":
			data, err := c.told(f.Payload)
			all[i].next(data, err)
			open[i] = err == nil
		case f.Type == "error":
			all[i].next(nil, c.strange("a subscription is refused: %s", builtins.Short(string(f.Payload))))
			open[i] = false
		case f.Type == "complete":
			open[i] = false
		}
		if !open[i] {
			delete(open, i)
		}
		if len(open) == 0 {
			return nil
		}
	}
	return c.strange("it tells more than %d things", mostSubscribe)
}

// told reads what a subscription tells. Its errors come here too.
func (c *client) told(payload json.RawMessage) (json.RawMessage, error) {
	var answer said
	if err := json.Unmarshal(payload, &answer); err != nil {
		return nil, err
	}
	if f := c.refusal(answer); f != nil {
		return nil, f.err
	}
	return answer.Data, nil
}

func put(ctx context.Context, conn *websocket.Conn, f frame) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, text)
}

func get(ctx context.Context, conn *websocket.Conn) (frame, error) {
	var f frame
	_, text, err := conn.Read(ctx)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	return f, err
}
