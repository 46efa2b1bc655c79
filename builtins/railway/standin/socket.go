package standin

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/ast"
)

type frame struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket speaks graphql-transport-ws. Whoever asks is acknowledged; what is
// wrong comes inside of next.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	ctx, stop := context.WithCancel(context.Background())
	var telling sync.WaitGroup
	defer telling.Wait()
	defer stop()
	put := func(id, kind string, payload any) {
		f := frame{ID: id, Type: kind}
		if payload != nil {
			f.Payload, _ = json.Marshal(payload)
		}
		if text, err := json.Marshal(f); err == nil {
			_ = conn.Write(ctx, websocket.MessageText, text)
		}
	}
	for {
		_, text, err := conn.Read(ctx)
		var f frame
		if err != nil || json.Unmarshal(text, &f) != nil {
			return
		}
		switch f.Type {
		case "connection_init":
			put("", "connection_ack", nil)
			put("", "ping", nil)
		case "subscribe":
			var b body
			if json.Unmarshal(f.Payload, &b) != nil {
				return
			}
			s.mu.Lock()
			wrong := s.wrong(b.Name, Closed, Forbidden, Garbled, Huge, Silent)
			o, refused := s.prepare(r.Header, b, true)
			s.mu.Unlock()
			switch wrong {
			case Closed:
				return
			case Garbled:
				_ = conn.Write(ctx, websocket.MessageText, []byte("}{"))
				continue
			case Huge:
				_ = conn.Write(ctx, websocket.MessageText, make([]byte, 2<<20))
				continue
			case Silent:
				continue
			}
			telling.Go(func() {
				if refused.Errors == nil {
					refused = s.subscription(ctx, o, wrong, func(a answer) { put(f.ID, "next", a) })
				}
				if refused.Errors != nil {
					put(f.ID, "next", refused)
				}
				put(f.ID, "complete", nil)
			})
		}
	}
}

// subscription tells until there is no more to tell, or ctx ends.
func (s *Server) subscription(ctx context.Context, o *operation, wrong Fault, tell func(answer)) answer {
	account, refused := who(o.header)
	if wrong == Forbidden {
		refused = "Not Authorized"
	}
	if refused != "" {
		return failure(refused, internal)
	}
	field := o.SelectionSet[0].(*ast.Field)
	args := field.ArgumentMap(o.variables)
	id := textOf(args, "id")
	if field.Name == "buildLogs" {
		id = textOf(args, "deploymentId")
	}
	status, lines := "", 0
	for {
		s.mu.Lock()
		s.advance()
		d, err := s.deployment(id, func(e *environment) bool { return account || e == s.projects[0].environments[0] })
		if err != nil {
			s.mu.Unlock()
			return failure(err.Error(), internal)
		}
		var root object
		over := d.status == "FAILED" || d.status == "REMOVED"
		if field.Name == "deployment" {
			if d.status != status {
				status, root = d.status, object{"deployment": s.deploymentObject(d)}
			}
		} else {
			if len(d.build) > lines {
				told := []object{}
				for _, l := range d.build[lines:] {
					told = append(told, lineObject(l))
				}
				lines, root = len(d.build), object{"buildLogs": told}
			}
			over = over || d.status == "DEPLOYING" || d.serves()
		}
		var data map[string]any
		if root != nil {
			data, err = o.fields(o.SelectionSet, root)
		}
		at, changed, now := s.soon(), s.changed, s.clock.Now()
		s.mu.Unlock()
		if err != nil {
			return failure(err.Error(), internal)
		}
		if data != nil {
			tell(answer{Data: data})
		}
		if over || ctx.Err() != nil {
			return answer{}
		}
		// Until something happens by itself, or somebody does something.
		wait, stop := context.WithCancel(ctx)
		var woken sync.WaitGroup
		woken.Go(func() {
			defer stop()
			select {
			case <-changed:
			case <-wait.Done():
			}
		})
		if at.IsZero() {
			<-wait.Done()
		} else {
			_ = s.clock.Sleep(wait, at.Sub(now))
		}
		stop()
		woken.Wait()
	}
}
