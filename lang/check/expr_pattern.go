package check

import (
	"regexp"
	rsyntax "regexp/syntax"
	"strings"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// matches is `x matches pattern`.
func (c *checker) matches(e *syntax.Binary) *types.Type {
	x, y := c.expr(e.X, nil), c.expr(e.Y, types.TString)
	t := c.operate(e, x, y)
	if y.Kind == types.String {
		c.pattern(e.Y)
	}
	return t
}

// pattern checks that a text, which was checked as an expression, is a
// constant RE2 pattern, and returns it compiled; nil when it was reported.
func (c *checker) pattern(e syntax.Expr) *regexp.Regexp {
	text, constant := c.fold(e).(value.String)
	if !constant {
		if !known(c.prog.Info.Types[e]) {
			return nil
		}
		d := c.errorf(codePatternConstant, e, "a pattern is constant, so that it can be checked before the run")
		d.Hint = "compare with ==, contains or starts_with(…) what is known only then"
		return nil
	}
	re, err := regexp.Compile(string(text))
	if err == nil {
		return re
	}
	bad := e.Span()
	message := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	if err, ok := err.(*rsyntax.Error); ok {
		message = err.Code.String()
		if err.Expr != "" && err.Expr != string(text) {
			message += ": " + err.Expr
		}
		bad = within(e, string(text), err.Expr)
	}
	d := c.ds.Add(codePattern, c.file, bad, "this pattern can't be read: %s", message)
	if strings.Contains(message, "(?=") || strings.Contains(message, "(?!") || strings.Contains(message, "(?<") {
		d.Hint = "patterns are RE2: they have no look-ahead and look-behind"
	} else if strings.Contains(message, "repetition operator") {
		d.Hint = `to mean the sign itself write it with a backslash, in '…': '\*'`
	}
	return nil
}

// within returns the place of part in a literal whose text stands in the file
// as it is; that of the whole literal otherwise.
func within(e syntax.Expr, text, part string) source.Span {
	s, ok := unparen(e).(*syntax.String)
	i := strings.Index(text, part)
	if !ok || !s.Raw || s.Multi || part == "" || i < 0 {
		return e.Span()
	}
	start := s.Span().Start + 1 + uint32(i)
	return source.Span{Start: start, End: start + uint32(len(part))}
}
