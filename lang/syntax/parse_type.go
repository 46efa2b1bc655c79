package syntax

// typeExpr reads a type.
func (p *parser) typeExpr() *TypeExpr {
	p.deeper()
	defer func() { p.depth-- }()
	t := &TypeExpr{}
	start := p.start()
	first := p.peek()
	switch {
	case (first.Type == wordList || first.Type == wordMap) && p.then().Type == kindOpenBracket:
		p.next()
		p.next()
		of := p.typeExpr()
		p.expect(kindCloseBracket)
		if first.Type == wordList {
			t.List = of
		} else {
			t.Map = of
		}
	case first.Type == kindOpenBrace:
		t.IsRecord = true
		t.Fields = p.fieldTypes()
	case isName(first.Type):
		t.Name = p.next().Value
		if p.accept(kindDot) {
			if !isAnyName(p.peek().Type) {
				p.unexpected("a type's name")
			}
			t.Name += "." + p.next().Value
		}
	default:
		p.unexpected("a type")
	}
	t.Optional = p.accept(kindQuestion)
	t.At = p.from(start)
	return t
}

func (p *parser) fieldTypes() []*FieldType {
	var list []*FieldType
	open := spanAt(p.next())
	p.newlines()
	for !p.at(kindCloseBrace) && !p.peek().EOF() {
		if !isAnyName(p.peek().Type) {
			p.unexpected("a field, such as `name: type`, or `}`")
		}
		f := &FieldType{Name: p.word()}
		p.expect(kindColon)
		f.Type = p.typeExpr()
		f.At = p.from(f.Name.Start)
		list = append(list, f)
		separated := p.accept(kindComma)
		for p.at(kindNewline) {
			separated = true
			p.next()
		}
		if !separated && !p.at(kindCloseBrace) {
			p.unexpected("`,` or `}`")
		}
	}
	p.closing(open)
	return list
}
