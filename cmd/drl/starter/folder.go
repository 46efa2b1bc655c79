package starter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"

	"github.com/drl-lang/drl/lang/lazy"
)

// Folder is what a folder says about how its release is made.
type Folder struct {
	Name  string // of the release
	Found []Finding

	compose    *compose
	railway    *railway
	npm        *npm
	dockerfile bool
	django     bool
	module     string // of go.mod; empty: there is none
	changelog  bool
	git        bool
}

// Finding is a file that says something.
type Finding struct{ File, Says string }

// compose is what a compose file says.
type compose struct {
	file  string
	built []service // those whose image is built here
	all   []string
	port  string // the first one that is published; empty: none
	path  string // that a health check asks for; empty: none
}

type service struct{ name, image string }

type railway struct{ health string }

type npm struct {
	install, run string // the commands
	lock         string // the file that names the versions; empty: none
	scripts      map[string]string
}

// Look reads a folder. name is what it is called, for a release that no file
// names. A file that can't be understood is found all the same, and says why.
func Look(dir fs.FS, name string) (*Folder, error) {
	f := &Folder{Name: name}
	for _, read := range []func(fs.FS) error{f.readCompose, f.readDockerfile, f.readManage, f.readRailway, f.readPackage, f.readModule, f.readRest} {
		if err := read(dir); err != nil {
			return nil, err
		}
	}
	f.Name = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(f.Name, " "), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsGraphic(r)
	}), " ")
	if f.Name == "" {
		f.Name = "release"
	}
	return f, nil
}

// mostFile is how much of a file is read.
const mostFile = 4 << 20

// read returns a file's text, and false where there is none.
func read(dir fs.FS, name string) ([]byte, bool, error) {
	info, err := fs.Stat(dir, name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return nil, false, nil
	}
	if err == nil && info.Size() > mostFile {
		return nil, false, fmt.Errorf("read %s: it has %d bytes, want at most 4 MiB", name, info.Size())
	}
	if err != nil {
		return nil, false, err
	}
	text, err := fs.ReadFile(dir, name)
	return text, err == nil, err
}

func (f *Folder) found(file, says string) { f.Found = append(f.Found, Finding{file, says}) }

// composeFiles are the names that Compose looks for, in its order.
var composeFiles = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// composeText is the part of a compose file that matters here.
type composeText struct {
	Name     string `yaml:"name"`
	Services yaml.MapSlice
}

func (f *Folder) readCompose(dir fs.FS) error {
	for _, name := range composeFiles {
		text, ok, err := read(dir, name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		var c composeText
		if err := yaml.Unmarshal(text, &c); err != nil {
			f.found(name, "can't be read as YAML, and is left out")
			return nil
		}
		if len(c.Services) == 0 {
			f.found(name, "has no services, and is left out")
			return nil
		}
		f.compose = &compose{file: name}
		project := c.Name
		if project == "" || strings.Contains(project, "$") {
			project = projectName(f.Name)
		} else {
			f.Name = project
		}
		for _, entry := range c.Services {
			f.compose.add(project, fmt.Sprint(entry.Key), entry.Value)
		}
		says := "services " + strings.Join(f.compose.all, ", ")
		if f.compose.port != "" {
			says += "; answers on port " + f.compose.port
		}
		f.found(name, says)
		return nil
	}
	return nil
}

// projectName is what Compose calls a project after its folder.
func projectName(folder string) string {
	name := regexp.MustCompile(`[^a-z0-9_-]`).ReplaceAllString(strings.ToLower(folder), "")
	return strings.TrimLeft(name, "_-")
}

// plainWord is a name that a command and a text can hold as it is.
var plainWord = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9._/:-]*$`)

func (c *compose) add(project, name string, value any) {
	c.all = append(c.all, name)
	says, _ := value.(map[string]any)
	if says["build"] != nil {
		image := project + "-" + name
		if text, ok := says["image"].(string); ok {
			image = text
		}
		if plainWord().MatchString(image) && plainWord().MatchString(name) {
			c.built = append(c.built, service{name, image})
		}
	}
	ports, _ := says["ports"].([]any)
	for _, p := range ports {
		if port := published(p); port != "" && c.port == "" {
			c.port = port
		}
	}
	check, _ := says["healthcheck"].(map[string]any)
	if m := healthAddress().FindStringSubmatch(fmt.Sprint(check["test"])); m != nil && c.path == "" {
		c.path = m[1]
	}
}

var (
	healthAddress = lazy.Regexp(`https?://[A-Za-z0-9.]+(?::\d+)?(/[A-Za-z0-9_./-]*)`)
	portPair      = lazy.Regexp(`^(?:[\d.]+:)?(\d+):\d+(?:/tcp)?$`)
	portNumber    = lazy.Regexp(`^\d+$`)
)

// published is the port of this machine that an entry of ports opens.
func published(entry any) string {
	switch entry := entry.(type) {
	case string:
		if m := portPair().FindStringSubmatch(entry); m != nil {
			return m[1]
		}
	case map[string]any:
		if port := fmt.Sprint(entry["published"]); portNumber().MatchString(port) {
			return port
		}
	}
	return ""
}

func (f *Folder) readDockerfile(dir fs.FS) error {
	_, ok, err := read(dir, "Dockerfile")
	if ok {
		f.dockerfile = true
		f.found("Dockerfile", "an image to build")
	}
	return err
}

func (f *Folder) readManage(dir fs.FS) error {
	_, ok, err := read(dir, "manage.py")
	if ok {
		f.django = true
		f.found("manage.py", "Django, with its checks and migrations")
	}
	return err
}

var tomlHealth = lazy.Regexp(`(?m)^\s*healthcheckPath\s*=\s*["']([^"'\n]*)["']`)

func (f *Folder) readRailway(dir fs.FS) error {
	text, ok, err := read(dir, "railway.json")
	if err != nil {
		return err
	}
	says := "deployed to Railway"
	if ok {
		f.railway = &railway{}
		var r struct {
			Deploy struct{ HealthcheckPath string }
		}
		if json.Unmarshal(text, &r) != nil {
			says += "; it can't be read as JSON"
		}
		f.railway.health = r.Deploy.HealthcheckPath
	} else {
		if text, ok, err = read(dir, "railway.toml"); err != nil || !ok {
			return err
		}
		f.railway = &railway{}
		if m := tomlHealth().FindSubmatch(text); m != nil {
			f.railway.health = string(m[1])
		}
	}
	if !urlPath().MatchString(f.railway.health) {
		f.railway.health = ""
	}
	if f.railway.health != "" {
		says += ", healthy at " + f.railway.health
	}
	if _, isJSON, _ := read(dir, "railway.json"); isJSON {
		f.found("railway.json", says)
	} else {
		f.found("railway.toml", says)
	}
	return nil
}

var urlPath = lazy.Regexp(`^/[A-Za-z0-9_./-]*$`)

// managers are the programs that install packages, by the file they keep the
// versions in.
var managers = []struct{ lock, install, run string }{
	{"pnpm-lock.yaml", "pnpm install --frozen-lockfile", "pnpm run"},
	{"yarn.lock", "yarn install --frozen-lockfile", "yarn run"},
	{"package-lock.json", "npm ci", "npm run"},
}

func (f *Folder) readPackage(dir fs.FS) error {
	text, ok, err := read(dir, "package.json")
	if err != nil || !ok {
		return err
	}
	var p struct {
		Name    string
		Scripts map[string]string
	}
	if json.Unmarshal(text, &p) != nil {
		f.found("package.json", "can't be read as JSON, and is left out")
		return nil
	}
	f.npm = &npm{run: "npm run", install: "npm install", scripts: p.Scripts}
	for _, m := range managers {
		if _, ok, _ := read(dir, m.lock); ok {
			f.npm.install, f.npm.run, f.npm.lock = m.install, m.run, m.lock
			break
		}
	}
	if strings.Contains(p.Scripts["test"], "no test specified") {
		delete(p.Scripts, "test") // what npm init writes
	}
	if p.Name != "" && f.compose == nil {
		f.Name = path.Base(p.Name)
	}
	var scripts []string
	for _, name := range npmScripts {
		if p.Scripts[name] != "" {
			scripts = append(scripts, name)
		}
	}
	if len(scripts) == 0 {
		f.found("package.json", "no script that a release runs")
	} else {
		f.found("package.json", "scripts "+strings.Join(scripts, ", "))
	}
	return nil
}

// npmScripts are the scripts that a release has a use for, in its order.
var npmScripts = []string{"lint", "typecheck", "test", "build", "deploy"}

var moduleLine = lazy.Regexp(`(?m)^module\s+"?([^\s"]+)"?`)

func (f *Folder) readModule(dir fs.FS) error {
	text, ok, err := read(dir, "go.mod")
	if err != nil || !ok {
		return err
	}
	m := moduleLine().FindSubmatch(text)
	if m == nil {
		f.found("go.mod", "names no module, and is left out")
		return nil
	}
	f.module = string(m[1])
	if f.compose == nil && f.npm == nil {
		f.Name = path.Base(regexp.MustCompile(`/v\d+$`).ReplaceAllString(f.module, ""))
	}
	f.found("go.mod", "the Go module "+f.module)
	return nil
}

func (f *Folder) readRest(dir fs.FS) error {
	_, f.changelog, _ = read(dir, "CHANGELOG.md")
	_, err := fs.Stat(dir, ".git")
	f.git = err == nil
	return nil
}
