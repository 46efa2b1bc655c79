package plan

import (
	"encoding/json"
	"io"
)

// planJSON is what `drl plan --json` prints.
type planJSON struct {
	Release    string      `json:"release"`
	Script     string      `json:"script"`
	Target     string      `json:"target,omitempty"`
	Guard      bool        `json:"guard,omitempty"`
	Version    string      `json:"version,omitempty"`
	Identity   string      `json:"identity,omitempty"`
	Inputs     []inputJSON `json:"inputs"`
	Summary    Summary     `json:"summary"`
	Nodes      []Node      `json:"nodes"`
	Handlers   []Node      `json:"handlers,omitempty"`
	NothingRan bool        `json:"nothing_ran"`
}

type inputJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"` // as it prints
	From  string `json:"from"`
}

// WriteJSON writes the plan as one JSON object.
func (p *Plan) WriteJSON(w io.Writer) error {
	out := planJSON{
		Release: p.Program.Name, Script: p.Program.Source.Name,
		Target: p.TargetName, Guard: p.Guard, Version: p.Version,
		Inputs: []inputJSON{}, Summary: p.Summary(), Nodes: p.Nodes, Handlers: p.Handlers,
		NothingRan: true,
	}
	if p.Identity != nil {
		out.Identity = p.Identity.String()
	}
	for _, in := range p.Inputs {
		out.Inputs = append(out.Inputs, inputJSON{in.Name, in.Text, in.From})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
