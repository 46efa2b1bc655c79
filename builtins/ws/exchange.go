package ws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/http"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

const (
	mostMessages = 10000
	goodbye      = time.Second // longest wait for the server to say it, too
)

type exchangeArgs struct {
	URL     builtins.Text            `drl:"url,address" doc:"absolute ws, wss, http or https address"`
	Send    []builtins.Text          `drl:"send" doc:"the messages to send, one after the other"`
	Count   int                      `drl:"count" doc:"how many messages to wait for, 0 to 10000" default:"1"`
	Headers map[string]builtins.Text `drl:"headers,optional,named" doc:"headers to send with the request that begins it"`
	Bearer  *builtins.Text           `drl:"bearer,named" doc:"a token, sent as Authorization: Bearer"`
	Session *http.Session            `drl:"session,named" doc:"whose cookies to send"`
	CA      *string                  `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	MaxBody value.Size               `drl:"max_body,named" doc:"the most to accept, all messages together" default:"8MiB"`
	Timeout time.Duration            `drl:"timeout,named" doc:"longest wait for the last message" default:"10s"`
}

type conversation struct {
	Messages []string      `drl:"messages" doc:"what was received, byte for byte"`
	Latency  time.Duration `drl:"latency" doc:"from the start to the last message"`
}

var exchange = builtins.New("ws.exchange", types.Reads,
	"Open a websocket, send messages, wait for as many as count says, and close it. What is sent is to ask, not to change anything.",
	func(ctx context.Context, h *builtins.Host, a exchangeArgs) (conversation, error) {
		switch {
		case a.Count < 0 || a.Count > mostMessages:
			return conversation{}, fmt.Errorf("count is %d, want 0 to %d", a.Count, mostMessages)
		case a.MaxBody <= 0:
			return conversation{}, fmt.Errorf("max_body is %s, want more than 0B", a.MaxBody)
		}
		up, err := http.NewUpgrade(h, overHTTP(a.URL), a.Headers, a.Bearer, a.Session, a.CA)
		if err != nil {
			return conversation{}, err
		}
		defer up.Close()
		x, err := talk(ctx, h, up, a)
		if err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return conversation{}, fmt.Errorf("ws%s: %w", strings.TrimPrefix(up.Shown, "http"), builtins.WhyUntrusted(err))
		}
		return x, nil
	}).With(`expect ws.exchange("wss://tickets.example.com/ws/", send: ["ping"]).messages == ["pong"]`)

// overHTTP writes ws:// and wss:// as the http that they begin with.
func overHTTP(address builtins.Text) builtins.Text {
	for from, to := range map[string]string{"ws://": "http://", "wss://": "https://"} {
		if rest, ok := strings.CutPrefix(address.Reveal(), from); ok {
			return address.Like(to + rest)
		}
	}
	return address
}

// talk has the whole conversation.
func talk(ctx context.Context, h *builtins.Host, up *http.Upgrade, a exchangeArgs) (conversation, error) {
	start, err := h.Clock()
	if err != nil {
		return conversation{}, err
	}
	conn, reply, err := websocket.Dial(ctx, up.URL, &websocket.DialOptions{
		HTTPClient: up.Client, HTTPHeader: up.Header, Host: up.Header.Get("Host"), CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		if reply != nil && reply.StatusCode != 101 {
			return conversation{}, fmt.Errorf("the server answered %d, want 101 (switching protocols)", reply.StatusCode)
		}
		return conversation{}, plain(err)
	}
	defer conn.CloseNow()
	for i, message := range a.Send {
		if err := conn.Write(ctx, websocket.MessageText, []byte(message.Reveal())); err != nil {
			return conversation{}, fmt.Errorf("send message %d: %w", i+1, plain(err))
		}
	}
	x := conversation{Messages: []string{}}
	room := int64(a.MaxBody)
	for len(x.Messages) < a.Count {
		conn.SetReadLimit(room)
		_, message, err := conn.Read(ctx)
		switch {
		case errors.Is(err, websocket.ErrMessageTooBig):
			return conversation{}, fmt.Errorf("the messages are longer than %s (max_body)", a.MaxBody)
		case err != nil:
			return conversation{}, fmt.Errorf("%d of %d messages came: %w", len(x.Messages), a.Count, plain(err))
		}
		room -= int64(len(message))
		x.Messages = append(x.Messages, string(message))
	}
	x.Latency = h.Now().Sub(start)
	leave(ctx, h, conn, up)
	return x, nil
}

// plain is the cause without what the library says around it.
func plain(err error) error {
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return fmt.Errorf("the server closed the connection: %d %s", closed.Code, value.QuoteString(closed.Reason))
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// leave says goodbye and doesn't wait long for an answer.
func leave(ctx context.Context, h *builtins.Host, conn *websocket.Conn, up *http.Upgrade) {
	ctx, said := context.WithCancel(ctx)
	var waiting sync.WaitGroup
	waiting.Go(func() {
		defer said()
		conn.Close(websocket.StatusNormalClosure, "")
	})
	if h.Sleep != nil {
		_ = h.Sleep(ctx, goodbye) // or until it is said, or the call's time is over
	}
	up.Close()
	waiting.Wait()
}
