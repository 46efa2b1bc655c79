package docker_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/docker"
	"github.com/drl-lang/drl/builtins/hostile"
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
