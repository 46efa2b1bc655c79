package syntax

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
)

// readCommand reads text as the line of a command whose holes are names.
func readCommand(text string) (*source.File, *Command, []shellProblem) {
	f := source.NewFile("test.drl", []byte("$ "+text+"\n"))
	scanned := scanShell(f.Text, 2, 0, braceEnd(f.Text))
	c := &Command{At: At{Start: 0, End: uint32(scanned.End)}, Text: source.Span{Start: 2, End: uint32(scanned.End)}}
	for _, h := range scanned.Holes {
		inner := f.Slice(source.Span{Start: h.Start + 1, End: h.End - 1})
		var e Expr = &Ident{Name: inner}
		if strings.HasPrefix(inner, "flag(") {
			e = &Call{Fn: &Ident{Name: "flag"}}
		}
		c.Holes = append(c.Holes, &Hole{At: At(h), Expr: e})
	}
	line, problems := parseShell(f, c)
	c.Line = line
	return f, c, problems
}

func TestCommandsThatAreRefused(t *testing.T) {
	tests := []struct{ text, where, message string }{
		{"{tool} test", "{tool}", "the program's name is a value, so nobody can tell what runs"},
		{"bin/{tool}", "bin/{tool}", "the program's name is a value, so nobody can tell what runs"},
		{"sudo {tool} test", "{tool}", "the program's name is a value, so nobody can tell what runs"},
		{"find . -exec {tool} \\;", "{tool}", "the program's name is a value, so nobody can tell what runs"},
		{"$TOOL test", "$TOOL", "the program's name comes from the environment or another command, so nobody can tell what runs"},
		{"$(which make) test", "$(which make)", "the program's name comes from the environment or another command, so nobody can tell what runs"},
		{"eval {x}", "eval", "eval is not in a command"},
		{"source x.sh", "source", "source is not in a command"},
		{". ./x.sh", ".", ". is not in a command"},
		{"trap x EXIT", "trap", "trap is not in a command"},
		{"exec make", "exec", "exec is not in a command"},
		{"make || exit 1", "exit", "exit is not in a command"},
		{"set -x; make", "set", "set is not in a command"},
		{"shopt -s extglob; make", "shopt", "shopt is not in a command"},
		{"umask 077; make", "umask", "umask is not in a command"},
		{"command make", "command", "command is not needed"},
		{"make &", "&", "nothing runs in the background with &"},
		{"f() (make); f", "f() (make)", "a command has no functions"},
		{"time make", "time make", "time isn't needed"},
		{"coproc make", "coproc make", "a command has no coprocesses"},
		{"echo $((1+1))", "$((1+1))", "a command has no arithmetic"},
		{"((x++))", "((x++))", "a command has no arithmetic"},
		{"let x=1", "let x=1", "a command has no arithmetic"},
		{"for ((i=0;i<3;i++)); do a; done", "((i=0;i<3;i++))", "a command has no loop that counts"},
		{"select x in a b; do c; done", "select x in a b; do c; done", "select asks a person, and a command has no terminal"},
		{"ls @(a|b)", "@(a|b)", "a command has no patterns such as @( … )"},
		{"tee >(wc)", ">(wc)", "a command has no >( … ): its end couldn't be waited for"},
		{"echo $$", "$$", "$$ is drl's own process number"},
		{"echo $!", "$!", "nothing runs in the background, so there is no $!"},
		{"echo $1", "$1", "a command has no arguments of its own, so there is no $1"},
		{"echo $SECONDS", "$SECONDS", "$SECONDS is a variable of an interactive shell"},
		{"echo ${A:1:2}", "${A:1:2}", "a command has no arithmetic in ${ … }"},
		{"echo ${!A}", "${!A}", "${!A} reads a variable that nobody can see in the script"},
		{"a[1]=2; make", "a[1]=2", "a command has no subscripts"},
		{"make 3> x", "3> x", "a command has the descriptors 0, 1 and 2 alone"},
		{"make >| x", ">| x", "write > in place of >|: files are always replaced"},
		{"make <> x", "<> x", "a command can't open a file for both with <>"},
		{"make >& x", ">& x", ">& takes 1, 2 or -"},
		{"make >&{x}", "{x}", "no value can be a descriptor"},
		{"[[ $A == {x} ]]", "{x}", "the shell reads what stands on the right in [[ ]] as a pattern"},
		{"[[ $A =~ {x} ]]", "{x}", "the shell reads what stands on the right in [[ ]] as a pattern"},
		{"[[ -v {x} ]]", "{x}", "no value can be the name of a variable"},
		{"case a in ({x}) b ;; esac", "{x}", "no value can be a pattern of case"},
		{"export {x}", "{x}", "no value can be the name of a variable"},
		{"printf {x} b", "{x}", "no value can be printf's format: it would be read for % and \\"},
		{"read {x} < file", "{x}", "no value can be an operand of read"},
		{"echo __drl_0 {x}", "__drl_", "names that begin with __drl_ are drl's own"},
		{"sh -c \"ls {x}\"", "{x}", "sh would read this value as code"},
		{"bash -euo pipefail -c {x}", "{x}", "bash would read this value as code"},
		{"bash -lc {x}", "{x}", "bash would read this value as code"},
		{"sudo -u postgres psql -c \"SELECT {x}\"", "{x}", "psql would read this value as code"},
		{"psql db -Atc {x}", "{x}", "psql would read this value as code"},
		{"psql --command={x}", "{x}", "psql would read this value as code"},
		{"mysql -e{x}", "{x}", "mysql would read this value as code"},
		{"sqlite3 a.db {x}", "{x}", "sqlite3 would read this value as code"},
		{"python3 -c \"print({x})\"", "{x}", "python3 would read this value as code"},
		{"python3.12 -c {x}", "{x}", "python3.12 would read this value as code"},
		{"perl -ne {x} file", "{x}", "perl would read this value as code"},
		{"awk \"/{x}/\" file", "{x}", "awk would read this value as code"},
		{"sed -i s/a/{x}/ file", "{x}", "sed would read this value as code"},
		{"sed -e s/a/{x}/ file", "{x}", "sed would read this value as code"},
		{"jq .{x} file", "{x}", "jq would read this value as code"},
		{"ssh -p 22 host ls {x}", "{x}", "ssh would read this value as code"},
		{"ssh -o ProxyCommand={x} host ls", "{x}", "ssh would read this value as code"},
		{"docker exec web sh -c \"ls {x}\"", "{x}", "sh would read this value as code"},
		{"kubectl exec web -- bash -c {x}", "{x}", "bash would read this value as code"},
		{"ls | xargs -n 1 sh -c {x}", "{x}", "sh would read this value as code"},
		{"find . -exec sh -c {x} \\;", "{x}", "sh would read this value as code"},
		{"node -e {x}", "{x}", "node would read this value as code"},
		{"env -S {x}", "{x}", "env would read this value as code"},
		{"su -c {x} postgres", "{x}", "su would read this value as code"},
		{"echo {x} | sh", "{x}", "sh would read this value as code"},
		{"bash <<< {x}", "{x}", "bash would read this value as code"},
		{"cd services", "cd services", "this line changes nothing: each command has a shell of its own"},
		{"export A=b", "export A=b", "this line changes nothing: each command has a shell of its own"},
		{"A=b", "A=b", "this line changes nothing: each command has a shell of its own"},
		{"cd a && export B=c", "cd a && export B=c", "this line changes nothing: each command has a shell of its own"},
		{"docker exec -it web ls", "docker exec -it web ls", "a command has no terminal: docker exec -t wants one"},
		{"docker login", "docker login", "a command has no terminal: docker login asks for a password"},
		{"kubectl exec -it web -- ls", "kubectl exec -it web -- ls", "a command has no terminal: kubectl exec -t wants one"},
		{"railway login", "railway login", "a command has no terminal: railway login waits for a person"},
		{"psql", "psql", "a command has no terminal: psql alone waits for statements"},
		{"PGHOST=a psql db", "PGHOST=a psql db", "a command has no terminal: psql alone waits for statements"},
		{"python3", "python3", "a command has no terminal: python3 alone waits for input"},
		{"vim file", "vim file", "a command has no terminal: vim is an editor"},
		{"ls | less", "less", "a command has no terminal: less waits for keys"},
		{"ssh host", "ssh host", "a command has no terminal: ssh without a command opens a shell"},
		{"git commit", "git commit", "a command has no terminal: git commit without a message opens an editor"},
		{"terraform apply", "terraform apply", "a command has no terminal: terraform apply asks for a yes"},
		{"apt-get install jq", "apt-get install jq", "a command has no terminal: apt-get install asks for a yes"},
		{"cat |", "|", "there is no command after |"},
		{"make &&", "&&", "there is no command after &&"},
		{"cat >", ">", "there is no word after >"},
		{"if make; then b", "if", "this if has no fi"},
		{"done", "done", "unexpected done"},
		{"case x in a) b ;; esac", ")", "this ) closes nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			f, c, problems := readCommand(tt.text)
			if c.Line != nil || len(problems) == 0 {
				t.Fatalf("%s is allowed, want %q", tt.text, tt.message)
			}
			p := problems[0]
			if p.Message != tt.message {
				t.Errorf("%s says %q, want %q", tt.text, p.Message, tt.message)
			}
			if got := f.Slice(p.Span); !strings.HasPrefix(got, tt.where) && !strings.HasPrefix(tt.where, got) {
				t.Errorf("%s points at %q, want %q", tt.text, got, tt.where)
			}
			if strings.Contains(p.Message+p.Hint, "__drl_") && !strings.Contains(tt.text, "__drl_") {
				t.Errorf("%s speaks of a placeholder: %q, %q", tt.text, p.Message, p.Hint)
			}
		})
	}
}

func TestCommandsThatAreAllowed(t *testing.T) {
	tests := []struct{ text, programs string }{
		{"make test", "make"},
		{"docker tag service:latest service:{version}", "docker"},
		{"PGPASSWORD={p} pg_dump --host={h} tickets | gzip > backups/{version}.sql.gz", "pg_dump gzip"},
		{"sudo -u postgres timeout 5 pg_isready", "sudo timeout pg_isready"},
		{"ls | xargs -n 1 rm -f", "ls xargs rm"},
		{"find . -name {x} -exec grep -l a \\{\\} \\;", "find grep"},
		{"sh -c 'docker ps | wc -l'", "sh docker wc"},
		{"sh -c 'use \"$1\"' sh {x}", "sh use"},
		{"node tool.js -e {x}", "node"},
		{"bash -eu ./deploy.sh -c {x}", "bash"},
		{"awk -v name={x} '{print name}' file", "awk"},
		{"jq --arg name {x} '.[$name]' file", "jq"},
		{"psql -v name={x} -f file.sql", "psql"},
		{"psql <<< {x}", "psql"},
		{"ssh {host} uptime", "ssh"},
		{"docker run --rm -i image cat {x}", "docker"},
		{"docker run -d --name t image", "docker"},
		{"for f in {files}; do cat \"$f\"; done", "cat"},
		{"if [ -f {x} ]; then cat {x}; fi", "cat"},
		{"[[ -f {x} ]] && cat {x}", "cat"},
		{"[ {n} -gt 3 ]", ""},
		{"case {x} in (a) b ;; esac", "b"},
		{"cd services && make", "make"},
		{"export A={x}; make", "make"},
		{"echo \"{a} and ${HOME}\" > {file} 2>&1", "echo"},
		{"diff <(sort {a}) <(sort {b})", "diff sort"},
		{"cat <<< \"{x}\"", "cat"},
		{"command -v docker", ""},
		{"git show stash@\\{0\\}", "git"},
		{"docker ps --format '{{.ID}}'", "docker"},
		{"( cd a; make ) || true", "make"},
		{"printf '%s\\n' {x}", "printf"},
		{"echo ~{x} a={x} --o={x}", "echo"},
		{"git commit -m {x}", "git"},
		{"python manage.py migrate", "python"},
		{"true", ""},
		{"> file", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			_, c, problems := readCommand(tt.text)
			if c.Line == nil {
				t.Fatalf("%s: %s", tt.text, problems[0].Message)
			}
			var names []string
			for _, p := range c.Line.Programs() {
				names = append(names, p.Name)
			}
			if got := strings.Join(names, " "); got != tt.programs {
				t.Errorf("%s starts %q, want %q", tt.text, got, tt.programs)
			}
		})
	}
}

func TestValuesByTheirKind(t *testing.T) {
	secretWord := "a secret can't be in a word of a command: others can read the process list"
	list := "a list must be a word of its own, where it becomes as many words"
	tests := []struct {
		text string
		kind HoleKind
		want string
	}{
		{"cat {x}", HoleList, ""},
		{"for f in a {x}; do cat $f; done", HoleList, ""},
		{"cat a{x}", HoleList, list},
		{"cat \"{x}\"", HoleList, list},
		{"cat > {x}", HoleList, list},
		{"A={x} make", HoleList, list},
		{"[ {x} -gt 3 ]", HoleInt, ""},
		{"[ {x} -gt 3 ]", HoleText, "the shell computes with this value, so it must be an int"},
		{"[[ 3 -eq {x} ]]", HoleText, "the shell computes with this value, so it must be an int"},
		{"[[ 3 -eq {x} ]]", HoleInt, ""},
		{"tool {x}", HoleSecret, secretWord},
		{"tool --p={x}", HoleSecret, secretWord},
		{"tool \"a {x}\"", HoleSecret, secretWord},
		{"tool $(echo {x})", HoleSecret, secretWord},
		{"echo {x} | tool", HoleSecret, secretWord},
		{"P={x} tool", HoleSecret, ""},
		{"P=a{x} tool", HoleSecret, ""},
		{"tool <<< {x}", HoleSecret, ""},
		{"tool <<< \"a {x}\" | wc", HoleSecret, ""},
		{"P={x}; tool", HoleSecret, "this assignment gives a secret to the shell, and not to one program"},
		{"export P={x}; tool", HoleSecret, "an export gives a secret to every program of the line"},
		{"read y <<< {x}; tool", HoleSecret, "a secret on the input must go to one program"},
		{"( tool ) <<< {x}", HoleSecret, "a secret on the input must go to one program"},
		{"tool > {x}", HoleSecret, "a secret can't be a file's name"},
		{"for f in {x}; do tool; done", HoleSecret, "a secret can't stand here"},
		{"[[ -n {x} ]] && tool", HoleSecret, "a secret can't stand here"},
		{"case {x} in (a) tool ;; esac", HoleSecret, "a secret can't stand here"},
		{"P={x} sh -c 'tool'", HoleSecret, "sh gets a secret in its environment, and what its text does with it can't be seen"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			f, c, problems := readCommand(tt.text)
			if c.Line == nil {
				t.Fatalf("%s: %s", tt.text, problems[0].Message)
			}
			got := ""
			if ds := CheckShell(f, c, []HoleKind{tt.kind}); len(ds) > 0 {
				got = ds[0].Message
			}
			if got != tt.want {
				t.Errorf("CheckShell(%s) says %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestVariablesThatLookLikeSecrets(t *testing.T) {
	for text, want := range map[string]bool{
		"curl -H \"Authorization: $API_TOKEN\" x": true,
		"tool ${DB_PASSWORD}":                     true,
		"tool <<< $API_TOKEN":                     false,
		"A=$API_TOKEN tool":                       false,
		"[ -n $API_TOKEN ]":                       false,
		"tool $HOME":                              false,
	} {
		_, c, problems := readCommand(text)
		if c.Line == nil {
			t.Fatalf("%s: %s", text, problems[0].Message)
		}
		if got := len(problems) > 0 && problems[0].Warning; got != want {
			t.Errorf("%s: warned is %t, want %t", text, got, want)
		}
	}
}

func TestTrapsOfPrograms(t *testing.T) {
	for text, want := range map[string]*source.Code{
		"docker-compose up -d":                       composeV1,
		"sudo docker-compose -f a.yml down":          composeV1,
		"/usr/bin/docker-compose ps":                 composeV1,
		"docker-compose pull service:v1.2.2":         composeTag,
		"docker compose pull service:v1.2.2":         composeTag,
		"docker compose -f a.yml up -d web:{x}":      composeTag,
		"docker compose up --no-deps db web:v2":      composeTag,
		"docker compose up -d --wait web":            nil,
		"docker compose pull --policy missing web":   nil,
		"docker compose up --scale web=3 -d":         nil,
		"docker compose logs --since 10:00 web":      nil,
		"docker compose exec web curl localhost:80":  nil,
		"docker compose build --build-arg A=b:c web": nil,
		"docker compose exec web app start a:b":      nil,
		"docker pull app:v1":                         nil,
		"docker run app:v1 docker-compose up":        nil,
		"docker compose up --env-file x:y web":       nil,
		"railway up":                                 railwayNoWait,
		"railway up -s web":                          railwayNoWait,
		"railway up && make smoke":                   railwayNoWait,
		"sudo railway up --service web":              railwayNoWait,
		"railway up --ci":                            nil,
		"railway up -c -s web":                       nil,
		"railway up --detach":                        nil,
		"railway up -d":                              nil,
		"railway up --json":                          nil,
		"CI=1 railway up":                            nil,
		"env CI=true railway up":                     nil,
		"railway up --from=4f2a91c":                  railwayNoWayBack,
		"railway up --ci --from {x}":                 railwayNoWayBack,
		"railway rollback":                           railwayNoWayBack,
		"railway rollback -s web":                    railwayNoWayBack,
		"railway env":                                railwayEnvironment,
		"railway env set A=b":                        railwayEnvironment,
		"railway environment":                        railwayEnvironment,
		"railway env list":                           nil,
		"railway environment new x":                  nil,
		"railway variable list --kv":                 nil,
		"railway variables":                          nil,
		"railway run python manage.py test":          nil,
		"railway deployment list --json":             nil,
		"railway run railway up":                     nil, // what it runs is another's
		"echo railway up":                            nil,
	} {
		_, c, problems := readCommand(text)
		if c.Line == nil {
			t.Fatalf("%s: %s", text, problems[0].Message)
		}
		var got *source.Code
		if len(problems) > 0 {
			got = problems[0].Code
			if !problems[0].Warning || problems[0].Hint == "" {
				t.Errorf("%s: %+v, want a warning with a hint", text, problems[0])
			}
		}
		if got != want {
			t.Errorf("%s gives %v, want %v", text, got, want)
		}
	}
}

func TestValuesThatNoWordCanHold(t *testing.T) {
	const option = "this value begins with -, and the program would take it for an option"
	tests := []struct {
		text   string
		values [][]string
		want   string
	}{
		{"rm {x}", [][]string{{"-rf"}}, option},
		{"rm \"{x}\"", [][]string{{"-rf"}}, option},
		{"rm \"\"{x}", [][]string{{"-rf"}}, option},
		{"rm $E{x}", [][]string{{"-rf"}}, option},
		{"rm {x}", [][]string{{"a", "-rf"}}, option},
		{"rm {x}{y}", [][]string{{""}, {"-rf"}}, option},
		{"rm {x}{y}", [][]string{{"a"}, {"-rf"}}, ""},
		{"rm -- {x}", [][]string{{"-rf"}}, ""},
		{"rm {flag(x)}", [][]string{{"-rf"}}, ""},
		{"dd if={x}", [][]string{{"-rf"}}, ""},
		{"kubectl exec web -- cat {x}", [][]string{{"-rf"}}, option},
		{"cat <<< {x}", [][]string{{"-rf"}}, ""},
		{"A={x} make", [][]string{{"-rf"}}, ""},
		{"rm {x}", [][]string{{"a\x00b"}}, "this value holds a NUL character, which no word of a command can"},
		{"echo p{x}", [][]string{{strings.Repeat("a", 131071)}}, "this word would have 131072 bytes, and a program's words have at most 131071"},
		{"echo p{x}", [][]string{{strings.Repeat("a", 131070)}}, ""},
		{"cat <<< {x}", [][]string{{strings.Repeat("a", 1<<20)}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			f, c, problems := readCommand(tt.text)
			if c.Line == nil {
				t.Fatalf("%s: %s", tt.text, problems[0].Message)
			}
			got := ""
			if _, d := c.Line.Fill(f, tt.values); d != nil {
				got = d.Message
			}
			if got != tt.want {
				t.Errorf("Fill(%s) says %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestCommandsForPeople(t *testing.T) {
	tests := []struct {
		text   string
		values []string
		want   string
	}{
		{"docker tag a:latest a:{v}", []string{"v1.2.3"}, "docker tag a:latest a:v1.2.3"},
		{"rm {x}", []string{"a b; rm -rf /"}, "rm 'a b; rm -rf /'"},
		{"rm {x}", []string{"it's"}, `rm "it's"`},
		{"rm {x}", []string{""}, "rm ''"},
		{"rm {x}", []string{"a\nb\x1b"}, `rm $'a\nb\x1b'`},
		{"rm \"a {x}\"", []string{`b "$c"`}, `rm "a b \"\$c\""`},
		{"P={p} tool", []string{"•••"}, "P=••• tool"},
		{"tool a \\\n   b {x}  ", []string{"c"}, "tool a b c"},
	}
	for _, tt := range tests {
		f, c, problems := readCommand(tt.text)
		if c.Line == nil {
			t.Fatalf("%s: %s", tt.text, problems[0].Message)
		}
		if got := c.Display(f, tt.values); got != tt.want {
			t.Errorf("Display(%s) = %s, want %s", tt.text, got, tt.want)
		}
	}
	f, c, _ := readCommand("cat {xs}")
	if diff := cmp.Diff("cat a 'b c'", c.DisplayWords(f, [][]string{{"a", "b c"}})); diff != "" {
		t.Errorf("DisplayWords of a list (-want +got)\n%s", diff)
	}
}

// FuzzShell holds the scanner and the shell's parser together: whatever the
// text, each hole is found in the tree exactly once, or the text is refused.
func FuzzShell(f *testing.F) {
	for _, seed := range []string{"make {x}", "a \"{b}\" '{c}' | d", "x=${A:-$(b {c})} d", "[[ {a} == b ]]", "case {a} in (b) c;; esac",
		"for i in {a}; do b; done", "$'{' \"\\{\" {x}", "a <<< {b} > {c}", "${x:-'{a}'}", "\"${x:-'}\" {a}", "@({a})", "a[{b}]=c d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, c, problems := readCommand(text)
		if c.Line == nil {
			if len(problems) == 0 {
				t.Errorf("%q is refused without a word", text)
			}
			return
		}
		for i, h := range c.Line.holes {
			if len(h.parents) == 0 {
				t.Errorf("%q: hole %d has no place", text, i)
			}
		}
		values := make([][]string, len(c.Holes))
		for i := range values {
			values[i] = []string{"v"}
		}
		if tree, d := c.Line.Fill(source.NewFile("", nil), values); d == nil && tree == nil {
			t.Errorf("%q: Fill gives nothing", text)
		}
	})
}
