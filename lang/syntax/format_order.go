package syntax

import (
	"slices"
	"strings"
)

// stretch is the pieces from one place up to another, which isn't in it.
type stretch struct{ from, to int }

// sortUses orders imports that stand directly below each other by their
// paths. A comment of its own line or a blank line begins another group.
func (d *draft) sortUses(f *File) {
	var run []stretch
	var paths []string
	flush := func() {
		if len(run) > 1 {
			d.reorder(run, func(a, b int) int { return strings.Compare(paths[a], paths[b]) })
		}
		run, paths = nil, nil
	}
	for _, s := range f.Stmts {
		u, ok := s.(*Use)
		if !ok {
			flush()
			continue
		}
		at := stretch{d.place(u.Start), d.place(u.End)}
		if first := d.pieces[at.from]; len(first.above) > 0 || first.breaks > 1 {
			flush()
		}
		run = append(run, at)
		path, _ := u.Path.Constant()
		paths = append(paths, path)
	}
	flush()
}

// reorder sorts stretches that follow each other. What stands before the first
// stays before the first, and what breaks the others' lines before the others.
func (d *draft) reorder(run []stretch, compare func(a, b int) int) {
	order := make([]int, len(run))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, compare)
	if slices.IsSorted(order) {
		return
	}
	var sorted []piece
	for place, i := range order {
		pieces := slices.Clone(d.pieces[run[i].from:run[i].to])
		before := &d.pieces[run[place].from]
		pieces[0].above, pieces[0].breaks = before.above, before.breaks
		sorted = append(sorted, pieces...)
	}
	copy(d.pieces[run[0].from:], sorted)
}

// clauseAt is a clause of a head and its rank in the order of clauses.
type clauseAt struct {
	stretch
	rank int
}

// sortClauses orders the clauses of heads: the one that is first in the list
// of its kind of node first, the policy last.
func (d *draft) sortClauses(f *File) {
	Walk(f, func(e Element) bool {
		h := headClauses{draft: d}
		switch e := e.(type) {
		case *Check:
			h.pair(e.Within, e.Every)
			h.value(e.Timeout, 1)
			h.policy(e.Policy)
		case *Step:
			h.value(e.Timeout, 1)
			h.pair(e.Retry, e.Every)
			h.value(e.Grace, 1)
			h.text(e.Leaves)
			if h.rank++; e.Repeatable != nil {
				h.add(d.place(e.Repeatable.Start), d.place(e.Repeatable.End))
			}
			h.text(e.Irreversible)
			h.policy(e.Policy)
		case *Confirm:
			h.value(e.By, 1)
			h.value(e.Approvals, 1)
			h.value(e.Timeout, 1)
			h.policy(e.Policy)
		case *Ask:
			h.secret(e)
			h.value(e.Timeout, 1)
		case *Follow:
			h.value(e.After, 1)
			h.value(e.By, 1)
			h.policy(e.Policy)
		case *Monitor:
			h.name(e.Against, either(e.AgainstLive, 2, 1))
			h.value(e.For, 1)
			h.value(e.Every, 1)
			h.value(e.Warmup, 1)
			h.name(e.OnNoBaseline, 3)
			h.policy(e.Policy)
		case *Metric:
			h.direction(e)
			h.value(e.Floor, 1)
		}
		h.sort()
		_, isText := e.(*String)
		return !isText
	})
}

// headClauses collects the clauses of one head, in their right order.
type headClauses struct {
	draft *draft
	rank  int
	list  []clauseAt
}

func (h *headClauses) add(from, to int) {
	h.list = append(h.list, clauseAt{stretch{from, to}, h.rank})
}

// value is a clause with a value, and so many words before it.
func (h *headClauses) value(x Expr, words int) {
	if h.rank++; x != nil {
		h.add(h.draft.place(x.Span().Start)-words, h.draft.place(x.Span().End))
	}
}

func (h *headClauses) pair(first, second Expr) {
	h.value(first, 1)
	if first != nil && second != nil {
		h.list[len(h.list)-1].to = h.draft.place(second.Span().End)
	}
}

func (h *headClauses) text(s *String) {
	if h.rank++; s != nil {
		h.add(h.draft.place(s.Start)-1, h.draft.place(s.End))
	}
}

func (h *headClauses) name(n *Name, words int) {
	if h.rank++; n != nil {
		h.add(h.draft.place(n.Start)-words, h.draft.place(n.End))
	}
}

func (h *headClauses) policy(p *Policy) {
	if h.rank++; p != nil {
		h.add(h.draft.place(p.Start), h.draft.place(p.End))
	}
}

// secret is the word of an ask, which the tree has as a bool.
func (h *headClauses) secret(a *Ask) {
	h.rank++
	for i := h.draft.place(a.Title.End); a.Secret && i < h.draft.place(a.End); i++ {
		if t := a.Timeout; h.draft.pieces[i].kind == wordSecret && (t == nil || !t.Span().Contains(h.draft.pieces[i].start)) {
			h.add(i, i+1)
			return
		}
	}
}

// direction is `lower is better`, which the tree has as a word.
func (h *headClauses) direction(m *Metric) {
	h.rank++
	from, to := h.draft.place(m.Value.Span().End), h.draft.place(m.End)
	for i := from; m.Direction != "" && i+2 < to+1 && i+2 < len(h.draft.pieces); i++ {
		p := h.draft.pieces
		if p[i].text == m.Direction && p[i+1].kind == wordIs && p[i+2].kind == wordBetter {
			h.add(i, i+3)
			return
		}
	}
}

// sort puts the clauses in order, unless a comment stands among them.
func (h *headClauses) sort() {
	if slices.IsSortedFunc(h.list, func(a, b clauseAt) int { return a.from - b.from }) {
		return
	}
	ranks := h.list
	slices.SortFunc(ranks, func(a, b clauseAt) int { return a.from - b.from })
	pieces := h.draft.pieces
	var run []stretch
	for i, c := range ranks {
		if i > 0 && ranks[i-1].to != c.from {
			return
		}
		run = append(run, c.stretch)
	}
	for i := ranks[0].from - 1; i < ranks[len(ranks)-1].to; i++ {
		last := i == ranks[len(ranks)-1].to-1
		if pieces[i].trail != "" && !last || len(pieces[i].above) > 0 && i >= ranks[0].from || pieces[i].trail != "" && last {
			return
		}
	}
	broken := false
	for _, s := range run {
		// Only an "or" may begin a line here; it goes to the end.
		broken = broken || pieces[s.from].breaks > 0
		pieces[s.from].breaks = 0
	}
	h.draft.reorder(run, func(a, b int) int { return ranks[a].rank - ranks[b].rank })
	last := slices.MaxFunc(ranks, func(a, b clauseAt) int { return a.rank - b.rank })
	if at := run[len(run)-1].to - (last.to - last.from); broken && pieces[at].kind == wordOr {
		pieces[at].breaks = 1
	}
}
