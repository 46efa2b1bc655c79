package standard_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/types"
)

var update = flag.Bool("update", false, "rewrite what is generated")

// golden compares text with a file, or rewrites the file.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is out of date, run go test ./builtins/standard -update (-want +got):\n%s", path, diff)
	}
}

func TestTheReadmeIsWhatTheCodeSays(t *testing.T) {
	golden(t, filepath.Join("..", "README.md"), builtins.Markdown(standard.Modules()))
}

func TestManual(t *testing.T) {
	for _, name := range []string{"http.get", "http.session", "env", "max", "events", "url.parts", "railway.rollback"} {
		f := standard.Lookup(name)
		golden(t, filepath.Join("testdata", name+".txt"), []byte(builtins.Manual(f.Signature(), f.Example)))
	}
}

func TestEverythingIsExplained(t *testing.T) {
	for _, m := range standard.Modules() {
		if m.Doc == "" {
			t.Errorf("module %q has no doc", m.Name)
		}
		for _, f := range append(m.Funcs, m.Methods...) {
			s := f.Signature()
			if m.Name != "" && len(m.Methods) == 0 && !strings.HasPrefix(s.Name, m.Name+".") {
				t.Errorf("%s is in module %s", s.Name, m.Name)
			}
			if !strings.HasSuffix(s.Doc, ".") {
				t.Errorf("%s: doc is %q, want a sentence", s.Name, s.Doc)
			}
			if f.Example == "" && !strings.HasPrefix(s.Doc, "As ") {
				t.Errorf("%s has no example", s.Name)
			}
			for _, p := range s.Params {
				if p.Doc == "" {
					t.Errorf("%s: %s has no doc", s.Name, p.Name)
				}
			}
			if standard.Lookup(s.Name) == nil {
				t.Errorf("Lookup(%q) = nil", s.Name)
			}
			explained(t, s.Name, s.Result)
		}
	}
}

func explained(t *testing.T, name string, typ *types.Type) {
	t.Helper()
	if typ == nil {
		return
	}
	for _, f := range typ.Fields {
		if f.Doc == "" {
			t.Errorf("%s: field %s has no doc", name, f.Name)
		}
		explained(t, name, f.Type)
	}
	explained(t, name, typ.Elem)
}

func TestEveryCallThatReachesOutsideHasADeadline(t *testing.T) {
	for _, m := range standard.Modules() {
		for _, f := range append(m.Funcs, m.Methods...) {
			has := false
			for _, p := range f.Signature().Params {
				has = has || p.Name == "timeout" && p.NamedOnly && p.Default != "" && p.Type.Kind == types.Duration
			}
			if want := f.Effect != types.Pure; has != want {
				t.Errorf("%s (%s) has a timeout: %v", f.Name, f.Effect, has)
			}
		}
	}
}

func TestUniverse(t *testing.T) {
	u := standard.Universe()
	if len(u.Core) == 0 || len(u.Packages) == 0 {
		t.Fatalf("Universe() has %d functions and %d packages", len(u.Core), len(u.Packages))
	}
	var names []string
	for _, typ := range u.Declared() {
		names = append(names, typ.Name)
	}
	want := []string{"Matching", "Response", "Certificate", "Session", "Probe", "Upload", "Database", "Backup", "Queue", "Deployment", "LogLine", "Container", "Port", "Image", "Service", "Snapshot", "Ran"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if standard.Lookup("http.got") != nil {
		t.Error(`Lookup("http.got") found something`)
	}
}
