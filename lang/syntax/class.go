package syntax

import "github.com/drl-lang/drl/lang/source"

// Class is what a token is to a reader: what an editor colours alike.
type Class uint8

// The classes. The zero Class is that of names and symbols.
const (
	ClassPlain    Class = iota
	ClassKeyword        // a word of the language where it is one
	ClassConstant       // numbers, quantities, true, false, null
	ClassString
	ClassCommand // shell text
	ClassComment
	ClassBad // the scanner knows what is wrong with it
)

// Colored is a stretch of a text with its class.
type Colored struct {
	source.Span
	Class Class
}

// Classify cuts a text into the stretches that aren't plain, in the order of
// the text. It takes any text, finished or not.
func Classify(text string) []Colored {
	s := newScanner([]byte(text))
	var all []Colored
	var before, last kind
	head := false // the line begins with a word of the language
	for {
		t, err := s.Next()
		if err != nil || t.EOF() {
			break
		}
		switch {
		case last == kindNone, last == kindNewline, last == kindOpenBrace, last == kindCloseBrace:
			head = isWord(t.Type)
		}
		if class := classOf(t.Type, last, head); class != ClassPlain {
			all = append(all, Colored{spanOf(t.Pos.Offset, t.Pos.Offset+len(t.Value)), class})
		}
		before, last = last, t.Type
		// A soft word before one of these is a name after all.
		if last == kindColon || last == kindAssign || last == kindDot || last == kindOpenParen {
			if n := len(all); n > 0 && before >= firstSoftWord && before < kindCount && all[n-1].Class == ClassKeyword {
				all = all[:n-1]
			}
		}
	}
	return merged(all, s.comments)
}

// classOf is the class of a token after last, on a line that begins with a
// word of the language or doesn't.
func classOf(k, last kind, head bool) Class {
	switch k {
	case kindBad:
		return ClassBad
	case kindInt, kindNumber, kindQuantity, wordTrue, wordFalse, wordNull:
		if last == kindDot || last == kindOptionalDot {
			return ClassPlain
		}
		return ClassConstant
	case kindString, kindStringHead, kindStringMiddle, kindStringTail:
		return ClassString
	case kindCommand, kindCommandHead, kindCommandMiddle, kindCommandTail, kindCommandValue, kindCommandValueHead, kindDollar:
		return ClassCommand
	}
	if !isWord(k) || last == kindDot || last == kindOptionalDot {
		return ClassPlain
	}
	if isHard(k) || head {
		return ClassKeyword
	}
	return ClassPlain
}

// merged puts the comments where they stand among the tokens.
func merged(tokens []Colored, comments []*Comment) []Colored {
	if len(comments) == 0 {
		return tokens
	}
	all := make([]Colored, 0, len(tokens)+len(comments))
	for _, t := range tokens {
		for len(comments) > 0 && comments[0].Start < t.Start {
			all = append(all, Colored{comments[0].Span(), ClassComment})
			comments = comments[1:]
		}
		all = append(all, t)
	}
	for _, c := range comments {
		all = append(all, Colored{c.Span(), ClassComment})
	}
	return all
}
