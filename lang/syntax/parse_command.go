package syntax

import "github.com/drl-lang/drl/lang/source"

// commandValue reads $( … ) or $?( … ).
func (p *parser) commandValue(secret bool) Expr {
	start := p.start()
	if secret {
		p.next()
	}
	v := &CommandValue{IsSecret: secret, MayFail: p.peek().Value[1] == '?'}
	v.Command = p.command()
	v.At = p.from(start)
	return v
}

// command reads the tokens of a command.
func (p *parser) command() *Command {
	t := p.next()
	c := &Command{}
	prefix := 1
	value := t.Type == kindCommandValue || t.Type == kindCommandValueHead
	if value {
		prefix = 2
		if t.Value[1] == '?' {
			prefix = 3
		}
	}
	for prefix < len(t.Value) && !value && (t.Value[prefix] == ' ' || t.Value[prefix] == '\t') {
		prefix++
	}
	last := t
	for last.Type == kindCommandHead || last.Type == kindCommandValueHead || last.Type == kindCommandMiddle {
		open := uint32(last.Pos.Offset + len(last.Value) - 1)
		h := &Hole{Expr: p.inside()}
		if !p.at(kindCommandMiddle) && !p.at(kindCommandTail) {
			p.unexpectedHint("`}`", "braces that the shell should see are written \\{ \\}, or stand in quotes")
		}
		last = p.next()
		h.At = At{Start: open, End: uint32(last.Pos.Offset + 1)}
		c.Holes = append(c.Holes, h)
	}
	c.At = p.from(uint32(t.Pos.Offset))
	c.Text = source.Span{Start: c.Start + uint32(prefix), End: c.End}
	if n := len(last.Value); value && last.Value[n-1] == ')' {
		c.Text.End--
	}
	return c
}
