package compile

import (
	"errors"

	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// address compiles a literal that a built-in takes as an address: what a value
// in it holds can't change where it leads.
func (c *compiler) address(e *syntax.String) expr {
	if _, constant := e.Constant(); constant {
		return c.text(e)
	}
	type part struct {
		written value.AddressPart // of a value: whether it is encoded
		get     func(*frame) value.Value
		at      *place
	}
	at, parts := c.at(e), make([]part, len(e.Parts))
	for i, p := range e.Parts {
		if p.Expr == nil {
			parts[i].written = value.AddressPart{Text: p.Text, Written: true}
			continue
		}
		parts[i] = part{
			written: value.AddressPart{Encoded: c.encodes(p.Expr)},
			get:     c.expr(p.Expr).present(c.at(p.Expr)).boxed(),
			at:      c.at(p.Expr),
		}
	}
	t := c.typeOf(e)
	sure := t != nil && t.Kind == types.Secret
	if !sure {
		t = types.TString
	}
	return reference(t, func(f *frame) value.Value {
		n, secret, texts := 0, sure, make([]value.AddressPart, len(parts))
		for i, p := range parts {
			texts[i] = p.written
			if p.get != nil {
				texts[i].Text, texts[i].Secret = value.Text(p.get(f))
				secret = secret || texts[i].Secret
			}
			n += 3 * len(texts[i].Text) // as %XX
		}
		f.room(n, at)
		text, err := value.Address(texts)
		var wrong *value.AddressError
		if errors.As(err, &wrong) {
			p := parts[wrong.Part].at
			f.failHint(p, BadArgument, "a value in an address is one piece of it: drl help addresses", "%s %s", p.text(), wrong.Problem)
		}
		return value.NewText(text, secret)
	})
}

// encodes tells whether e is a call that writes its argument for an address,
// so that it isn't encoded a second time.
func (c *compiler) encodes(e syntax.Expr) bool {
	call, ok := unparen(e).(*syntax.Call)
	if !ok {
		return false
	}
	known := c.info.Calls[call]
	return known != nil && known.Func != nil && (known.Func.Name == "url.encode" || known.Func.Name == "url.query")
}
