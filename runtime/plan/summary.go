package plan

// Summary counts what a person wants to know before saying yes.
type Summary struct {
	Nodes  int `json:"nodes"` // of all that does something: no phases, loops and ifs
	Checks int `json:"checks"`
	Steps  int `json:"steps"`
	// Undoable, Asked, Kept and Missing count the steps by their undo: run by
	// itself, after a question, none with a reason, not written.
	Undoable int `json:"undoable"`
	Asked    int `json:"undo_asks"`
	Kept     int `json:"undo_none"`
	Missing  int `json:"undo_missing"`
	// Confirms are the titles of what asks a person.
	Confirms []string `json:"confirms"`
	Monitors []string `json:"monitors"`
	Follows  []string `json:"follows,omitempty"`
	// NoReturn is the identity of the first step that can't be taken back;
	// "": there is none.
	NoReturn string `json:"no_return,omitempty"`
	// Settles is the identity of the node after which the run undoes nothing.
	Settles string `json:"settles,omitempty"`
}

// groups are the kinds of node that only hold others.
var groups = map[string]bool{"phase": true, "parallel": true, "for": true, "if": true, "in": true, "with": true, "rule": true, "follow": true, "let": true}

// Summary counts the nodes of the plan.
func (p *Plan) Summary() Summary {
	s := Summary{Confirms: []string{}, Monitors: []string{}}
	var visit func([]Node)
	visit = func(ns []Node) {
		for i := range ns {
			n := &ns[i]
			if !groups[n.Kind] {
				s.Nodes++
			}
			switch n.Kind {
			case "check":
				s.Checks++
			case "step":
				s.step(n)
			case "confirm", "ask":
				s.Confirms = append(s.Confirms, n.Title)
			case "monitor":
				s.Monitors = append(s.Monitors, n.Title)
			case "settle":
				if s.Settles == "" {
					s.Settles = n.ID
				}
			case "follow":
				s.Follows = append(s.Follows, n.Title)
				continue // what is in it runs later
			}
			visit(n.Nodes)
		}
	}
	visit(p.Nodes)
	return s
}

func (s *Summary) step(n *Node) {
	s.Steps++
	if n.Irreversible != "" {
		if s.NoReturn == "" {
			s.NoReturn = n.ID
		}
		return
	}
	if n.Undo == nil {
		return
	}
	switch n.Undo.Kind {
	case "run":
		s.Undoable++
	case "ask":
		s.Asked++
	case "none":
		s.Kept++
	case "missing":
		s.Missing++
	}
}
