package docker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func TestContainer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.start("web", container.Config{Env: []string{"X=1"}, Labels: map[string]string{"tier": "web", "odd": "a=b,c"}})
	got := w.Must("docker.wait", hostile.Args{"name": text(name), "within": value.Duration(time.Minute)})
	for field, want := range map[string]value.Value{
		"name": text(name), "image": text(w.image()), "state": text("running"), "health": text("healthy"), "restarts": value.Int(0),
		"exit_code": value.Null{}, "finished_at": value.Null{}, "out_of_memory": value.Bool(false),
	} {
		if v := hostile.Field(t, got, field); !value.Equal(v, want) {
			t.Errorf("%s is %v, want %v", field, v, want)
		}
	}
	if last := hostile.Field(t, got, "last_check").String(); last != `{"status": "ok", "version": "v1"}` {
		t.Errorf("last_check is %s", last)
	}
	if since := time.Since(time.Time(hostile.Field(t, got, "started_at").(value.Time))); since < 0 || since > 10*time.Minute {
		t.Errorf("started %s ago", since)
	}
	image := w.Must("docker.image", hostile.Args{"ref": text(w.image())})
	if id := hostile.Field(t, got, "image_id"); !value.Equal(id, hostile.Field(t, image, "id")) {
		t.Errorf("image_id is %v, and the image's %v", id, hostile.Field(t, image, "id"))
	}

	list := w.Must("docker.containers", hostile.Args{"name": text(name[5:]), "label": text("tier=web")}).(*value.List)
	if list.Len() != 1 || !value.Equal(hostile.Field(t, list.At(0), "id"), hostile.Field(t, got, "id")) {
		t.Errorf("docker.containers = %v", list)
	}
	for _, args := range []hostile.Args{
		{"name": text("drl-test.web-")}, // no pattern
		{"name": text(name), "label": text("tier=db")},
		{"name": text(name), "label": text("tie")},
	} {
		if list := w.Must("docker.containers", args).(*value.List); list.Len() != 0 {
			t.Errorf("docker.containers%v = %v", args, list)
		}
	}
	if list := w.Must("docker.containers", hostile.Args{"label": text("odd=a=b,c"), "name": text(name)}).(*value.List); list.Len() != 1 {
		t.Errorf("docker.containers = %v", list)
	}

	usage := w.Must("docker.stats", hostile.Args{"name": text(name)})
	if memory := hostile.Field(t, usage, "memory").(value.Size); memory < 100<<10 || memory > 200<<20 {
		t.Errorf("memory is %v", memory)
	}
	if limit := hostile.Field(t, usage, "memory_limit").(value.Size); limit < 256<<20 {
		t.Errorf("memory_limit is %v", limit)
	}
	if pids := hostile.Field(t, usage, "pids").(value.Int); pids < 1 || pids > 100 {
		t.Errorf("pids is %v", pids)
	}
	// The health check runs every second: something was spent.
	if cpu := hostile.Field(t, usage, "cpu").(value.Percent); cpu < 0 || cpu > 64 {
		t.Errorf("cpu is %v", cpu)
	}
}

func TestExec(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.start("exec", container.Config{Env: []string{"VERSION=v7"}})
	healthy := func(args hostile.Args) (value.Value, error) {
		args["name"], args["argv"] = text(name), texts("/service", "health")
		return w.ask("docker.exec", args)
	}
	var got value.Value
	w.until("it answers", func() bool {
		v, err := healthy(hostile.Args{})
		if err != nil {
			t.Fatal(err)
		}
		got = v
		return hostile.Field(t, v, "code") == value.Int(0)
	})
	if got.String() != `{"stdout":"{\"status\": \"ok\", \"version\": \"v7\"}\n","stderr":"","code":0,"cut":false}` {
		t.Errorf("docker.exec = %s", got)
	}
	// A second one can't listen: it ends with 1, and says why on standard error.
	got = w.Must("docker.exec", hostile.Args{"name": text(name), "argv": texts("/service"),
		"env": value.NewMap([]string{"VERSION"}, []value.Value{value.NewSecret("s3cret-v8")})})
	if hostile.Field(t, got, "code") != value.Int(1) || !strings.Contains(hostile.Field(t, got, "stderr").String(), "address already in use") ||
		hostile.Field(t, got, "stdout").String() != "version s3cret-v8 serves on :8080\n" {
		t.Errorf("docker.exec = %s", got)
	}
	w.Refuses(name+` has no program "/bin/sh" that can be run`, "docker.exec", hostile.Args{"name": text(name), "argv": texts("/bin/sh", "-c", "true")})
	w.Refuses("argv is empty, want a program and its words", "docker.exec", hostile.Args{"name": text(name), "argv": texts()})
	w.Must("docker.stop", hostile.Args{"name": text(name), "grace": value.Duration(0)})
	w.Refuses(name+" does not run: ", "docker.exec", hostile.Args{"name": text(name), "argv": texts("/service", "health")})
}

// A container goes through all that can happen to it.
func TestStoppedAndStarted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.start("worker", container.Config{})
	at := hostile.Args{"name": text(name)}
	w.Must("docker.wait", at)
	w.Must("docker.stop", hostile.Args{"name": text(name), "grace": value.Duration(5 * time.Second)})
	got := w.Must("docker.container", at)
	if hostile.Field(t, got, "state") != text("exited") || hostile.Field(t, got, "exit_code") != value.Int(2) {
		t.Errorf("stopped: %v", got)
	}
	stopped, ok := hostile.Field(t, got, "finished_at").(value.Time)
	if !ok {
		t.Error("it has no finished_at")
	}
	w.Refuses(name+" is exited with exit code 2", "docker.wait", at)
	w.Refuses(name+" does not run: it is exited with exit code 2", "docker.stats", at)
	w.Must("docker.stop", at)
	w.Must("docker.start", at)
	w.Must("docker.start", at)
	if got := w.Must("docker.wait", hostile.Args{"name": text(name), "healthy": value.Bool(false)}); hostile.Field(t, got, "state") != text("running") {
		t.Errorf("started: %v", got)
	}
	w.Must("docker.wait", at) // until it has written its line
	before := hostile.Field(t, w.Must("docker.container", at), "started_at").(value.Time)
	w.Must("docker.restart", hostile.Args{"name": text(name), "grace": value.Duration(5 * time.Second)})
	if after := hostile.Field(t, w.Must("docker.wait", at), "started_at").(value.Time); !time.Time(after).After(time.Time(before)) {
		t.Errorf("restarted at %v, started at %v", after, before)
	}
	w.Refuses("grace is 2m, want 0s or more, and less than the timeout of 2m", "docker.stop", hostile.Args{"name": text(name), "grace": value.Duration(2 * time.Minute)})
	lines := hostile.Field(t, w.Must("docker.logs", at), "lines").(*value.List)
	if lines.Len() != 3 || lines.At(2).String() != "version v1 serves on :8080" {
		t.Errorf("docker.logs = %v", lines)
	}
	if lines := hostile.Field(t, w.Must("docker.logs", hostile.Args{"name": text(name), "tail": value.Int(1)}), "lines").(*value.List); lines.Len() != 1 {
		t.Errorf("docker.logs with a tail of 1 = %v", lines)
	}
	if lines := hostile.Field(t, w.Must("docker.logs", hostile.Args{"name": text(name), "since": stopped}), "lines").(*value.List); lines.Len() != 2 {
		t.Errorf("docker.logs since it was stopped = %v", lines)
	}
}

func TestUnhealthy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.start("bad", container.Config{Env: []string{"FAULT=no \"database\"\x1b[2J"}})
	w.Refuses(name+` is unhealthy: its health check says "no \"database\" [2J"`, "docker.wait", hostile.Args{"name": text(name)})
	got := w.Must("docker.container", hostile.Args{"name": text(name)})
	if hostile.Field(t, got, "health") != text("unhealthy") {
		t.Errorf("docker.container = %v", got)
	}
	slow := w.start("slow", container.Config{Healthcheck: &container.HealthConfig{Test: []string{"CMD", "/service", "health"}, Interval: time.Hour}})
	w.Refuses(slow+" is still starting after 1s", "docker.wait", hostile.Args{"name": text(slow), "within": value.Duration(time.Second)})
	none := w.start("unchecked", container.Config{Healthcheck: &container.HealthConfig{Test: []string{"NONE"}}})
	if got := w.Must("docker.wait", hostile.Args{"name": text(none)}); hostile.Field(t, got, "health") != (value.Null{}) {
		t.Errorf("without a check: %v", got)
	}
	w.Refuses("within is 1h, want less than the timeout of 1h", "docker.wait", hostile.Args{"name": text(slow), "within": value.Duration(time.Hour)})
}

func TestMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.start("there", container.Config{})
	short := strings.TrimSuffix(name, name[len(name)-1:])
	for _, f := range []string{"container", "stats", "logs", "wait", "start", "stop", "restart", "exec"} {
		for given, want := range map[string]string{
			short:                     "there is no container " + short + ": did you mean " + name + "?",
			"../images/" + w.image():  "name is \"../images/",
			"x/json?all=1":            `name is "x/json?all=1", want a container's name or id: letters, digits, _ . and -`,
			"":                        `name is "", want a container's name or id`,
			strings.Repeat("x", 1000): "want a container's name or id",
		} {
			args := hostile.Args{"name": text(given)}
			if f == "exec" {
				args["argv"] = texts("/service")
			}
			w.Refuses(want, "docker."+f, args)
		}
	}
}
