// Package stack is a small ticketing system to release to: four services
// (auth, ticket, workflow, notification) behind one address, on SQLite files,
// with a platform that deploys them. It runs inside one process, listens on
// 127.0.0.1 alone, and is real: requests go over HTTP, rows into databases,
// jobs through a queue. README.md lists the addresses.
//
// The files follow the parts: front.go is the door, platform.go deploys,
// instance.go is one running version of a service, release.go what versions
// there are; auth.go, ticket.go, workflow.go and notification.go are the
// services; database.go, metrics.go and reply.go are what they share.
package stack

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Options are how a stack differs from the usual one.
type Options struct {
	// Now is the clock. It must be set.
	Now func() time.Time
	// Users are the passwords by user; nil: the user "demo" with the password
	// "demo-password".
	Users map[string]string
	// PlatformToken is what the platform's addresses want as a bearer token;
	// empty: nothing.
	PlatformToken string
}

// Stack is a running ticketing system.
type Stack struct {
	URL string // of the front, without a slash at its end

	front     *front
	platform  *platform
	databases []*database
	stopped   chan struct{} // closed when the front has ended
	server    *http.Server
}

// Names are the services, in the order they start.
var Names = []string{"auth", "ticket", "workflow", "notification"}

// Start starts the four services in version v1, with the databases in dir,
// and returns when all are healthy. ctx is for the start alone; Close ends
// the stack.
func Start(ctx context.Context, dir string, o Options) (*Stack, error) {
	if o.Now == nil {
		return nil, errors.New("start the stack: it needs a clock")
	}
	if o.Users == nil {
		o.Users = map[string]string{"demo": "demo-password"}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the stack: %w", err)
	}
	s := &Stack{URL: "http://" + listener.Addr().String(), stopped: make(chan struct{})}
	s.front = newFront(newMetrics(o.Now))
	if err := s.build(ctx, dir, o); err != nil {
		listener.Close()
		close(s.stopped)
		return nil, errors.Join(fmt.Errorf("start the stack: %w", err), s.Close())
	}
	s.server = &http.Server{Handler: s.front, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.stopped)
		// Serve ends when Close closes the server.
		_ = s.server.Serve(listener)
	}()
	return s, nil
}

// build opens the databases, and starts and routes to the services.
func (s *Stack) build(ctx context.Context, dir string, o Options) error {
	token, err := randomToken()
	if err != nil {
		return err
	}
	peers := &peers{base: s.URL, token: token, client: s.front.client()}
	open := map[string]*database{}
	for _, name := range Names {
		db, err := openDatabase(ctx, filepath.Join(dir, name+".db"), migrationsOf[name], o.Now)
		if err != nil {
			return fmt.Errorf("open the database of %s: %w", name, err)
		}
		s.databases = append(s.databases, db)
		open[name] = db
	}
	if err := addUsers(ctx, open["auth"], o.Users); err != nil {
		return err
	}
	s.platform = &platform{
		front: s.front, database: open["ticket"], now: o.Now, token: o.PlatformToken,
		backups: filepath.Join(dir, "backups"),
		build: map[string]func(Release) app{
			"auth":         func(r Release) app { return newAuth(r, open["auth"], peers, o.Now) },
			"ticket":       func(r Release) app { return newTicket(r, open["ticket"], peers, o.Now) },
			"workflow":     func(r Release) app { return newWorkflow(r, open["workflow"], peers, o.Now) },
			"notification": func(r Release) app { return newNotification(r, open["notification"], peers, o.Now) },
		},
		services: map[string]*service{},
	}
	s.front.platform = s.platform.handler()
	return s.platform.startAll(ctx)
}

// Close ends the services, the front and the databases. Nothing of the stack
// runs or listens after it has returned; the files stay.
func (s *Stack) Close() error {
	var errs []error
	if s.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if s.server.Shutdown(ctx) != nil {
			errs = append(errs, s.server.Close())
		}
	}
	<-s.stopped
	s.front.transport.CloseIdleConnections()
	if s.platform != nil {
		s.platform.stopAll()
	}
	s.front.transport.CloseIdleConnections()
	for _, db := range s.databases {
		errs = append(errs, db.close())
	}
	return errors.Join(errs...)
}

// randomToken returns 32 random bytes in hexadecimal.
func randomToken() (string, error) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return hex.EncodeToString(b[:]), nil
}
