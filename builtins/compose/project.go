package compose

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// project is the parameters that say which services are meant.
type project struct {
	File      *string                  `drl:"file" doc:"the compose file; without one, what docker compose finds in the script's folder"`
	Env       map[string]builtins.Text `drl:"env,optional" doc:"variables that the file uses, over those of the environment and of .env: { TAG: version }"`
	Overrides []string                 `drl:"overrides,optional,named" doc:"further files, each over those before it"`
	Project   *string                  `drl:"project,named" doc:"the project's name; without one, the file's or the folder's"`
	Profiles  []string                 `drl:"profiles,optional,named" doc:"the profiles whose services count too"`
	Host      *string                  `drl:"host,named" doc:"the engine's address, ssh:// too; without one, what the docker program speaks to"`
}

// call is one built-in's way to a project.
type call struct {
	h     *builtins.Host
	tool  []string
	files []string // options that say which
	env   []string
	conf  config
}

// config is a project as docker compose reads it from its files.
type config struct {
	Name     string                `json:"name"`
	Services map[string]definition `json:"services"`

	raw      []byte // all of it
	warnings []string
}

// definition is what the files say of a service, of what matters here.
type definition struct {
	Image  string `json:"image"`
	Scale  *int   `json:"scale"`
	Deploy *struct {
		Replicas *int `json:"replicas"`
	} `json:"deploy"`
}

// none tells whether a service is to have no container.
func (d definition) none() bool {
	return d.Scale != nil && *d.Scale == 0 || d.Deploy != nil && d.Deploy.Replicas != nil && *d.Deploy.Replicas == 0
}

// open reads the project. A file that can't be read, a variable that is
// missing and a service that isn't there are known before anything is done.
func (p project) open(ctx context.Context, h *builtins.Host, services []string) (*call, error) {
	c := &call{h: h}
	if p.File == nil && len(p.Overrides) > 0 {
		return nil, fmt.Errorf("overrides want a file that they are over")
	}
	files := p.Overrides
	if p.File != nil {
		files = append([]string{*p.File}, p.Overrides...)
	}
	for _, file := range files {
		if file == "" || strings.HasPrefix(file, "-") || strings.ContainsAny(file, "\x00\n") {
			return nil, fmt.Errorf("file is %s, want the path of a compose file", value.QuoteString(file))
		}
		c.files = append(c.files, "--file", file)
	}
	if p.Project != nil {
		if err := checkName("project", *p.Project); err != nil {
			return nil, err
		}
		c.files = append(c.files, "--project-name", *p.Project)
	}
	for _, profile := range p.Profiles {
		if err := checkName("profiles", profile); err != nil {
			return nil, err
		}
		c.files = append(c.files, "--profile", profile)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Env)) {
		text := p.Env[name].Reveal()
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(text, "\x00") {
			return nil, fmt.Errorf("env has %s, which no environment can hold", value.QuoteString(name))
		}
		c.env = append(c.env, name+"="+text)
	}
	if p.Host != nil {
		if !strings.Contains(*p.Host, "://") || strings.ContainsAny(*p.Host, "\x00\n") {
			return nil, fmt.Errorf("host is %s, want one such as ssh://deploy@web.example.com or unix:///var/run/docker.sock", value.QuoteString(builtins.Scrub(*p.Host)))
		}
		c.env = append(c.env, "DOCKER_HOST="+*p.Host)
	}
	for _, name := range services {
		if err := checkName("services", name); err != nil {
			return nil, err
		}
	}
	var err error
	if c.tool, err = findTool(ctx, h); err != nil {
		return nil, err
	}
	if err := c.read(ctx); err != nil {
		return nil, err
	}
	for _, name := range services {
		if err := c.conf.knows(name); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// read asks docker compose what the files say, with the variables filled in.
func (c *call) read(ctx context.Context) error {
	ended, err := c.compose(ctx, "", "config", "--format", "json")
	if err != nil {
		return err
	}
	c.conf = config{raw: []byte(ended.Stdout), warnings: warnings(ended.Stderr)}
	if err := json.Unmarshal(c.conf.raw, &c.conf); err != nil || c.conf.Name == "" {
		return fmt.Errorf("docker compose config does not write the project: %s", builtins.Short(ended.Stdout))
	}
	return nil
}

// knows tells of a service that isn't in the files.
func (f config) knows(service string) error {
	if _, ok := f.Services[service]; ok {
		return nil
	}
	names := slices.Sorted(maps.Keys(f.Services))
	if name, tag, ok := strings.Cut(service, ":"); ok {
		return fmt.Errorf("services has %s: a service has no tag, its image in the compose file does: write image: app:${TAG} there, and env: { TAG: %s }", name+":"+tag, value.QuoteString(tag))
	}
	if near := types.Near(service, names); near != "" {
		return fmt.Errorf("the compose file has no service %s: did you mean %s?", service, near)
	}
	return fmt.Errorf("the compose file has no service %s, it has %s", service, builtins.Short(strings.Join(names, ", ")))
}

// all returns the services that are meant: the given ones, or all.
func (f config) all(given []string) []string {
	if len(given) > 0 {
		return given
	}
	return slices.Sorted(maps.Keys(f.Services))
}

// with returns the project's JSON with services changed. It is what the files
// say with all variables filled in, so that none has to be known again.
func (f config) with(change func(name string, service map[string]any)) (string, error) {
	d := json.NewDecoder(bytes.NewReader(f.raw))
	d.UseNumber()
	var all map[string]any
	if err := d.Decode(&all); err != nil {
		return "", err
	}
	services, _ := all["services"].(map[string]any)
	for name, s := range services {
		if service, ok := s.(map[string]any); ok {
			change(name, service)
		}
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// A name with a : is the mistake of a tag, of which knows tells more.
var nameForm = lazy.Regexp(`^[a-zA-Z0-9_][a-zA-Z0-9_.:-]*$`)

func checkName(what, name string) error {
	if len(name) > 200 || !nameForm().MatchString(name) {
		return fmt.Errorf("%s has %s, want a name: letters, digits, _ . and -", what, value.QuoteString(name))
	}
	return nil
}

// compose runs docker compose on the project. stdin is a file in place of the
// project's own; "": those. An exit code other than 0 is an error.
func (c *call) compose(ctx context.Context, stdin string, words ...string) (builtins.Ended, error) {
	argv := slices.Clone(c.tool)
	if stdin == "" {
		argv = append(argv, c.files...)
	} else {
		argv = append(argv, "--file", "-", "--project-name", c.conf.Name)
	}
	return c.run(ctx, "docker compose "+words[0], builtins.Program{Argv: append(argv, words...), Env: c.env, Stdin: stdin})
}

// docker runs docker itself.
func (c *call) docker(ctx context.Context, words ...string) (builtins.Ended, error) {
	return c.run(ctx, "docker "+words[0], builtins.Program{Argv: append([]string{"docker"}, words...), Env: c.env})
}

func (c *call) run(ctx context.Context, what string, p builtins.Program) (builtins.Ended, error) {
	ended, err := c.h.Start(ctx, p)
	switch {
	case ctx.Err() != nil:
		return ended, context.Cause(ctx)
	case err != nil:
		return ended, err
	case ended.Code != 0:
		return ended, &failed{what, said(ended.Stderr)}
	case ended.Cut:
		return ended, fmt.Errorf("%s wrote more than 1 MiB", what)
	}
	return ended, nil
}

// failed is what docker said when it ended with an error.
type failed struct{ what, why string }

func (f *failed) Error() string { return f.what + ": " + f.why }

// said picks what is meant out of all that docker writes: not its progress,
// whose lines begin with a blank, nor its warnings; and each line once.
func said(stderr string) string {
	var meant []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n ")
		if line == "" || strings.HasPrefix(line, " ") || warning().MatchString(line) || slices.Contains(meant, line) {
			continue
		}
		meant = append(meant, line)
	}
	if len(meant) == 0 {
		return builtins.Short(stderr)
	}
	return builtins.Short(strings.TrimPrefix(strings.Join(meant[max(0, len(meant)-5):], "; "), "Error response from daemon: "))
}

var warning = lazy.Regexp(`^(?:time="[^"]*" )?level=warning msg="((?:[^"\\]|\\.)*)"`)

// warnings are those of a run, each once.
func warnings(stderr string) []string {
	var all []string
	for line := range strings.Lines(stderr) {
		if found := warning().FindStringSubmatch(line); found != nil {
			text := builtins.Short(strings.ReplaceAll(found[1], `\"`, `"`))
			if !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	return all
}

// warn shows what docker compose warns of when it reads the files: a variable
// that is not set becomes nothing in them.
func (c *call) warn() {
	for _, text := range c.conf.warnings {
		c.warning("docker compose: " + text)
	}
}

func (c *call) warning(text string) {
	if c.h.Warn != nil {
		c.h.Warn(text)
	}
}
