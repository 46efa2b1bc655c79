package compose

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Each text is a word of what is run, or a variable of its environment, whole;
// or nothing is run.
func TestHostileTexts(t *testing.T) {
	answers := map[string]string{
		"version": "5.6.0", "config": `{"name":"shop","services":{"web":{"image":"app:v1"}}}`, "ps": `{"ID":"a1","Service":"web"}`,
		"inspect": `{"id":"a1","name":"/shop-web-1","image_id":"sha256:e8","state":{"Status":"running","StartedAt":"2026-11-29T17:31:16Z"},"labels":{"com.docker.compose.service":"web"}}`,
		"image":   `{"id":"sha256:e8","digests":[]}`,
	}
	var ran []builtins.Program
	h := &builtins.Host{
		Now: func() time.Time { return time.Unix(0, 0) }, Sleep: func(context.Context, time.Duration) error { return nil },
		Run: func(_ context.Context, p builtins.Program) (builtins.Ended, error) {
			ran = append(ran, p)
			for _, verb := range []string{"version", "config", "ps", "inspect", "image"} {
				if slices.Contains(p.Argv, verb) {
					return builtins.Ended{Stdout: answers[verb]}, nil
				}
			}
			return builtins.Ended{}, nil
		},
	}
	snapshot := value.NewRecord("Snapshot", []string{"project", "taken_at", "services"},
		[]value.Value{value.String("shop"), value.Time(time.Unix(0, 0)), value.NewList(nil)})
	arrived := map[string]int{}
	for _, f := range Modules()[0].Funcs {
		for at, p := range f.Signature().Params {
			kind := p.Type
			if kind.Kind == types.Option {
				kind = kind.Elem
			}
			for _, text := range hostile.Strings() {
				args := make([]value.Value, len(f.Signature().Params))
				for i, other := range f.Signature().Params {
					switch other.Name {
					case "service":
						args[i] = value.String("web")
					case "argv":
						args[i] = value.NewList([]value.Value{value.String("x")})
					case "snapshot":
						args[i] = snapshot
					case "file":
						args[i] = value.String("compose.yaml")
					}
				}
				switch kind.Kind {
				case types.String:
					args[at] = value.String(text)
				case types.List:
					args[at] = value.NewList([]value.Value{value.String("x"), value.String(text)})
				case types.Map:
					args[at] = value.NewMap([]string{"X"}, []value.Value{value.String(text)})
				default:
					continue
				}
				h.Kept, ran = &builtins.Kept{}, nil
				if _, err := f.Call(t.Context(), h, nil, args); err != nil && strings.Contains(err.Error(), "drl has a bug") {
					t.Fatalf("%s(%s: %q): %v", f.Name, p.Name, text, err)
				}
				whole := false
				for _, program := range ran {
					if strings.Contains(strings.Join(program.Argv, ""), "\x00") {
						t.Errorf("%s(%s: %q) runs %q", f.Name, p.Name, text, program.Argv)
					}
					whole = whole || slices.Contains(program.Argv, text) || slices.Contains(program.Argv, "X="+text) ||
						slices.Contains(program.Env, "X="+text) || slices.Contains(program.Env, "DOCKER_HOST="+text)
				}
				name := f.Name + "." + p.Name
				if whole {
					arrived[name]++
				} else if acts(ran) {
					t.Errorf("%s: %q is not in what runs: %q", name, text, ran)
				}
			}
		}
	}
	for _, name := range []string{"compose.exec.argv", "compose.up.env", "compose.build.args", "compose.exec.user", "compose.services.file"} {
		if arrived[name] < 250 {
			t.Errorf("%s: %d texts arrived, want 250 at least", name, arrived[name])
		}
	}
}

// acts tells whether more was run than what only reads the project.
func acts(ran []builtins.Program) bool {
	return slices.ContainsFunc(ran, func(p builtins.Program) bool {
		return !slices.Contains(p.Argv, "version") && !slices.Contains(p.Argv, "config")
	})
}
