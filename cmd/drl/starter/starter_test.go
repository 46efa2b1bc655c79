package starter

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/check"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/stdlib"
)

var update = flag.Bool("update", false, "write the scripts of testdata")

// planned checks a script as drl check does, and that it is formatted, and
// makes its plan, on a machine that has all programs.
func planned(t testing.TB, script []byte) *plan.Plan {
	t.Helper()
	file := source.NewFile("release.drl", script)
	tree, ds := syntax.Parse(file)
	program, more := check.File(tree, check.Options{Universe: standard.Universe(), Import: func(_ *source.File, name string) (*source.File, error) {
		text, err := stdlib.Read(name)
		return source.NewFile(name+".drl", text), err
	}})
	for _, d := range append(ds, more...) {
		t.Errorf("%v: %v", d.Severity, d)
	}
	if t.Failed() {
		t.Fatalf("\n%s", script)
	}
	if diff := cmp.Diff(string(syntax.Format(tree)), string(script)); diff != "" {
		t.Errorf("not formatted (-want +got):\n%s", diff)
	}
	flags := map[string]string{"version": "v1.2.3"}
	for _, in := range program.Inputs {
		switch in.Name {
		case "url":
			flags["url"] = "https://release.example.com"
		case "image":
			flags["image"] = "registry.example.com/release"
		}
	}
	p, err := plan.Build(program, plan.Inputs{
		Flags: flags, Env: func(string) (string, bool) { return "", false }, LookPath: func(string) bool { return true },
		Functions: standard.Lookup, Host: &builtins.Host{},
	})
	if err != nil {
		t.Fatalf("plan.Build() = %v\n%s", err, script)
	}
	return p
}

// Each folder in testdata gets the script want.drl. go test -update writes
// them: read the difference before you commit it.
func TestFolders(t *testing.T) {
	folders, err := filepath.Glob("testdata/*")
	if err != nil || len(folders) < 8 {
		t.Fatalf("found %v, %v", folders, err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			f, err := Look(os.DirFS(folder), filepath.Base(folder))
			if err != nil {
				t.Fatal(err)
			}
			script := f.Script()
			p := planned(t, script)
			var text strings.Builder
			if err := p.Print(&text, plan.PrintOptions{}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(text.String(), "settle v1.2.3 stays") || strings.Contains(text.String(), "not written") {
				t.Errorf("the plan:\n%s", text.String())
			}
			golden := filepath.Join(folder, "want.drl")
			if *update {
				if err := os.WriteFile(golden, script, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(script)); diff != "" {
				t.Errorf("Script() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsFound(t *testing.T) {
	for _, tt := range []struct {
		folder string
		name   string
		want   []Finding
	}{
		{"empty", "empty", nil},
		{"compose", "compose", []Finding{{"docker-compose.yml", "services db, web, worker; answers on port 8080"}}},
		{"images", "grafana-stack", []Finding{{"compose.yaml", "services grafana; answers on port 3000"}}},
		{"railway", "tickets", []Finding{{"railway.json", "deployed to Railway, healthy at /healthz"}, {"package.json", "scripts lint, test"}}},
		{"npm", "site", []Finding{{"package.json", "scripts typecheck, build, deploy"}}},
		{"go", "tool", []Finding{{"go.mod", "the Go module github.com/acme/tool/v2"}}},
		{"ticketing", "ticketing", []Finding{
			{"docker-compose.yml", "services db, web, worker; answers on port 8080"}, {"Dockerfile", "an image to build"},
			{"manage.py", "Django, with its checks and migrations"}, {"railway.toml", "deployed to Railway, healthy at /api/health/"},
		}},
		{"odd", "odd", []Finding{
			{"compose.yml", "can't be read as YAML, and is left out"}, {"railway.json", "deployed to Railway"},
			{"package.json", "can't be read as JSON, and is left out"}, {"go.mod", "names no module, and is left out"},
		}},
	} {
		t.Run(tt.folder, func(t *testing.T) {
			f, err := Look(os.DirFS(filepath.Join("testdata", tt.folder)), tt.folder)
			if err != nil {
				t.Fatal(err)
			}
			if f.Name != tt.name || !slices.Equal(f.Found, tt.want) {
				t.Errorf("Look() = %s, %q, want %s, %q", f.Name, f.Found, tt.name, tt.want)
			}
		})
	}
}

// FuzzFolder: whatever the files of a folder hold, the script passes drl check
// and can be planned.
func FuzzFolder(f *testing.F) {
	f.Add("shop", "services: {web: {build: ., ports: ['80:80']}}", `{"name": "a", "scripts": {"test": "x"}}`, "module x", `{"deploy": {"healthcheckPath": "/a"}}`)
	f.Add("{x}\"\n\\", "name: \"{a}\"\nservices: {\"{b}\": {build: .}, a: {image: '\"'}}", `{"name": "{\"}"}`, "module {x}\"", "{}")
	f.Add("", "", "", "", "")
	f.Add("a", "services: 3", "[]", "module \x00", "3")
	f.Fuzz(func(t *testing.T, name, compose, packages, module, railway string) {
		all := fstest.MapFS{}
		for file, text := range map[string]string{"compose.yaml": compose, "package.json": packages, "go.mod": module, "railway.json": railway} {
			if text != "" {
				all[file] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		folder, err := Look(all, name)
		if err != nil {
			t.Fatal(err)
		}
		planned(t, folder.Script())
	})
}
