package importer

import (
	"slices"
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
)

// simple is the words of a command without quotes, pipes to programs that
// write, or redirections; nil for all that isn't as simple as that.
func simple(line string) [][]string {
	if i := strings.Index(line, " #"); i >= 0 {
		line = line[:i]
	}
	line = strings.ReplaceAll(line, " 2>&1", "")
	if strings.ContainsAny(line, ">&;`\n") || strings.Contains(line, "$(") || strings.Contains(line, "||") {
		return nil
	}
	var parts [][]string
	for part := range strings.SplitSeq(line, " | ") {
		words := strings.Fields(part)
		if len(words) == 0 {
			return nil
		}
		parts = append(parts, words)
	}
	return parts
}

// lookers are commands that only look, by their first words.
var lookers = []string{
	"ansible-playbook --check", "aws sts get-caller-identity", "cargo test", "cargo clippy", "cat", "df", "dig", "docker compose config",
	"docker compose images", "docker compose ps", "docker images", "docker info", "docker inspect", "docker ps", "docker version",
	"docker-compose config", "docker-compose ps", "du", "free", "git diff", "git fetch --dry-run", "git log", "git rev-parse", "git show", "git status",
	"go test", "go vet", "grep", "head", "helm lint", "helm list", "helm status", "helm template", "host", "jq", "kubectl cluster-info",
	"kubectl describe", "kubectl get", "kubectl rollout status", "kubectl top", "kubectl version", "ls", "make check", "make lint", "make test",
	"nginx -t", "node --check", "npm audit", "npm run lint", "npm run test", "npm run typecheck", "npm test", "nslookup", "pg_isready", "pip check",
	"ps", "pytest", "python -m pytest", "python -m unittest", "python manage.py check", "python manage.py makemigrations --check",
	"python manage.py showmigrations", "python manage.py test", "python3 manage.py check", "python3 manage.py test", "railway status", "rspec", "sort",
	"systemctl is-active", "systemctl status", "tail", "terraform plan", "terraform validate", "tofu plan", "tofu validate", "tr", "uname", "uniq",
	"uptime", "wc", "yarn lint", "yarn test", "redis-cli ping",
}

// looks tells whether a command only looks at the world.
func looks(line string) bool {
	parts := simple(line)
	for _, words := range parts {
		switch {
		case words[0] == "curl":
			if !onlyGets(words) {
				return false
			}
		case !startsWithAny(words, lookers):
			return false
		}
	}
	return len(parts) > 0
}

// onlyGets tells whether the words of a curl send nothing and write no file.
func onlyGets(words []string) bool {
	for _, w := range words[1:] {
		for _, long := range []string{"--request", "--data", "--json", "--form", "--upload", "--output", "--remote", "--config"} {
			if strings.HasPrefix(w, long) && w != "--request=GET" {
				return false
			}
		}
		if strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.ContainsAny(w, "XdFToOK") && w != "-o/dev/null" {
			return false
		}
	}
	return true
}

func startsWithAny(words []string, starts []string) bool {
	return slices.ContainsFunc(starts, func(start string) bool { return startsWith(words, strings.Fields(start)) })
}

func startsWith(words, start []string) bool {
	return len(words) >= len(start) && slices.Equal(words[:len(start)], start)
}

// harmlessCommands are those after which nothing has to be undone, and why.
var harmlessCommands = []struct {
	why    string
	starts []string
}{
	{"an image that nothing starts changes nothing", []string{
		"docker build", "docker compose build", "docker compose pull", "docker compose push", "docker pull", "docker push", "docker tag",
		"docker-compose build", "docker-compose pull", "docker-compose push", "podman build", "podman push", "podman tag",
	}},
	{"what was installed is only used by what comes after", []string{
		"bundle install", "go mod download", "npm ci", "npm install", "pip install", "pnpm install", "poetry install", "uv sync", "yarn install",
	}},
	{"what was built changes nothing until it is deployed", []string{
		"cargo build", "go build", "gradle build", "make build", "mvn package", "npm run build", "pnpm build", "pnpm run build", "yarn build",
	}},
	{"a backup changes nothing", []string{"mysqldump", "pg_dump", "pg_dumpall", "make backup"}},
	{"what was fetched changes nothing", []string{"git fetch", "helm repo update"}},
	{"a directory more changes nothing", []string{"mkdir -p"}},
}

// backupLine is a backup that goes to a file, packed or not, and nowhere else.
var backupLine = lazy.Regexp(`^[^;&|<>` + "`" + `]*(\| (gzip|bzip2|xz|zstd)( -[0-9a-z]+)* )?> ?[^;&|<>` + "`" + `]+$`)

// harmless says why nothing has to be undone after a command; it is empty for
// all commands that aren't known for it.
func harmless(line string) string {
	words := strings.Fields(line)
	for _, known := range harmlessCommands {
		if !startsWithAny(words, known.starts) {
			continue
		}
		backup := known.why == "a backup changes nothing" && backupLine().MatchString(angledAnywhere().ReplaceAllString(line, "x"))
		if backup || len(simple(line)) == 1 {
			return known.why
		}
	}
	return ""
}

// endless are commands that run until someone stops them, or that ask.
var endless = []struct {
	why    string
	starts []string
}{
	{"it runs until somebody stops it", []string{
		"docker stats", "railway logs", "npm start", "npm run dev", "npm run start", "yarn dev", "yarn start", "pnpm dev", "flask run", "rails server",
		"rails s", "python manage.py runserver", "python3 manage.py runserver", "kubectl port-forward", "kubectl proxy", "docker compose up",
		"docker-compose up", "celery worker", "ping",
	}},
	{"it asks, or opens a shell", []string{
		"python manage.py shell", "python manage.py dbshell", "python manage.py createsuperuser", "python3 manage.py shell", "python3 manage.py createsuperuser",
		"railway run python manage.py shell", "railway run python manage.py createsuperuser", "railway link", "railway init", "railway ssh", "rails console",
		"rails c", "rails dbconsole", "heroku run bash", "heroku run rails console", "npm init", "gh pr create",
	}},
}

// neverEnds says why a command would not end by itself.
func neverEnds(line string) string {
	words := strings.Fields(line)
	for _, known := range endless {
		if !startsWithAny(words, known.starts) {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool {
			return slices.Contains([]string{"-d", "--detach", "--no-stream", "-c", "--noinput", "--no-input", "--fill", "--build-only"}, w)
		}) {
			return ""
		}
		return known.why
	}
	follows := slices.Contains(words, "-f") || slices.Contains(words, "-F") || slices.Contains(words, "--follow") || slices.Contains(words, "-fu")
	if follows && (words[0] == "tail" || words[0] == "journalctl" || slices.Contains(words, "logs")) {
		return "it runs until somebody stops it"
	}
	return ""
}
