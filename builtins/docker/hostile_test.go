package docker_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/docker"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Whatever a server answers in place of an engine is a short error.
func TestBadEngines(t *testing.T) {
	for _, name := range []string{"container", "containers", "push", "exec"} {
		// Nothing at all is a list without containers to the library, and null too.
		fine := map[string][]string{"containers": {"null", "a list"}}[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hostile.BadAPIs(t, "", fine, func(t *testing.T, address string) error {
				args := hostile.Args{"host": text(strings.Replace(address, "http://", "tcp://", 1)), "timeout": value.Duration(time.Second)}
				switch name {
				case "push":
					args["ref"] = text("app:v1")
				case "containers":
				case "exec":
					args["argv"] = texts("x")
					fallthrough
				default:
					args["name"] = text("web")
				}
				_, err := hostile.Call(t, docker.Modules(), hostile.Host(t), "docker."+name, nil, args)
				return err
			})
		})
	}
}

// An engine that says too much, or stops in the middle of it.
func TestHalfAnswers(t *testing.T) {
	inspect := `{"Id":"x","Name":"/web","State":{"Status":"running","Running":true},"Config":{"Image":"app"}}`
	answers := map[string]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("API-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		for part, answer := range answers {
			if strings.HasSuffix(r.URL.Path, part) {
				io.WriteString(w, answer)
				return
			}
		}
		io.WriteString(w, inspect)
	}))
	defer s.Close()
	host := text(strings.Replace(s.URL, "http://", "tcp://", 1))
	for _, tt := range []struct{ name, path, answer, want string }{
		{"logs", "/logs", "\x01\x00\x00\x00\xff\xff\xff\xffshort", "ends in the middle"},
		{"logs", "/logs", "<html>", "ends in the middle"},
		{"stats", "/stats", "{}", "web ended while it was measured"},
		{"push", "/push", `{"status":"The push refers to repository [x]"}`, "push app:v1: the engine stopped before it named a digest: whether the image has arrived is not known"},
		{"push", "/push", `{"status":"Pushing"}{"errorDetail":{"message":"` + strings.Repeat("x", 5000) + `\u001b[2J"}}`, "push app:v1: xxxx"},
		{"pull", "/create", `{"errorDetail":{"message":"toomanyrequests: You have reached your pull rate limit"}}`, "pull app:v1: toomanyrequests: You have reached your pull rate limit"},
	} {
		answers = map[string]string{tt.path: tt.answer}
		args := hostile.Args{"host": host}
		if tt.name == "push" || tt.name == "pull" {
			args["ref"] = text("app:v1")
		} else {
			args["name"] = text("web")
		}
		_, err := hostile.Call(t, docker.Modules(), hostile.Host(t), "docker."+tt.name, nil, args)
		if err == nil || !strings.Contains(err.Error(), tt.want) || len(err.Error()) > 500 || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// Each text arrives at the engine in its place, byte for byte, or nothing is
// asked.
func TestHostileTexts(t *testing.T) {
	var paths []string
	var query url.Values
	var body map[string]any
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("API-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/_ping") {
			return
		}
		paths, query, body = append(paths, r.URL.Path), r.URL.Query(), nil
		json.NewDecoder(r.Body).Decode(&body)
		http.Error(w, `{"message":"no"}`, http.StatusInternalServerError)
	}))
	defer s.Close()
	h := hostile.Host(t)
	address := text(strings.Replace(s.URL, "http://", "tcp://", 1))
	arrived := map[string]int{}
	for _, m := range docker.Modules() {
		for _, f := range m.Funcs {
			for _, p := range f.Signature.Params {
				kind := p.Type
				if kind.Kind == types.Option {
					kind = kind.Elem
				}
				isList := kind.Kind == types.List
				if p.Name == "host" || f.Signature.Name == "docker.build" || kind.Kind != types.String && !isList {
					continue
				}
				for _, given := range hostile.Strings() {
					paths = nil
					args := hostile.Args{"host": address, "timeout": value.Duration(time.Minute)}
					for _, other := range f.Signature.Params {
						switch {
						case other.Name == "argv":
							args["argv"] = texts("x")
						case !other.Optional && other.Type.Kind == types.String:
							args[other.Name] = text("x")
						}
					}
					args[p.Name] = text(given)
					if isList {
						args[p.Name] = texts("x", given)
					}
					if p.Name == "user" && (f.Signature.Name == "docker.push" || f.Signature.Name == "docker.pull") {
						args["password"] = value.NewSecret("p")
					}
					if _, err := hostile.Call(t, docker.Modules(), h, f.Signature.Name, nil, args); err == nil && f.Signature.Name != "docker.image" {
						t.Fatalf("%s(%s: %q) is no error", f.Signature.Name, p.Name, given)
					}
					if len(paths) == 0 {
						continue // refused
					}
					for _, path := range paths {
						if !strings.HasPrefix(path, "/v1.41/containers/") && !strings.HasPrefix(path, "/v1.41/images/") || strings.Contains(path, "..") {
							t.Errorf("%s(%s: %q) asks for %s", f.Signature.Name, p.Name, given, path)
						}
					}
					arrived[f.Signature.Name+" "+p.Name]++
					switch f.Signature.Name + " " + p.Name {
					case "docker.containers label":
						if want, _ := json.Marshal(map[string]map[string]bool{"label": {given: true}}); query.Get("filters") != string(want) {
							t.Errorf("label %q: the engine is asked for %s", given, query.Get("filters"))
						}
					case "docker.exec argv":
						if words, ok := body["Cmd"].([]any); !ok || len(words) != 2 || words[1] != given {
							t.Errorf("argv %q: the engine gets %v", given, body["Cmd"])
						}
					case "docker.exec dir":
						if body["WorkingDir"] != nil && body["WorkingDir"] != given {
							t.Errorf("dir %q: the engine gets %v", given, body["WorkingDir"])
						}
					}
				}
			}
		}
	}
	for _, name := range []string{"docker.containers label", "docker.containers name", "docker.exec argv", "docker.exec user", "docker.exec dir"} {
		if arrived[name] < 250 {
			t.Errorf("%s: %d texts arrived, want 250 at least", name, arrived[name])
		}
	}
}

// Half of a letter that ends a name, and half that begins its value, are no
// letter to the engine.
func TestHalvesOfALetter(t *testing.T) {
	h := hostile.Host(t)
	if err := os.WriteFile(h.Path("Dockerfile"), []byte("FROM scratch"), 0o600); err != nil {
		t.Fatal(err)
	}
	halves := value.NewMap([]string{"\xc3"}, []value.Value{text("\xa9")})
	for param, args := range map[string]hostile.Args{
		"env": {"name": text("web"), "argv": texts("x")}, "args": {"dir": text("."), "tag": text("app")}, "labels": {"dir": text("."), "tag": text("app")},
	} {
		name := "docker.build"
		if param == "env" {
			name = "docker.exec"
		}
		args[param], args["host"] = halves, text("tcp://127.0.0.1:1")
		if _, err := hostile.Call(t, docker.Modules(), h, name, nil, args); err == nil || !strings.Contains(err.Error(), "has bytes that are no UTF-8") {
			t.Errorf("%s: %v", param, err)
		}
	}
}

// A call ends with its run, whatever the engine does.
func TestStopped(t *testing.T) {
	address := hostile.Serve(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	for _, name := range []string{"container", "logs", "stats", "stop"} {
		start := time.Now()
		_, err := hostile.Call(t, docker.Modules(), hostile.Host(t), "docker."+name, nil,
			hostile.Args{"name": text("web"), "host": text("tcp://" + address), "timeout": value.Duration(200 * time.Millisecond)})
		if err == nil || err.Error() != "timed out after 200ms" || time.Since(start) > 10*time.Second {
			t.Errorf("docker.%s: %v after %v", name, err, time.Since(start))
		}
	}
}
