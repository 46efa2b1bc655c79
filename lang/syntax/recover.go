package syntax

import "github.com/drl-lang/drl/lang/source"

// statements reads statements up to a closing brace or the end of the file. A
// statement that can't be read is a Bad; what follows it is read as ever.
func (p *parser) statements() []Stmt {
	var list []Stmt
	for {
		p.newlines()
		if t := p.peek(); t.EOF() || t.Type == kindCloseBrace || p.outside() {
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
	from, first, faulty, column := p.lex.RawCursor(), p.peek().Type, p.faulty, p.column
	p.faulty, p.column = false, p.peek().Pos.Column
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
	p.faulty, p.column = faulty, column
	if p.depth == 0 && !p.declaring && !p.peek().EOF() {
		p.notes.unclosed = false
	}
	return span, ok
}

// ended makes sure that a statement ends here.
func (p *parser) ended() {
	switch t := p.peek(); {
	case t.EOF(), t.Type == kindNewline, t.Type == kindCloseBrace, p.notes.unclosed && p.dedented():
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
			p.notes.cut = true
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
			if depth == 0 && !p.notes.deep && p.depth < maxDepth-1 && p.opensBlock() {
				p.attempt(func() { p.bodyOf(first) }, func(int) {})
				continue
			}
			depth++
			if p.notes.deep {
				blocks++
			}
		case kindCloseBrace:
			if depth == 0 || t.Pos.Line > p.lastLine() && t.Pos.Column < p.column {
				return // it closes what is around the statement
			}
			depth--
			blocks = max(0, blocks-1)
		}
		p.lex.Next()
	}
}

// opensBlock tells whether the "{" ahead begins a block: what follows it is a
// line or a statement, and no field.
func (p *parser) opensBlock() bool {
	here := p.lex.MakeCheckpoint()
	defer p.lex.LoadCheckpoint(here)
	p.next()
	if !p.at(kindNewline) {
		return p.heads()
	}
	p.newlines()
	return !(isAnyName(p.peek().Type) || p.at(kindString)) || p.then().Type != kindColon
}

// declares tells whether a declaration begins ahead.
func (p *parser) declares() bool {
	switch p.peek().Type {
	case wordUse, wordRelease, wordTargets, wordInput, wordFn, wordRule, wordMetrics, wordOn, wordTest:
		return p.heads()
	}
	return false
}

// outside tells whether a declaration begins ahead that is indented no deeper
// than the statement whose block is read: then the block was never closed.
func (p *parser) outside() bool {
	return (p.depth > 0 || p.declaring) && p.declares() && p.dedented()
}

// dedented tells whether a statement begins ahead that is indented no deeper
// than the one that is read.
func (p *parser) dedented() bool {
	return p.peek().Pos.Column <= p.column && p.peek().Type != wordWhile && p.heads()
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

// closing takes the "}" of what was opened by open. At the end of the file, or
// where what follows is outside of the block, it reports the innermost one
// that is missing and goes on.
func (p *parser) closing(open source.Span) {
	if p.accept(kindCloseBrace) {
		return
	}
	if !p.peek().EOF() && !p.dedented() {
		p.unexpected("`}`")
	}
	p.notes.cut = p.notes.cut || p.peek().EOF()
	if !p.notes.unclosed {
		p.notes.unclosed = true
		e := p.report(Unclosed, spanAt(p.peek()), "found "+found(p.peek())+", want `}`", "")
		e.related, e.because = open, "this `{` isn't closed"
	}
}
