package syntax

// file reads all statements of a file. A "}" that closes nothing is reported
// and looked over. It is not ok where the tokens were cut in the wrong place.
func (p *parser) file() (list []Stmt, ok bool) {
	for {
		list = append(list, p.statements()...)
		switch {
		case !p.peek().EOF():
			p.report(Unexpected, spanAt(p.peek()), "found `}`, which closes nothing", "")
			p.next()
		case !p.scanner.seam:
			return list, true
		case p.notes.cut: // the scanner counted other brackets than the parser
			return nil, false
		default:
			p.lex = upgrade(p.scanner)
		}
	}
}

// block reads { statements }.
func (p *parser) block() *Block { return p.blockOr("`{`") }

// blockOr is block; want says what else may stand before the "{".
func (p *parser) blockOr(want string) *Block {
	if p.at(kindNewline) && p.then().Type == kindOpenBrace {
		p.report(Unexpected, spanAt(p.then()), "found `{` on a line of its own", "write it at the end of the line above")
		p.newlines()
	}
	if !p.at(kindOpenBrace) {
		p.unexpected(want)
	}
	h := p.head
	p.head = head{}
	p.deeper()
	open := spanAt(p.next())
	b := &Block{Stmts: p.statements()}
	p.closing(open)
	b.At = p.from(open.Start)
	p.depth--
	p.head = h
	return b
}

// heads tells whether the next token begins a statement that is more than an
// expression. A soft word does where the token after it fits.
func (p *parser) heads() bool {
	k := p.peek().Type
	switch k {
	case wordLet, wordReturn, wordFn, wordIf, wordFor, wordIn, kindCommand, kindCommandHead:
		return true
	}
	if k < wordUse || k > wordWhile {
		return false
	}
	next := p.then().Type
	text := next == kindString || next == kindStringHead
	switch k {
	case wordUse, wordRelease, wordTest, wordPhase, wordCheck, wordStep, wordConfirm, wordAsk, wordSettle, wordMonitor, wordFollow:
		return text
	case wordTargets, wordWith, wordFinally, wordWhile:
		return next == kindOpenBrace
	case wordInput, wordRule, wordMetrics, wordOn, wordBaseline:
		return isName(next)
	case wordMock:
		return next == kindDollar || isName(next)
	case wordParallel:
		return next == kindOpenBrace || next == wordMax || next == wordFor
	case wordUndo:
		return next == kindOpenBrace || next == wordOr || next == wordNone
	case wordDone:
		return next == wordIf
	case wordExpect, wordRequire:
		return beginsValue(next) || next == kindOpenBrace
	case wordWait:
		return beginsValue(next)
	}
	return false
}

// beginsValue tells whether an expression may begin with k.
func beginsValue(k kind) bool {
	switch k {
	case kindInt, kindNumber, kindQuantity, kindString, kindStringHead, kindCommandValue,
		kindCommandValueHead, kindOpenParen, kindOpenBracket, kindMinus, kindBad,
		wordNot, wordIf, wordTrue, wordFalse, wordNull, wordTry, wordSafe:
		return true
	}
	return isName(k)
}

// statement reads whatever stands on a line of its own. Which statement may
// stand where is for the checker to say: it knows better words for it.
func (p *parser) statement() Stmt {
	t := p.peek()
	if !p.heads() {
		return p.callStatement()
	}
	switch t.Type {
	case wordUse, wordRelease, wordTargets, wordInput, wordFn, wordRule, wordMetrics, wordOn, wordTest:
		return p.declaration()
	case wordLet:
		return p.let()
	case wordReturn:
		start := p.start()
		p.next()
		if !beginsValue(p.peek().Type) && !p.at(kindOpenBrace) {
			p.unexpected("a value after `return`")
		}
		x := p.expr()
		return &Return{At: p.from(start), Value: x}
	case wordExpect, wordRequire:
		return p.expectation()
	case wordUndo:
		return p.undo()
	case wordDone:
		start := p.start()
		p.next()
		p.next()
		x := p.expr()
		return &Done{At: p.from(start), Cond: x}
	case wordFinally:
		start := p.start()
		p.next()
		b := p.block()
		return &Finally{At: p.from(start), Body: b}
	case wordMock:
		return p.mock()
	case kindCommand, kindCommandHead:
		start := p.start()
		c := p.command()
		return &CommandStmt{At: p.from(start), Command: c}
	case wordAsk:
		p.fail(Unexpected, spanAt(t), "the answer to `ask` has no name", "write `let answer = ask "+p.then().Value+"`")
	case wordWhile:
		p.fail(Unexpected, spanAt(t), "found `while` outside of a monitor", "a loop goes over a list: `for x in list { }`; waiting is `wait until … within 5m`")
	}
	return p.node()
}

func (p *parser) let() Stmt {
	l := &Let{}
	start := p.start()
	p.next()
	l.Name = p.name("a name after `let`")
	if p.at(kindColon) {
		p.unexpectedHint("`=`", "the type of a `let` is that of its value")
	}
	p.expect(kindAssign)
	switch t := p.peek(); {
	case t.Type == kindCommand || t.Type == kindCommandHead:
		l.Command = p.command()
	case !p.heads() || beginsExpr(t.Type):
		l.Value = p.expr()
	case t.Type == wordStep:
		l.Step = p.step()
	case t.Type == wordConfirm:
		l.Confirm = p.confirm()
	case t.Type == wordAsk:
		l.Ask = p.ask()
	default:
		p.fail(Unexpected, spanAt(t), "`"+t.Value+"` has no value that `let` could name", "values come from expressions, `step`, `confirm`, `ask` and `$` commands")
	}
	l.At = p.from(start)
	return l
}

// beginsExpr tells whether a head's first word begins an expression after "=".
func beginsExpr(k kind) bool { return k == wordIf || isHard(k) && beginsValue(k) }

// name takes a name, or bails out.
func (p *parser) name(want string) *Name {
	t := p.peek()
	if !isName(t.Type) {
		if isHard(t.Type) {
			p.fail(Unexpected, spanAt(t), "found `"+t.Value+"`, want "+want, valueHint(t))
		}
		p.unexpected(want)
	}
	return p.word()
}

// title takes a text, or bails out.
func (p *parser) title(want string) *String {
	if !p.at(kindString) && !p.at(kindStringHead) {
		p.unexpected(want)
	}
	return p.str()
}

func (p *parser) expectation() Stmt {
	e := &Expect{}
	start := p.start()
	e.Require = p.next().Type == wordRequire
	e.Cond = p.expr()
	if p.at(kindAssign) {
		p.unexpectedHint("`==`", "values are compared with `==`")
	}
	if p.accept(wordElse) {
		e.Else = p.expr()
	}
	e.At = p.from(start)
	return e
}

func (p *parser) undo() Stmt {
	u := &Undo{}
	start := p.start()
	p.next()
	switch {
	case p.accept(wordNone):
		u.None = p.title("the reason why there is nothing to undo, a text")
	default:
		if p.accept(wordOr) {
			if !p.accept(wordAsk) {
				p.unexpectedHint("`ask`", "an undo is `undo { }`, `undo or ask { }` or `undo none \"why\"`")
			}
			u.OrAsk = true
		}
		u.Body = p.block()
	}
	u.At = p.from(start)
	return u
}

func (p *parser) mock() Stmt {
	m := &Mock{}
	start := p.start()
	p.next()
	if p.accept(kindDollar) {
		m.Command = p.title("a text that the command must match")
	} else {
		m.Path = append(m.Path, p.name("a call or `$ \"command\"` after `mock`"))
		for p.accept(kindDot) {
			if !isAnyName(p.peek().Type) {
				p.unexpected("a name after `.`")
			}
			m.Path = append(m.Path, p.word())
		}
		m.Args = p.args()
	}
	if p.accept(wordAfter) {
		m.After = p.slot()
	}
	p.expect(kindFatArrow)
	m.Value = p.expr()
	m.At = p.from(start)
	return m
}

// callStatement reads a call. Any other expression would be without effect.
func (p *parser) callStatement() Stmt {
	t := p.peek()
	p.misspelled()
	x := p.expr()
	switch {
	case p.at(kindAssign):
		p.fail(Unexpected, spanAt(p.peek()), "found `=`, want the end of the line", "a value gets its name with `let name = …`; values are compared with `==`")
	case t.Type == kindBad:
		panic(bailout{})
	}
	switch call := x.(type) {
	case *Call:
		return &CallStmt{At: At(x.Span()), Call: call}
	case *BadExpr:
		panic(bailout{})
	}
	p.ended()
	p.fail(ValueNotUsed, x.Span(), "this value is not used", unusedHint(x))
	return nil
}

func unusedHint(x Expr) string {
	switch x := x.(type) {
	case *Binary:
		switch x.Op {
		case "==", "!=", "<", "<=", ">", ">=", "in", "contains", "matches", "and", "or":
			return "a condition stands after `expect`, `require` or `if`"
		}
	case *Ident:
		for word, hint := range wordHints {
			if spelling(word) == x.Name {
				return hint
			}
		}
		return "a call has parentheses: `" + x.Name + "()`; a command begins with `$ `"
	case *CommandValue:
		return "a command that only acts is written `$ command`"
	}
	return "give it a name with `let name = …`"
}
