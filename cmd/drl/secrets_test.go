package main

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const aKey = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBKx4iVfOvmZLmcA1qgCXkVqJ0XhTzPZ8DLQhB9kTq7YoAoGCCqGSM49
AwEHoUQDQgAEk3m1XbqLr0gZ2vPq9Ff7uU5dWc4aHs8eNjKtRiOyGxSwMhPlVZEd
o5TbC6nQ==
-----END EC PRIVATE KEY-----
`

// shapes are what secrets look like. Of the short one it is only known that it
// is hidden by its type.
var shapes = map[string]string{
	"token":              "ghp_R4nd0mT0k3nThatIsAsLongAsThey",
	"long":               strings.Repeat("0nG-s3cr3t_", 400),
	"key of many lines":  aKey,
	"JSON":               `{"type": "service_account", "private_key": "kJ8vQz2mXw9rTb4n", "pin": 4711081512345}`,
	"DSN":                "postgres://app:Zx9-tr0ub4dor@127.0.0.1:1/tickets?sslmode=disable",
	"quotes":             `it's "quoted" \ and ` + "`ticked`",
	"percent and markup": "100%25+<b>&amp;€/x=?#",
	"newlines":           "first half of it\nsecond half of it\n",
	"digits":             "90210476134055",
	"prefix":             "prefix-of-another",
	"longer":             "prefix-of-another-one",
	"webhook":            "https://127.0.0.1:1/services/T00/B00/Xk29sLq0PzRt7VbN",
}

// writings are what may become of a text on its way.
var writings = map[string]func(string) string{
	"raw":         func(s string) string { return s },
	"base64":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 + 1":  func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte("x" + s))[2:] },
	"base64 + 2":  func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte("xy" + s))[3:] },
	"base64url":   func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base32":      func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
	"hex":         func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":         func(s string) string { return fmt.Sprintf("%X", s) },
	"query":       url.QueryEscape,
	"path":        url.PathEscape,
	"userinfo":    func(s string) string { return url.UserPassword("u", s).String() },
	"JSON":        func(s string) string { b, _ := json.Marshal(s); return string(b) },
	"JSON twice":  func(s string) string { b, _ := json.Marshal(s); b, _ = json.Marshal(string(b)); return string(b) },
	"HTML":        html.EscapeString,
	"Go":          strconv.Quote,
	"shell":       func(s string) string { return `'` + strings.ReplaceAll(s, `'`, `'\''`) + `'` },
	"C":           func(s string) string { return strings.ReplaceAll(strconv.QuoteToASCII(s), `"`, "") },
	"of the line": func(s string) string { return strings.ReplaceAll(s, "\n", "") },
}

// echo answers with what it was asked, in every writing, and keeps what it got.
type echo struct {
	mu   sync.Mutex
	asks []string
	said string // of the messages to the webhook
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.URL.Path == "/hook" {
		e.said += string(body)
		return
	}
	text := r.URL.Query().Get("q") + string(body)
	e.asks = append(e.asks, text)
	reply := map[string]any{"q": text, "header": r.Header.Get("X-Token"), "authorization": r.Header.Get("Authorization"), "path": r.URL.RawPath}
	for name, write := range writings {
		reply[name] = write(text)
	}
	json.NewEncoder(w).Encode(reply)
}

// everywhere lets a secret go wherever one may, and provokes every sink to
// show it.
const everywhere = `
release "secrets" { version: "v1" }
input token:  secret
input server: string
## How often.
input times:  int = 1

let said = http.get("{server}/echo", query: { q: token }).json.q as string
let copies = [token, "{token}!"]

check "by type" or warn {
    print(token)
    print(copies)
    print({ token: token, list: copies, n: times })
    print("{token} {copies} {token.upper()}")
    print(json.text({ token: token }))
    expect token == "something else" else "{token} is not it"
    expect copies == ["a"]
    expect copies.map(c => c + "!").join(",") == "x"
}
check "json of it" or warn {
    let parsed = try json.parse(json.text({ inner: [token], n: 5 }))
    print(parsed)
    print(parsed.value)
    print("{parsed.value.inner}")
    expect parsed.value.inner.first + "" == "x"
    expect parsed.value.n == 5
    expect (try json.parse(token)).value == "x"
    expect parsed.value.inner[0] as int == 5
}
check "a server that echoes" or warn {
    let r = http.get("{server}/echo", query: { q: token })
    expect r.json.q as string == token
    print(r.body)
    print(r.json)
    print(r.url)
    expect r.body == "nothing"
    expect "{r.body}{r.body}{r.body}" == "nothing that is as long as forty characters are, or more than that"
    expect r.json.q == "nothing that is as long as forty characters are, or more than that"
    expect r.json.hex contains "nothing"
    expect r.json.q as int == 5
    expect r.json.nothing == 1
}
check "headers, bodies, addresses" or warn {
    print(http.get("{server}/echo", headers: { "X-Token": base64.encode(token) }).body)
    print(http.get("{server}/echo/{token}").body)
    print((try http.get("{server}/echo", bearer: token)).error)
    print((try http.get("{server}/echo", headers: { "X-Token": token })).error)
    print((try http.get("http://{token}@127.0.0.1:1/")).error)
    print((try http.get("http://127.0.0.1:1/{token}")).error)
    print((try http.get(token)).error)
    print((try url.parts(token)).value)
    print((try base64.decode(token)).error)
}
check "a refused connection" or warn { expect http.get("http://127.0.0.1:1/", query: { q: token }).ok }
check "no address" or warn { expect http.get(token).ok }
step "post" or warn {
    undo none "an example"
    print(http.post("{server}/echo", json: { token: token }).body)
    print(http.post("{server}/echo", body: token).json)
}
step "commands" or warn {
    undo none "an example"
    $ TOKEN={token} sh -c 'echo "$TOKEN"; printf %s "$TOKEN" | base64; printf %s "$TOKEN" | base64 -w 20'
    $ cat <<< {token}
    $ cat <<< {http.get("{server}/echo", query: { q: token }).body}
    $ cat {secret_file(token)}
    with { TOKEN: token } {
        $ sh -c 'printf %s "$TOKEN" | head -c 12; printf %s "$TOKEN" | tail -c +13; echo; printf %s "$TOKEN" | fold -w 9'
    }
    let shown = $(TOKEN={token} sh -c 'printf %s "$TOKEN"').stdout
    print(shown)
    print(secret $(TOKEN={token} sh -c 'printf %s "$TOKEN"'))
    expect shown == "nothing that is as long as forty characters are, or more than that"
}
step "tell {server}" or warn {
    undo none "an example"
    notify.send(secret("{server}/hook"), $(TOKEN={token} sh -c 'echo "it is $TOKEN"').stdout, title: http.get("{server}/echo", query: { q: token }).json.q as string)
}
step "fails" or warn {
    undo none "an example"
    $ TOKEN={token} sh -c 'echo "bad token: $TOKEN" >&2; exit 3'
}
for word in [said, "plain"] {
    check "said {word}" or warn { expect word == "plain" }
}
check "said by {said}" or warn {
    expect 1 == 2 else "{http.get("{server}/echo", query: { q: token }).body}"
    fail($(TOKEN={token} sh -c 'echo "$TOKEN"').stdout)
}
on finish { print("{run.reason} {run.nodes}") }
`

func TestNoSecretIsShownAnywhere(t *testing.T) {
	t.Cleanup(watchProcesses(t))
	for name, secret := range shapes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &echo{}
			at := httptest.NewServer(server)
			defer at.Close()
			dir, temp := t.TempDir(), t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte(everywhere), 0o666); err != nil {
				t.Fatal(err)
			}
			drl := func(args ...string) string {
				cmd := exec.Command("drl", args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "TMPDIR="+temp, "DRL_INPUT_TOKEN="+secret, "NO_COLOR=1", "TERM=dumb")
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				var exit *exec.ExitError
				if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
					t.Error(err)
				}
				return out.String()
			}
			said := map[string]string{
				"plan":        drl("plan", "s.drl", "--server", at.URL),
				"plan --json": drl("plan", "s.drl", "--json", "--server", at.URL),
				"run":         drl("run", "s.drl", "-v", "--server", at.URL),
				"run --json":  drl("run", "s.drl", "--json", "--server", at.URL),
				"typed":       drl("run", "s.drl", "--token", secret, "--times", secret),
			}
			if name == "token" { // these don't look at the value
				said["check"] = drl("check", "s.drl")
				said["run --help"] = drl("run", "s.drl", "--help")
				said["completion"] = drl("__complete", "--", "run", "s.drl", "--token", "")
				said["missing input"] = drl("run", "s.drl")
			}
			said["webhook"] = server.said
			if server.said == "" || !strings.Contains(said["run"], "•••") || !strings.Contains(said["plan"], "nothing was changed") {
				t.Errorf("the script didn't get everywhere:\n%s\n%s\n%s", said["plan"], said["run"], server.said)
			}
			if !slices.Contains(server.asks, secret) {
				t.Error("the server never got the secret as it is")
			}
			filepath.WalkDir(temp, func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					content, _ := os.ReadFile(path)
					said[path] = string(content)
				}
				return err
			})
			for where, text := range said {
				shows(t, where, text, secret)
			}
		})
	}
}

func TestNoSecretIsShownOnALiveTerminal(t *testing.T) {
	at := httptest.NewServer(&echo{})
	defer at.Close()
	t.Setenv("DRL_INPUT_TOKEN", shapes["JSON"])
	p := sit(t, everywhere, "run", "s.drl", "--server", at.URL)
	p.ends(0)
	p.mu.Lock()
	defer p.mu.Unlock()
	if text := p.seen.String(); !strings.Contains(text, "•••") {
		t.Errorf("nothing is masked in\n%s", text)
	}
	shows(t, "the terminal", p.seen.String(), shapes["JSON"])
}

// shows reports writings of the secret in a text, also where lines break.
func shows(t *testing.T, where, text, secret string) {
	t.Helper()
	joined := strings.NewReplacer("\n", "", "│", "", " ", "").Replace(text)
	parts := []string{secret}
	for _, line := range strings.Split(secret, "\n") {
		if !strings.HasPrefix(line, "-----") {
			parts = append(parts, line)
		}
	}
	if u, err := url.Parse(secret); err == nil && u.User != nil {
		password, _ := u.User.Password()
		parts = append(parts, password)
	}
	for _, part := range parts {
		for name, write := range writings {
			form := strings.Trim(write(part), `"'=`)
			if len(part) < 8 || len(form) < 8 {
				continue
			}
			// The last letters of base64 also hold what follows.
			form = form[:max(8, len(form)-2)]
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s shows the secret as %s: …%s…", where, name, text[max(0, at-80):min(len(text), at+len(form)+20)])
			} else if short := strings.ReplaceAll(form, " ", ""); len(short) >= 16 && strings.Contains(joined, short) {
				t.Errorf("%s shows the secret in lines as %s", where, name)
			}
		}
	}
}

// watchProcesses looks for secrets in the process list until the function that
// it returns is called.
func watchProcesses(t *testing.T) (stop func()) {
	done, over := make(chan struct{}), make(chan struct{})
	looks := time.NewTicker(5 * time.Millisecond)
	go func() {
		defer close(over)
		for {
			select {
			case <-done:
				return
			case <-looks.C:
			}
			lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, path := range lines {
				line, err := os.ReadFile(path)
				if err != nil || bytes.HasPrefix(line, []byte("drl\x00run\x00")) { // typed by this test itself
					continue
				}
				for name, secret := range shapes {
					if bytes.Contains(line, []byte(secret)) {
						t.Errorf("%s: the process list shows the secret: %q", name, line)
						return
					}
				}
			}
		}
	}()
	return func() {
		looks.Stop()
		close(done)
		<-over
	}
}
