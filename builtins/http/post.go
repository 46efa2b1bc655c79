package http

import (
	"context"
	nethttp "net/http"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type sendArgs struct {
	URL builtins.Text `drl:"url,address" doc:"absolute http or https address; with a session, a path is enough"`
	content
	settings
	deadline
	Session *Session `drl:"session,named" doc:"whose cookies to use and keep"`
}

var (
	post = sends("post", nethttp.MethodPost, "Send something to an address and return the reply, whatever its status.").
		With(`http.post("https://tickets.example.com/api/tickets/", json: { title: "printer" }, bearer: env("API_TOKEN"))`)
	put = sends("put", nethttp.MethodPut, "Replace what is at an address and return the reply, whatever its status.").
		With(`http.put("https://tickets.example.com/api/settings/", json: { banner: "maintenance at 22:00" })`)
	patch = sends("patch", nethttp.MethodPatch, "Change what is at an address and return the reply, whatever its status.").
		With(`http.patch("https://tickets.example.com/api/tickets/7/", json: { state: "closed" })`)
	remove = sends("delete", nethttp.MethodDelete, "Delete what is at an address and return the reply, whatever its status.").
		With(`http.delete("https://tickets.example.com/api/tickets/7/")`)
)

// sends makes the functions that change the world. They are never repeated by
// themselves: neither here nor in the transport.
func sends(name, method, doc string) *builtins.Func {
	return builtins.New("http."+name, types.Writes, doc,
		func(ctx context.Context, h *builtins.Host, a sendArgs) (Response, error) {
			r, err := newRequest(h, method, a.URL, a.settings, a.content, a.Session)
			if err != nil {
				return Response{}, err
			}
			return send(ctx, h, r)
		})
}
