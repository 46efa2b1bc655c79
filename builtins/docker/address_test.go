package docker

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"io"
	golog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// An engine is looked for in the order of the docker program.
func TestLocate(t *testing.T) {
	config := t.TempDir()
	context := func(name, meta string) {
		sum := sha256.Sum256([]byte(name))
		dir := filepath.Join(config, "contexts", "meta", hex.EncodeToString(sum[:]))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "meta.json"), []byte(meta), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	context("staging", `{"Name":"staging","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://10.0.0.5:2376","SkipTLSVerify":true}}}`)
	context("far", `{"Name":"far","Endpoints":{"docker":{"Host":"ssh://deploy@far.example.com"}}}`)
	context("cluster", `{"Name":"cluster","Endpoints":{"kubernetes":{}}}`)
	context("broken", `{"Name`)
	const forward = "drl does not speak to an engine by ssh: run drl on that machine, or forward its socket " +
		"(ssh -N -L /tmp/docker.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/docker.sock"
	for _, tt := range []struct {
		name, given, env, config string
		want                     string // as endpoint, or the error
	}{
		{"nothing is said", "", "", "", "unix:///var/run/docker.sock"},
		{"no context", "", "", `{"currentContext": "default"}`, "unix:///var/run/docker.sock"},
		{"the configuration's context", "", "", `{"currentContext": "staging"}`, "tcp://10.0.0.5:2376"},
		{"another context", "", "DOCKER_CONTEXT=staging", `{"currentContext": "far"}`, "tcp://10.0.0.5:2376"},
		{"the default context", "", "DOCKER_CONTEXT=default", `{"currentContext": "far"}`, "unix:///var/run/docker.sock"},
		{"a host before a context", "", "DOCKER_HOST=unix:///a DOCKER_CONTEXT=far", `{"currentContext": "far"}`, "unix:///a"},
		{"the argument first", "tcp://b:1", "DOCKER_HOST=unix:///a DOCKER_CONTEXT=far", "", "tcp://b:1"},
		{"a usual port", "", "DOCKER_HOST=tcp://b", "", "tcp://b:2375"},
		{"a usual port with TLS", "", "DOCKER_HOST=tcp://b DOCKER_TLS_VERIFY=1", "", "tcp://b:2376"},
		{"IPv6", "", "DOCKER_HOST=tcp://[::1]:2375", "", "tcp://[::1]:2375"},
		{"ssh", "ssh://user@host", "", "", `host is "ssh://•••@host", and ` + forward},
		{"a context by ssh", "", "DOCKER_CONTEXT=far", "", `the address of the context "far" is "ssh://•••@far.example.com", and ` + forward},
		{"no such context", "", "DOCKER_CONTEXT=../x", "", `DOCKER_CONTEXT is "../x", and there is no such context: docker context ls lists them`},
		{"no such current context", "", "", `{"currentContext": "gone"}`, `currentContext of docker's configuration is "gone", and there is no such context: docker context ls lists them`},
		{"a context of a cluster", "", "DOCKER_CONTEXT=cluster", "", `the context "cluster" has no address of an engine: docker context inspect shows it`},
		{"a broken context", "", "DOCKER_CONTEXT=broken", "", `the context "broken" has no address of an engine: docker context inspect shows it`},
		{"a pipe", "", `DOCKER_HOST=npipe:////./pipe/docker_engine`, "", `DOCKER_HOST is "npipe:////./pipe/docker_engine", a pipe of Windows: ` + wantedAddress},
		{"a path", "", "DOCKER_HOST=/var/run/docker.sock", "", `DOCKER_HOST is "/var/run/docker.sock", ` + wantedAddress},
		{"a relative path", "unix://docker.sock", "", "", `host is "unix://docker.sock", ` + wantedAddress},
		{"HTTP", "http://b:2375", "", "", `host is "http://b:2375", ` + wantedAddress},
		{"no host", "tcp://", "", "", `host is "tcp://", ` + wantedAddress},
		{"a password", "tcp://u:p4ss@b:2375", "", "", `host is "tcp://•••@b:2375", ` + wantedAddress},
		{"no JSON", "", "", "{", filepath.Join(config, "config.json") + " is no configuration of docker: it is not the JSON that docker writes"},
	} {
		env := map[string]string{"DOCKER_CONFIG": config}
		for _, setting := range strings.Fields(tt.env) {
			name, text, _ := strings.Cut(setting, "=")
			env[name] = text
		}
		os.Remove(filepath.Join(config, "config.json"))
		if tt.config != "" {
			if err := os.WriteFile(filepath.Join(config, "config.json"), []byte(tt.config), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		h := &builtins.Host{Env: hostile.Env(env)}
		var given *string
		if tt.given != "" {
			given = &tt.given
		}
		at, err := locate(t.Context(), h, given)
		got := at.String()
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if strings.Contains(tt.name, "context") && err == nil && at.network == "tcp" && !at.unverified {
			t.Errorf("%s: SkipTLSVerify is lost", tt.name)
		}
	}
}

// An engine behind TLS shows a certificate, and wants ours.
func TestTLS(t *testing.T) {
	authority := hostile.NewAuthority(t)
	cert := authority.Certificate(t, nil)
	var asked string
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.TLS.PeerCertificates[0].Subject.CommonName
		w.Header().Set("API-Version", "1.41")
		http.Error(w, `{"message":"page not found"}`, http.StatusNotFound)
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAnyClientCert}
	s.Config.ErrorLog = golog.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()

	keys := t.TempDir()
	ca, err := os.ReadFile(authority.CA)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"ca.pem": ca, "cert.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	} {
		if err := os.WriteFile(filepath.Join(keys, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := hostile.Host(t)
	env := map[string]string{"DOCKER_HOST": "tcp://" + strings.TrimPrefix(s.URL, "https://"), "DOCKER_CERT_PATH": keys}
	h.Env = hostile.Env(env)
	if _, err := image.Call(t.Context(), h, nil, []value.Value{value.String("x")}); err != nil || asked != "localhost" {
		t.Errorf("docker.image = %v, and the engine saw %q", err, asked)
	}
	env["DOCKER_CERT_PATH"] = t.TempDir() // nobody's keys
	if _, err := image.Call(t.Context(), h, nil, []value.Value{value.String("x")}); err == nil || !strings.Contains(err.Error(), "no engine answers at tcp://127.0.0.1") {
		t.Errorf("without keys: %v", err)
	}
}

func TestUnreachable(t *testing.T) {
	h := hostile.Host(t)
	dead := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", dead)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	for host, want := range map[string]string{
		"unix:///none/docker.sock": "there is no engine at unix:///none/docker.sock, no such socket: start Docker, or say where it is with host: or DOCKER_HOST",
		"unix://" + dead:           "no engine listens at unix://" + dead + ": start Docker, or say where it is with host: or DOCKER_HOST",
		"tcp://127.0.0.1:1":        "no engine listens at tcp://127.0.0.1:1: start Docker, or say where it is with host: or DOCKER_HOST",
		"tcp://no.such.invalid":    "no engine answers at tcp://no.such.invalid:2375: ",
	} {
		for _, f := range []*builtins.Func{container, logs, stop, exec, push} {
			args := make([]value.Value, len(f.Signature().Params))
			for i, p := range f.Signature().Params {
				switch p.Name {
				case "name", "ref":
					args[i] = value.String("x")
				case "argv":
					args[i] = value.NewList([]value.Value{value.String("x")})
				case "host":
					args[i] = value.String(host)
				}
			}
			if _, err := f.Call(t.Context(), h, nil, args); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s at %s: %v, want %s", f.Name, host, err, want)
			}
		}
	}
}
