package standard_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// named are arguments that are given by name; plain ones come before them.
type named map[string]value.Value

// call calls a builtin with arguments in order, and a last named map.
func call(h *builtins.Host, name string, args ...any) (value.Value, error) {
	f := standard.Lookup(name)
	given := make([]value.Value, len(f.Signature().Params))
	at := 0
	for _, arg := range args {
		if byName, ok := arg.(named); ok {
			for i, p := range f.Signature().Params {
				if v, ok := byName[p.Name]; ok {
					given[i] = v
				}
			}
			continue
		}
		for at < len(given) && f.Signature().Params[at].NamedOnly {
			at++
		}
		if at < len(given) {
			given[at] = arg.(value.Value)
		} else {
			given = append(given, arg.(value.Value))
		}
		at++
	}
	return f.Call(context.Background(), h, nil, given)
}

func str(s string) value.Value              { return value.String(s) }
func list(items ...value.Value) value.Value { return value.NewList(items) }

// clock is a host whose time stands still.
func clock(at string) *builtins.Host {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return &builtins.Host{Now: func() time.Time { return t }}
}

func TestResults(t *testing.T) {
	environment := map[string]string{"REGION": "eu", "API_TOKEN": "t0ken", "EMPTY": ""}
	h := clock("2026-11-22T22:30:00Z")
	h.Env = hostile.Env(environment)
	h.Random = bytes.NewReader(make([]byte, 16))
	huge := value.Number(1e300)
	tests := []struct {
		name string
		args []any
		want any // a value, or an error's text
	}{
		{"env", []any{str("REGION")}, str("eu")},
		{"env", []any{str("EMPTY")}, str("")},
		{"env", []any{str("API_TOKEN")}, value.NewSecret("t0ken")},
		{"env", []any{str("NONE")}, "environment variable NONE is not set"},
		{"env", []any{str("NONE"), str("x")}, str("x")},
		{"env", []any{str("SLACK_URL"), str("x")}, value.NewSecret("x")},
		{"secret", []any{str("x")}, value.NewSecret("x")},
		{"date", []any{str("2026-11-22")}, value.Time(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))},
		{"date", []any{str("2026-11-22T10:00:00+01:00")}, value.Time(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))},
		{"date", []any{str("22.11.2026")}, `text is "22.11.2026", want a date such as 2026-11-22 or 2026-11-22T21:00:00Z`},
		{"events", []any{value.Int(3), value.Number(1200)}, value.Events{Bad: 3, Total: 1200}},
		{"events", []any{value.Int(3), value.Int(2)}, "bad is 3 of 2: there cannot be more bad ones than there are"},
		{"events", []any{value.Int(-1), value.Int(2)}, "bad is -1, want 0 or more"},
		{"percent", []any{value.Number(12.5)}, value.Percent(0.125)},
		{"abs", []any{value.Int(-3)}, value.Int(3)},
		{"abs", []any{value.Duration(-time.Second)}, value.Duration(time.Second)},
		{"abs", []any{value.Percent(-0.5)}, value.Percent(0.5)},
		{"abs", []any{value.Int(-1 << 63)}, "the result does not fit an int"},
		{"abs", []any{str("x")}, `x is "x", want a quantity`},
		{"min", []any{value.Duration(2), value.Duration(1), value.Duration(3)}, value.Duration(1)},
		{"max", []any{value.Int(1), value.Int(1<<62 + 1), value.Int(1 << 62)}, value.Int(1<<62 + 1)},
		{"max", []any{value.Int(3), value.Number(2.5)}, value.Number(3)},
		{"max", []any{value.Int(3), value.Size(2)}, "3 and 2B cannot be compared"},
		{"max", []any{str("a")}, `"a" and "a" cannot be compared`},
		{"round", []any{value.Number(2.5)}, value.Int(2)},
		{"floor", []any{value.Ratio(-0.5)}, value.Int(-1)},
		{"ceil", []any{value.Int(7)}, value.Int(7)},
		{"ceil", []any{huge}, huge.String() + " does not fit an int"},
		{"fail", []any{str("no size")}, "no size"},
		{"flag", []any{str("--x")}, str("--x")},
		{"sha256", []any{str("abc")}, str("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")},
		{"random.uuid", nil, str("00000000-0000-4000-8000-000000000000")},
		{"time.within", []any{str("22:00"), str("04:00")}, value.Bool(true)},
		{"time.within", []any{str("22:31"), str("04:00")}, value.Bool(false)},
		{"time.within", []any{str("20:00"), str("22:30")}, value.Bool(false)},
		{"time.within", []any{str("20:00"), str("24:00")}, value.Bool(true)},
		{"time.within", []any{str("23:00"), str("23:31"), named{"zone": str("Europe/Berlin")}}, value.Bool(true)},
		{"time.within", []any{str("10pm"), str("04:00")}, `from is "10pm", want a time of day such as 22:00`},
		{"time.within", []any{str("22:00"), str("04:00"), named{"zone": str("Local")}}, `zone is "Local", want a name such as Europe/Berlin or UTC`},
		{"json.parse", []any{str(`{"a":[1,2.5,null]}`)}, value.NewMap([]string{"a"}, []value.Value{list(value.Int(1), value.Number(2.5), value.Null{})})},
		{"json.parse", []any{str("{")}, "not JSON: the text ends in the middle of a value"},
		{"json.lines", []any{str("1\n\n2\n")}, list(value.Int(1), value.Int(2))},
		{"json.lines", []any{str("1\nx\n")}, "line 2: not JSON, line 1: invalid character 'x' looking for beginning of value"},
		{"json.text", []any{list(value.Duration(time.Second), str(`"`))}, str(`["1s","\""]`)},
		{"json.text", []any{list(value.NewSecret("x"))}, value.NewSecret(`["x"]`)},
		{"csv.parse", []any{str("a,b\r\n1,\"x\ny\"\r\n")}, list(value.NewMap([]string{"a", "b"}, []value.Value{str("1"), str("x\ny")}))},
		{"csv.parse", []any{str("a,b\n"), value.Bool(false)}, list(list(str("a"), str("b")))},
		{"csv.parse", []any{str("a,a\n")}, `two columns are named "a"`},
		{"csv.parse", []any{str("a,b\n1\n")}, "not CSV: record on line 2: wrong number of fields"},
		{"base64.encode", []any{str("a?>")}, str("YT8+")},
		{"base64.encode", []any{value.NewSecret("a?>")}, value.NewSecret("YT8+")},
		{"base64.decode", []any{str("YT8-")}, str("a?>")},
		{"base64.decode", []any{str("YQ")}, str("a")},
		{"base64.decode", []any{str("a*")}, "the text is not base64"},
		{"base64.decode", []any{str("/w==")}, "what the base64 holds is not text"},
		{"url.encode", []any{str("a/b c?ü")}, str("a%2Fb%20c%3F%C3%BC")},
		{"url.query", []any{value.NewMap([]string{"b", "a"}, []value.Value{str("x&y"), list(value.Int(1), value.Int(2))})}, str("a=1&a=2&b=x%26y")},
		{"url.query", []any{value.NewMap([]string{"b"}, []value.Value{value.NewSecret("x")})}, value.NewSecret("b=x")},
		{"url.parts", []any{str("example.com")}, "url is no absolute address, want one such as https://example.com/path"},
		{"url.parts", []any{value.NewSecret("postgres://a:s3cr3t@[::1/")}, "url is no absolute address, want one such as https://example.com/path"},
		{"url.parts", []any{str("http://a:99999/")}, "port is 99999, want 1 to 65535"},
	}
	for _, tt := range tests {
		got, err := call(h, tt.name, tt.args...)
		if want, fails := tt.want.(string); fails {
			if err == nil || err.Error() != want {
				t.Errorf("%s(%v): error %v, want %s", tt.name, tt.args, err, want)
			}
			continue
		}
		if err != nil || !value.Equal(got, tt.want.(value.Value)) || value.TypeName(got) != value.TypeName(tt.want.(value.Value)) {
			t.Errorf("%s(%v) = %v, %v, want %v", tt.name, tt.args, got, err, tt.want)
		}
	}
}

func TestURLParts(t *testing.T) {
	got, err := call(&builtins.Host{}, "url.parts", value.NewSecret("postgres://app:s3cr3t%21@db.example.com:5432/tickets?sslmode=require"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"scheme":"postgres","host":"db.example.com","port":5432,"user":"app","password":"•••","path":"/tickets","query":{"sslmode":"require"}}`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	password, _ := got.(*value.Record).Get("password")
	if !value.Equal(password, value.NewSecret("s3cr3t!")) {
		t.Error("the password is another")
	}
}

func TestPasswordsInAddressesAreHidden(t *testing.T) {
	var hidden []string
	h := &builtins.Host{
		Env:  func(string) (string, bool) { return "https://app:hunter22@x.example/", true },
		Hide: func(text string) { hidden = append(hidden, text) },
	}
	got, err := call(h, "env", str("API_URL"))
	if err != nil || got != str("https://app:hunter22@x.example/") {
		t.Errorf("env = %v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"hunter22", "app:hunter22"}, hidden); diff != "" {
		t.Errorf("hidden (-want +got):\n%s", diff)
	}
}

func TestTypesOfResults(t *testing.T) {
	env := standard.Lookup("env").Signature()
	for name, want := range map[string]*types.Type{
		"REGION": types.TString, "API_URL": types.TString, "MONKEY": types.TString, "": types.TSecret, "GITHUB_TOKEN": types.TSecret,
		"db_password": types.TSecret, "DATABASE_URL": types.TSecret, "SLACK_URL": types.TSecret, "SSH_KEY": types.TSecret, "CLIENT_SECRET": types.TSecret,
	} {
		if got := env.ByText(name); got != want {
			t.Errorf("env(%q) is %v, want %v", name, got, want)
		}
	}
	tests := []struct {
		name    string
		args    []*types.Type
		want    string
		problem string
	}{
		{"max", []*types.Type{types.TInt, types.TNumber}, "number", ""},
		{"max", []*types.Type{types.TDuration, types.TDuration}, "duration", ""},
		{"max", []*types.Type{types.TDuration, types.TSize}, "", "a duration and a size cannot be compared"},
		{"min", []*types.Type{types.TString}, "", "found text, want quantities such as numbers or durations"},
		{"abs", []*types.Type{types.TSize}, "size", ""},
		{"abs", []*types.Type{types.TTime}, "", "found a time, want a quantity such as a number or a duration"},
		{"sha256", []*types.Type{types.TSecret}, "secret", ""},
	}
	for _, tt := range tests {
		got, problem := standard.Lookup(tt.name).Signature().Infer(tt.args)
		if problem != tt.problem || problem == "" && got.String() != tt.want {
			t.Errorf("%s(%v) is %v, %q, want %s, %q", tt.name, tt.args, got, problem, tt.want, tt.problem)
		}
	}
}

func TestSecretsFromOutside(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte("s3cr3t\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var kept []byte
	h := &builtins.Host{
		Dir:         dir,
		PrivateFile: func(content []byte) (string, error) { kept = content; return "/private/1", nil },
		Run: func(_ context.Context, p builtins.Program) (builtins.Ended, error) {
			if p.Argv[0] == "fails" {
				return builtins.Ended{Code: 2}, nil
			}
			return builtins.Ended{Stdout: strings.Join(p.Argv[1:], " ") + "\n"}, nil
		},
	}
	if got, err := call(h, "secret.file", str("key")); err != nil || !value.Equal(got, value.NewSecret("s3cr3t")) {
		t.Errorf("secret.file: %v", err)
	}
	if got, err := call(h, "secret.command", list(str("echo"), str("a"), str("b"))); err != nil || !value.Equal(got, value.NewSecret("a b")) {
		t.Errorf("secret.command: %v", err)
	}
	if got, err := call(h, "secret_file", value.NewSecret("key\n")); err != nil || got != str("/private/1") || string(kept) != "key\n" {
		t.Errorf("secret_file: %v, %v, kept %q", got, err, kept)
	}
	for _, tt := range []struct {
		name string
		arg  value.Value
		want string
	}{
		{"secret.file", str("."), "read secret .: want a file of at most 1MiB"},
		{"secret.command", list(), "argv is empty, want a program and its arguments"},
		{"secret.command", list(str("fails")), "fails ended with exit code 2"},
		{"secret.command", list(str("echo")), "echo wrote nothing, want a secret"},
	} {
		if _, err := call(h, tt.name, tt.arg); err == nil || err.Error() != tt.want {
			t.Errorf("%s(%v): %v, want %s", tt.name, tt.arg, err, tt.want)
		}
	}
}

func TestAnEmptyWorldSaysWhatItLacks(t *testing.T) {
	for name, want := range map[string]string{
		"now": "there is no clock here", "random.uuid": "there is no source of chance here", "print": "there is nobody to print for here",
		"env": "environment variable x is not set", "secret_file": "there is no place for private files here",
	} {
		if _, err := call(&builtins.Host{}, name, str("x")); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

func TestFiles(t *testing.T) {
	h := &builtins.Host{Dir: t.TempDir()}
	must := func(name string, args ...any) value.Value {
		t.Helper()
		v, err := call(h, name, args...)
		if err != nil {
			t.Fatalf("%s%v: %v", name, args, err)
		}
		return v
	}
	text := "line\n\x00\xff"
	must("file.write", str("deep/er/a.txt"), str(text))
	must("file.write", str("deep/key"), value.NewSecret("s3cr3t"))
	must("file.copy", str("deep/key"), str("deep/key2"))
	for name, want := range map[string]os.FileMode{"deep/er/a.txt": 0o644, "deep/key": 0o600, "deep/key2": 0o600} {
		if info, err := os.Stat(filepath.Join(h.Dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want mode %v", name, info.Mode(), err, want)
		}
	}
	if got := must("file.read", str("deep/er/a.txt")); got != str(text) {
		t.Errorf("read %q, want %q", got, text)
	}
	if got := must("file.size", str("deep/key")); got != value.Size(6) {
		t.Errorf("size %v", got)
	}
	if got := must("file.sha256", str("deep/key")); got != must("sha256", str("s3cr3t")) {
		t.Errorf("sha256 %v", got)
	}
	if got := must("file.glob", str("deep/k*")); got.String() != `["deep/key","deep/key2"]` {
		t.Errorf("glob %v", got)
	}
	inner := *h
	inner.Dir = filepath.Join(h.Dir, "deep", "er")
	if got, err := call(&inner, "file.glob", str("../../deep/k*")); err != nil || got.String() != `["../../deep/key","../../deep/key2"]` {
		t.Errorf("glob from two folders below: %v, %v", got, err)
	}
	if got := must("file.glob", str(h.Dir+"/nothing/*")); got.String() != `[]` {
		t.Errorf("glob %v", got)
	}
	must("file.remove", str("deep/key"))
	must("file.remove", str("deep/key"))
	if got := must("file.exists", str("deep/key")); got != value.Bool(false) {
		t.Error("a removed file exists")
	}
	if got := must("file.exists", str("deep")); got != value.Bool(true) {
		t.Error("a folder does not exist")
	}
	if err := syscall.Mkfifo(filepath.Join(h.Dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []any
		want string
	}{
		{"file.read", []any{str("none.txt")}, "read none.txt: there is no such file"},
		{"file.read", []any{str("deep")}, "read deep: it is a folder, want a file"},
		{"file.read", []any{str("pipe")}, "read pipe: it is a pipe, want a file"},
		{"file.read", []any{str("deep/key2"), named{"max": value.Size(3)}}, "read deep/key2: it is longer than 3B (max)"},
		{"file.write", []any{str("deep"), str("x")}, "write deep: it is a folder, want a file"},
		{"file.write", []any{str("deep/key2/x"), str("x")}, "write deep/key2/x: not a directory"},
		{"file.copy", []any{str("none"), str("x")}, "read none: there is no such file"},
		{"file.remove", []any{str("deep")}, "remove deep: it is a folder, want a file"},
		{"file.glob", []any{str("[")}, `pattern is "[": syntax error in pattern`},
	} {
		if _, err := call(h, tt.name, tt.args...); err == nil || err.Error() != tt.want {
			t.Errorf("%s%v: %v, want %s", tt.name, tt.args, err, tt.want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(h.Dir, "deep", ".drl-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNotify(t *testing.T) {
	var got string
	status := 200
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Header.Get("Content-Type") + " " + string(body)
		w.WriteHeader(status)
		io.WriteString(w, "invalid\n token for "+r.URL.Path)
	}))
	defer s.Close()
	h := &builtins.Host{Now: time.Now, Dial: (&net.Dialer{}).DialContext}
	hook := value.NewSecret(s.URL + "/services/T0/B0/k3y")

	if _, err := call(h, "notify.send", hook, str("v1 \"is\" out\n<!channel>"), str("ticketing")); err != nil {
		t.Fatal(err)
	}
	if want := `application/json {"text":"ticketing\nv1 \"is\" out\n<!channel>"}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	status = 403
	if _, err := call(h, "notify.send", hook, str("x")); err == nil || err.Error() != `the webhook answered 403: "invalid token for •••"` {
		t.Errorf("refused: %v", err)
	}
	s.Close()
	_, err := call(h, "notify.send", hook, str("x"))
	if err == nil || strings.Contains(err.Error(), "k3y") || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("not there: %v", err)
	}
	if _, err := call(h, "notify.send", value.NewSecret("k3y-without-scheme"), str("x")); err == nil || strings.Contains(err.Error(), "k3y") {
		t.Errorf("no address: %v", err)
	}
}
