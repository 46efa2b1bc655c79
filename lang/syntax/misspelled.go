package syntax

import "strings"

// misspelled reports a line that begins with a word and a text: only heads do.
func (p *parser) misspelled() {
	t, next := p.peek(), p.then()
	if !isName(t.Type) && !isHard(t.Type) {
		return
	}
	text := next.Type == kindString || next.Type == kindStringHead
	hint := ""
	if isName(t.Type) {
		rule := t.Type >= wordRollback && t.Type <= wordPass && (next.Type == wordIf || next.Type == wordNow)
		foreign := foreignWords[t.Value]
		if !rule && !text && (foreign == "" || !beginsCondition(next.Type)) && next.Type != kindOpenBrace && !isName(next.Type) && next.Type != kindInt && next.Type != kindQuantity {
			return
		}
		if near := nearest(t.Value, heads); near != "" {
			hint = "did you mean `" + near + "`?"
		}
		if rule {
			hint = "rules such as `" + t.Value + " if …` stand in a monitor"
		} else if isWord(t.Type) {
			hint = wordHints[t.Type]
		} else if foreign != "" {
			hint = foreign
		}
	} else if beginsValue(t.Type) {
		return
	}
	if t.Type == wordElse {
		hint = "`else` follows the `}` of an `if`"
	}
	p.fail(UnknownStatement, spanAt(t), "found `"+t.Value+"`, want a statement", hint)
}

// beginsCondition tells whether a word followed by k can be no call and no
// arithmetic: `unless not x`.
func beginsCondition(k kind) bool {
	switch k {
	case wordNot, wordTrue, wordFalse, wordNull, kindNumber:
		return true
	}
	return false
}

// wordHints say how a statement is written whose first word is right and whose
// second isn't.
var wordHints = map[kind]string{
	wordUse: "write `use \"std/web\"`", wordRelease: "write `release \"name\" { }`",
	wordTargets: "write `targets { name: { } }`", wordInput: "write `input name: type`",
	wordRule: "write `rule name() { }`", wordMetrics: "write `metrics name { }`",
	wordOn: "write `on failure { }`", wordTest: "write `test \"title\" { }`",
	wordPhase: "a phase has a title: `phase \"title\" { }`", wordCheck: "a check has a title: `check \"title\" { }`",
	wordStep: "a step has a title: `step \"title\" { }`", wordConfirm: "write `confirm \"question\"`",
	wordAsk: "write `let answer = ask \"question\"`", wordWait: "write `wait 30s` or `wait until … within 5m`",
	wordParallel: "write `parallel { }` or `parallel for x in list { }`", wordBaseline: "write `baseline name of metrics for 2m every 5s`",
	wordMonitor: "a monitor has a title: `monitor \"title\" of metrics for 30m every 15s { }`", wordSettle: "write `settle \"title\"`",
	wordFollow: "write `follow \"title\" after 24h { }`", wordUndo: "an undo is `undo { }`, `undo or ask { }` or `undo none \"why\"`",
	wordDone: "write `done if condition`", wordMock: "write `mock http.get(\"*\") => { status: 200 }`",
}

// foreignWords are what other languages call it.
var foreignWords = map[string]string{
	"var": "a value gets a name with `let`", "const": "a value gets a name with `let`", "val": "a value gets a name with `let`",
	"def": "a function is `fn name(x: int) -> int { }`", "func": "a function is `fn name(x: int) -> int { }`", "function": "a function is `fn name(x: int) -> int { }`",
	"import": "another file is brought in with `use \"./file.drl\"`", "include": "another file is brought in with `use \"./file.drl\"`",
	"elif": "write `else if`", "elsif": "write `else if`", "unless": "write `if not`",
	"assert": "write `expect` or `require`", "task": "write `step`", "stage": "write `phase`", "job": "write `phase`",
	"run": "a command begins with `$ `", "sh": "a command begins with `$ `", "exec": "a command begins with `$ `", "echo": "a command begins with `$ `",
	"sleep": "write `wait 5s`", "foreach": "write `for x in list { }`", "each": "write `for x in list { }`",
}

// heads are the words that statements begin with.
var heads = func() []string {
	list := []string{"let", "fn", "return", "if", "for", "in"}
	return append(list, words[wordUse-firstWord:wordWithin-firstWord]...)
}()

// nearest returns the word that is at most two letters away from w, or one
// for short words; "" where none is.
func nearest(w string, among []string) string {
	best, least := "", 1+min(2, (len(w)+1)/3)
	for _, candidate := range among {
		if d := distance(strings.ToLower(w), candidate); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the letters to insert, drop, change or swap from a to b.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	var older []int
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		older, before = before, row
		row = make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			d := before[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, before[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, older[j-2]+1)
			}
			row[j] = d
		}
	}
	return row[len(b)]
}
