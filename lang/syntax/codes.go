package syntax

import "github.com/drl-lang/drl/lang/source"

// Codes are the codes of what can't be read: DRL0001 to DRL0199.
var Codes = []*source.Code{
	SourceTooLong, NotUTF8, ByteOrderMark, WindowsLines, ControlCharacter, Tab, TooDeep, TooManyErrors,
	UnclosedString, BadEscape, BadBrace, UnclosedInterpolation, TextsTooDeep, BadIndentation,
	UnknownUnit, NumberTooLarge, BadNumber, UnknownCharacter, StrayDollar,
	Unexpected, UnknownStatement, Unclosed, ValueNotUsed, ComparisonsChain, ClauseTwice, MixedKeys, NeedsName,
}

var SourceTooLong = &source.Code{ID: "DRL0001"}
var NotUTF8 = &source.Code{ID: "DRL0002"}
var ByteOrderMark = &source.Code{ID: "DRL0003"}
var WindowsLines = &source.Code{ID: "DRL0004"}
var ControlCharacter = &source.Code{ID: "DRL0005"}
var Tab = &source.Code{ID: "DRL0006"}
var TooDeep = &source.Code{ID: "DRL0007"}
var TooManyErrors = &source.Code{ID: "DRL0008"}
var UnclosedString = &source.Code{ID: "DRL0010"}
var BadEscape = &source.Code{ID: "DRL0011"}
var BadBrace = &source.Code{ID: "DRL0012"}
var UnclosedInterpolation = &source.Code{ID: "DRL0013"}
var TextsTooDeep = &source.Code{ID: "DRL0014"}
var BadIndentation = &source.Code{ID: "DRL0015"}
var UnknownUnit = &source.Code{ID: "DRL0020"}
var NumberTooLarge = &source.Code{ID: "DRL0021"}
var BadNumber = &source.Code{ID: "DRL0022"}
var UnknownCharacter = &source.Code{ID: "DRL0030"}
var StrayDollar = &source.Code{ID: "DRL0031"}
var Unexpected = &source.Code{ID: "DRL0040"}
var UnknownStatement = &source.Code{ID: "DRL0041"}
var Unclosed = &source.Code{ID: "DRL0042"}
var ValueNotUsed = &source.Code{ID: "DRL0043"}
var ComparisonsChain = &source.Code{ID: "DRL0044"}
var ClauseTwice = &source.Code{ID: "DRL0045"}
var MixedKeys = &source.Code{ID: "DRL0046"}
var NeedsName = &source.Code{ID: "DRL0047"}
