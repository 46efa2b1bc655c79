package syntax

import (
	"strings"

	sh "mvdan.cc/sh/v3/syntax"
)

// hasInput tells whether the innermost command reads a pipe, a file or a text.
func hasInput(path []sh.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch n := path[i].(type) {
		case *sh.Stmt:
			for _, rd := range n.Redirs {
				if rd.Op == sh.RdrIn || rd.Op == sh.WordHdoc {
					return true
				}
			}
		case *sh.BinaryCmd:
			if (n.Op == sh.Pipe || n.Op == sh.PipeAll) && i+1 < len(path) && path[i+1] == sh.Node(n.Y) {
				return true
			}
		case *sh.CmdSubst, *sh.ProcSubst:
			return false
		}
	}
	return false
}

const noTerminal = "a command has no terminal: "

// interactive says why a program would wait for a person; "" when it won't.
func interactive(words []shellWord, input bool) (message, hint string) {
	programs := programsOf(words)
	words = programs[len(programs)-1]
	name := words[0].name()
	line := commandWords(words)
	switch name {
	case "docker", "podman", "nerdctl":
		if containsWord("exec run", second(line)) && terminalOption(words) {
			return noTerminal + name + " " + second(line) + " -t wants one", "leave -t out: " + name + " " + second(line) + " " + lastWords(line)
		}
		if second(line) == "attach" {
			return noTerminal + name + " attach waits for one", "use " + name + " logs or " + name + " exec"
		}
		if second(line) == "login" && !has(words, "--password-stdin", "-p", "--password") {
			return noTerminal + name + " login asks for a password", name + " login --username NAME --password-stdin <<< {token}"
		}
	case "kubectl", "oc":
		if containsWord("exec run debug", second(line)) && terminalOption(words) {
			return noTerminal + name + " " + second(line) + " -t wants one", "leave -t out"
		}
		if containsWord("edit attach", second(line)) {
			return noTerminal + name + " " + second(line) + " opens one", "use kubectl apply, patch or set"
		}
	case "railway":
		if containsWord("login shell connect", second(line)) {
			return noTerminal + "railway " + second(line) + " waits for a person", "set RAILWAY_TOKEN in the environment, and use railway run PROGRAM"
		}
	case "heroku", "fly", "flyctl", "vercel", "netlify", "npm", "az", "gcloud", "firebase", "supabase":
		if containsWord("login auth", second(line)) && !has(words, "--token", "--service-principal", "--cred-file", "--identity", "token", "list", "activate-service-account", "print-access-token", "whoami", "configure-docker") {
			return noTerminal + name + " " + second(line) + " waits for a person", "give it a token in its environment: with { … }"
		}
	case "gh":
		if second(line) == "auth" && contains(line, "login") && !has(words, "--with-token") {
			return noTerminal + "gh auth login waits for a person", "gh auth login --with-token <<< {token}, or GH_TOKEN in the environment"
		}
	case "aws":
		if second(line) == "configure" && len(line) == 2 {
			return noTerminal + "aws configure asks", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment: with { … }"
		}
	case "psql":
		if !input && !hasShort(words, "cflV") && !has(words, "--command", "--file", "--list", "--version", "--help") {
			return noTerminal + "psql alone waits for statements", `psql -c "SELECT 1", psql -f file.sql, or psql <<< {statements}`
		}
	case "mysql", "mariadb":
		if !input && !hasShort(words, "eV") && !has(words, "--execute", "--version", "--help") {
			return noTerminal + name + " alone waits for statements", name + ` -e "SELECT 1", or ` + name + " < file.sql"
		}
	case "sqlite3":
		if !input && operandCount(words) < 2 && !has(words, "-version", "--version", "-help") {
			return noTerminal + "sqlite3 without a statement waits for one", `sqlite3 FILE "SELECT 1"`
		}
	case "redis-cli":
		if !input && len(words) == 1 {
			return noTerminal + "redis-cli alone waits for commands", "redis-cli PING"
		}
	case "mongosh", "mongo":
		if !input && !has(words, "--eval", "--file", "-f", "--version", "--help") && !hasSuffix(words, ".js") {
			return noTerminal + name + " alone waits for statements", name + " --eval 'db.stats()'"
		}
	case "python", "python3", "node", "irb", "php", "lua", "sh", "bash", "zsh", "fish", "dash", "ksh":
		if !input && len(words) == 1 || has(words[:min(2, len(words))], "-i") {
			return noTerminal + name + " alone waits for input", "name the script that it runs"
		}
	case "vi", "vim", "nvim", "nano", "emacs", "pico", "ed":
		if !has(words, "-es", "-Es", "--batch", "-s", "--version", "--headless") && !(name == "ed" && input) {
			return noTerminal + name + " is an editor", "change the file with file.write, sed -i or a tool"
		}
	case "less", "more", "most":
		return noTerminal + name + " waits for keys", "use cat, or leave it out"
	case "htop", "nmon", "tmux", "screen", "visudo", "vipw":
		if len(line) == 1 {
			return noTerminal + name + " fills a screen", "use a tool that prints and ends: ps, free, uptime"
		}
	case "top":
		if !hasShort(words, "b") {
			return noTerminal + "top fills a screen", "top -b -n 1"
		}
	case "watch":
		return noTerminal + "watch fills a screen for ever", "use a check with within and every"
	case "ssh":
		if !input && operandCountWithout(words, interpreters["ssh"].valued+"o") < 2 && !hasShort(words, "NfOTVGQ") {
			return noTerminal + "ssh without a command opens a shell", "ssh host command"
		}
		if hasShort(words, "t") {
			return noTerminal + "ssh -t wants one", "leave -t out"
		}
	case "telnet", "ftp", "passwd":
		if !input {
			return noTerminal + name + " waits for a person", "use a tool that takes its orders as words"
		}
	case "crontab":
		if hasShort(words, "e") {
			return noTerminal + "crontab -e opens an editor", "crontab FILE"
		}
	case "git":
		return interactiveGit(words, line)
	case "terraform", "tofu", "terragrunt":
		if containsWord("apply destroy", second(line)) && !has(words, "-auto-approve", "--auto-approve", "--terragrunt-non-interactive") && operandCount(words) < 2 {
			return noTerminal + name + " " + second(line) + " asks for a yes", name + " " + second(line) + " -auto-approve, behind a confirm of the script"
		}
	case "apt", "apt-get", "dnf", "yum", "zypper":
		if containsWord("install remove purge upgrade dist-upgrade full-upgrade autoremove", second(line)) && !hasShort(words, "yqs") && !has(words, "--yes", "--assume-yes", "--dry-run", "--simulate", "--non-interactive", "--assumeno") {
			return noTerminal + name + " " + second(line) + " asks for a yes", name + " " + second(line) + " -y " + lastWords(line)
		}
	}
	return "", ""
}

func interactiveGit(words []shellWord, line []string) (message, hint string) {
	switch second(line) {
	case "rebase":
		if has(words, "-i", "--interactive") {
			return noTerminal + "git rebase -i opens an editor", "git rebase BRANCH"
		}
	case "add", "checkout", "restore", "stash", "reset":
		if has(words, "-p", "-i", "--patch", "--interactive") {
			return noTerminal + "git " + second(line) + " -p asks about each change", "name the files"
		}
	case "commit":
		if !hasShort(words, "mFCc") && !has(words, "--message", "--file", "--no-edit", "--reuse-message", "--fixup", "--dry-run") {
			return noTerminal + "git commit without a message opens an editor", `git commit -m "…"`
		}
	}
	return "", ""
}

// commandWords returns the constant words that are no options.
func commandWords(words []shellWord) []string {
	var out []string
	for i, w := range words {
		if i == 0 {
			out = append(out, w.name())
		} else if !w.option() {
			out = append(out, w.text)
		}
	}
	return out
}

func second(line []string) string {
	if len(line) > 1 {
		return line[1]
	}
	return ""
}

func lastWords(line []string) string {
	var kept []string
	for _, w := range line[min(2, len(line)):] {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

func contains(line []string, word string) bool {
	for _, w := range line {
		if w == word {
			return true
		}
	}
	return false
}

// has tells whether one of the options is there, with or without =value.
func has(words []shellWord, options ...string) bool {
	for _, w := range words[1:] {
		name, _, _ := strings.Cut(w.text, "=")
		for _, o := range options {
			if name == o {
				return true
			}
		}
	}
	return false
}

func hasSuffix(words []shellWord, suffix string) bool {
	for _, w := range words[1:] {
		if strings.HasSuffix(w.text, suffix) {
			return true
		}
	}
	return false
}

// hasShort tells whether a cluster of short options holds one of the letters.
func hasShort(words []shellWord, letters string) bool {
	for _, w := range words[1:] {
		if w.option() && !strings.HasPrefix(w.text, "--") && strings.ContainsAny(w.text[1:], letters) {
			return true
		}
	}
	return false
}

// terminalOption tells whether -t, -it or --tty stands in front of the
// operand that names the container's program.
func terminalOption(words []shellWord) bool {
	operands := 0
	for _, w := range words[1:] {
		switch {
		case w.text == "--":
			return false
		case w.text == "--tty" || w.text == "--tty=true":
			return true
		case w.option() && !strings.HasPrefix(w.text, "--"):
			if letters := strings.Trim(w.text[1:], "itdqu"); letters == "" && strings.Contains(w.text, "t") {
				return true
			}
		case !w.option():
			if operands++; operands > 2 {
				return false
			}
		}
	}
	return false
}

func operandCount(words []shellWord) int { return operandCountWithout(words, "") }

// operandCountWithout counts operands, where the short options of the letters
// take the next word.
func operandCountWithout(words []shellWord, valued string) int {
	n := 0
	for i := 1; i < len(words); i++ {
		switch {
		case words[i].option():
			if takesValue(words[i].text, valued, "") {
				i++
			}
		default:
			n++
		}
	}
	return n
}
