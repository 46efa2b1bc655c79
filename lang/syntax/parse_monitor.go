package syntax

import "slices"

func (p *parser) baseline() Stmt {
	n := &Baseline{}
	start := p.start()
	p.next()
	n.Name = p.name("a name")
	p.expect(wordOf)
	n.Of = p.name("the name of metrics")
	switch {
	case p.at(wordFor):
		p.clause(&n.For, wordEvery)
		p.expect(wordEvery)
		n.Every = p.slot()
	case p.accept(wordFrom):
		p.expect(wordLast)
		n.Last = p.count("of how many runs")
		p.expect(wordPassed)
		p.expect(wordRuns)
	default:
		p.unexpectedHint("`for` or `from`", "write `for 2m every 5s`, or `from last 5 passed runs`")
	}
	n.At = p.from(start)
	return n
}

func (p *parser) monitor() Stmt {
	n := &Monitor{}
	start := p.start()
	p.next()
	n.Title = p.str()
	clauses := []kind{wordAgainst, wordFor, wordEvery, wordWarmup, wordOn}
	p.expect(wordOf)
	n.Of = p.name("the name of metrics")
	for {
		switch p.peek().Type {
		case wordOr:
			p.policy(&n.Policy)
		case wordAgainst:
			p.once(n.Against != nil)
			p.next()
			if p.at(wordLive) && isName(p.then().Type) && !slices.Contains(clauses, p.then().Type) {
				p.next()
				n.AgainstLive = true
			}
			n.Against = p.name("the name of a baseline")
		case wordFor:
			p.clause(&n.For, clauses...)
		case wordEvery:
			p.clause(&n.Every, clauses...)
		case wordWarmup:
			p.clause(&n.Warmup, clauses...)
		case wordOn:
			p.once(n.OnNoBaseline != nil)
			p.next()
			p.expect(wordNo)
			p.expect(wordBaseline)
			switch p.peek().Type {
			case wordAsk, wordPass, wordFail:
				n.OnNoBaseline = p.word()
			default:
				p.unexpected("`ask`, `pass` or `fail`")
			}
		default:
			if !p.at(kindOpenBrace) {
				p.unexpected("`against`, `for`, `every`, `warmup`, `on no baseline`, `or …` or `{`")
			}
			p.monitorBody(n)
			n.At = p.from(start)
			return n
		}
	}
}

// monitorBody reads the rules of a monitor and its `while`.
func (p *parser) monitorBody(n *Monitor) {
	h := p.head
	p.head = head{}
	p.deeper()
	open := spanAt(p.expect(kindOpenBrace))
	for {
		p.newlines()
		if p.at(kindCloseBrace) || p.peek().EOF() || p.dedented() {
			break
		}
		p.guarded(func() {
			if t := p.peek(); t.Type == wordWhile {
				if n.While != nil {
					p.fail(ClauseTwice, spanAt(t), "`while` is written twice", "a monitor has one `while`")
				}
				p.next()
				n.While = p.block()
				return
			}
			n.Rules = append(n.Rules, p.monitorRule())
		})
	}
	p.closing(open)
	p.depth--
	p.head = h
}

func (p *parser) monitorRule() *MonRule {
	r := &MonRule{}
	start := p.start()
	switch p.peek().Type {
	case wordRollback, wordFail, wordWarn, wordPass:
		r.Action = p.next().Value
	default:
		p.unexpectedHint("`rollback`, `fail`, `warn`, `pass` or `while`", "a rule of a monitor is `rollback if condition for 2m`")
	}
	r.Now = p.accept(wordNow)
	if !p.at(wordIf) {
		p.unexpected("`if`")
	}
	p.next()
	r.Cond = p.expr()
	if p.accept(wordFor) {
		r.Hold = p.slot(wordOf)
		if p.accept(wordOf) {
			r.Of = p.count("how many samples")
			if _, ok := r.Hold.(*Int); !ok {
				p.fail(Unexpected, r.Hold.Span(), "want a whole number before `of`", "write `for 3 of 5`, or a duration alone: `for 2m`")
			}
		}
	}
	r.At = p.from(start)
	return r
}

// metricsBody reads the lines of a metrics block.
func (p *parser) metricsBody(n *Metrics) {
	p.deeper()
	open := spanAt(p.expect(kindOpenBrace))
	for {
		p.newlines()
		if p.at(kindCloseBrace) || p.peek().EOF() || p.dedented() {
			break
		}
		p.guarded(func() { n.Metrics = append(n.Metrics, p.metric()) })
	}
	p.closing(open)
	p.depth--
}

func (p *parser) metric() *Metric {
	m := &Metric{}
	start := p.start()
	m.Name = p.name("a metric, such as `name = value`, or `}`")
	if p.at(kindColon) {
		p.unexpectedHint("`=`", "a metric is written `name = value`")
	}
	p.expect(kindAssign)
	m.Value = p.expr()
	for {
		switch t := p.peek(); t.Type {
		case wordLower, wordHigher:
			if m.Direction != "" {
				p.fail(ClauseTwice, spanAt(t), "which way is better is written twice", "")
			}
			m.Direction = p.next().Value
			p.expect(wordIs)
			p.expect(wordBetter)
		case wordFloor:
			p.once(m.Floor != nil)
			p.next()
			h := p.head
			p.head = head{clauses: []kind{wordLower, wordHigher, wordFloor}}
			m.Floor = p.sum()
			p.head = h
		default:
			m.At = p.from(start)
			return m
		}
	}
}
