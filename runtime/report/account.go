package report

import (
	"slices"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Account is why a run ended as it did: what decided it, what was done then,
// and what is left. Its JSON form is that of `drl why --json`.
type Account struct {
	Run      string     `json:"run"`
	Release  string     `json:"release"`
	Version  string     `json:"version,omitempty"`
	Target   string     `json:"target,omitempty"`
	Script   string     `json:"script,omitempty"`
	Operator string     `json:"operator,omitempty"`
	Outcome  string     `json:"outcome"` // as run_finished has it; running: there is no such event
	Reason   string     `json:"reason,omitempty"`
	Exit     int        `json:"exit"`
	Started  time.Time  `json:"started"`
	Ended    *time.Time `json:"ended,omitempty"`
	Last     time.Time  `json:"last"` // of the last event

	Causes []Cause        `json:"causes,omitempty"` // of the outcome, in their order
	Also   []Cause        `json:"also,omitempty"`   // what else was not as it should be
	Back   *Back          `json:"rollback,omitempty"`
	Left   []string       `json:"left,omitempty"`    // what a person must undo
	Open   []event.Asked  `json:"open,omitempty"`    // questions without an answer
	AtWork []string       `json:"at_work,omitempty"` // of a run that did not end: what ran last
	Follow []event.Follow `json:"follow,omitempty"`
	Notes  []string       `json:"notes,omitempty"` // warnings of the run itself
	Next   string         `json:"next,omitempty"`  // the command to type
}

// Cause is a node that failed, or that a monitor decided something in.
type Cause struct {
	Node     string           `json:"node"`
	Type     string           `json:"type"`
	Title    string           `json:"title"`
	Phase    string           `json:"phase,omitempty"`
	Time     time.Time        `json:"time"`
	Status   event.Status     `json:"status,omitempty"`
	Reason   string           `json:"reason,omitempty"`
	Duration time.Duration    `json:"duration,omitempty"`
	Tries    int              `json:"tries,omitempty"`
	Place    string           `json:"place"`
	Failures []event.Failure  `json:"failures,omitempty"`
	Decided  *event.Decided   `json:"decided,omitempty"`
	Since    *time.Time       `json:"since,omitempty"` // from when on its rule was true
	State    *event.RuleState `json:"state,omitempty"` // of its rule at the last tick

	began time.Time
	seen  map[string][]float64 // of each metric, up to the decision
}

// Back is what a rollback did.
type Back struct {
	Time      time.Time        `json:"time"`
	Reason    string           `json:"reason"`
	Undos     []Cause          `json:"undos,omitempty"`
	Handlers  []Cause          `json:"handlers,omitempty"` // what ran in on rollback
	Recovered *event.Recovered `json:"recovered,omitempty"`

	recoveredAt time.Time
	wanted      []string // the undos that were announced
}

// Account returns why the run ended as it did.
func (r *Run) Account() Account {
	f := r.Finish
	a := Account{
		Run: r.ID, Release: r.Start.Release, Version: r.Start.Version, Target: r.Start.Target, Script: r.Start.Script, Operator: r.Start.Operator,
		Outcome: f.Outcome, Reason: f.Reason, Exit: f.Exit, Started: r.Started, Last: r.Last,
		Left: f.Left, Follow: f.Follow, Next: f.Next, Notes: r.Notes,
	}
	if r.Ended {
		a.Ended = &r.Last
	}
	t := teller{run: r, a: &a, last: map[string]event.Ticked{}, times: map[string]map[time.Duration]time.Time{}, seen: map[string]map[string][]float64{}, decided: map[string]int{}}
	for _, e := range r.events {
		t.event(e)
	}
	t.sort()
	if !r.Ended {
		r.each(func(n *Node, _ int) {
			if n.Finish == nil && !isSilent(n.Type) && !isHeading(n.Type) {
				a.AtWork = append(a.AtWork, nodeTitle(n.Type, n.Title))
			}
		})
	}
	return a
}

// teller goes through the events of a run.
type teller struct {
	run     *Run
	a       *Account
	all     []Cause // in their order
	before  int     // how many of them came before the rollback
	last    map[string]event.Ticked
	times   map[string]map[time.Duration]time.Time // of each monitor's ticks
	seen    map[string]map[string][]float64
	decided map[string]int // 1 + the index of what a monitor decided
}

func (t *teller) event(e event.Event) {
	n := t.run.nodes[e.Node]
	switch b := e.Body.(type) {
	case event.Ticked:
		t.ticked(e, b)
	case event.Decided:
		if n != nil {
			c := t.decision(e, n, b)
			t.all = append(t.all, c)
			t.decided[e.Node] = len(t.all)
		}
	case event.NodeFinished:
		if n != nil {
			t.finished(e, n, b)
		}
	case event.RollbackStarted:
		t.a.Back = &Back{Time: e.Time, Reason: b.Reason, wanted: b.Undos}
		t.before = len(t.all)
	case event.Recovered:
		if t.a.Back != nil {
			t.a.Back.Recovered, t.a.Back.recoveredAt = &b, e.Time
		}
	case event.Asked:
		t.a.Open = append(t.a.Open, b)
	case event.Answered:
		t.a.Open = slices.DeleteFunc(t.a.Open, func(q event.Asked) bool { return q.ID == b.ID })
	}
}

func (t *teller) ticked(e event.Event, b event.Ticked) {
	t.last[e.Node] = b
	if t.times[e.Node] == nil {
		t.times[e.Node], t.seen[e.Node] = map[time.Duration]time.Time{}, map[string][]float64{}
	}
	t.times[e.Node][b.At] = e.Time
	for _, m := range b.Metrics {
		t.seen[e.Node][m.Name] = append(t.seen[e.Node][m.Name], numberOf(m))
	}
}

func cause(e event.Event, n *Node) Cause {
	c := Cause{Node: n.ID, Type: n.Type, Title: n.Title, Time: e.Time, Place: n.Place.String(), began: n.Began}
	for p := n.Parent; p != nil; p = p.Parent {
		if isHeading(p.Type) {
			c.Phase = p.Title
		}
	}
	return c
}

func (t *teller) decision(e event.Event, n *Node, b event.Decided) Cause {
	c := cause(e, n)
	c.Decided, c.Place, c.seen = &b, b.Place.String(), t.seen[e.Node]
	if at, ok := t.times[e.Node][b.At]; ok {
		c.Time = at // of a warning: earlier than the end
	}
	if b.Held > 0 || b.Hold > 0 {
		since := c.Time.Add(-b.Held)
		c.Since = &since
	}
	for _, r := range t.last[e.Node].Rules {
		if r.Rule == b.Rule {
			c.State = &r
		}
	}
	return c
}

func (t *teller) finished(e event.Event, n *Node, b event.NodeFinished) {
	c := cause(e, n)
	c.Status, c.Reason, c.Duration, c.Tries, c.Failures = b.Status, b.Reason, b.Duration, b.Tries, b.Failures
	if len(b.Failures) == 1 && b.Failures[0].Place.Line > 0 {
		c.Place = b.Failures[0].Place.String()
	}
	back := t.a.Back
	switch {
	case back != nil && n.Type == "undo":
		back.Undos = append(back.Undos, c)
		return
	case back != nil && n.within("handler") && !isSilent(n.Type) && !isHeading(n.Type):
		back.Handlers = append(back.Handlers, c)
		return
	}
	if i := t.decided[e.Node]; i > 0 { // told by its decision
		t.all[i-1].Status, t.all[i-1].Reason = b.Status, b.Reason
		return
	}
	bad := b.Status == event.Failed || b.Status == event.Warned || b.Status == event.Interrupted
	if bad && (len(b.Failures) > 0 || !isSilent(n.Type) && !isHeading(n.Type)) {
		t.all = append(t.all, c)
	}
}

// within tells whether the node stands in one of that type.
func (n *Node) within(kind string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == kind {
			return true
		}
	}
	return false
}

// sort parts what led to the outcome from what else there was.
func (t *teller) sort() {
	for i, c := range t.all {
		switch {
		case t.a.Back != nil && i >= t.before:
			t.a.Also = append(t.a.Also, c)
		case c.leads(t.a.Outcome):
			t.a.Causes = append(t.a.Causes, c)
		case c.Decided != nil && c.Decided.Verdict == "pass":
			// What went well is no news.
		default:
			t.a.Also = append(t.a.Also, c)
		}
	}
	// What asked for the rollback is the last of what failed before it.
	if t.a.Back != nil {
		if i := slices.IndexFunc(t.a.Causes, func(c Cause) bool { return c.Decided != nil && c.Decided.Verdict == "rollback" }); i >= 0 {
			t.keep(func(c Cause) bool { return c.Decided != nil && c.Decided.Verdict == "rollback" })
		} else if n := len(t.a.Causes); n > 1 {
			last := t.a.Causes[n-1].Node
			t.keep(func(c Cause) bool { return c.Node == last })
		}
	}
}

// keep leaves as causes only those that are so.
func (t *teller) keep(is func(Cause) bool) {
	var causes []Cause
	for _, c := range t.a.Causes {
		if is(c) {
			causes = append(causes, c)
		} else {
			t.a.Also = append(t.a.Also, c)
		}
	}
	t.a.Causes = causes
}

// leads tells whether something of this kind leads to an outcome.
func (c Cause) leads(outcome string) bool {
	verdict := ""
	if c.Decided != nil {
		verdict = c.Decided.Verdict
	}
	switch outcome {
	case "passed":
		return false
	case "interrupted":
		return c.Status == event.Interrupted || verdict == "interrupted"
	}
	switch verdict {
	case "rollback", "fail", "error", "inconclusive", "not_compared":
		return c.Status != event.Passed && c.Status != event.Warned
	}
	return c.Status == event.Failed || c.Status == event.Interrupted
}
