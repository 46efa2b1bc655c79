package http

import (
	"context"
	nethttp "net/http"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// PostJSON sends a value to an address, follows no redirect, and returns the
// status and the first bytes of the reply. The address is never shown. It is
// for people to read: what isn't UTF-8 is shown as U+FFFD, where a program
// would be refused it.
func PostJSON(ctx context.Context, h *builtins.Host, address builtins.Text, v value.Value) (status int, reply string, err error) {
	s := settings{Follow: "none", MaxBody: 1 << 20}
	body := builtins.Hidden(string(value.JSON(value.Reveal(v))))
	s.Headers = map[string]builtins.Text{"Content-Type": builtins.Plain("application/json")}
	r, err := newRequest(h, nethttp.MethodPost, builtins.Hidden(address.Reveal()), s, content{Body: &body}, nil)
	if err != nil {
		return 0, "", err
	}
	x, err := send(ctx, h, r)
	return x.Status, x.Body, err
}
