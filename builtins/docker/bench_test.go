package docker_test

import (
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins/docker"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// BenchmarkContainer asks for a container and its image's digest: a script
// through the built-in, and a Go program that uses the same client for the
// same questions.
func BenchmarkContainer(b *testing.B) {
	w := newWorld(b)
	name := w.start("bench", container.Config{Healthcheck: &container.HealthConfig{Test: []string{"NONE"}}})
	b.Run("drl", func(b *testing.B) {
		for _, f := range docker.Modules()[0].Funcs {
			if f.Name != "docker.container" {
				continue
			}
			args := make([]value.Value, len(f.Signature().Params))
			args[0] = text(name)
			for b.Loop() {
				got, err := f.Call(b.Context(), w.host, nil, args)
				if err != nil || hostile.Field(b, got, "state") != text("running") {
					b.Fatal(got, err)
				}
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			found, err := w.direct.ContainerInspect(b.Context(), name, client.ContainerInspectOptions{})
			if err != nil || found.Container.State.Status != container.StateRunning {
				b.Fatal(found, err)
			}
			if _, err := w.direct.ImageInspect(b.Context(), found.Container.Image); err != nil {
				b.Fatal(err)
			}
		}
	})
}
