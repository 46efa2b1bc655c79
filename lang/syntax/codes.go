package syntax

import (
	"strings"

	"github.com/drl-lang/drl/lang/source"
)

// Codes are the codes of what can't be read: DRL0001 to DRL0199.
var Codes = []*source.Code{
	SourceTooLong, NotUTF8, ByteOrderMark, WindowsLines, ControlCharacter, Tab, TooDeep,
	UnclosedString, BadEscape, BadBrace, UnclosedInterpolation, TextsTooDeep, BadIndentation,
	UnknownUnit, NumberTooLarge, BadNumber, UnknownCharacter, StrayDollar,
	Unexpected, UnknownStatement, Unclosed, ValueNotUsed, ComparisonsChain, ClauseTwice, MixedKeys, NeedsName,
}

// veryLong is a text of more than 1 MiB. It is a constant: made at start-up, it
// took drl a millisecond.
const (
	longWords  = "a very long line of a very long script "
	longPart   = longWords + longWords + longWords + longWords + longWords + longWords + longWords + longWords
	longerPart = longPart + longPart + longPart + longPart + longPart + longPart + longPart + longPart
	longest    = longerPart + longerPart + longerPart + longerPart + longerPart + longerPart + longerPart + longerPart
	veryLong   = longest + longest + longest + longest + longest + longest + longest + longest +
		longest + longest + longest + longest + longest + longest + longest + longest +
		longest + longest + longest + longest + longest + longest + longest + longest +
		longest + longest + longest + longest + longest + longest + longest + longest +
		longest + longest + longest + longest + longest + longest + longest + longest +
		longest + longest + longest + longest + longest + longest + longest + longest +
		longest + longest + longest + longest + longest
)

// The bytes of a file, and the limits of a script.
var (
	SourceTooLong = &source.Code{ID: "DRL0001", Name: "script too long",
		Doc: "A script has at most 1 MiB. A file that is longer is rarely a script, and one that is should be split: the parts are brought together with use.",
		Wrong: "# " + veryLong + "\n" +
			"check \"one\" { expect 1 + 1 == 2 }\n",
		Right: "# a short line\ncheck \"one\" { expect 1 + 1 == 2 }\n",
	}
	NotUTF8 = &source.Code{ID: "DRL0002", Name: "not UTF-8",
		Doc:   "Scripts are UTF-8 text. This file holds bytes that are none: it was saved in another encoding, or it is no text.",
		Wrong: "# gr\xfc\xdfe\ncheck \"one\" { expect 1 + 1 == 2 }\n",
		Right: "# grüße\ncheck \"one\" { expect 1 + 1 == 2 }\n",
	}
	ByteOrderMark = &source.Code{ID: "DRL0003", Name: "byte order mark",
		Doc:   "Some editors put an invisible mark at the start of a file. UTF-8 has no byte order to mark, and other programs trip over it; save the file without one.",
		Wrong: "\ufeffcheck \"one\" { expect 1 + 1 == 2 }\n",
		Right: "check \"one\" { expect 1 + 1 == 2 }\n",
	}
	WindowsLines = &source.Code{ID: "DRL0004", Name: "Windows line ends",
		Doc:   "Lines end in a newline alone. A carriage return before it would become part of commands and of texts that span lines; save the file with Unix line ends.",
		Wrong: "check \"one\" {\r\n    expect 1 + 1 == 2\r\n}\r\n",
		Right: "check \"one\" {\n    expect 1 + 1 == 2\n}\n",
	}
	ControlCharacter = &source.Code{ID: "DRL0005", Name: "invisible character",
		Doc:   "Characters that can't be seen, or that make the text around them look other than it is, have no place in a script: its reader must see what will run. In a text they are written as escapes.",
		Wrong: "let title = \"a\u200bb\"\ncheck \"{title}\" { expect title != \"\" }\n",
		Right: "let title = \"a\\u{200B}b\"\ncheck \"{title}\" { expect title != \"\" }\n",
	}
	Tab = &source.Code{ID: "DRL0006", Name: "tab",
		Doc:   "Scripts are indented by four blanks, so that they look the same everywhere. A tab may stand in texts, comments and commands alone.",
		Wrong: "check \"one\" {\n\texpect 1 + 1 == 2\n}\n",
		Right: "check \"one\" {\n    expect 1 + 1 == 2\n}\n",
	}
	TooDeep = &source.Code{ID: "DRL0007", Name: "nested too deep",
		Doc:   "Brackets, blocks and operators nest at most 200 deep, and at most 1,000 operators follow each other. Give inner parts names with let, or make them a fn or a rule.",
		Wrong: "let x = " + strings.Repeat("(", 201) + "1" + strings.Repeat(")", 201) + "\ncheck \"one\" { expect x == 1 }\n",
		Right: "let x = ((1))\ncheck \"one\" { expect x == 1 }\n",
	}
)

// Texts.
var (
	UnclosedString = &source.Code{ID: "DRL0010", Name: "text without an end",
		Doc:   "A text ends at the quote that began it, on the same line. A text of several lines stands between three quotes, before and after.",
		Wrong: "let name = \"auth\ncheck \"named\" { expect name == \"auth\" }\n",
		Right: "let name = \"auth\"\ncheck \"named\" { expect name == \"auth\" }\n",
	}
	BadEscape = &source.Code{ID: "DRL0011", Name: "unknown escape",
		Doc:   `In "…" a backslash begins one of \n \t \" \\ \{ \} \u{1F600}. Patterns and Windows paths are easier to write as a raw text, '…', which takes everything as it is.`,
		Wrong: "check \"a version\" { expect \"v1\" matches \"v\\d\" }\n",
		Right: "check \"a version\" { expect \"v1\" matches 'v\\d' }\n",
	}
	BadBrace = &source.Code{ID: "DRL0012", Name: "brace in a text",
		Doc:   `In "…" braces hold an expression, whose value becomes part of the text. A brace that is text is written \{ or \}, or stands in a raw text: '…'.`,
		Wrong: "let id = \"{{.ID}}\"\ncheck \"a template\" { expect id != \"\" }\n",
		Right: "let id = '{{.ID}}'\ncheck \"a template\" { expect id != \"\" }\n",
	}
	UnclosedInterpolation = &source.Code{ID: "DRL0013", Name: "value without an end",
		Doc:   `A value in a text ends with its } on the same line. Quotes inside the braces begin a text of their own, so a missing } reads as far as it can.`,
		Wrong: "let name = \"auth\"\nlet title = \"{name is up\"\ncheck \"titled\" { expect title != \"\" }\n",
		Right: "let name = \"auth\"\nlet title = \"{name} is up\"\ncheck \"titled\" { expect title != \"\" }\n",
	}
	TextsTooDeep = &source.Code{ID: "DRL0014", Name: "texts in texts",
		Doc:   "Texts and commands stand at most 8 deep in each other's braces. Nobody can read more: give the inner ones names.",
		Wrong: "let x = " + strings.Repeat(`"{`, 9) + "1" + strings.Repeat(`}"`, 9) + "\ncheck \"x\" { expect x == \"1\" }\n",
		Right: "let x = \"{\"{1}\"}\"\ncheck \"x\" { expect x == \"1\" }\n",
	}
	BadIndentation = &source.Code{ID: "DRL0015", Name: "text indented too little",
		Doc:   "The indentation of the closing quotes is taken off each line of a text that spans lines. So no line of it may be indented less.",
		Wrong: "let note = \"\"\"\n    first\n  second\n    \"\"\"\ncheck \"noted\" { expect note != \"\" }\n",
		Right: "let note = \"\"\"\n    first\n    second\n    \"\"\"\ncheck \"noted\" { expect note != \"\" }\n",
	}
)

// Numbers and other tokens.
var (
	UnknownUnit = &source.Code{ID: "DRL0020", Name: "unknown unit",
		Doc:   "A letter directly after a number must be a unit: w d h m s ms us ns for durations, B kB MB GB TB KiB MiB GiB TiB for sizes, % for percent and pp for percentage points.",
		Wrong: "let limit = 5min\ncheck \"short\" { expect limit < 1h }\n",
		Right: "let limit = 5m\ncheck \"short\" { expect limit < 1h }\n",
	}
	NumberTooLarge = &source.Code{ID: "DRL0021", Name: "number too large",
		Doc:   "An int has 64 bits, a number is at most about 1.8e308, a duration is at most about 292 years. Numbers never wrap around.",
		Wrong: "let many = 99999999999999999999\ncheck \"many\" { expect many > 1 }\n",
		Right: "let many = 9223372036854775807\ncheck \"many\" { expect many > 1 }\n",
	}
	BadNumber = &source.Code{ID: "DRL0022", Name: "malformed number",
		Doc:   "An underscore stands between two digits of a number. The units of a duration go down, each once, and only the last part may have a fraction.",
		Wrong: "let pause = 30m1h\ncheck \"long\" { expect pause > 1h }\n",
		Right: "let pause = 1h30m\ncheck \"long\" { expect pause > 1h }\n",
	}
	UnknownCharacter = &source.Code{ID: "DRL0030", Name: "character without a meaning",
		Doc:   "The script holds a character, outside of a text, that means nothing in the language. Words stand where other languages have signs: and, or, not, mod. A line is a statement; there are no semicolons.",
		Wrong: "check \"odd\" { expect 5 % 3 == 2 }\n",
		Right: "check \"odd\" { expect 5 mod 3 == 2 }\n",
	}
	StrayDollar = &source.Code{ID: "DRL0031", Name: "misplaced command",
		Doc:   "$ and a blank begin a command where a statement begins, or after `let x =`. A command whose value is asked for inside an expression is $(…). The value of a name is written without a $.",
		Wrong: "let name = \"auth\"\ncheck \"named\" { expect $name == \"auth\" }\n",
		Right: "let name = \"auth\"\ncheck \"named\" { expect name == \"auth\" }\n",
	}
)

// Statements and expressions.
var (
	Unexpected = &source.Code{ID: "DRL0040", Name: "something else wanted",
		Doc:   "What stands here can't stand here. The message says what was found and what may follow what stands before it.",
		Wrong: "let limit 500ms\ncheck \"fast\" { expect limit < 1s }\n",
		Right: "let limit = 500ms\ncheck \"fast\" { expect limit < 1s }\n",
	}
	UnknownStatement = &source.Code{ID: "DRL0041", Name: "unknown statement",
		Doc:   "A line begins with a word that begins no statement, or with one whose statement is written in another way. A call has parentheses, and a command begins with $ and a blank.",
		Wrong: "chek \"one\" { expect 1 + 1 == 2 }\n",
		Right: "check \"one\" { expect 1 + 1 == 2 }\n",
	}
	Unclosed = &source.Code{ID: "DRL0042", Name: "bracket without an end",
		Doc:   "Each ( [ and { is closed. Where the end of the file is reached first, the innermost one that is open is shown; the one that was forgotten may stand further up.",
		Wrong: "check \"one\" {\n    expect 1 + 1 == 2\n",
		Right: "check \"one\" {\n    expect 1 + 1 == 2\n}\n",
	}
	ValueNotUsed = &source.Code{ID: "DRL0043", Name: "value not used",
		Doc:   "An expression on a line of its own does nothing, unless it is a call. A condition stands after expect, require or if; a value gets a name with let.",
		Wrong: "check \"one\" { 1 + 1 == 2 }\n",
		Right: "check \"one\" { expect 1 + 1 == 2 }\n",
	}
	ComparisonsChain = &source.Code{ID: "DRL0044", Name: "comparisons in a row",
		Doc:   "A comparison is true or false, so a second one behind it would compare that. Join two comparisons with and.",
		Wrong: "let n = 5\ncheck \"between\" { expect 1 < n < 10 }\n",
		Right: "let n = 5\ncheck \"between\" { expect 1 < n and n < 10 }\n",
	}
	ClauseTwice = &source.Code{ID: "DRL0045", Name: "clause written twice",
		Doc:   "The clauses of a head stand in any order, each at most once: which of two would count?",
		Wrong: "check \"one\" timeout 5s timeout 10s { expect 1 + 1 == 2 }\n",
		Right: "check \"one\" timeout 10s { expect 1 + 1 == 2 }\n",
	}
	MixedKeys = &source.Code{ID: "DRL0046", Name: "record or map",
		Doc:   "{ name: value } is a record, whose fields have types of their own; { \"key\": value } is a map, whose values have one type. A literal is one or the other.",
		Wrong: "let limits = { auth: 1, \"ticket\": 2 }\ncheck \"limited\" { expect limits.auth == 1 }\n",
		Right: "let limits = { auth: 1, ticket: 2 }\ncheck \"limited\" { expect limits.auth == 1 }\n",
	}
	NeedsName = &source.Code{ID: "DRL0047", Name: "import without a name",
		Doc: "What is imported is called by the last part of its path. Where that isn't a name (a file's has a dot), `as` gives one.",
		Wrong: `-- main.drl --
use "./rules.drl"
rules.fine()
-- rules.drl --
rule fine() { check "fine" { expect 1 + 1 == 2 } }
`,
		Right: `-- main.drl --
use "./rules.drl" as rules
rules.fine()
-- rules.drl --
rule fine() { check "fine" { expect 1 + 1 == 2 } }
`,
	}
)
