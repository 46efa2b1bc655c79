package compose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

const released = `
services:
  migrate:
    image: ${REPOSITORY}:${TAG}
    command: ["version"]
    healthcheck: { disable: true }
  web:
    image: ${REPOSITORY}:${TAG:?which version}
    environment: { LIMIT: "$$5" }
    depends_on: { migrate: { condition: service_completed_successfully } }
`

// The day on which a version is bad: its container takes the place of the one
// before, and stays. The rollback brings the old digest back, and shows it
// healthy.
func TestRollback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, released)
	repository := w.registryHere()
	at := func(tag string) hostile.Args {
		return hostile.Args{"env": with("REPOSITORY", repository, "TAG", tag)}
	}
	got := w.Must("compose.up", at("v1"))
	if web := w.service(got, "web"); hostile.Field(t, web, "state") != text("running") || hostile.Field(t, web, "health") != text("healthy") || hostile.Field(t, web, "exit_code") != (value.Null{}) {
		t.Errorf("web is %v", web)
	}
	// A service that has done what it was for is well.
	if migrate := w.service(got, "migrate"); hostile.Field(t, migrate, "state") != text("exited") || hostile.Field(t, migrate, "exit_code") != value.Int(0) {
		t.Errorf("migrate is %v", migrate)
	}
	image, container := w.runs("web")

	before := w.Must("compose.snapshot", at("v1"))
	ran := w.service(hostile.Field(t, before, "services"), "web")
	digest := hostile.Field(t, ran, "digest").String()
	if hostile.Field(t, ran, "id") != text(image) || hostile.Field(t, ran, "image") != text(repository+":v1") || !strings.HasPrefix(digest, repository+"@sha256:") {
		t.Errorf("the snapshot has %v", ran)
	}
	if id := w.docker("image", "inspect", "--format", "{{.Id}}", hostile.Field(t, ran, "kept").String()); id != image {
		t.Errorf("%v keeps %s, want %s", hostile.Field(t, ran, "kept"), id, image)
	}
	if migrate := w.service(hostile.Field(t, before, "services"), "migrate"); hostile.Field(t, migrate, "id") != (value.Null{}) {
		t.Errorf("the snapshot has %v, which did not run", migrate)
	}

	// What can't be had changes nothing.
	w.Refuses("nothing was changed", "compose.up", at("v9"))
	if _, now := w.runs("web"); now != container {
		t.Errorf("a missing image has changed the container")
	}

	w.Refuses(`web is unhealthy: its health check says "no database"`, "compose.up", at("bad"))
	if bad, _ := w.runs("web"); bad == image || bad == "" {
		t.Errorf("after a bad version %q runs", bad)
	}
	args := at("bad")
	args["snapshot"] = before
	got = w.Must("compose.rollback", args)
	if web := w.service(got, "web"); hostile.Field(t, web, "image_id") != text(image) || hostile.Field(t, web, "health") != text("healthy") {
		t.Errorf("after the rollback web is %v", web)
	}
	if now, _ := w.runs("web"); now != image {
		t.Errorf("after the rollback %s runs, want %s", now, image)
	}
	if digests := w.docker("image", "inspect", "--format", "{{.RepoDigests}}", image); !strings.Contains(digests, digest) {
		t.Errorf("what runs has the digests %s, want %s", digests, digest)
	}
	if len(w.warned) != 0 {
		t.Errorf("warned of %q", w.warned)
	}

	args = at("v2")
	args["service"], args["argv"] = text("web"), texts("/service", "version")
	if out := w.Must("compose.exec", args); out.String() != `{"stdout":"v1\n","stderr":"","code":0,"cut":false}` {
		t.Errorf("compose.exec = %v", out)
	}
	args["argv"] = texts("/bin/sh", "-c", "true")
	w.Refuses(`web has no program "/bin/sh" that can be run`, "compose.exec", args)
	args["service"] = text("migrate")
	w.Refuses("migrate does not run: it is exited", "compose.exec", args)
	args = at("v2")
	args["services"] = texts("web")
	got = w.Must("compose.restart", args)
	if got.(*value.List).Len() != 1 || hostile.Field(t, got.(*value.List).At(0), "health") != text("healthy") {
		t.Errorf("compose.restart = %v", got)
	}
	w.Must("compose.down", at("v2"))
	list := w.Must("compose.services", at("v2"))
	if web := w.service(list, "web"); hostile.Field(t, web, "state") != text("missing") || hostile.Field(t, web, "image") != text(repository+":v2") {
		t.Errorf("after down web is %v", web)
	}
}

const moving = `
services:
  web:
    image: REPOSITORY:latest
    environment: { MOOD: "${MOOD:-calm}" }
  worker:
    image: REPOSITORY:latest
    profiles: [workers]
`

// The image's name is the same in each version, and nothing is in a registry.
func TestRollbackOfATagThatMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	repository := w.name
	w.write("compose.yaml", "name: "+w.name+strings.ReplaceAll(moving, "REPOSITORY", repository))
	w.tags(repository)
	t.Cleanup(func() { w.docker("image", "rm", repository+":latest") })
	here := func() hostile.Args {
		return hostile.Args{"pull": value.Bool(false), "profiles": texts("workers")}
	}
	w.docker("tag", repository+":v1", repository+":latest")
	args := here()
	args["services"] = texts("web")
	w.Must("compose.up", args)
	image, _ := w.runs("web")
	before := w.Must("compose.snapshot", hostile.Args{"profiles": texts("workers")})

	// The next version brings a service along, and another configuration.
	w.docker("tag", repository+":v2", repository+":latest")
	args = here()
	args["env"] = with("MOOD", "bold")
	w.Must("compose.up", args)
	if now, _ := w.runs("web"); now == image {
		t.Fatal("the new version does not run")
	}
	got := w.Must("compose.rollback", hostile.Args{"snapshot": before, "profiles": texts("workers"), "env": with("MOOD", "bold")})
	if web := w.service(got, "web"); hostile.Field(t, web, "image_id") != text(image) || hostile.Field(t, web, "image") != text(repository+":latest") {
		t.Errorf("after the rollback web is %v", web)
	}
	if now, _ := w.runs("worker"); now != "" {
		t.Error("the new version's worker still runs")
	}
	if len(w.warned) != 1 || !strings.HasPrefix(w.warned[0], "web comes back with the image of then and the configuration of now") {
		t.Errorf("warned of %q", w.warned)
	}
	// The tag is the old image's again: who runs docker compose up now changes
	// nothing but the variable.
	if now := w.docker("image", "inspect", "--format", "{{.Id}}", repository+":latest"); now != image {
		t.Errorf("%s:latest is %s, want %s", repository, now, image)
	}
	w.Must("compose.rollback", hostile.Args{"snapshot": before, "profiles": texts("workers")})
	_, container := w.runs("web")
	args = here()
	args["services"] = texts("web")
	w.Must("compose.up", args)
	if _, now := w.runs("web"); now != container {
		t.Error("docker compose up after the rollback makes the container anew")
	}

	w.Refuses("the snapshot has no service wob", "compose.rollback", hostile.Args{"snapshot": before, "services": texts("wob")})
	w.Refuses("the compose file has no service wob: did you mean web?", "compose.up", hostile.Args{"services": texts("wob")})
	w.Refuses(`services has web:v1.2.2: a service has no tag, its image in the compose file does: write image: app:${TAG} there, and env: { TAG: "v1.2.2" }`,
		"compose.pull", hostile.Args{"services": texts("web:v1.2.2")})
	w.Refuses("compose file", "compose.services", hostile.Args{"file": text("none.yaml")})
	w.write("other.yaml", "services: { other: { image: "+repository+":v1, command: [version, x], restart: always } }\n")
	w.Refuses("the compose file has no service web, which ran when the snapshot was taken: bring the file of then back first", "compose.rollback", hostile.Args{"snapshot": before, "file": text("other.yaml")})

	// It ends as soon as it was started, and is started again.
	_, err := w.ask("compose.up", hostile.Args{"file": text("other.yaml"), "project": text(w.name), "pull": value.Bool(false), "within": value.Duration(4 * time.Second)})
	if err == nil || !strings.HasPrefix(err.Error(), "other ") || !strings.HasSuffix(err.Error(), ", after 4s") {
		t.Errorf("compose.up of what ends = %v", err)
	}
}
