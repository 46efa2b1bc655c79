// Package standin is a server that answers as Railway's public API does: it
// refuses every operation that its schema doesn't have, and has projects whose
// deployments build, go live, crash, and are removed, in a time of its own. It
// is for tests: nothing that ships may import it.
package standin

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Schema is the part of Railway's schema that drl uses.
//
//go:embed schema.graphql
var Schema string

var loaded = sync.OnceValue(func() *ast.Schema {
	return gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: Schema})
})

// The tokens that the server knows.
const (
	AccountToken = "account-5b1c9f"
	ProjectToken = "project-77a04e" // of the first environment of the first project
)

// Clock is the time in which deployments are made.
type Clock struct {
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Server is a Railway. Its methods are safe for use while it serves.
type Server struct {
	clock Clock

	mu       sync.Mutex
	projects []*project
	last     int           // number of the last id
	moment   time.Time     // that is made up for; zero: now
	changed  chan struct{} // closed when something has changed
	asked    []Asked
	faults   []*fault
	// documents are those that were read and fit the schema, by their text.
	documents map[string]*ast.QueryDocument
	// limit is how many requests an hour has; 0: any number.
	limit    int
	requests []time.Time
}

// Asked is an operation that was asked for.
type Asked struct {
	Name      string
	Variables map[string]any
	Token     string
	Socket    bool
}

type project struct {
	id, name     string
	environments []*environment
}

type environment struct {
	id, name string
	project  *project
	services []*service
}

type service struct {
	id, name    string
	in          *environment
	image       string // its source; "": a repository
	branch      string
	domain      string
	variables   map[string]string
	deployments []*deployment // oldest first
	next        []Outcome     // of deployments to come
	metrics     map[string][]Sample
}

// Sample is one of a metric, so long ago.
type Sample struct {
	Ago   time.Duration
	Value float64
}

// New returns a Railway with one project of two environments, production and
// staging, and no services.
func New(clock Clock, name string) *Server {
	s := &Server{clock: clock, changed: make(chan struct{}), documents: map[string]*ast.QueryDocument{}}
	s.AddProject(name, "production", "staging")
	return s
}

func (s *Server) id(kind string) string {
	s.last++
	return fmt.Sprintf("%s-%d", kind, s.last)
}

// AddProject adds a project with environments.
func (s *Server) AddProject(name string, environments ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &project{id: s.id("project"), name: name}
	for _, e := range environments {
		p.environments = append(p.environments, &environment{id: s.id("environment"), name: e, project: p})
	}
	s.projects = append(s.projects, p)
}

// AddService adds a service to each environment of the first project. With an
// image it is deployed from one, else from a repository.
func (s *Server) AddService(name, image string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.id("service")
	for _, e := range s.projects[0].environments {
		e.services = append(e.services, &service{
			id: id, name: name, in: e, image: image, branch: "main", domain: name + "-" + e.name + ".up.railway.app", variables: map[string]string{},
		})
	}
}

// ID is what the server calls the first "project", "environment" or "service" of
// a name; "": there is none.
func (s *Server) ID(kind, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.projects {
		if kind == "project" && p.name == name {
			return p.id
		}
		for _, e := range p.environments {
			if kind == "environment" && e.name == name {
				return e.id
			}
			for _, at := range e.services {
				if kind == "service" && at.name == name {
					return at.id
				}
			}
		}
	}
	return ""
}

// service is one of the first environment's. The caller holds the lock.
func (s *Server) service(name string) *service {
	all := s.projects[0].environments[0].services
	i := slices.IndexFunc(all, func(x *service) bool { return x.name == name })
	if i < 0 {
		panic(fmt.Sprintf("standin: no service %s", name))
	}
	return all[i]
}

// Next says what becomes of the service's next deployments, one after the
// other. Those after them are good.
func (s *Server) Next(name string, outcomes ...Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.service(name)
	at.next = append(at.next, outcomes...)
}

// Push makes the deployment that a push of a commit makes.
func (s *Server) Push(name, commit string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	return s.deploy(s.service(name), source{commit: commit}).id
}

// Live makes a deployment that is live already.
func (s *Server) Live(name string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.service(name)
	d := &deployment{
		id: s.id("deployment"), of: at, source: source{image: at.image}, createdAt: s.clock.Now(),
		status: "SUCCESS", instance: "RUNNING", served: true,
	}
	if at.image == "" {
		d.source.commit = "4f2a91c07be3d5a86e1f90c2b47d8e35a6f10b9c"
	}
	at.deployments = append(at.deployments, d)
	return d.id
}

// SetMetric sets the samples of a measurement.
func (s *Server) SetMetric(name, measurement string, samples ...Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.service(name)
	if at.metrics == nil {
		at.metrics = map[string][]Sample{}
	}
	at.metrics[measurement] = samples
}

// SetVariable sets a variable, and deploys nothing.
func (s *Server) SetVariable(name, variable, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.service(name).variables[variable] = text
}

// Variables returns a service's.
func (s *Server) Variables(name string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]string{}
	for k, v := range s.service(name).variables {
		all[k] = v
	}
	return all
}

// Limit lets so many requests through in an hour.
func (s *Server) Limit(requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = requests
}

// Asked returns what was asked for, in its order, and forgets it.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.asked
	s.asked = nil
	return all
}

// Known is a deployment as a test sees it.
type Known struct {
	ID, Status, Image, Commit string
	CanRollback               bool
}

// Deployments returns those of a service in the first environment, the oldest
// first.
func (s *Server) Deployments(name string) []Known {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	var all []Known
	for _, d := range s.service(name).deployments {
		all = append(all, Known{d.id, d.status, d.source.image, d.source.commit, d.canRollback()})
	}
	return all
}

// Expire lets the images of removed deployments be thrown away.
func (s *Server) Expire(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	for _, d := range s.service(name).deployments {
		if d.status == "REMOVED" {
			d.expired = true
		}
	}
}

// Approve lets a deployment that waits for approval go on.
func (s *Server) Approve(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	if d := s.find(id); d != nil && d.status == "NEEDS_APPROVAL" {
		s.begin(d, Good)
	}
}

// change wakes those that wait for one. The caller holds the lock.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}
