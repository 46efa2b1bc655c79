package stack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Deployment is one version of a service on its way, or there.
type Deployment struct {
	ID          string     `json:"id"`
	Service     string     `json:"service"`
	Version     string     `json:"version"`
	Status      string     `json:"status"` // deploying, running, failed, removed
	CreatedAt   time.Time  `json:"created_at"`
	FinishedAt  *time.Time `json:"finished_at"`
	CanRollback bool       `json:"can_rollback"` // it has served: a rollback may go there
	Error       string     `json:"error,omitempty"`
}

// service is what the platform knows of one service.
type service struct {
	name        string
	deployments []*Deployment // oldest first
	running     *instance
	current     *Deployment
}

// platform deploys services as hosts of applications do: a new instance is
// started beside the old one, gets the requests once it is healthy, and the
// old one ends when its last request has.
type platform struct {
	front    *front
	database *database
	now      func() time.Time
	token    string
	backups  string
	build    map[string]func(Release) app

	mu       sync.Mutex
	services map[string]*service
	under    sync.WaitGroup // deployments that are under way
	count    int
}

func (p *platform) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /platform/services/{$}", p.list)
	mux.HandleFunc("GET /platform/services/{service}", p.show)
	mux.HandleFunc("GET /platform/services/{service}/deployments", p.deployments)
	mux.HandleFunc("POST /platform/services/{service}/deploy", p.deploy)
	mux.HandleFunc("POST /platform/services/{service}/rollback", p.rollback)
	mux.HandleFunc("GET /platform/database/migrations", p.migrations)
	mux.HandleFunc("POST /platform/database/migrations", p.migrate)
	mux.HandleFunc("POST /platform/database/backup", p.backup)
	mux.HandleFunc("POST /platform/database/restore", p.restore)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.token != "" && !sameText(r.Header.Get("Authorization"), "Bearer "+p.token) {
			replyError(w, http.StatusUnauthorized, "the platform wants its token")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// startAll deploys the oldest release of each service.
func (p *platform) startAll(ctx context.Context) error {
	for _, name := range Names {
		s := &service{name: name}
		p.services[name] = s
		d := p.add(s, Releases[0].Version)
		if p.carryOut(ctx, s, d, Releases[0]); d.Status != "running" {
			return fmt.Errorf("start %s: %s", name, d.Error)
		}
	}
	return nil
}

// stopAll waits for the deployments under way and ends all instances.
func (p *platform) stopAll() {
	p.under.Wait()
	for _, s := range p.services {
		if s.running != nil {
			s.running.stop()
		}
	}
}

// add records a new deployment. The caller holds mu, or is alone.
func (p *platform) add(s *service, version string) *Deployment {
	p.count++
	d := &Deployment{ID: fmt.Sprintf("d%d", p.count), Service: s.name, Version: version, Status: "deploying", CreatedAt: p.now().UTC()}
	s.deployments = append(s.deployments, d)
	return d
}

// carryOut starts the new instance, switches to it and ends the old one.
func (p *platform) carryOut(ctx context.Context, s *service, d *Deployment, r Release) {
	next, err := startInstance(p.build[s.name](r))
	if err == nil {
		if err = next.healthy(ctx, p.front.client()); err != nil {
			next.stop()
		}
	}
	if err != nil {
		p.finish(d, "failed", err.Error())
		return
	}
	p.front.switchTo(s.name, next.address)
	p.mu.Lock()
	old, before := s.running, s.current
	s.running, s.current = next, d
	if before != nil {
		before.Status = "removed"
	}
	p.mu.Unlock()
	if old != nil {
		// A connection that was opened and never used would hold the end up.
		p.front.transport.CloseIdleConnections()
		old.stop()
	}
	p.finish(d, "running", "")
}

func (p *platform) finish(d *Deployment, status, problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.now().UTC()
	d.Status, d.Error, d.FinishedAt, d.CanRollback = status, problem, &at, status == "running"
}

// ServiceStatus is what the platform says about a service.
type ServiceStatus struct {
	Service     string      `json:"service"`
	Version     string      `json:"version"` // of what serves now
	Status      string      `json:"status"`  // running, deploying
	Deployment  Deployment  `json:"deployment"`
	Latest      Deployment  `json:"latest"`   // the newest, which may have failed
	Previous    *Deployment `json:"previous"` // what served before, if anything did
	CanRollback bool        `json:"can_rollback"`
}

// status returns what is known of a service. The caller holds mu.
func (s *service) status() ServiceStatus {
	x := ServiceStatus{
		Service: s.name, Version: s.current.Version, Status: "running",
		Deployment: *s.current, Latest: *s.deployments[len(s.deployments)-1],
	}
	if s.deploying() {
		x.Status = "deploying"
	}
	for _, d := range s.deployments {
		if d == s.current {
			break
		}
		if d.CanRollback {
			previous := *d
			x.Previous, x.CanRollback = &previous, true
		}
	}
	return x
}

func (s *service) deploying() bool {
	return slices.ContainsFunc(s.deployments, func(d *Deployment) bool { return d.Status == "deploying" })
}

func (p *platform) list(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	all := []ServiceStatus{}
	for _, name := range Names {
		all = append(all, p.services[name].status())
	}
	p.mu.Unlock()
	reply(w, http.StatusOK, map[string]any{"services": all})
}

// find returns the service that the path names, with mu held; it has answered
// when there is none.
func (p *platform) find(w http.ResponseWriter, r *http.Request) (*service, bool) {
	p.mu.Lock()
	s, ok := p.services[r.PathValue("service")]
	if !ok {
		p.mu.Unlock()
		replyError(w, http.StatusNotFound, "no service "+r.PathValue("service")+", there are "+strings.Join(Names, ", "))
	}
	return s, ok
}

func (p *platform) show(w http.ResponseWriter, r *http.Request) {
	s, ok := p.find(w, r)
	if !ok {
		return
	}
	status := s.status()
	p.mu.Unlock()
	reply(w, http.StatusOK, status)
}

func (p *platform) deployments(w http.ResponseWriter, r *http.Request) {
	s, ok := p.find(w, r)
	if !ok {
		return
	}
	all := []Deployment{}
	for _, d := range slices.Backward(s.deployments) {
		all = append(all, *d)
	}
	p.mu.Unlock()
	reply(w, http.StatusOK, map[string]any{"deployments": all})
}

func (p *platform) deploy(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Version string
		Wait    bool
	}
	if !readJSON(w, r, &given) {
		return
	}
	p.begin(w, r, given.Wait, func(*service) (string, string) { return given.Version, "" })
}

// rollback deploys again what served before: the deployment or version that
// the body names, or the one before the current.
func (p *platform) rollback(w http.ResponseWriter, r *http.Request) {
	var given struct {
		To   string
		Wait bool
	}
	if !readJSON(w, r, &given) {
		return
	}
	p.begin(w, r, given.Wait, func(s *service) (version, problem string) {
		if given.To == "" {
			if previous := s.status().Previous; previous != nil {
				return previous.Version, ""
			}
			return "", "nothing served before " + s.current.Version
		}
		for _, d := range s.deployments {
			if d.CanRollback && (d.ID == given.To || d.Version == given.To) {
				return d.Version, ""
			}
		}
		return "", fmt.Sprintf("%s never served as %s", s.name, given.To)
	})
}

// begin starts the deployment of the version that choose returns, and answers
// before it has ended; with wait, once it has.
func (p *platform) begin(w http.ResponseWriter, r *http.Request, wait bool, choose func(*service) (version, problem string)) {
	s, ok := p.find(w, r)
	if !ok {
		return
	}
	version, problem := choose(s)
	rel, known := release(version)
	switch {
	case problem != "":
	case !known:
		problem = fmt.Sprintf("there is no version %q", version)
	case s.deploying():
		p.mu.Unlock()
		replyError(w, http.StatusConflict, "another deployment of "+s.name+" is under way")
		return
	}
	if problem != "" {
		p.mu.Unlock()
		replyError(w, http.StatusUnprocessableEntity, problem)
		return
	}
	d := p.add(s, version)
	answer := *d
	over := make(chan struct{})
	p.under.Go(func() {
		defer close(over)
		p.carryOut(context.WithoutCancel(r.Context()), s, d, rel)
	})
	p.mu.Unlock()
	if !wait {
		reply(w, http.StatusAccepted, answer)
		return
	}
	<-over
	p.mu.Lock()
	answer = *d
	p.mu.Unlock()
	reply(w, http.StatusOK, answer)
}

func (p *platform) migrations(w http.ResponseWriter, r *http.Request) {
	applied, err := p.database.applied(r.Context())
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	pending := []string{}
	for _, m := range p.database.migrations[len(applied):] {
		pending = append(pending, m.Name)
	}
	reply(w, http.StatusOK, map[string]any{"current": applied[len(applied)-1], "applied": applied, "pending": pending})
}

func (p *platform) migrate(w http.ResponseWriter, r *http.Request) {
	var given struct{ To string }
	if !readJSON(w, r, &given) {
		return
	}
	switch err := p.database.migrate(r.Context(), given.To); {
	case errors.Is(err, errNoMigration):
		replyError(w, http.StatusUnprocessableEntity, err.Error())
	case err != nil:
		replyError(w, http.StatusInternalServerError, err.Error())
	default:
		p.migrations(w, r)
	}
}

func (p *platform) backup(w http.ResponseWriter, r *http.Request) {
	b, err := p.database.backup(r.Context(), p.backups)
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	reply(w, http.StatusCreated, b)
}

// restore takes the path of a backup, and no other file.
func (p *platform) restore(w http.ResponseWriter, r *http.Request) {
	var given struct{ Path string }
	if !readJSON(w, r, &given) {
		return
	}
	known, err := filepath.Glob(filepath.Join(p.backups, "*.db"))
	if err == nil && !slices.Contains(known, given.Path) {
		replyError(w, http.StatusNotFound, "there is no backup "+given.Path)
		return
	}
	if err == nil {
		err = p.database.restore(given.Path)
	}
	if err != nil {
		replyError(w, http.StatusInternalServerError, err.Error())
		return
	}
	p.migrations(w, r)
}
