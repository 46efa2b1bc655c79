package plan

import "github.com/drl-lang/drl/lang/source"

// Node is one node of a plan, with what is nested in it.
type Node struct {
	ID     string       `json:"id"`
	Kind   string       `json:"kind"` // as in event.NodeStarted
	Title  string       `json:"title"`
	Place  source.Place `json:"place"`
	Policy string       `json:"policy,omitempty"` // what its failure means: stop rollback warn ask
	Limits []string     `json:"limits,omitempty"` // "within 2m", "timeout 20m", "retry 2"
	Doc    string       `json:"doc,omitempty"`
	// Effects are the calls and commands of its body, in its order.
	Effects []Effect `json:"effects,omitempty"`
	Undo    *Undo    `json:"undo,omitempty"` // of steps
	// Irreversible says why there is no way back after this step.
	Irreversible string `json:"irreversible,omitempty"`
	DoneIf       string `json:"done_if,omitempty"`
	By           string `json:"by,omitempty"` // of confirm and follow: the group
	// Odds says in a line what the rules of a monitor are worth. Build leaves
	// it empty: who plays them fills it in.
	Odds  string `json:"odds,omitempty"`
	Nodes []Node `json:"nodes,omitempty"`
}

// Effect is one call or command that looks at or changes the world.
type Effect struct {
	Writes bool         `json:"writes"`
	Text   string       `json:"text"` // with values where they are known
	Place  source.Place `json:"place"`
}

// Undo says how a step is undone.
type Undo struct {
	Kind    string   `json:"kind"` // run ask none missing
	Why     string   `json:"why,omitempty"`
	Effects []Effect `json:"effects,omitempty"`
}

// Each calls f with every node below and including ns, in their order.
func Each(ns []Node, f func(*Node)) {
	for i := range ns {
		f(&ns[i])
		Each(ns[i].Nodes, f)
	}
}
