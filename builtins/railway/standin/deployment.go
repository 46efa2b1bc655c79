package standin

import (
	"slices"
	"time"
)

// Outcome is what becomes of a deployment.
type Outcome string

const (
	Good         Outcome = "good"
	FailsBuild   Outcome = "fails to build"
	FailsCheck   Outcome = "fails its health check"
	Crashes      Outcome = "crashes after it went live"
	Skips        Outcome = "is skipped"
	NeedsApprove Outcome = "needs approval"
	Stays        Outcome = "builds for ever"
	Odd          Outcome = "has a status that nobody knows, and goes live"
	Sleeps       Outcome = "goes to sleep"
	IsAborted    Outcome = "is aborted by somebody"
	Completes    Outcome = "ends by itself with code 0"
)

// source is what a deployment is made of.
type source struct{ image, commit string }

type line struct {
	at         time.Time
	text       string
	level      string
	attributes map[string]string
}

type deployment struct {
	id, status, instance string
	of                   *service
	source               source
	createdAt            time.Time
	stopped              bool
	served, expired      bool
	build, output        []line
	step, problem        string // which failed, and why
	to                   []step // what is to come, in its order
}

// step is what happens to a deployment at a time.
type step struct {
	at time.Time
	do func()
}

// canRollback: there is an image of it that went live once.
func (d *deployment) canRollback() bool {
	return d.served && !d.expired
}

// deploy makes a deployment. The caller holds the lock, as of all here.
func (s *Server) deploy(at *service, from source) *deployment {
	if at.image != "" && from.image == "" {
		from = source{image: at.image}
	}
	outcome := Good
	if len(at.next) > 0 {
		outcome, at.next = at.next[0], at.next[1:]
	}
	d := &deployment{id: s.id("deployment"), of: at, source: from, createdAt: s.now()}
	// Of two that are under way the older one is given up.
	for _, older := range at.deployments {
		if older.underWay() {
			s.abort(older)
		}
	}
	at.deployments = append(at.deployments, d)
	s.begin(d, outcome)
	s.change()
	return d
}

func (d *deployment) underWay() bool {
	return slices.Contains([]string{"QUEUED", "WAITING", "INITIALIZING", "BUILDING", "DEPLOYING", "NEEDS_APPROVAL", "CANCELLED"}, d.status)
}

func (d *deployment) serves() bool { return d.status == "SUCCESS" || d.status == "SLEEPING" }

func (s *Server) abort(d *deployment) {
	d.status, d.instance, d.to = "REMOVED", "", nil
}

// begin lays out a deployment's way. The times are those that others have
// measured.
func (s *Server) begin(d *deployment, outcome Outcome) {
	now := s.now()
	d.status, d.instance, d.stopped, d.to = "QUEUED", "", true, nil
	at := func(seconds float64, do func()) {
		d.to = append(d.to, step{now.Add(time.Duration(seconds * float64(time.Second))), do})
	}
	says := func(seconds float64, text, level string) {
		at(seconds, func() {
			d.build = append(d.build, line{at: now.Add(time.Duration(seconds * float64(time.Second))), text: text, level: level})
		})
	}
	is := func(seconds float64, status, instance string) {
		at(seconds, func() { d.status, d.instance = status, instance })
	}
	defer func() { slices.SortStableFunc(d.to, func(x, y step) int { return x.at.Compare(y.at) }) }()
	switch outcome {
	case Skips:
		is(0.3, "SKIPPED", "")
		return
	case NeedsApprove:
		is(0.3, "NEEDS_APPROVAL", "")
		return
	case Odd:
		is(0.3, "CANCELLED", "")
	default:
		is(0.3, "INITIALIZING", "")
	}
	live := 10.0
	if outcome == IsAborted {
		is(4, "REMOVED", "")
		return
	}
	if d.source.image == "" {
		is(1.6, "BUILDING", "")
		says(2, "load build definition", "info")
		says(3, "npm ci", "info")
		live = 25
		switch outcome {
		case Stays:
			return
		case FailsBuild:
			says(4, `npm error: "vite" is not there`, "error")
			at(5, func() { d.status, d.step, d.problem = "FAILED", "BUILD_IMAGE", "the build ended with exit code 1" })
			return
		}
		says(12, "image is pushed", "info")
	} else if outcome == FailsBuild {
		at(1.6, func() {
			d.status, d.step, d.problem = "FAILED", "CREATE_CONTAINER", "there is no image "+d.source.image
		})
		return
	}
	is(live-8.4, "DEPLOYING", "INITIALIZING")
	is(live-7.1, "DEPLOYING", "CREATED")
	is(live-5.7, "DEPLOYING", "RUNNING")
	at(live-5, func() { d.says("listening on 8080", "info", s.now()) })
	if outcome == FailsCheck {
		at(live+20, func() {
			d.status, d.instance, d.step, d.problem = "FAILED", "", "HEALTHCHECK", "/healthz answered 503 until the time was over"
		})
		return
	}
	at(live, func() {
		d.status, d.instance, d.stopped, d.served = "SUCCESS", "RUNNING", false, true
		s.supersede(d)
	})
	switch outcome {
	case Crashes:
		at(live+30, func() {
			d.says("panic: no configuration", "error", s.now())
			d.status, d.instance = "CRASHED", "CRASHED"
		})
	case Sleeps:
		at(live+0.1, func() { d.status, d.stopped, d.instance = "SLEEPING", true, "STOPPED" })
	case Completes:
		at(live+0.1, func() { d.stopped, d.instance = true, "EXITED" })
	}
}

func (d *deployment) says(text, level string, at time.Time) {
	d.output = append(d.output, line{at: at, text: text, level: level, attributes: map[string]string{"service": d.of.name}})
}

// supersede removes what served before.
func (s *Server) supersede(by *deployment) {
	now := s.now()
	for _, d := range by.of.deployments {
		if d != by && (d.serves() || d.status == "CRASHED") {
			d.to = []step{
				{now.Add(time.Second), func() { d.status, d.instance, d.stopped = "REMOVING", "REMOVING", true }},
				{now.Add(15 * time.Second), func() { d.status, d.instance = "REMOVED", "" }},
			}
		}
	}
}

// now is the time: while something is made up for, when that was to happen.
func (s *Server) now() time.Time {
	if !s.moment.IsZero() {
		return s.moment
	}
	return s.clock.Now()
}

// advance does what was to happen until now.
func (s *Server) advance() {
	now := s.clock.Now()
	for {
		var next *deployment
		s.each(func(d *deployment) {
			if len(d.to) > 0 && !d.to[0].at.After(now) && (next == nil || d.to[0].at.Before(next.to[0].at)) {
				next = d
			}
		})
		if next == nil {
			return
		}
		do := next.to[0].do
		s.moment = next.to[0].at
		next.to = next.to[1:]
		do()
		s.moment = time.Time{}
		s.change()
	}
}

// soon is when something happens next; the zero time: nothing does.
func (s *Server) soon() (at time.Time) {
	s.each(func(d *deployment) {
		if len(d.to) > 0 && (at.IsZero() || d.to[0].at.Before(at)) {
			at = d.to[0].at
		}
	})
	return at
}

func (s *Server) each(f func(*deployment)) {
	for _, p := range s.projects {
		for _, e := range p.environments {
			for _, x := range e.services {
				for _, d := range x.deployments {
					f(d)
				}
			}
		}
	}
}

func (s *Server) find(id string) (found *deployment) {
	s.each(func(d *deployment) {
		if d.id == id {
			found = d
		}
	})
	return found
}

// restart begins a deployment's process anew.
func (s *Server) restart(d *deployment) {
	now := s.now()
	d.instance = "RESTARTING"
	d.to = []step{{now.Add(4 * time.Second), func() { d.status, d.instance, d.stopped = "SUCCESS", "RUNNING", false }}}
	if len(d.of.next) > 0 {
		outcome := d.of.next[0]
		d.of.next = d.of.next[1:]
		if outcome == Crashes {
			d.to = []step{{now.Add(4 * time.Second), func() { d.status, d.instance = "CRASHED", "CRASHED" }}}
		}
	}
	s.change()
}

// remove takes a deployment down.
func (s *Server) remove(d *deployment) {
	d.status, d.instance, d.stopped = "REMOVING", "REMOVING", true
	d.to = []step{{s.now().Add(8 * time.Second), func() { d.status, d.instance = "REMOVED", "" }}}
	s.change()
}
