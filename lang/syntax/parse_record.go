package syntax

import "github.com/drl-lang/drl/lang/source"

func (p *parser) list() Expr {
	open := p.next()
	h := p.head
	p.head = head{}
	l := &List{}
	for !p.at(kindCloseBracket) {
		l.Items = append(l.Items, p.expr())
		if !p.accept(kindComma) {
			break
		}
	}
	p.closeBracket(kindCloseBracket, open)
	p.head = h
	l.At = p.from(uint32(open.Pos.Offset))
	return l
}

// record reads { name: value } or { "key": value }.
func (p *parser) record() *Record {
	h := p.head
	p.head = head{}
	p.deeper()
	open := spanAt(p.expect(kindOpenBrace))
	r := &Record{}
	keys := 0
	for {
		separated := len(r.Fields) == 0
		for p.at(kindComma) || p.at(kindNewline) {
			separated = true
			p.next()
		}
		if p.at(kindCloseBrace) {
			break
		}
		if !separated {
			p.unexpected("`,`, a new line or `}`")
		}
		f := p.field()
		if f.Key != nil {
			keys++
		}
		if keys != 0 && keys != len(r.Fields)+1 {
			p.report(MixedKeys, source.Span(f.At), "names and texts as keys don't mix", "a record is { name: value }, a map { \"key\": value }")
			keys = len(r.Fields) + 1
			f.Key = nil
		}
		r.Fields = append(r.Fields, f)
		if p.peek().EOF() {
			break
		}
	}
	p.closing(open)
	r.IsMap = keys > 0
	r.At = p.from(open.Start)
	p.depth--
	p.head = h
	return r
}

func (p *parser) field() *Field {
	f := &Field{}
	start := p.start()
	switch t := p.peek(); {
	case isAnyName(t.Type):
		f.Name = p.word()
	case t.Type == kindString || t.Type == kindStringHead:
		f.Key = p.str()
	default:
		p.unexpected("a field, such as `name: value`, or `}`")
	}
	if p.at(kindAssign) {
		p.unexpectedHint("`:`", "a field is written `name: value`")
	}
	p.expect(kindColon)
	f.Value = p.expr()
	f.At = p.from(start)
	return f
}
