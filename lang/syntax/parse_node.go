package syntax

// node reads a node of a plan. The caller has seen that its head fits.
func (p *parser) node() Stmt {
	switch p.peek().Type {
	case wordPhase:
		return p.phase()
	case wordCheck:
		return p.check()
	case wordStep:
		return p.step()
	case wordConfirm:
		return p.confirm()
	case wordWait:
		return p.wait()
	case wordParallel:
		return p.parallel()
	case wordFor:
		return p.loop()
	case wordIf:
		return p.branch()
	case wordIn, wordWith:
		return p.folder()
	case wordBaseline:
		return p.baseline()
	case wordMonitor:
		return p.monitor()
	case wordSettle:
		start := p.start()
		p.next()
		title := p.str()
		return &Settle{At: p.from(start), Title: title}
	}
	return p.follow()
}

// clause reads a clause's word and its value into slot. then are the words
// that may stand after the value.
func (p *parser) clause(slot *Expr, then ...kind) {
	p.once(*slot != nil)
	p.next()
	*slot = p.slot(then...)
}

// once refuses a clause that the head has already.
func (p *parser) once(there bool) {
	if there {
		t := p.peek()
		p.fail(ClauseTwice, spanAt(t), "`"+t.Value+"` is written twice", "each clause of a head stands there once")
	}
}

// policy reads `or stop`, `or rollback`, `or warn` or `or ask`.
func (p *parser) policy(slot **Policy) {
	p.once(*slot != nil)
	start := p.start()
	p.next()
	switch p.peek().Type {
	case wordStop, wordRollback, wordWarn, wordAsk:
		action := p.next().Value
		*slot = &Policy{At: p.from(start), Action: action}
	default:
		p.unexpectedHint("`stop`, `rollback`, `warn` or `ask` after `or`", "a condition in a head needs parentheses")
	}
}

func (p *parser) phase() Stmt {
	n := &Phase{}
	start := p.start()
	p.next()
	n.Title = p.str()
	for p.at(wordOr) {
		p.policy(&n.Policy)
	}
	n.Body = p.blockOr("`or …` or `{`")
	n.At = p.from(start)
	return n
}

func (p *parser) check() Stmt {
	n := &Check{}
	start := p.start()
	p.next()
	n.Title = p.str()
	clauses := []kind{wordWithin, wordEvery, wordTimeout}
	for {
		switch p.peek().Type {
		case wordOr:
			p.policy(&n.Policy)
		case wordWithin:
			p.clause(&n.Within, clauses...)
			if p.at(wordEvery) {
				p.clause(&n.Every, clauses...)
			}
		case wordTimeout:
			p.clause(&n.Timeout, clauses...)
		case wordEvery:
			p.once(n.Every != nil)
			p.unexpectedHint("`within`, `timeout`, `or …` or `{`", "write `within 2m every 5s`")
		default:
			n.Body = p.blockOr("`within`, `timeout`, `or …` or `{`")
			n.At = p.from(start)
			return n
		}
	}
}

func (p *parser) step() *Step {
	n := &Step{}
	start := p.start()
	p.next()
	n.Title = p.str()
	clauses := []kind{wordTimeout, wordRetry, wordEvery, wordGrace, wordLeaves, wordIrreversible, wordRepeatable}
	const want = "`timeout`, `retry`, `grace`, `leaves`, `repeatable`, `irreversible`, `or …` or `{`"
	for {
		switch p.peek().Type {
		case wordOr:
			p.policy(&n.Policy)
		case wordTimeout:
			p.clause(&n.Timeout, clauses...)
		case wordRetry:
			p.clause(&n.Retry, clauses...)
			if p.at(wordEvery) {
				p.clause(&n.Every, clauses...)
			}
		case wordEvery:
			p.once(n.Every != nil)
			p.unexpectedHint(want, "write `retry 3 every 5s`")
		case wordGrace:
			p.clause(&n.Grace, clauses...)
		case wordLeaves:
			p.once(n.Leaves != nil)
			p.next()
			n.Leaves = p.title("what is left running, a text")
		case wordIrreversible:
			p.once(n.Irreversible != nil)
			p.next()
			n.Irreversible = p.title("the reason why it can't be undone, a text")
		case wordRepeatable:
			p.once(n.Repeatable != nil)
			n.Repeatable = p.word()
		default:
			n.Body = p.blockOr(want)
			n.At = p.from(start)
			return n
		}
	}
}

func (p *parser) confirm() *Confirm {
	n := &Confirm{}
	start := p.start()
	p.next()
	n.Title = p.str()
	clauses := []kind{wordBy, wordApprovals, wordTimeout}
	for {
		switch p.peek().Type {
		case wordOr:
			p.policy(&n.Policy)
		case wordBy:
			p.clause(&n.By, clauses...)
		case wordApprovals:
			p.once(n.Approvals != nil)
			p.next()
			n.Approvals = p.count("how many people must say yes")
		case wordTimeout:
			p.clause(&n.Timeout, clauses...)
		default:
			if k := p.peek().Type; k != kindNewline && k != kindCloseBrace && !p.peek().EOF() {
				p.unexpected("`by`, `approvals`, `timeout`, `or …` or the end of the line")
			}
			n.At = p.from(start)
			return n
		}
	}
}

// count reads a whole number as it stands.
func (p *parser) count(what string) Expr {
	t := p.peek()
	if t.Type != kindInt {
		p.unexpected("a whole number: " + what)
	}
	p.next()
	return p.numeral(t)
}

func (p *parser) ask() *Ask {
	n := &Ask{}
	start := p.start()
	p.next()
	n.Title = p.str()
	for {
		switch p.peek().Type {
		case wordSecret:
			p.once(n.Secret)
			p.next()
			n.Secret = true
		case wordTimeout:
			p.clause(&n.Timeout, wordSecret, wordTimeout)
		default:
			n.At = p.from(start)
			return n
		}
	}
}

func (p *parser) wait() Stmt {
	n := &Wait{}
	start := p.start()
	p.next()
	if !p.at(wordUntil) || !beginsValue(p.then().Type) {
		n.For = p.slot(wordUntil, wordWithin, wordEvery)
		n.At = p.from(start)
		return n
	}
	p.next()
	n.Until = p.expr()
	if !p.at(wordWithin) {
		p.unexpectedHint("`within`", "every wait has a deadline: `wait until condition within 5m`")
	}
	p.clause(&n.Within, wordEvery)
	if p.at(wordEvery) {
		p.clause(&n.Every)
	}
	n.At = p.from(start)
	return n
}

func (p *parser) parallel() Stmt {
	n := &Parallel{}
	start := p.start()
	p.next()
	if p.at(wordMax) {
		p.clause(&n.Max)
	}
	if p.at(wordFor) {
		n.For = p.loop().(*For)
	} else {
		n.Body = p.blockOr("`max`, `for` or `{`")
	}
	n.At = p.from(start)
	return n
}

func (p *parser) loop() Stmt {
	n := &For{}
	start := p.start()
	p.next()
	n.Name = p.name("a name after `for`")
	p.expect(wordIn)
	n.List = p.condition()
	n.Body = p.block()
	n.At = p.from(start)
	return n
}

func (p *parser) branch() Stmt {
	p.deeper()
	defer func() { p.depth-- }()
	n := &If{}
	start := p.start()
	p.next()
	n.Cond = p.condition()
	switch {
	case p.at(kindAssign):
		p.unexpectedHint("`{`", "values are compared with `==`")
	case p.at(wordThen):
		p.unexpectedHint("`{`", "as a statement it is `if condition { … }`")
	}
	n.Then = p.block()
	if p.accept(wordElse) {
		if p.at(wordIf) {
			n.Else = p.branch()
		} else {
			n.Else = &ElseBlock{p.blockOr("`if` or `{` after `else`")}
		}
	}
	n.At = p.from(start)
	return n
}

// folder reads `in dir with { … } { … }` or `with { … } { … }`.
func (p *parser) folder() Stmt {
	n := &In{}
	start := p.start()
	if p.accept(wordIn) {
		n.Dir = p.slot(wordWith)
	}
	if p.accept(wordWith) {
		n.With = p.record()
	}
	n.Body = p.blockOr(either(n.With == nil, "`with` or `{`", "`{`"))
	n.At = p.from(start)
	return n
}

func (p *parser) follow() Stmt {
	n := &Follow{}
	start := p.start()
	p.next()
	n.Title = p.str()
	clauses := []kind{wordAfter, wordBy}
	for {
		switch p.peek().Type {
		case wordOr:
			p.policy(&n.Policy)
		case wordAfter:
			p.clause(&n.After, clauses...)
		case wordBy:
			p.clause(&n.By, clauses...)
		default:
			n.Body = p.blockOr("`after`, `by`, `or …` or `{`")
			n.At = p.from(start)
			return n
		}
	}
}
