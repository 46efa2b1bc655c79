package check

import (
	"strings"

	"github.com/drl-lang/drl/lang/syntax"
)

// head returns the statement without its block: what a message points at in
// place of many lines.
func (c *checker) head(s syntax.Stmt) syntax.Element {
	span := s.Span()
	if b := bodyOf(s); b != nil && b.Span().Start > span.Start {
		span.End = b.Span().Start
	} else if last := lastOfHead(s); last != nil {
		span.End = last.Span().End
	}
	if n := len(strings.TrimRight(c.file.Slice(span), " \t\n")); n > 0 {
		span.End = span.Start + uint32(n)
	}
	return syntax.At(span)
}

// lastOfHead returns the end of the head of what has no Block.
func lastOfHead(s syntax.Stmt) syntax.Element {
	switch s := s.(type) {
	case *syntax.Release:
		if s.Title != nil {
			return s.Title
		}
	case *syntax.Metrics:
		if s.Name != nil {
			return s.Name
		}
	case *syntax.Monitor:
		if s.Of != nil {
			return s.Of
		}
	case *syntax.Parallel:
		if s.For != nil && s.For.List != nil {
			return s.For.List
		}
	case *syntax.Let:
		if s.Step != nil && s.Step.Title != nil {
			return s.Step.Title
		}
	}
	return nil
}

// bodyOf returns the block of a statement, or nil.
func bodyOf(s syntax.Stmt) *syntax.Block {
	switch s := s.(type) {
	case *syntax.Fn:
		return s.Body
	case *syntax.Rule:
		return s.Body
	case *syntax.Handler:
		return s.Body
	case *syntax.Test:
		return s.Body
	case *syntax.Phase:
		return s.Body
	case *syntax.Check:
		return s.Body
	case *syntax.Step:
		return s.Body
	case *syntax.Parallel:
		return s.Body
	case *syntax.For:
		return s.Body
	case *syntax.If:
		return s.Then
	case *syntax.ElseBlock:
		return s.Block
	case *syntax.In:
		return s.Body
	case *syntax.Follow:
		return s.Body
	case *syntax.Undo:
		return s.Body
	case *syntax.Finally:
		return s.Body
	}
	return nil
}
