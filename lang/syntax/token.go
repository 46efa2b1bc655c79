package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// kind is the kind of a token. Each keyword is a kind of its own, so that a
// head is found by one comparison.
type kind = lexer.TokenType

// The kinds that aren't words. A text with interpolations is a head, a middle
// for each further one and a tail, with the braces at their ends; the tokens
// of the expressions stand between them.
const (
	kindNone kind = iota // before the first token
	kindBad              // the scanner knows what is wrong with it
	kindNewline
	kindName
	kindInt
	kindNumber
	kindQuantity
	kindString
	kindStringHead
	kindStringMiddle
	kindStringTail
	kindCommand // `$ …`
	kindCommandHead
	kindCommandValue // `$(…)` or `$?(…)`
	kindCommandValueHead
	kindCommandMiddle
	kindCommandTail
	kindDollar // after mock alone

	kindDot
	kindOptionalDot // ?.
	kindRange       // ..
	kindColon
	kindAssign
	kindFatArrow
	kindArrow
	kindComma
	kindPlus
	kindMinus
	kindStar
	kindSlash
	kindCoalesce
	kindQuestion
	kindEqual
	kindNotEqual
	kindLess
	kindLessEqual
	kindGreater
	kindGreaterEqual
	kindOpenParen
	kindCloseParen
	kindOpenBracket
	kindCloseBracket
	kindOpenBrace
	kindCloseBrace

	firstWord
)

// The hard words: never names, unless after a dot or before a colon.
const (
	wordLet kind = firstWord + iota
	wordFn
	wordReturn
	wordIf
	wordThen
	wordElse
	wordFor
	wordIn
	wordAnd
	wordOr
	wordNot
	wordMod
	wordIs
	wordAs
	wordContains
	wordMatches
	wordTrue
	wordFalse
	wordNull
	wordTry
	wordSafe

	firstSoftWord
)

// The soft words: keywords where the grammar asks for them, else names.
const (
	wordUse kind = firstSoftWord + iota
	wordRelease
	wordTargets
	wordInput
	wordRule
	wordMetrics
	wordOn
	wordTest
	wordPhase
	wordCheck
	wordStep
	wordConfirm
	wordAsk
	wordWait
	wordParallel
	wordBaseline
	wordMonitor
	wordSettle
	wordFollow
	wordWith
	wordExpect
	wordRequire
	wordUndo
	wordDone
	wordFinally
	wordMock
	wordWhile
	wordWithin
	wordEvery
	wordTimeout
	wordRetry
	wordGrace
	wordLeaves
	wordIrreversible
	wordRepeatable
	wordBy
	wordApprovals
	wordSecret
	wordAfter
	wordMax
	wordOf
	wordFrom
	wordLast
	wordPassed
	wordRuns
	wordAgainst
	wordLive
	wordWarmup
	wordNo
	wordUntil
	wordNow
	wordFloor
	wordLower
	wordHigher
	wordBetter
	wordNone
	wordStop
	wordRollback
	wordWarn
	wordFail
	wordPass
	wordList
	wordMap

	kindCount
)

// words spells the keywords, in the order of their kinds.
var words = strings.Fields(`
	let fn return if then else for in and or not mod is as contains matches
	true false null try safe
	use release targets input rule metrics on test phase check step confirm ask
	wait parallel baseline monitor settle follow with expect require undo done
	finally mock while within every timeout retry grace leaves irreversible
	repeatable by approvals secret after max of from last passed runs against
	live warmup no until now floor lower higher better none stop rollback warn
	fail pass list map`)

// symbols spells the symbols.
var symbols = map[kind]string{
	kindDot: ".", kindOptionalDot: "?.", kindRange: "..", kindColon: ":", kindAssign: "=",
	kindFatArrow: "=>", kindArrow: "->", kindComma: ",", kindPlus: "+", kindMinus: "-",
	kindStar: "*", kindSlash: "/", kindCoalesce: "??", kindQuestion: "?", kindEqual: "==",
	kindNotEqual: "!=", kindLess: "<", kindLessEqual: "<=", kindGreater: ">",
	kindGreaterEqual: ">=", kindOpenParen: "(", kindCloseParen: ")", kindOpenBracket: "[",
	kindCloseBracket: "]", kindOpenBrace: "{", kindCloseBrace: "}", kindDollar: "$",
}

// kindNames names the other kinds, for participle and for tests.
var kindNames = map[kind]string{
	lexer.EOF: "EOF", kindBad: "Bad", kindNewline: "Newline", kindName: "Name", kindInt: "Int",
	kindNumber: "Number", kindQuantity: "Quantity", kindString: "String",
	kindStringHead: "StringHead", kindStringMiddle: "StringMiddle", kindStringTail: "StringTail",
	kindCommand: "Command", kindCommandHead: "CommandHead", kindCommandValue: "CommandValue",
	kindCommandValueHead: "CommandValueHead", kindCommandMiddle: "CommandMiddle",
	kindCommandTail: "CommandTail",
}

// isWord tells whether k is a keyword, hard or soft.
func isWord(k kind) bool { return k >= firstWord && k < kindCount }

// isHard tells whether k is a word that is never a name.
func isHard(k kind) bool { return k >= firstWord && k < firstSoftWord }

// isName tells whether a token of kind k may stand where a name is wanted.
func isName(k kind) bool { return k == kindName || k >= firstSoftWord && k < kindCount }

// isAnyName tells whether k may name a field: after a dot, before a colon.
func isAnyName(k kind) bool { return k == kindName || isWord(k) }

// spelling returns the text of a word or symbol.
func spelling(k kind) string {
	if isWord(k) {
		return words[k-firstWord]
	}
	return symbols[k]
}

// goesOn holds the kinds that can't end a statement: a newline after one of
// them is no token.
var goesOn = func() (set [kindCount]bool) {
	for _, k := range []kind{
		kindComma, kindDot, kindOptionalDot, kindRange, kindColon, kindAssign, kindFatArrow,
		kindArrow, kindPlus, kindMinus, kindStar, kindSlash, kindCoalesce, kindEqual,
		kindNotEqual, kindLess, kindLessEqual, kindGreater, kindGreaterEqual,
		wordAnd, wordOr, wordNot, wordIn, wordIs, wordAs, wordContains, wordMatches,
		wordMod, wordThen, wordElse,
	} {
		set[k] = true
	}
	return set
}()

// wordSlot is one place of the table that finds keywords.
type wordSlot struct {
	text string
	kind kind
}

// wordTable is open-addressed with a power of two of places, at most a third
// of them taken, so that a name costs one probe.
var wordTable = func() (table [512]wordSlot) {
	for i, w := range words {
		at := wordHash(w)
		for table[at&511].text != "" {
			at++
		}
		table[at&511] = wordSlot{w, firstWord + kind(i)}
	}
	return table
}()

func wordHash(w string) uint {
	n := len(w)
	return uint(w[0])*37 ^ uint(w[n-1])*101 ^ uint(w[n>>1])*7 ^ uint(n)<<5
}

// wordKind returns the kind of a word: a keyword's, or kindName.
func wordKind(w string) kind {
	for at := wordHash(w); ; at++ {
		slot := &wordTable[at&511]
		if slot.text == w {
			return slot.kind
		}
		if slot.text == "" {
			return kindName
		}
	}
}
