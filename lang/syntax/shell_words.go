package syntax

import (
	"path"
	"strings"

	sh "mvdan.cc/sh/v3/syntax"
)

// shellWord is one word of a simple command.
type shellWord struct {
	word  *sh.Word
	text  string // of the constant parts
	known bool   // text is all of it
	holes []int  // whose values it holds
}

// shellWords returns the words of a simple command.
func shellWords(words []*sh.Word) []shellWord {
	out := make([]shellWord, len(words))
	for i, w := range words {
		out[i] = shellWord{word: w, known: true}
		out[i].add(w.Parts)
	}
	return out
}

func (w *shellWord) add(parts []sh.WordPart) {
	for _, p := range parts {
		switch p := p.(type) {
		case *sh.Lit:
			w.text += unescapeWord(p.Value)
		case *sh.SglQuoted:
			w.text += p.Value
		case *sh.DblQuoted:
			w.addQuoted(p.Parts)
		case *sh.ParamExp:
			w.known = false
			if i := placeholderIndex(p); i >= 0 {
				w.holes = append(w.holes, i)
			}
		default:
			w.known = false
			sh.Walk(p, func(n sh.Node) bool {
				if e, ok := n.(*sh.ParamExp); ok {
					if i := placeholderIndex(e); i >= 0 {
						w.holes = append(w.holes, i)
					}
				}
				return true
			})
		}
	}
}

func (w *shellWord) addQuoted(parts []sh.WordPart) {
	for _, p := range parts {
		if lit, ok := p.(*sh.Lit); ok {
			w.text += unescapeQuoted(lit.Value)
			continue
		}
		w.add([]sh.WordPart{p})
	}
}

// unescapeWord drops the backslashes of unquoted text.
func unescapeWord(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unescapeQuoted drops the backslashes that count in double quotes.
func unescapeQuoted(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\\\"$`\n", s[i+1]) >= 0 {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// name returns the program that a word names, without its folder; "" when the
// word isn't constant.
func (w shellWord) name() string {
	if !w.known {
		return ""
	}
	return path.Base(w.text)
}

// option tells whether the word is constant and begins with a -.
func (w shellWord) option() bool { return strings.HasPrefix(w.text, "-") && w.text != "-" }

// wrapper says how a program that runs another one reads its words.
type wrapper struct {
	valued   string // its short options that take a value, as letters
	long     string // its long options that take a value in the next word
	operands int    // words before the program's name
	assigns  bool   // NAME=value may stand before it
}

var wrappers = map[string]wrapper{
	"env":      {valued: "uCS", long: "--unset --chdir", assigns: true},
	"sudo":     {valued: "ughpCTrtUDR", long: "--user --group --host --prompt --chdir --chroot", assigns: true},
	"doas":     {valued: "uC"},
	"timeout":  {valued: "ks", long: "--kill-after --signal", operands: 1},
	"nice":     {valued: "n", long: "--adjustment"},
	"ionice":   {valued: "cnp", long: "--class --classdata"},
	"nohup":    {},
	"setsid":   {},
	"stdbuf":   {valued: "ioe", long: "--input --output --error"},
	"xargs":    {valued: "InPLdEsa", long: "--max-args --max-procs --max-lines --delimiter --arg-file --replace --max-chars"},
	"chroot":   {operands: 1},
	"flock":    {valued: "wE", long: "--timeout --conflict-exit-code", operands: 1},
	"taskset":  {valued: "c", operands: 1},
	"chrt":     {operands: 1},
	"unshare":  {},
	"strace":   {valued: "oeps"},
	"chronic":  {},
	"unbuffer": {},
}

// behindWrapper returns the words of the program that a wrapper runs; nil when
// the words name no wrapper, or it runs nothing.
func behindWrapper(words []shellWord) []shellWord {
	w, ok := wrappers[words[0].name()]
	if !ok {
		return nil
	}
	operands := w.operands
	for i := 1; i < len(words); i++ {
		switch t := words[i].text; {
		case t == "--" && words[i].known:
			if i+1+operands < len(words) {
				return words[i+1+operands:]
			}
			return nil
		case words[i].option():
			if takesValue(t, w.valued, w.long) {
				i++
			}
		case w.assigns && strings.Contains(t, "="):
		case operands > 0:
			operands--
		default:
			return words[i:]
		}
	}
	return nil
}

// takesValue tells whether an option's value is the next word.
func takesValue(option, short, long string) bool {
	if strings.HasPrefix(option, "--") {
		return !strings.Contains(option, "=") && long != "" && containsWord(long, option)
	}
	// The value of the first letter that takes one is the rest of the word.
	i := strings.IndexAny(option[1:], short)
	return short != "" && i >= 0 && i == len(option)-2
}

func containsWord(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}

// programsOf returns the words of every program that a simple command runs:
// its own, and those behind wrappers and find -exec.
func programsOf(words []shellWord) [][]shellWord {
	var out [][]shellWord
	for len(words) > 0 {
		out = append(out, words)
		if words[0].name() == "find" {
			for i, w := range words[:len(words)-1] {
				switch w.text {
				case "-exec", "-execdir", "-ok", "-okdir":
					out = append(out, programsOf(words[i+1:])...)
				}
			}
		}
		words = behindWrapper(words)
	}
	return out
}

// shellBuiltins are the commands that the shell carries out itself.
// echo, printf and kill are programs: the shell's own hide failed writes.
var shellBuiltins = wordSet(": break cd command continue dirs export false local mapfile popd pushd pwd read readarray " +
	"readonly return shift test [ true type unset wait")

// refusedBuiltins are those that no command may use, with what to write.
var refusedBuiltins = map[string]string{
	"eval":    "write the command itself; a value can't become shell text",
	"source":  "run the file as a program: sh ./file.sh",
	".":       "run the file as a program: sh ./file.sh",
	"trap":    "use finally { } in the check or step",
	"alias":   "write the command itself",
	"unalias": "write the command itself",
	"exec":    "leave the word exec out",
	"exit":    "a command's own failure ends the line; fail a check with expect",
	"logout":  "leave it out",
	"set":     "set -euo pipefail always holds; continue after a failure with || true",
	"shopt":   "leave it out",
	"umask":   "set a file's mode: chmod or install -m",
	"ulimit":  "use prlimit or systemd-run",
	"jobs":    "nothing runs in the background",
	"fg":      "nothing runs in the background",
	"bg":      "nothing runs in the background",
	"disown":  `let the step say so: leaves "what", and start a program that detaches itself`,
	"getopts": "a command has no arguments of its own",
	"builtin": "write the command itself",
	"hash":    "leave it out",
	"enable":  "leave it out",
	"history": "leave it out",
	"fc":      "leave it out",
	"bind":    "leave it out",
	"caller":  "leave it out",
	"compgen": "leave it out",
	"newgrp":  "run the command with sg, or as another user",
	"suspend": "leave it out",
	"times":   "the journal has how long each command took",
	"let":     "compute in the script: let n = a + b, and write {n}",
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
