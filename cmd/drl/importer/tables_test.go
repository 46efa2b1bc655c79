package importer

import (
	"slices"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/syntax"
)

func TestMeaningOfHeadings(t *testing.T) {
	for _, tt := range []struct {
		title string
		want  meaning
	}{
		{"Before the release", saysNothing},
		{"Rollback Procedure", saysRollback},
		{"How to roll back", saysRollback},
		{"Rolling back", saysRollback},
		{"Reverting the release", saysRollback},
		{"If something goes wrong", saysRollback},
		{"Disaster recovery", saysRollback},
		{"Rollback readiness", saysNothing},
		{"Backup and recovery", saysNothing},
		{"Emergency Contacts", saysContacts},
		{"On-Call Team", saysContacts},
		{"Notify the on-call team", saysNothing},
		{"Useful Commands", saysReference},
		{"Deployment History", saysReference},
		{"Troubleshooting", saysReference},
		{"Notes", saysReference},
		{"Documentation", saysNothing},
		{"Notify users", saysNothing},
	} {
		t.Run(tt.title, func(t *testing.T) {
			if got := meaningOf(tt.title); got != tt.want {
				t.Errorf("meaningOf(%q) = %d, want %d", tt.title, got, tt.want)
			}
		})
	}
}

func TestLaterThan(t *testing.T) {
	for _, tt := range []struct{ title, want string }{
		{"First 24 Hours", "24h"},
		{"First 30 Minutes", ""},
		{"First hour", ""},
		{"First 2 days", "2d"},
		{"First day", "24h"},
		{"First week", "1w"},
		{"After one week", "1w"},
		{"24 hours later", "24h"},
		{"48 hours after the release", "48h"},
		{"The next day", "24h"},
		{"Day 2", ""},
		{"24 hours", ""},
		{"Immediate Actions", ""},
		{"After 1000 days", ""},
	} {
		t.Run(tt.title, func(t *testing.T) {
			if got := laterThan(tt.title); got != tt.want {
				t.Errorf("laterThan(%q) = %q, want %q", tt.title, got, tt.want)
			}
		})
	}
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		want       string   // the command; empty: a person does it
		inputs     []string // that it needs
		why        string   // part of the reason
	}{
		{"as it is", "make deploy", "make deploy", nil, ""},
		{"with a pipe", "pg_dump shop | gzip > shop.sql.gz", "pg_dump shop | gzip > shop.sql.gz", nil, ""},
		{"with a variable", `psql "$DATABASE" -c 'SELECT 1'`, `psql "$DATABASE" -c 'SELECT 1'`, nil, ""},
		{"with ${ }", "echo ${HOME}/a", "echo ${HOME}/a", nil, ""},
		{"with a comment", "make deploy # now", "make deploy # now", nil, ""},
		{"a place to fill in", "railway up --from=<previous-commit-hash>", "railway up --from={previous_commit_hash}", []string{"previous_commit_hash"}, ""},
		{"a place in quotes", `git tag -m "Release <version>" a`, `git tag -m "Release {version}" a`, []string{"version"}, ""},
		{"the same place twice", "cp <file> <file>.bak", "cp {the_file} {the_file}.bak", []string{"the_file"}, ""},
		{"a word that is a place", "docker restart service_name", "docker restart {service_name}", []string{"service_name"}, ""},
		{"a flag of that name", "tool --service-name x", "tool --service-name x", nil, ""},
		{"redirections", "sort < in > out", "sort < in > out", nil, ""},
		{"redirections without blanks", "sort <in>out", "sort <in>out", nil, ""},
		{"the version that means any", "docker tag a:latest a:v1.2.3", "docker tag a:latest a:{version}", []string{"version"}, ""},
		{"the version without its v", "npm version 1.2.3", "npm version {version}", []string{"version"}, ""},
		{"another version", "docker pull postgres:16.4.1", "docker pull postgres:16.4.1", nil, ""},
		{"braces of a program", "docker ps --format {{.ID}}", `docker ps --format \{\{.ID\}\}`, nil, ""},
		{"braces in quotes", `curl -d "{\"a\": 1}" https://a.example`, `curl -d "\{\"a\": 1\}" https://a.example`, nil, ""},
		{"braces in single quotes", "kubectl get pods -o 'jsonpath={.items}'", "kubectl get pods -o 'jsonpath={.items}'", nil, ""},
		{"braces of find", `find . -exec rm {} \;`, `find . -exec rm \{\} \;`, nil, ""},
		{"a stash", "git stash pop stash@{0}", `git stash pop stash@\{0\}`, nil, ""},
		{"words of the shell", "cp a.{conf,bak}", "", nil, "several words"},
		{"a group", "{ make a; make b; }", "", nil, "several words"},
		{"a place between single quotes", "echo '<name>'", "", nil, "between single quotes"},
		{"a place for a program", "<tool> deploy", "", nil, "program"},
		{"a place in another language", `psql -c "DELETE FROM a WHERE id = <id>"`, "", nil, "psql"},
		{"a secret", "vault kv put a key=<api-token>", "", nil, "needs a secret (api-token)"},
		{"a place in brackets", "kubectl delete pod [pod name]", "", nil, "a place to fill in: [pod name]"},
		{"shortened", "docker run ... image", "", nil, "shortened"},
		{"a terminal", "docker exec -it web bash", "", nil, "leave -t out: docker exec web bash"},
		{"a login", "railway login", "", nil, "waits for a person"},
		{"for ever", "tail -f app.log", "", nil, "until somebody stops it"},
		{"a server", "npm start", "", nil, "until somebody stops it"},
		{"in the background", "docker compose up -d", "docker compose up -d", nil, ""},
		{"a shell's own", "source venv/bin/activate", "", nil, "source"},
		{"a job", "./server &", "", nil, "background"},
		{"an open quote", `echo "a`, "", nil, "closing quote"},
		{"a brace that closes nothing", "echo }", `echo \}`, nil, ""},
		{"what would be code", `echo {version}`, `echo \{version\}`, nil, ""},
		{"what would be code in quotes", `echo "{env("HOME")}"`, `echo "\{env("HOME")\}"`, nil, ""},
		{"dollar quotes", `echo $'a\tb'`, "", nil, "$'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := newTranslation("x.md", readOutline(""))
			got, why := tr.command(tt.line)
			if got != tt.want || !strings.Contains(why, tt.why) || tt.want != "" && why != "" {
				t.Errorf("command(%q) = %q, %q, want %q, %q", tt.line, got, why, tt.want, tt.why)
			}
			if names := tr.inputs.names(); !slices.Equal(names, tt.inputs) {
				t.Errorf("command(%q) needs the inputs %q, want %q", tt.line, names, tt.inputs)
			}
		})
	}
}

// What a step runs is what the Markdown says, byte for byte.
func TestCommandsAreThoseOfTheMarkdown(t *testing.T) {
	for _, line := range []string{
		"docker ps --format {{.ID}}", `curl -d "{\"a\": {\"b\": 1}}" https://a.example`, `find . -name '*.o' -exec rm {} \;`,
		"git show stash@{0}", "kubectl get pods -o 'jsonpath={.items[*].name}'", `echo "a } b { c" \{x\}`, "grep -c '^#' a.txt", `awk '{print $1}' a.txt | sort -u`,
	} {
		t.Run(line, func(t *testing.T) {
			s, tree := imported(t, "x.md", "- [ ] a\n  ```sh\n  "+line+"\n  ```\n")
			var got []string
			syntax.Walk(tree, func(e syntax.Element) bool {
				if c, ok := e.(*syntax.Command); ok {
					got = append(got, c.Display(tree.Source, nil))
				}
				return true
			})
			unescaped := strings.ReplaceAll(line, `\{x\}`, "{x}")
			if len(got) != 1 || strings.NewReplacer(`\{`, "{", `\}`, "}").Replace(got[0]) != unescaped {
				t.Errorf("the script runs %q, want %q\n%s", got, line, s.Text)
			}
		})
	}
}

func TestItems(t *testing.T) {
	for _, tt := range []struct{ name, md, want string }{
		{"plain", "- [ ] Reviewed", `confirm "Reviewed"`},
		{"a health path", "- [ ] Auth Service: `/api/health/`", "web.healthy(\"Auth Service: `/api/health/`\", \"{auth_service_url}/api/health/\")"},
		{"a health path alone", "- [ ] `/healthz`", "web.healthy(\"`/healthz`\", \"{address}/healthz\")"},
		{"a health address", "- [ ] https://a.example.com/health", `web.healthy("https://a.example.com/health", "https://a.example.com/health")`},
		{"an address that answers", "- [ ] https://a.example.com/x is reachable", `expect http.get("https://a.example.com/x").ok`},
		{"an address that answers so", "- [ ] https://a.example.com/x returns 404", `expect http.get("https://a.example.com/x").status == 404`},
		{"an address to read", "- [ ] Read https://a.example.com/x", `confirm "Read https://a.example.com/x"`},
		{"a link that answers", "- [ ] The [shop](https://a.example.com) is reachable", `confirm "The shop is reachable"`},
		{"an address with a place", "- [ ] https://{env}.example.com/health is up", `confirm "https://\{env\}.example.com/health is up"`},
		{"a certificate", "- [ ] Certificate of `shop.example.com` is valid for another 14 days", "let shown = tls.certificate(\"shop.example.com\")\n    expect shown.trusted\n    expect shown.expires_in > 14d"},
		{"a certificate of an address", "- [ ] The certificate of https://shop.example.com is valid", "let shown = tls.certificate(\"https://shop.example.com\")\n    expect shown.trusted"},
		{"certificates of nobody", "- [ ] SSL/TLS certificates valid", "confirm \"SSL/TLS certificates valid\""},
		{"a changelog", "- [ ] CHANGELOG.md updated", `check "CHANGELOG.md updated" { expect file.read("CHANGELOG.md") contains version }`},
		{"a changelog in words", "- [ ] Update the changelog", `expect file.read("CHANGELOG.md") contains version`},
		{"a changelog if there is one", "- [ ] CHANGELOG.md updated (if applicable)", `check "CHANGELOG.md updated (if applicable)" or warn {`},
		{"a changelog that was sent", "- [ ] Changelog sent to customers", `confirm "Changelog sent to customers"`},
		{"a file", "- [ ] `a/b.env` exists", `expect file.exists("a/b.env")`},
		{"a clean tree", "- [ ] Working tree is clean", `expect $(git status --porcelain).stdout == ""`},
		{"a command to run", "- [ ] Run `make deploy`", "step \"Run `make deploy`\" { $ make deploy }"},
		{"a command that passes", "- [ ] `make test` passes", "check \"`make test` passes\" timeout 20m { $ make test }"},
		{"a command that may not only look", "- [ ] `make deploy` succeeds", "confirm \"`make deploy` succeeds\""},
		{"a command to run if needed", "- [ ] Run `make fix` if needed", "confirm \"Run `make fix` if needed\""},
		{"words that look like code", "- [ ] Run `the numbers`", "confirm \"Run `the numbers`\""},
		{"braces and quotes", `- [ ] a "b" {c} \\ d # e`, `confirm "a \"b\" \{c\} \\ d # e"`},
		{"a tab and a bell", "- [ ] a\tb\u0007c", `confirm "a bc"`},
		{"ticked", "- [x] Done", "# Ticked in x.md; each release asks again.\nconfirm \"Done\""},
		{"two lines", "- [ ] one\n  two", `confirm "one two"`},
		{"an image", "- [ ] see ![plot](a.png)", "## plot: a.png\nconfirm \"see plot\""},
		{"a reference", "- [ ] see [it][1]\n\n[1]: https://a.example.com/1", "## it: https://a.example.com/1\nconfirm \"see it\""},
		{"three quotes on rollback", "# A\n- [ ] a\n# Rollback\n- [ ] it's '''done''' {x} \"", `[ ] it's '''done''' \{x\} \"`},
		{"a heading alone", "# A\n# B\n- [ ] x", "# A\n\nrelease"},
		{"going back, outside of its section", "- [ ] Roll back the canary\n  ```sh\n  make back\n  ```", "# By hand: going back is decided by a person."},
		{"numbers beside boxes", "1. think\n\n- [ ] act", "# 1. think\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := imported(t, "x.md", tt.md)
			if !strings.Contains(string(s.Text), tt.want) {
				t.Errorf("Import(%q) =\n%s\nwant in it\n%s", tt.md, s.Text, tt.want)
			}
		})
	}
}

func TestWhatIsNotRun(t *testing.T) {
	for _, tt := range []struct{ name, md string }{
		{"reference", "# Do\n- [ ] a\n# Useful commands\n```sh\nmake drop\n```"},
		{"rollback", "# Do\n- [ ] a\n# Rollback\n1. b\n   ```sh\n   make drop\n   ```"},
		{"rollback below a phase", "# Do\n- [ ] a\n## Rollback\n- [ ] b\n  ```sh\n  make drop\n  ```"},
		{"going wrong", "# If it goes wrong\n```sh\nmake drop\n```\n# Do\n- [ ] a"},
		{"a condition", "- [ ] If the disk is full\n  ```sh\n  make drop\n  ```"},
		{"a condition above", "# Do\nIf the disk is full. Then:\n```sh\nmake drop\n```"},
		{"a condition in brackets", "- [ ] Clean up (if needed)\n  ```sh\n  make drop\n  ```"},
		{"one of two", "- [ ] Clean up\n  ```sh\n  make all\n  ```\n  or\n  ```sh\n  make drop\n  ```"},
		{"half of a script", "- [ ] a\n  ```sh\n  if true; then\n  make drop\n  fi\n  ```"},
		{"beside what can't run", "- [ ] a\n  ```sh\n  railway login\n  make drop\n  ```"},
		{"another language", "- [ ] a\n  ```python\n  make drop\n  ```"},
		{"output", "- [ ] a\n  ```console\n  $ make test\n  make drop\n  ```"},
		{"a comment", "- [ ] a\n  ```sh\n  # make drop\n  ```"},
		{"no box beside boxes", "# Do\n- [ ] a\n# Reading\n```sh\nmake drop\n```"},
		{"hidden in HTML", "<!--\n```sh\nmake drop\n```\n-->\n- [ ] a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, tree := imported(t, "x.md", tt.md)
			syntax.Walk(tree, func(e syntax.Element) bool {
				if c, ok := e.(*syntax.Command); ok && strings.Contains(tree.Source.Slice(c.Span()), "make drop") {
					t.Errorf("Import(%q) runs make drop:\n%s", tt.md, s.Text)
				}
				return true
			})
			if !strings.Contains(string(s.Text), "make drop") {
				t.Errorf("Import(%q) lost make drop:\n%s", tt.md, s.Text)
			}
		})
	}
}

func TestOnlyLooksAndHarmless(t *testing.T) {
	for _, tt := range []struct {
		line  string
		looks bool
		undo  bool
	}{
		{"make test", true, false},
		{"curl -fsS https://a.example | jq .status", true, false},
		{"curl -X POST https://a.example", false, false},
		{"curl -sd a=b https://a.example", false, false},
		{"curl --request=DELETE https://a.example", false, false},
		{"kubectl get pods > pods.txt", false, false},
		{"kubectl get pods && kubectl delete pod a", false, false},
		{"git status; git push", false, false},
		{"ls $(make drop)", false, false},
		{"cat a | tee b", false, false},
		{"docker build -t a .", false, true},
		{"docker build -t a . && docker run a", false, false},
		{"pg_dump shop > shop.sql", false, true},
		{"pg_dump shop | psql other", false, false},
		{"npm ci", false, true},
		{"kubectl apply -f a.yaml", false, false},
	} {
		t.Run(tt.line, func(t *testing.T) {
			if got := looks(tt.line); got != tt.looks {
				t.Errorf("looks(%q) = %v, want %v", tt.line, got, tt.looks)
			}
			if got := harmless(tt.line) != ""; got != tt.undo {
				t.Errorf("harmless(%q) = %q, want one: %v", tt.line, harmless(tt.line), tt.undo)
			}
		})
	}
}

func TestChoices(t *testing.T) {
	for _, tt := range []struct {
		name   string
		titles []string
		input  string
		values []string
	}{
		{"an alternative", []string{"Railway Deployment", "Docker Deployment (Alternative)"}, "deployment", []string{"railway", "docker"}},
		{"nothing shared", []string{"Railway", "Docker (alternative)"}, "way", []string{"railway", "docker"}},
		{"options", []string{"Option A", "Option B: by hand"}, "way", []string{"other", "by-hand"}},
		{"three methods", []string{"Method 1: push", "Method 2: pull", "Method 3: push"}, "way", []string{"push", "pull", "push-other"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			md := ""
			for _, title := range tt.titles {
				md += "# " + title + "\n- [ ] do it\n"
			}
			s, _ := imported(t, "x.md", md)
			want := "input " + tt.input + ": string in ["
			for i, v := range tt.values {
				if i > 0 {
					want += ", "
				}
				want += quote(v)
			}
			if !strings.Contains(string(s.Text), want+"]") {
				t.Errorf("Import(%q) =\n%s\nwant in it %s", md, s.Text, want)
			}
		})
	}
}
