package standard_test

import (
	"archive/tar"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/hostile/standin"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// texts are all that a request says, decoded.
func (r request) texts() []string {
	all := []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), string(r.body)}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			name, value, _ := strings.Cut(v, "=") // of a variable
			all = append(all, v, name, value)
		case map[string]any:
			for name, x := range v {
				all = append(all, name)
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	login, _ := base64.URLEncoding.DecodeString(r.Header.Get("X-Registry-Auth"))
	inJSON := []string{string(r.body), string(login)}
	for _, values := range r.URL.Query() {
		all = append(all, values...)
		inJSON = append(inJSON, values...)
	}
	for _, text := range inJSON {
		var v any
		if json.Unmarshal([]byte(text), &v) == nil {
			walk(v)
		}
	}
	if tag := r.URL.Query().Get("tag"); tag != "" { // of an image that stands elsewhere
		_, image, _ := strings.Cut(r.URL.Path, "/images/")
		image = strings.TrimSuffix(image, "/push")
		all = append(all, cmp.Or(r.URL.Query().Get("repo"), r.URL.Query().Get("fromImage"), image)+":"+tag)
	}
	for files := tar.NewReader(bytes.NewReader(r.body)); ; {
		if _, err := files.Next(); err != nil {
			return all
		}
		content, _ := io.ReadAll(files)
		all = append(all, string(content))
	}
}

func (r request) says(text string) bool {
	return slices.Contains(r.texts(), text) || strings.Contains(r.URL.Path+"/", "/"+text+"/")
}

// service is one that is asked over HTTP.
type service struct {
	answer http.Handler
	more   hostile.Args
	// form is how a text is given to a parameter, and then said to the service;
	// nil, or a given nil: as it is.
	form func(param, text string) (given value.Value, said string)
}

// asked: one of the requests to a service says the text, or there is none.
func asked(of func(t *testing.T, h *builtins.Host) service) way {
	return func(t *testing.T, f *builtins.Func, param int) {
		h := hostile.Host(t)
		s := of(t, h)
		o := otherEnd(t, h, s.answer)
		more, p := harmless(f), f.Signature().Params[param]
		more["server"], more["host"] = str(o.URL), str(strings.Replace(o.URL, "http://", "tcp://", 1))
		maps.Copy(more, s.more)
		arrived := 0
		try := func(given value.Value, said string) {
			more[p.Name] = given
			_, err := with(t.Context(), h, f, nil, -1, "", more)
			noBug(t, said, err)
			seen := o.asked()
			switch {
			case len(seen) == 0 && err == nil:
				t.Errorf("%q is fine, and nobody was asked", said)
			case slices.ContainsFunc(seen, func(r request) bool { return r.says(said) }):
				arrived++
			case len(seen) > 0 && said != "":
				t.Errorf("%q: the server was asked %s with %q and %q (%v)", said, seen[0].URL, seen[0].Header, seen[len(seen)-1].body, err)
			}
		}
		eachText(t, func(text string) {
			given, said := textual(p.Type, text), text
			if s.form != nil {
				if v, as := s.form(f.Name+"."+p.Name, text); v != nil {
					given, said = v, as
				}
			}
			try(given, said)
			if p.Type.Kind == types.Map {
				try(value.NewMap([]string{text}, []value.Value{str("x")}), text)
			}
		})
		if arrived < 1 {
			t.Errorf("no text arrived")
		}
	}
}

// plainly is a service that knows nothing.
func plainly(*testing.T, *builtins.Host) service { return service{answer: http.NotFoundHandler()} }

// ofOwner puts a text where the name of a project is, after its owner's.
func ofOwner(param, text string) (value.Value, string) {
	if !fitsAny("*.*.{project,repo}", param) {
		return nil, ""
	}
	return str("acme/" + text), "acme/" + text
}

func github(t *testing.T, _ *builtins.Host) service {
	g := standin.NewGitHub(t, "t0ken")
	g.Change(func(s *standin.GitHubState) {
		s.Refs = map[string]string{"main": "6dcb09b5b57875f334f61aebed695e2e4193db5e", "v1": "6dcb09b5b57875f334f61aebed695e2e4193db5e"}
	})
	at, _ := url.Parse(g.URL)
	answer := httputil.NewSingleHostReverseProxy(at)
	return service{form: ofOwner, answer: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.Change(func(s *standin.GitHubState) { s.Releases = nil })
		answer.ServeHTTP(w, r)
	})}
}

func sentry(t *testing.T, _ *builtins.Host) service {
	at, _ := url.Parse(standin.NewSentry(t, "t0ken").URL)
	return service{form: ofOwner, answer: httputil.NewSingleHostReverseProxy(at)}
}

// engine is a Docker Engine that says which version it speaks and refuses all
// else, and a folder that it could build.
func engine(t *testing.T, h *builtins.Host) service {
	write := func(path, content string) {
		if err := os.WriteFile(h.Path(path), []byte(content), 0o600); err != nil {
			t.Error(err)
		}
	}
	write("Dockerfile", "FROM scratch")
	made := "none" // by the text before
	return service{
		answer: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("API-Version", "1.41")
			w.Header().Set("Content-Type", "application/json")
			if !strings.HasSuffix(r.URL.Path, "/_ping") {
				http.Error(w, `{"message":"no"}`, http.StatusInternalServerError)
			}
		}),
		more: hostile.Args{"dir": str("."), "user": str("u"), "password": value.NewSecret("p")},
		form: func(param, text string) (value.Value, string) {
			os.RemoveAll(h.Path(made))
			switch {
			case param == "docker.containers.name": // a pattern to the engine
				return str(text), regexp.QuoteMeta(text)
			case fitsAny("docker.{image.ref,tag.source}", param):
				return str("example.com/" + text), "example.com/" + text // without a host it is one of Docker's own
			case fitsAny("docker.{push.ref,pull.ref,tag.target,build.tag}", param):
				image := "example.com/" + text
				if strings.Contains(text, ":") {
					return str(image), image
				}
				return str(image), image + ":latest"
			case param == "docker.build.dir" && isName(text):
				made = text
				if err := os.Mkdir(h.Path(text), 0o700); err != nil {
					t.Error(err)
				}
				write(filepath.Join(text, "Dockerfile"), "FROM scratch\nLABEL in "+text)
				return str(text), "FROM scratch\nLABEL in " + text
			case param == "docker.build.dir":
				return str(text), ""
			case param == "docker.build.file" && isName(text):
				made = text
				write(text, "FROM scratch")
			}
			return nil, ""
		},
	}
}
