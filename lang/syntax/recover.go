package syntax

import "github.com/drl-lang/drl/lang/source"

// statements reads statements up to a closing brace or the end of the file. A
// statement that can't be read is a Bad; what follows it is read as ever.
func (p *parser) statements() []Stmt {
	var list []Stmt
	for {
		p.newlines()
		if t := p.peek(); t.EOF() || t.Type == kindCloseBrace {
			return list
		}
		var s Stmt
		if span, ok := p.guarded(func() { s = p.statement() }); !ok {
			s = &Bad{At(span)}
		}
		list = append(list, s)
	}
}

// guarded reads one line of a block and its end. Where it can't be read, its
// mistake is noted and the rest skipped; the span is of all that was given up.
func (p *parser) guarded(read func()) (span source.Span, ok bool) {
	from, first, faulty := p.lex.RawCursor(), p.peek().Type, p.faulty
	p.faulty = false
	ok = true
	p.attempt(func() {
		read()
		p.ended()
	}, func(start int) {
		ok = false
		depth := 0
		for _, t := range p.lex.Range(from, p.lex.RawCursor()) {
			switch t.Type {
			case kindOpenBrace:
				depth++
			case kindCloseBrace:
				depth--
			}
		}
		p.skip(first, start, depth)
		span = source.Span(p.from(uint32(start)))
		p.notes.skipped = append(p.notes.skipped, span)
	})
	p.faulty = faulty
	return span, ok
}

// ended makes sure that a statement ends here.
func (p *parser) ended() {
	switch t := p.peek(); {
	case t.EOF(), t.Type == kindNewline, t.Type == kindCloseBrace:
	default:
		p.unexpectedHint("the end of the line", endHint(t))
	}
}

func endHint(t *token) string {
	switch t.Type {
	case kindAssign:
		return "a value gets a name with `let name = …`; values are compared with `==`"
	case kindQuestion:
		return "a choice is written `if c then a else b`"
	case kindOpenBrace:
		return "a record here needs parentheses: ({ … })"
	}
	if isWord(t.Type) {
		return "each statement stands on a line of its own"
	}
	return ""
}

// skip gives up the rest of a statement that began at start, of which depth
// braces are open. It stops at the end of its line, or where a line begins
// with the head of another statement. A block that belongs to the statement
// is read all the same, for the mistakes in it.
func (p *parser) skip(first kind, start, depth int) {
	blocks := 0
	for {
		t := p.peek()
		if t.EOF() {
			return
		}
		if blocks == 0 && t.Pos.Offset > start && t.Pos.Line > p.lastLine() && p.heads() {
			return
		}
		switch t.Type {
		case kindNewline:
			if depth == 0 {
				return
			}
		case kindOpenBrace:
			if depth == 0 && !p.notes.deep && p.depth < maxDepth-1 && !p.opensRecord() {
				p.attempt(func() { p.bodyOf(first) }, func(int) {})
				continue
			}
			depth++
			if p.notes.deep {
				blocks++
			}
		case kindCloseBrace:
			if depth == 0 {
				return
			}
			depth--
			blocks = max(0, blocks-1)
		}
		p.lex.Next()
	}
}

// opensRecord tells whether the "{" ahead is followed by a field.
func (p *parser) opensRecord() bool {
	n := 1
	for p.ahead(n).Type == kindNewline {
		n++
	}
	t := p.ahead(n).Type
	return (isAnyName(t) || t == kindString) && p.ahead(n+1).Type == kindColon
}

// bodyOf reads a block whose head, which began with first, was given up.
func (p *parser) bodyOf(first kind) {
	switch first {
	case wordMonitor:
		p.monitorBody(&Monitor{})
	case wordMetrics:
		p.metricsBody(&Metrics{})
	default:
		p.block()
	}
}

// closing takes the "}" of what was opened by open. At the end of the file it
// reports the innermost one that is missing and goes on.
func (p *parser) closing(open source.Span) {
	if p.accept(kindCloseBrace) {
		return
	}
	if !p.peek().EOF() {
		p.unexpected("`}`")
	}
	if !p.notes.unclosed {
		p.notes.unclosed = true
		e := p.report(Unclosed, spanAt(p.peek()), "found the end of the file, want `}`", "")
		e.related, e.because = open, "this `{` isn't closed"
	}
}
