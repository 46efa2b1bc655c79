package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// mostAnswer is how long an engine's answer may be, of those that are read
// into memory whole.
const mostAnswer = 32 << 20

// where is the parameter that says which engine is asked.
type where struct {
	Host *string `drl:"host,named" doc:"the engine's address: \"unix:///run/docker.sock\" or \"tcp://10.0.0.5:2376\"; without one, what the docker program would ask"`
}

// engine is a connection to one, which the calls of a run share.
type engine struct {
	*client.Client
	at endpoint
}

// open says which engine is asked; nothing is asked yet.
func (w where) open(ctx context.Context, h *builtins.Host) (*engine, error) {
	at, err := locate(ctx, h, w.Host)
	if err != nil {
		return nil, err
	}
	kept, err := h.Keep(at, func() (io.Closer, error) { return connect(ctx, h, at) })
	if err != nil {
		return nil, err
	}
	return kept.(*engine), nil
}

func connect(ctx context.Context, h *builtins.Host, at endpoint) (*engine, error) {
	dial, err := at.dialer(ctx, h)
	if err != nil {
		return nil, err
	}
	version, _ := h.Getenv(client.EnvOverrideAPIVersion)
	c, err := client.New(
		client.WithHTTPClient(&http.Client{
			Transport: &http.Transport{
				DialContext: dial, MaxIdleConns: 6, IdleConnTimeout: 30 * time.Second, DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
			},
			CheckRedirect: client.CheckRedirect,
		}),
		client.WithHost(at.String()),
		// Again: the address has brought a dialer of its own. TLS is ours too, for
		// the library dials by itself where it knows of any.
		client.WithDialContext(dial),
		client.WithAPIVersion(version),
		client.WithUserAgent(strings.TrimSuffix("drl/"+h.Version, "/")),
		client.WithHTTPResponseHook(limit),
	)
	if err != nil {
		return nil, err
	}
	return &engine{c, at}, nil
}

// read piece by piece, each with a limit of its own.
var streams = lazy.Regexp(`/(build|images/create|images/.*/push|containers/[^/]*/logs|exec/[^/]*/start)$`)

// limit ends an answer that is longer than any is.
func limit(reply *http.Response) {
	if !streams().MatchString(reply.Request.URL.Path) {
		reply.Body = &limited{reply.Body, mostAnswer}
	}
}

type limited struct {
	io.ReadCloser
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, fmt.Errorf("the answer is longer than %s", value.Size(mostAnswer))
	}
	n, err := l.ReadCloser.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// unreachable is why there is no connection to an engine. It hides what it was
// from the library, which has less helpful words for it.
type unreachable struct {
	at  endpoint
	was error
}

func (u *unreachable) Error() string {
	why := u.was
	var op *net.OpError
	if errors.As(u.was, &op) {
		why = op.Err
	}
	switch {
	case errors.Is(u.was, fs.ErrNotExist):
		return fmt.Sprintf("there is no engine at %s, no such socket: start Docker, or say where it is with host: or DOCKER_HOST", u.at)
	case errors.Is(u.was, fs.ErrPermission):
		return fmt.Sprintf("this user may not speak to the engine at %s: add them to the group of that socket, which is docker in most places", u.at)
	case errors.Is(u.was, syscall.ECONNREFUSED):
		return fmt.Sprintf("no engine listens at %s: start Docker, or say where it is with host: or DOCKER_HOST", u.at)
	}
	return fmt.Sprintf("no engine answers at %s: %v", u.at, builtins.WhyUntrusted(why))
}

// problem puts what went wrong with an engine in words. Where ctx ended, it is
// its cause.
func (e *engine) problem(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var down *unreachable
	if errors.As(err, &down) {
		return down
	}
	if !strings.HasPrefix(err.Error(), itsWords) {
		return fmt.Errorf("%s does not answer as an engine does: %s", e.at, said(err))
	}
	return fmt.Errorf("%s: %s", e.at, said(err))
}

// itsWords is what the library puts before the words of an engine.
const itsWords = "Error response from daemon: "

// said is what an engine says of a failure.
func said(err error) string { return builtins.Short(strings.TrimPrefix(err.Error(), itsWords)) }

// longestName is a container's. It isn't part of the form: to count that far
// would be a state for each letter, at every start of drl.
const longestName = 255

var nameForm = lazy.Regexp(`^[a-zA-Z0-9][a-zA-Z0-9_.-]*$`)

// checkName refuses what is no container's name: it goes into a path.
func checkName(name string) error {
	if len(name) > longestName || !nameForm().MatchString(name) {
		return fmt.Errorf("name is %s, want a container's name or id: letters, digits, _ . and -", value.QuoteString(name))
	}
	return nil
}

// carries tells of a text that the engine's API can't carry: its JSON is UTF-8,
// and would hold another text.
func carries(what, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s has bytes that are no UTF-8, which the engine can't be given", what)
	}
	return nil
}

// missing says that there is no container of that name, and which there are;
// another error is left as it is.
func (e *engine) missing(ctx context.Context, name string, err error) error {
	if !cerrdefs.IsNotFound(err) || ctx.Err() != nil {
		return e.problem(ctx, err)
	}
	all, err := e.ContainerList(ctx, client.ContainerListOptions{All: true})
	if err != nil {
		return e.problem(ctx, err)
	}
	var names []string
	for _, c := range all.Items {
		if len(c.Names) > 0 {
			names = append(names, strings.TrimPrefix(c.Names[0], "/"))
		}
	}
	hint := "there are none"
	if near := types.Near(name, names); near != "" {
		hint = "did you mean " + near + "?"
	} else if len(names) > 0 {
		hint = "there are " + builtins.Short(strings.Join(names, ", "))
	}
	return fmt.Errorf("there is no container %s: %s", name, hint)
}
