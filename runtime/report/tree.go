package report

import (
	"strings"
	"time"

	"github.com/drl-lang/drl/runtime/event"
)

// Run is what happened in a run, as a tree: what reports in files are made of.
type Run struct {
	ID      string
	Started time.Time
	Last    time.Time // of the last event
	Start   event.RunStarted
	// Finish is how the run ended; until the run has ended, what is known of
	// that: its Outcome is "running" where nothing is.
	Finish   event.RunFinished
	Ended    bool
	Rollback *event.RollbackStarted
	Nodes    []*Node // the outermost, in the order they began
	Notes    []string

	events []event.Event
	nodes  map[string]*Node
}

// Node is one node of a run.
type Node struct {
	event.NodeStarted
	ID       string
	Parent   *Node
	Began    time.Time
	Finish   *event.NodeFinished // nil while it goes on
	Answer   *event.Answered
	Decided  *event.Decided
	Baseline *event.BaselineTaken
	Nodes    []*Node
}

func (r *Run) add(e event.Event) {
	r.Last = e.Time
	n := r.nodes[e.Node]
	switch b := e.Body.(type) {
	case event.RunStarted:
		r.ID, r.Started, r.Start = e.Run, e.Time, b
		r.Finish.Outcome = "running"
	case event.NodeStarted:
		r.begin(e, b)
	case event.NodeFinished:
		if n == nil {
			n = r.begin(e, event.NodeStarted{Type: b.Type, Title: b.Title, Place: b.Place})
		}
		n.Finish = &b
		r.count(n)
	case event.Answered:
		if n != nil {
			n.Answer = &b
		}
	case event.Decided:
		if n != nil {
			n.Decided = &b
		}
	case event.BaselineTaken:
		if n != nil {
			n.Baseline = &b
		}
	case event.RollbackStarted:
		r.Rollback = &b
	case event.Noted:
		if b.Level == "warning" {
			r.Notes = append(r.Notes, b.Text)
		}
	case event.RunEnding:
		r.Finish.Outcome, r.Finish.Reason, r.Finish.Left = b.Outcome, b.Reason, b.Left
	case event.RunFinished:
		r.Finish, r.Ended = b, true
	}
	if !r.Ended {
		r.Finish.Duration = r.Last.Sub(r.Started)
	}
}

func (r *Run) begin(e event.Event, b event.NodeStarted) *Node {
	n := &Node{NodeStarted: b, ID: e.Node, Parent: r.nodes[b.Parent], Began: e.Time}
	r.nodes[e.Node] = n
	if n.Parent == nil {
		r.Nodes = append(r.Nodes, n)
	} else {
		n.Parent.Nodes = append(n.Parent.Nodes, n)
	}
	return n
}

// count adds a node to the counts of a run that has not yet told its own.
func (r *Run) count(n *Node) {
	if r.Ended || n.onlyHolds() {
		return
	}
	switch n.Finish.Status {
	case event.Passed:
		r.Finish.Passed++
	case event.Failed:
		r.Finish.Failed++
	case event.Warned:
		r.Finish.Warned++
	case event.Skipped:
		r.Finish.Skipped++
	}
}

// onlyHolds tells whether the node says nothing that those in it don't.
func (n *Node) onlyHolds() bool {
	return (isHeading(n.Type) || isSilent(n.Type)) && (n.Finish == nil || len(n.Finish.Failures) == 0)
}

// Status is how the node ended; "running" while it goes on.
func (n *Node) Status() event.Status {
	if n.Finish == nil {
		return "running"
	}
	return n.Finish.Status
}

// each calls f for every node, outer ones first.
func (r *Run) each(f func(n *Node, depth int)) {
	var walk func(nodes []*Node, depth int)
	walk = func(nodes []*Node, depth int) {
		for _, n := range nodes {
			f(n, depth)
			walk(n.Nodes, depth+1)
		}
	}
	walk(r.Nodes, 0)
}

// path is the titles of the sections around the node, outermost first.
func (n *Node) path() []string {
	var titles []string
	for p := n.Parent; p != nil; p = p.Parent {
		if !isSilent(p.Type) {
			titles = append([]string{nodeTitle(p.Type, p.Title)}, titles...)
		}
	}
	return titles
}

// what is "ticketing v1.2.3 on production (guarded)".
func (r *Run) what() string {
	words := []string{Visible(r.Start.Release)}
	if r.Start.Version != "" {
		words = append(words, Visible(r.Start.Version))
	}
	if r.Start.Target != "" {
		words = append(words, "on", Visible(r.Start.Target))
		if r.Start.Guard {
			words = append(words, "(guarded)")
		}
	}
	return strings.Join(words, " ")
}

// outcome is how the run ended, with its sign.
func (r *Run) outcome() string {
	if o, ok := outcomes[r.Finish.Outcome]; ok {
		return o.words
	}
	return "… " + Visible(r.Finish.Outcome)
}
