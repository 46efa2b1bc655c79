package stack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// app is the program of a service in one version.
type app struct {
	handler http.Handler
	// background runs beside the requests until its context ends; nil: nothing.
	background func(context.Context)
}

// instance is one running app, on a port of its own.
type instance struct {
	address *url.URL
	server  *http.Server
	cancel  context.CancelFunc
	ended   chan struct{} // closed when nothing of it runs
}

// startInstance starts an app on a free port.
func startInstance(a app) (*instance, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	i := &instance{
		address: &url.URL{Scheme: "http", Host: listener.Addr().String()},
		server:  &http.Server{Handler: a.handler, ReadHeaderTimeout: 10 * time.Second},
		cancel:  cancel,
		ended:   make(chan struct{}),
	}
	go func() {
		defer close(i.ended)
		background := make(chan struct{})
		go func() {
			defer close(background)
			if a.background != nil {
				a.background(ctx)
			}
		}()
		_ = i.server.Serve(listener) // until stop
		<-background
	}()
	return i, nil
}

// healthy asks the instance itself, once.
func (i *instance) healthy(ctx context.Context, client *http.Client) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.address.String()+"/api/health/", nil)
	if err != nil {
		return err
	}
	reply, err := client.Do(req)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("its health check answers %d", reply.StatusCode)
	}
	return nil
}

// stop lets running requests end, for a few seconds, and returns when nothing
// of the instance runs.
func (i *instance) stop() {
	i.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if i.server.Shutdown(ctx) != nil {
		i.server.Close()
	}
	<-i.ended
}
