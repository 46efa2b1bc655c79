package compile

import (
	"context"

	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/syntax"
)

// bindLets evaluates the lets of a file in their order.
func (c *Code) BindLets(t *Thread, f *Frame, p *check.Program) error {
	for _, s := range p.Tree.Stmts {
		if let, ok := s.(*syntax.Let); ok && let.Value != nil {
			v, err := c.Eval(context.Background(), t, f, let.Value)
			if err != nil {
				return err
			}
			f.Set(p.Info.Defs[let.Name], v)
		}
	}
	return nil
}
