package http

import (
	"context"
	nethttp "net/http"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type askArgs struct {
	URL builtins.Text `drl:"url,address" doc:"absolute http or https address; with a session, a path is enough"`
	settings
	deadline
	Session *Session `drl:"session,named" doc:"whose cookies to use and keep"`
}

var (
	get = asks("get", nethttp.MethodGet, "Fetch an address once and return the reply, whatever its status.").
		With(`expect http.get("https://tickets.example.com/api/health/").json.status == "ok"`)
	head = asks("head", nethttp.MethodHead, "Fetch the status and headers of an address, without its body.").
		With(`expect http.head("https://tickets.example.com/").ok`)
	options = asks("options", nethttp.MethodOptions, "Ask what an address allows.").
		With(`expect http.options("https://tickets.example.com/api/").headers["allow"] contains "POST"`)
)

func asks(name, method, doc string) *builtins.Func {
	return builtins.New("http."+name, types.Reads, doc,
		func(ctx context.Context, h *builtins.Host, a askArgs) (Response, error) {
			r, err := newRequest(h, method, a.URL, a.settings, content{}, a.Session)
			if err != nil {
				return Response{}, err
			}
			return send(ctx, h, r)
		})
}
