package syntax

import (
	"strings"

	sh "mvdan.cc/sh/v3/syntax"

	"github.com/drl-lang/drl/lang/lazy"
)

// interpreter says which words of a program are text that it parses again.
type interpreter struct {
	short   string // letters of short options whose value is code; they may end a cluster: -lc
	long    string // long options whose value is code
	first   bool   // the first operand is code, unless one of the options above or -f was given
	second  bool   // the second operand is code
	after   bool   // every operand after the first is code: ssh host …
	all     bool   // every operand is code
	valued  string // letters of short options that take a value which is no code
	longVal string // long options that take values which are no code
	values  int    // how many words such a long option takes: 1 where it is 0
	script  bool   // the first operand is a file of code, and what follows is its own
}

var interpreters = map[string]interpreter{
	"sh": shellInterpreter, "bash": shellInterpreter, "dash": shellInterpreter, "ash": shellInterpreter,
	"ksh": shellInterpreter, "zsh": shellInterpreter, "fish": shellInterpreter, "rbash": shellInterpreter,

	"python": {short: "c", script: true}, "python2": {short: "c", script: true}, "python3": {short: "c", script: true}, "pypy3": {short: "c", script: true},
	"perl": {short: "eE", script: true}, "ruby": {short: "e", script: true}, "lua": {short: "e", script: true}, "php": {short: "rBRE", script: true},
	"node": {short: "ep", long: "--eval --print", script: true}, "nodejs": {short: "ep", long: "--eval --print", script: true},
	"bun": {short: "e", long: "--eval", script: true}, "Rscript": {short: "e", script: true}, "R": {short: "e", script: true}, "groovy": {short: "e", script: true},
	"osascript": {short: "e", script: true}, "julia": {short: "eE", long: "--eval --print", script: true}, "elixir": {short: "e", long: "--eval", script: true},

	"psql":  {short: "c", long: "--command"},
	"mysql": {short: "e", long: "--execute"}, "mariadb": {short: "e", long: "--execute"},
	"mongosh": {long: "--eval"}, "mongo": {long: "--eval"}, "duckdb": {short: "c"},
	"clickhouse-client": {short: "q", long: "--query"}, "cqlsh": {short: "e", long: "--execute"},
	"sqlcmd": {short: "qQ"}, "sqlite3": {second: true, long: "-cmd"}, "sqlplus": {all: true},

	"awk": awkInterpreter, "gawk": awkInterpreter, "mawk": awkInterpreter, "nawk": awkInterpreter,
	"sed": {first: true, short: "e", long: "--expression", valued: "fl"},
	"jq":  {first: true, longVal: "--arg --argjson --slurpfile --rawfile", values: 2, valued: "fL"},
	"yq":  {first: true, short: ""},

	"ssh":  {after: true, short: "o", valued: "pilFJLRDWbcemEIQSwB"},
	"scp":  {short: "oS"},
	"sftp": {short: "o"},

	"su": {short: "c", long: "--command"}, "runuser": {short: "c", long: "--command"}, "script": {short: "c", long: "--command"},
	"flock": {short: "c", long: "--command"}, "watch": {all: true}, "parallel": {all: true},
	"env": {short: "S", long: "--split-string"}, "expect": {short: "c"}, "gdb": {long: "-ex --eval-command"},
	"entr": {all: true}, "vim": {short: "c"}, "ex": {short: "c"},
}

var shellInterpreter = interpreter{short: "c", valued: "oO", script: true}
var awkInterpreter = interpreter{first: true, valued: "vF", short: "e", long: "--source"}

var shells = wordSet("sh bash dash ash ksh zsh fish rbash")

// containers run a program that they are given among their words, in a place
// that depends on their options.
var containers = wordSet("docker podman nerdctl docker-compose podman-compose kubectl oc lxc incus machinectl systemd-run nsenter " +
	"railway heroku fly flyctl doppler op poetry uv pipenv bundle npx busybox su runuser ssh aws-vault direnv dotenv")

var versioned = lazy.Regexp(`^(python|pypy|lua|php|ruby|perl)[0-9.]+$`)

// interpreterNamed returns the interpreter of a word, if it is a known one.
func interpreterNamed(w shellWord) (interpreter, bool) {
	name := w.name()
	if m := versioned().FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	i, ok := interpreters[name]
	return i, ok
}

// interpreted reports values in text that a known interpreter parses again.
func (r *shellRules) interpreted(words []shellWord) {
	for _, program := range programsOf(words) {
		r.interpretedBy(program)
		if !containers[program[0].name()] {
			continue
		}
		for i := 1; i < len(program); i++ {
			if _, ok := interpreterNamed(program[i]); ok {
				r.interpretedBy(program[i:])
			}
		}
	}
}

func (r *shellRules) interpretedBy(words []shellWord) {
	in, ok := interpreterNamed(words[0])
	if !ok {
		return
	}
	name := words[0].name()
	for _, i := range in.code(words) {
		for _, h := range words[i].holes {
			r.code(name, h)
		}
	}
	if shells[name] {
		r.nested(name, words)
	}
}

func (r *shellRules) code(name string, hole int) {
	for _, p := range r.problems {
		if p.Code == shellInterpreted && p.Span == r.line.holes[hole].span {
			return
		}
	}
	r.add(shellInterpreted, r.line.holes[hole].span, name+" would read this value as code", codeHint(name))
}

func codeHint(name string) string {
	switch name {
	case "psql":
		return `psql -v name={x} <<< "SELECT … :'name'" passes it as data; or use postgres.query`
	case "mysql", "mariadb", "sqlite3", "clickhouse-client", "duckdb", "sqlcmd", "cqlsh":
		return "use the sql built-ins, whose parameters are data, or a file of statements"
	case "awk", "gawk", "mawk", "nawk":
		return `awk -v name={x} '… name …' passes it as data`
	case "jq":
		return `jq --arg name {x} '… $name …' passes it as data`
	case "ssh":
		return "put the command in a script on the host, and its values on the input: ssh host ./deploy.sh <<< {x}"
	case "sed":
		return "replace in the script: text.replace(a, b)"
	case "python", "python3", "node", "ruby", "perl", "php":
		return name + " reads values as arguments, from a file of its own: " + name + " tool {x}"
	}
	if shells[name] {
		return "write the command itself, or give the value behind the text: " + name + ` -c 'use "$1"' ` + name + " {x}"
	}
	return "write the text as a constant, and pass the value as an argument, in the environment or on the input"
}

// code returns the indices of the words that the program parses again.
func (in interpreter) code(words []shellWord) []int {
	var out []int
	operands, given, fromFile := 0, false, false
	options := true
	for i := 1; i < len(words); i++ {
		t := words[i].text
		next := i + 1
		switch {
		case options && words[i].known && t == "--":
			options = false
		case options && strings.HasPrefix(t, "--") || options && in.long != "" && containsWord(in.long, t):
			name, _, inline := strings.Cut(t, "=")
			switch {
			case containsWord(in.long, name) && inline:
				out, given = append(out, i), true
			case containsWord(in.long, name):
				out, given = appendIndex(out, next, len(words)), true
				i++
			case containsWord(in.longVal, name):
				i += max(in.values, 1)
			}
		case options && words[i].option():
			letters := t[1:]
			at := strings.IndexAny(letters, in.short+in.valued)
			if in.short+in.valued == "" || at < 0 {
				continue
			}
			code := strings.IndexByte(in.short, letters[at]) >= 0
			fromFile = fromFile || letters[at] == 'f'
			last := at == len(letters)-1 && len(words[i].holes) == 0 && words[i].known
			switch {
			case code && shells[words[0].name()]:
				// The text is the first operand behind all options.
				out, given = appendIndex(out, firstOperand(words, next), len(words)), true
				return out
			case code && last:
				out, given = appendIndex(out, next, len(words)), true
				i++
			case code:
				out, given = append(out, i), true
			case last:
				i++
			}
		default:
			operands++
			if in.all || in.first && operands == 1 && !given && !fromFile || in.second && operands == 2 || in.after && operands > 1 {
				out = append(out, i)
			}
			if in.script {
				return out
			}
		}
	}
	return out
}

func firstOperand(words []shellWord, from int) int {
	for from < len(words) && words[from].option() {
		from++
	}
	return from
}

func appendIndex(list []int, i, length int) []int {
	if i < length {
		return append(list, i)
	}
	return list
}

// nested finds the programs in the constant text of sh -c '…'.
func (r *shellRules) nested(name string, words []shellWord) {
	in, _ := interpreterNamed(words[0])
	for _, i := range in.code(words) {
		if !words[i].known {
			continue
		}
		tree, err := parseBash(words[i].text)
		if err != nil {
			continue
		}
		span := r.line.nodeSpan(words[i].word)
		sh.Walk(tree, func(n sh.Node) bool {
			c, ok := n.(*sh.CallExpr)
			if !ok || len(c.Args) == 0 {
				return true
			}
			for _, p := range programsOf(shellWords(c.Args)) {
				program := p[0].text
				_, refused := refusedBuiltins[program]
				if p[0].known && !shellBuiltins[program] && !refused && program != "" && !r.seen[program] {
					r.seen[program] = true
					r.line.programs = append(r.line.programs, ShellProgram{Name: program, Span: span})
				}
			}
			return true
		})
	}
}

// pipedToShell reports values that reach a shell's input as its text:
// echo {x} | sh, and sh <<< {x}.
func (r *shellRules) pipedToShell(s *sh.Stmt, path []sh.Node) {
	c, ok := s.Cmd.(*sh.CallExpr)
	if !ok || len(c.Args) == 0 {
		return
	}
	words := shellWords(c.Args)
	programs := programsOf(words)
	words = programs[len(programs)-1]
	if !shells[words[0].name()] || firstOperand(words, 1) < len(words) {
		return
	}
	for _, rd := range s.Redirs {
		if rd.Op == sh.WordHdoc {
			r.codeIn(words[0].name(), rd)
		}
	}
	for i := len(path) - 1; i >= 0; i-- {
		b, ok := path[i].(*sh.BinaryCmd)
		if !ok {
			if _, stmt := path[i].(*sh.Stmt); stmt {
				continue
			}
			return
		}
		if (b.Op == sh.Pipe || b.Op == sh.PipeAll) && b.Y == s {
			r.codeIn(words[0].name(), b.X)
			return
		}
	}
}

func (r *shellRules) codeIn(name string, n sh.Node) {
	sh.Walk(n, func(n sh.Node) bool {
		if p, ok := n.(*sh.ParamExp); ok {
			if i := placeholderIndex(p); i >= 0 {
				r.code(name, i)
			}
		}
		return true
	})
}
