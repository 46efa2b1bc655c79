package syntax

import (
	"fmt"
	"slices"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/drl-lang/drl/lang/source"
)

// token is one piece of the text.
type token = lexer.Token

// The strengths of the operators, the weakest first. Unary operators, `as`
// and what follows a value bind stronger than all of these.
const (
	strengthOr = iota + 1
	strengthAnd
	strengthNot
	strengthCompare
	strengthCoalesce
	strengthRange
	strengthSum
	strengthProduct
)

var strength = [kindCount]int8{
	wordOr:       strengthOr,
	wordAnd:      strengthAnd,
	kindEqual:    strengthCompare,
	kindNotEqual: strengthCompare,
	kindLess:     strengthCompare, kindLessEqual: strengthCompare,
	kindGreater: strengthCompare, kindGreaterEqual: strengthCompare,
	wordIn: strengthCompare, wordContains: strengthCompare, wordMatches: strengthCompare,
	wordIs:       strengthCompare,
	kindCoalesce: strengthCoalesce,
	kindRange:    strengthRange,
	kindPlus:     strengthSum, kindMinus: strengthSum,
	kindStar: strengthProduct, kindSlash: strengthProduct, wordMod: strengthProduct,
}

// expr reads an expression.
func (p *parser) expr() Expr {
	p.deeper()
	defer func() { p.depth-- }()
	if p.at(wordIf) {
		return p.choice()
	}
	return p.binary(strengthOr)
}

// inside reads an expression in brackets: nothing of the head around counts.
func (p *parser) inside() Expr {
	h := p.head
	p.head = head{}
	x := p.expr()
	p.head = h
	return x
}

// condition reads an expression of a head whose block follows.
func (p *parser) condition() Expr {
	h := p.head
	p.head = head{noRecord: true}
	x := p.expr()
	p.head = h
	return x
}

// slot reads the value of a clause: no and, or, or comparison stands in it,
// so that "or" after it is a policy. clauses are the words that may follow.
func (p *parser) slot(clauses ...kind) Expr {
	h := p.head
	p.head = head{noRecord: true, clauses: clauses}
	x := p.sum()
	p.head = h
	return x
}

func (p *parser) sum() Expr {
	p.deeper()
	x := p.binary(strengthSum)
	p.depth--
	return x
}

func (p *parser) choice() Expr {
	x := &IfExpr{}
	start := p.start()
	p.next()
	x.Cond = p.inside()
	p.expect(wordThen)
	x.Then = p.inside()
	p.expect(wordElse)
	x.Else = p.expr()
	x.At = p.from(start)
	return x
}

// binary reads operators that are at least as strong as least.
func (p *parser) binary(least int8) Expr {
	var x Expr
	if least <= strengthNot && p.at(wordNot) {
		x = p.unary(func() Expr { return p.binary(strengthNot) })
	} else {
		x = p.sign()
	}
	compared := false
	for n := 0; ; n++ {
		t := p.peek()
		if t.Type < 0 {
			return x
		}
		s := strength[t.Type]
		if s == 0 || s < least {
			return x
		}
		op, opAt := t.Value, spanAt(t)
		p.chained(n)
		if s == strengthCompare && compared {
			p.fail(ComparisonsChain, opAt, "comparisons don't chain", "join two of them with `and`: a < b and b < c")
		}
		compared = compared || s == strengthCompare
		p.next()
		if t.Type == wordIs {
			x = p.is(x)
			continue
		}
		y := p.binary(s + 1)
		if s == strengthRange && p.at(kindRange) {
			p.fail(Unexpected, spanAt(p.peek()), "a range has one `..`", "write first..last")
		}
		x = &Binary{At: At(x.Span().Join(y.Span())), Op: op, OpAt: opAt, X: x, Y: y}
	}
}

// chained refuses more operators in a row than a tree can be deep.
func (p *parser) chained(n int) {
	if n == maxChain {
		p.fail(TooDeep, spanAt(p.peek()), fmt.Sprintf("more than %d operators follow each other", maxChain), "give parts of it names with `let`, or make a list")
	}
}

func (p *parser) is(x Expr) Expr {
	e := &Is{X: x}
	if p.at(wordNot) {
		p.unexpectedHint("a type or `null`", "write `not (x is T)`, or `x != null`")
	}
	if !p.accept(wordNull) {
		e.Type = p.typeExpr()
	}
	e.At = p.from(x.Span().Start)
	return e
}

func (p *parser) unary(operand func() Expr) Expr {
	start, op := p.start(), p.next().Value
	p.deeper()
	x := operand()
	p.depth--
	return &Unary{At: p.from(start), Op: op, X: x}
}

// sign reads what binds stronger than the operators with two operands.
func (p *parser) sign() Expr {
	switch p.peek().Type {
	case kindMinus, wordTry, wordSafe:
		return p.unary(p.sign)
	}
	x := p.postfix()
	for n := 0; p.at(wordAs); n++ {
		p.chained(n)
		p.next()
		x = &As{X: x, Type: p.typeExpr()}
		x.(*As).At = p.from(x.(*As).X.Span().Start)
	}
	return x
}

// postfix reads a value and the members, indexes and calls behind it.
func (p *parser) postfix() Expr {
	x := p.primary()
	start := x.Span().Start
	for n := 0; ; n++ {
		t := p.peek()
		switch t.Type {
		case kindDot, kindOptionalDot:
			p.chained(n)
			p.next()
			if !isAnyName(p.peek().Type) {
				p.unexpected("a name after `" + t.Value + "`")
			}
			x = &Member{X: x, Name: p.word(), Optional: t.Type == kindOptionalDot}
			x.(*Member).At = p.from(start)
		case kindOpenBracket, kindOpenParen:
			if t.Pos.Line != p.lastLine() {
				return x
			}
			p.chained(n)
			if t.Type == kindOpenParen {
				c := &Call{Fn: x, Args: p.args()}
				c.At = p.from(start)
				x = c
				continue
			}
			p.next()
			i := &Index{X: x, I: p.inside()}
			p.expect(kindCloseBracket)
			i.At = p.from(start)
			x = i
		default:
			return x
		}
	}
}

// word takes the next token as a name.
func (p *parser) word() *Name {
	t := p.next()
	return &Name{At: At(spanAt(t)), Text: t.Value}
}

// args reads ( … ) of a call.
func (p *parser) args() []*Arg {
	h := p.head
	p.head = head{}
	open := p.expect(kindOpenParen)
	var list []*Arg
	for !p.at(kindCloseParen) {
		list = append(list, p.arg())
		if !p.accept(kindComma) {
			break
		}
	}
	p.closeBracket(kindCloseParen, open)
	p.head = h
	return list
}

// closeBracket takes the ) or ] that closes open.
func (p *parser) closeBracket(k kind, open *token) {
	if p.accept(k) {
		return
	}
	t := p.peek()
	if t.Type == kindNewline || t.EOF() || t.Pos.Line > p.lastLine() && p.heads() {
		if t.EOF() {
			p.notes.unclosed, p.notes.cut = true, true
		}
		p.fail(Unclosed, spanAt(open), "this `"+open.Value+"` isn't closed", "")
	}
	p.unexpected("`,` or `" + spelling(k) + "`")
}

func (p *parser) arg() *Arg {
	start := p.start()
	a := &Arg{}
	if isAnyName(p.peek().Type) && p.then().Type == kindColon {
		a.Name = p.word()
		p.next()
	}
	if l := p.lambda(); l != nil {
		a.Value = l
	} else {
		a.Value = p.expr()
	}
	a.At = p.from(start)
	return a
}

// lambda reads x => … or (x, y) => …, or returns nil having read nothing.
func (p *parser) lambda() Expr {
	start := p.start()
	var params []*Name
	switch {
	case isName(p.peek().Type):
		if p.then().Type != kindFatArrow {
			return nil
		}
		params = append(params, p.word())
	case p.at(kindOpenParen):
		here := p.lex.MakeCheckpoint()
		p.next()
		for isName(p.peek().Type) {
			params = append(params, p.word())
			if !p.accept(kindComma) {
				break
			}
		}
		if !p.accept(kindCloseParen) || !p.at(kindFatArrow) {
			p.lex.LoadCheckpoint(here)
			return nil
		}
	default:
		return nil
	}
	p.next()
	body := p.expr()
	return &Lambda{At: p.from(start), Params: params, Body: body}
}

// primary reads an operand without what follows it.
func (p *parser) primary() Expr {
	t := p.peek()
	at := At(spanAt(t))
	switch t.Type {
	case kindInt, kindNumber, kindQuantity:
		p.next()
		return p.numeral(t)
	case kindString, kindStringHead:
		return p.str()
	case wordTrue, wordFalse:
		p.next()
		return &Bool{At: at, Value: t.Type == wordTrue}
	case wordNull:
		p.next()
		return &Null{at}
	case kindBad:
		p.badToken()
		p.next()
		return &BadExpr{at}
	case kindCommandValue, kindCommandValueHead:
		return p.commandValue(false)
	case kindOpenParen:
		p.next()
		x := p.inside()
		p.closeBracket(kindCloseParen, t)
		return &Paren{At: p.from(at.Start), X: x}
	case kindOpenBracket:
		return p.list()
	case kindOpenBrace:
		if !p.head.noRecord {
			return p.record()
		}
	case wordSecret:
		if next := p.then().Type; next == kindCommandValue || next == kindCommandValueHead {
			return p.commandValue(true)
		}
	}
	if isName(t.Type) && !slices.Contains(p.head.clauses, t.Type) {
		p.abandoned()
		p.next()
		return &Ident{At: at, Name: t.Value}
	}
	p.unexpectedHint("a value", valueHint(t))
	return nil
}

// abandoned bails out where the line ended in an operator and the next one
// begins a statement: then that one isn't the operand.
func (p *parser) abandoned() {
	if p.peek().Pos.Line == p.lastLine() || !p.heads() {
		return
	}
	switch p.then().Type {
	case kindOpenParen, kindOpenBracket, kindMinus:
		return // a name like any other, after all
	}
	end := p.from(0).End
	p.fail(Unexpected, source.Span{Start: end, End: end}, "found the end of the line, want a value", "")
}

func valueHint(t *token) string {
	switch t.Type {
	case wordIf:
		return "a choice in the middle of an expression stands in parentheses: (if c then a else b)"
	case wordNot:
		return "write `not (a in b)`: `not` stands before a comparison"
	case kindSlash:
		return "a comment begins with `#`"
	case kindOpenBrace:
		return "a record here needs parentheses: ({ … })"
	case kindCommand, kindCommandHead:
		return "a command whose value is asked for is `$(command)`"
	}
	if isHard(t.Type) {
		return "`" + t.Value + "` is a word of the language and never a name"
	}
	return ""
}
