package compose

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
)

func TestSupported(t *testing.T) {
	const v1 = "this is Compose v1 (1.29.2), which ended in 2023: it can't wait for health or say in JSON what runs, and fails on engines from 25 on, " +
		"in the middle of a deployment, with KeyError: 'ContainerConfig'; " + howToInstall
	for version, want := range map[string]string{
		"1.29.2\n": v1, "v1.29.2": v1, "2.10.2": "this is Compose 2.10.2, want 2.17 or later: " + howToInstall,
		"2.17.0": "", "v2.40.3\n": "", "5.6.0": "", "5.7.0-desktop.1": "", "dev\n": "", "": "",
	} {
		if err := supported(version); err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("supported(%q) = %v, want %s", version, err, want)
		}
	}
}

// programs is a host whose programs answer as they are told, by their words.
func programs(answers map[string]builtins.Ended) (*builtins.Host, *[]string) {
	var ran []string
	return &builtins.Host{
		Kept: &builtins.Kept{}, Now: func() time.Time { return time.Unix(0, 0) },
		Sleep: func(context.Context, time.Duration) error { return nil },
		Run: func(_ context.Context, p builtins.Program) (builtins.Ended, error) {
			line := strings.Join(p.Argv, " ")
			ran = append(ran, line)
			for words, ended := range answers {
				if strings.HasPrefix(line, words) {
					return ended, nil
				}
			}
			return builtins.Ended{Code: 127, Stderr: "there is no program " + p.Argv[0]}, nil
		},
	}, &ran
}

func TestTool(t *testing.T) {
	noPlugin := builtins.Ended{Code: 1, Stderr: "docker: 'compose' is not a docker command.\nSee 'docker --help'\n"}
	for _, tt := range []struct {
		name    string
		answers map[string]builtins.Ended
		want    string
	}{
		{"the plugin", map[string]builtins.Ended{"docker compose version": {Stdout: "5.6.0\n"}}, "[docker compose]"},
		{"a program of its own", map[string]builtins.Ended{"docker compose": noPlugin, "docker-compose version": {Stdout: "v2.24.0\n"}}, "[docker-compose]"},
		{"Compose v1 alone", map[string]builtins.Ended{"docker compose": noPlugin, "docker-compose version": {Stdout: "1.29.2\n"}}, "this is Compose v1 (1.29.2), which ended in 2023"},
		{"an old plugin", map[string]builtins.Ended{"docker compose version": {Stdout: "2.3.3\n"}}, "this is Compose 2.3.3, want 2.17 or later"},
		{"docker alone", map[string]builtins.Ended{"docker compose": noPlugin}, "docker has no compose here (docker: 'compose' is not a docker command.; See 'docker --help'): install the plugin"},
		{"nothing", nil, "there is no program docker on PATH, which compose is a part of"},
	} {
		h, ran := programs(tt.answers)
		words, err := findTool(t.Context(), h)
		got := fmt.Sprint(words)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		n := len(*ran)
		if findTool(t.Context(), h); err == nil && len(*ran) != n {
			t.Errorf("%s: it is looked for again: %q", tt.name, *ran)
		}
	}
}

func TestParseList(t *testing.T) {
	want := []listed{{"a1", "web"}, {"b2", "db"}}
	for name, text := range map[string]string{
		"an object a line":   "{\"ID\":\"a1\",\"Service\":\"web\",\"Health\":\"\"}\n{\"ID\":\"b2\",\"Service\":\"db\"}\n",
		"a list":             `[{"ID":"a1","Service":"web","Publishers":null},{"ID":"b2","Service":"db"}]`,
		"a list after lines": "{\"ID\":\"a1\",\"Service\":\"web\"}\n[{\"ID\":\"b2\",\"Service\":\"db\"}]",
	} {
		got, err := parseList(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	for _, text := range []string{"", "[]", "\n"} {
		if got, err := parseList(text); len(got) > 0 || err != nil {
			t.Errorf("parseList(%q) = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"NAME   STATE\nweb", "[{]", `{"ID":7}`, `"x"`, "{"} {
		if got, err := parseList(text); err == nil || !strings.HasPrefix(err.Error(), "docker compose ps does not write JSON: ") {
			t.Errorf("parseList(%q) = %v, %v", text, got, err)
		}
	}
}

func TestSaid(t *testing.T) {
	for stderr, want := range map[string]string{
		"": "nothing",
		" Container x-web-1 Creating \n Container x-web-1 Created \ncontainer x-web-1 is unhealthy\n":                                 "container x-web-1 is unhealthy",
		"time=\"2026-11-29T17:32:40Z\" level=warning msg=\"The \\\"TAG\\\" variable is not set.\"\nno such service: wob\n":            "no such service: wob",
		" Image a Error manifest unknown\nError response from daemon: manifest unknown\nError response from daemon: manifest unknown": "manifest unknown",
		" Container x Waiting\n":     "Container x Waiting",
		"one\ntwo \x1b[31m\r\nthree": "one; two [31m; three",
	} {
		if got := said(stderr); got != want {
			t.Errorf("said(%q) = %q, want %q", stderr, got, want)
		}
	}
	text := "time=\"t\" level=warning msg=\"The \\\"TAG\\\" variable is not set. Defaulting to a blank string.\"\nx\ntime=\"u\" level=warning msg=\"The \\\"TAG\\\" variable is not set. Defaulting to a blank string.\"\n"
	if diff := cmp.Diff([]string{`The "TAG" variable is not set. Defaulting to a blank string.`}, warnings(text)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestParseService(t *testing.T) {
	const running = `{"id":"a1","name":"/p-web-1","image_id":"sha256:e8","image":"app:v1","policy":"no","restarts":2,
		"labels":{"com.docker.compose.service":"web","com.docker.compose.config-hash":"b1"},"check":{"Test":["CMD","/x"]},
		"state":{"Status":"running","Running":true,"ExitCode":0,"StartedAt":"2026-11-29T17:31:16Z","Health":{"Status":"unhealthy","Log":[{"Output":"old"},{"Output":" new\n"}]}}}`
	started := time.Date(2026, 11, 29, 17, 31, 16, 0, time.UTC)
	web := Service{Service: "web", Container: "p-web-1", ID: "a1", Image: "app:v1", ImageID: "sha256:e8", State: "running", Health: new("unhealthy"),
		LastCheck: new("new"), Restarts: 2, StartedAt: &started, policy: "no", hash: "b1"}
	with := func(change func(*Service)) Service { s := web; change(&s); return s }
	for _, tt := range []struct {
		name, old, new string
		want           Service
	}{
		{"as it is", "", "", web},
		{"no check, of podman", `"check":{"Test":["CMD","/x"]}`, `"check":null`, with(func(s *Service) { s.Health, s.LastCheck = nil, nil })},
		{"a check that is switched off", `["CMD","/x"]`, `["NONE"]`, with(func(s *Service) { s.Health, s.LastCheck = nil, nil })},
		{"ended", `"running","Running":true,"ExitCode":0`, `"exited","ExitCode":3`, with(func(s *Service) { s.State, s.ExitCode = "exited", new(3) })},
		{"never started", `"running","Running":true,"ExitCode":0,"StartedAt":"2026-11-29T17:31:16Z"`, `"created","StartedAt":"0001-01-01T00:00:00Z"`, with(func(s *Service) { s.State, s.StartedAt = "created", nil })},
	} {
		got, err := parseService([]byte(strings.Replace(running, tt.old, tt.new, 1)))
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Service{})); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
	for _, text := range []string{"", "null", "{}", `{"id":"a"}`, `{"id":"a","state":{}}`, `{"id":7}`} {
		if got, err := parseService([]byte(text)); err == nil {
			t.Errorf("parseService(%q) = %v", text, got)
		}
	}
}

// Each container is well, not yet, or never by itself.
func TestJudge(t *testing.T) {
	at := time.Unix(1000, 0)
	service := func(state string, change func(*Service)) Service {
		s := Service{Service: "web", ID: "a1", State: state, StartedAt: &at, policy: "no"}
		if change != nil {
			change(&s)
		}
		return s
	}
	health := func(status string) func(*Service) { return func(s *Service) { s.Health = &status } }
	code := func(n int, policy string) func(*Service) {
		return func(s *Service) { s.ExitCode, s.policy = &n, policy }
	}
	for _, tt := range []struct {
		name string
		s    Service
		seen time.Time // at the last look it had started then
		want string
	}{
		{"healthy", service("running", health("healthy")), time.Time{}, "well"},
		{"starting", service("running", health("starting")), time.Time{}, "open"},
		{"unhealthy", service("running", health("unhealthy")), time.Time{}, "broken"},
		{"running, first seen", service("running", nil), time.Time{}, "open"},
		{"running, as before", service("running", nil), at, "well"},
		{"running, started again", service("running", nil), at.Add(-time.Second), "open"},
		{"done", service("exited", code(0, "no")), time.Time{}, "well"},
		{"done, with a policy for failures", service("exited", code(0, "on-failure")), time.Time{}, "well"},
		{"done, and to be started again", service("exited", code(0, "always")), time.Time{}, "open"},
		{"failed", service("exited", code(3, "no")), time.Time{}, "broken"},
		{"failed, without a policy", service("exited", code(3, "")), time.Time{}, "broken"},
		{"failed, and tried again", service("exited", code(3, "on-failure")), time.Time{}, "open"},
		{"failed, and started again", service("restarting", code(3, "unless-stopped")), time.Time{}, "open"},
		{"created", service("created", func(s *Service) { s.StartedAt = nil }), time.Time{}, "open"},
		{"paused", service("paused", nil), time.Time{}, "broken"},
		{"dead", service("dead", code(1, "no")), time.Time{}, "broken"},
		{"missing", service("missing", nil), time.Time{}, "broken"},
		{"missing, as the file wants", service("missing", func(s *Service) { s.Service = "spare" }), time.Time{}, "well"},
	} {
		seen := map[string]time.Time{}
		if !tt.seen.IsZero() {
			seen["a1"] = tt.seen
		}
		open, broken := judge([]Service{tt.s}, seen, config{Services: map[string]definition{"web": {}, "spare": {Scale: new(0)}}})
		got := "well"
		if len(open) == 1 && len(broken) == 0 {
			got = "open"
		} else if len(broken) == 1 && len(open) == 0 {
			got = "broken"
		}
		if got != tt.want {
			t.Errorf("%s is %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"app:v1": "app", "app": "app", "docker.io/library/nginx:1": "nginx", "127.0.0.1:5000/a/b:v1": "127.0.0.1:5000/a/b", "127.0.0.1:5000/a": "127.0.0.1:5000/a",
		"r.example.com/app:v1@sha256:aa": "r.example.com/app",
	} {
		if got := repositoryOf(name); got != want {
			t.Errorf("repositoryOf(%s) = %s, want %s", name, got, want)
		}
	}
	for _, tt := range [][3]string{{"shop", "web", "shop.web."}, {"shop", "a b", "shop.a_b."}} {
		if got := keptName(tt[0], tt[1]); got != tt[2] {
			t.Errorf("keptName(%s, %s) = %s, want %s", tt[0], tt[1], got, tt[2])
		}
	}
	if got := keptName(strings.Repeat("p", 100), "web"); len(got) > 40 || got == keptName(strings.Repeat("p", 100), "db") {
		t.Errorf("keptName of a long one is %s", got)
	}
}

// The newest images of a service stay, and those of others.
func TestForget(t *testing.T) {
	tags := "drl-kept:shop.web.a1\ndrl-kept:shop.web.b2\ndrl-kept:shop.web.x.c3\ndrl-kept:shop.web.d4\ndrl-kept:shop.web.e5\ndrl-kept:shop.web.f6\ndrl-kept:shop.web.g7\n"
	h, ran := programs(map[string]builtins.Ended{"docker image ls": {Stdout: tags}, "docker image rm": {}})
	(&call{h: h}).forget(t.Context(), "shop.web.", "drl-kept:shop.web.b2")
	if got := (*ran)[len(*ran)-1]; got != "docker image rm drl-kept:shop.web.g7" {
		t.Errorf("%s, want the oldest of six removed", got)
	}
	h, ran = programs(map[string]builtins.Ended{"docker image ls": {Stdout: "drl-kept:shop.web.a1\n"}})
	(&call{h: h}).forget(t.Context(), "shop.web.", "drl-kept:shop.web.a1")
	if len(*ran) != 1 {
		t.Errorf("ran %q", *ran)
	}
}

// The images of a snapshot are there, or fetched by their digest, or nothing
// is done.
func TestFetch(t *testing.T) {
	const id = "sha256:e8a2bed5cbd9d7adadc626a5c7149562f49e5d5c674ac1a8c93474ad84207270"
	gone := builtins.Ended{Code: 1, Stderr: "Error response from daemon: No such image: " + id + "\n"}
	there := builtins.Ended{Stdout: `{"id":"` + id + `","digests":["app@sha256:aa"]}`}
	other := builtins.Ended{Stdout: `{"id":"sha256:0000000000000000","digests":[]}`}
	const byID, byDigest = "docker image inspect --format " + `{"id":{{json .ID}},"digests":{{json .RepoDigests}}} ` + id, "docker image inspect --format " + `{"id":{{json .ID}},"digests":{{json .RepoDigests}}} ` + "app@sha256:aa"
	for _, tt := range []struct {
		name    string
		digest  *string
		answers map[string]builtins.Ended
		want    string
	}{
		{"it is here", nil, map[string]builtins.Ended{byID: there}, ""},
		{"it is in its registry", new("app@sha256:aa"), map[string]builtins.Ended{byID: gone, byDigest: there, "docker pull --quiet app@sha256:aa": {}}, ""},
		{"it is nowhere", nil, map[string]builtins.Ended{byID: gone}, "web ran app:v1 (e8a2bed5cbd9), which is gone here and was never in a registry: nothing was changed"},
		{"its registry is down", new("app@sha256:aa"), map[string]builtins.Ended{byID: gone, "docker pull": {Code: 1, Stderr: "Error response from daemon: connection refused"}},
			"web ran app@sha256:aa, which is gone here: docker pull: connection refused; nothing was changed"},
		{"another comes", new("app@sha256:aa"), map[string]builtins.Ended{byID: gone, byDigest: other, "docker pull": {}},
			"app@sha256:aa is another image than the one that web ran (e8a2bed5cbd9); nothing was changed"},
		{"docker fails", nil, map[string]builtins.Ended{byID: {Code: 1, Stderr: "Cannot connect to the Docker daemon"}}, "docker image: Cannot connect to the Docker daemon"},
		{"nonsense", nil, map[string]builtins.Ended{byID: {Stdout: "x"}}, "docker image inspect does not write an image: x"},
	} {
		h, _ := programs(tt.answers)
		err := (&call{h: h}).fetch(t.Context(), Ran{Service: "web", Image: "app:v1", ID: new(id), Digest: tt.digest})
		if err == nil && tt.want != "" || err != nil && err.Error() != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// What a script gives is one word each, and what has no place is refused
// before anything runs.
func TestWords(t *testing.T) {
	conf := builtins.Ended{Stdout: `{"name":"shop","services":{"web":{"image":"app:v1"}}}`}
	answers := map[string]builtins.Ended{"docker compose version": {Stdout: "5.6.0"}, "docker compose": conf}
	for _, tt := range []struct {
		name string
		p    project
		want string // the error, or the first words of what runs
	}{
		{"all of it", project{File: new("a b.yaml"), Overrides: []string{"c.yaml"}, Project: new("shop"), Profiles: []string{"x"}},
			"docker compose --file a b.yaml --file c.yaml --project-name shop --profile x config --format json"},
		{"nothing", project{}, "docker compose config --format json"},
		{"a flag", project{File: new("--help")}, `file is "--help", want the path of a compose file`},
		{"standard input", project{File: new("-")}, `file is "-", want the path of a compose file`},
		{"overrides alone", project{Overrides: []string{"x"}}, "overrides want a file that they are over"},
		{"a project's name", project{Project: new("-p")}, `project has "-p", want a name: letters, digits, _ . and -`},
		{"a variable's name", project{Env: map[string]builtins.Text{"A=B": builtins.Hidden("s3cret")}}, `env has "A=B", which no environment can hold`},
		{"a host", project{Host: new("web.example.com")}, `host is "web.example.com", want one such as ssh://deploy@web.example.com or unix:///var/run/docker.sock`},
	} {
		h, ran := programs(answers)
		_, err := tt.p.open(t.Context(), h, nil)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = (*ran)[1]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestContainersOfTwoImages(t *testing.T) {
	c := &call{h: &builtins.Host{}}
	one, two := Service{Service: "web", State: "running", Image: "app:v1", ImageID: "sha256:aaaaaaaaaaaaaa"}, Service{Service: "web", State: "running", Image: "app:v2", ImageID: "sha256:bbbbbbbbbbbbbb"}
	ended := Service{Service: "web", State: "exited", Image: "app:v0", ImageID: "sha256:cc"}
	if _, err := c.ran([]Service{one, two}); err == nil || err.Error() != "the containers of web run two images, app:v1 (aaaaaaaaaaaa) and app:v2 (bbbbbbbbbbbb): finish that deployment first, or take it back" {
		t.Errorf("two images: %v", err)
	}
	for _, all := range [][]Service{{ended, one}, {one, ended}, {one, one}} {
		got, err := c.ran(all)
		if err != nil || len(got) != 1 || got[0].ID == nil || *got[0].ID != one.ImageID {
			t.Errorf("ran %v, %v", got, err)
		}
	}
}

func TestPatience(t *testing.T) {
	for _, tt := range []struct {
		p    patience
		want string
	}{
		{patience{time.Minute, time.Hour}, ""},
		{patience{0, time.Hour}, "within is 0s, want more than 0s"},
		{patience{time.Hour, time.Hour}, "within is 1h, want less than the timeout of 1h"},
	} {
		if err := tt.p.check(); err == nil && tt.want != "" || err != nil && err.Error() != tt.want {
			t.Errorf("%v: %v, want %s", tt.p, err, tt.want)
		}
	}
}
