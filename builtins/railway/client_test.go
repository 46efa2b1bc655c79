package railway

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/railway/standin"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

func TestTokensAndScopes(t *testing.T) {
	account := func(more ...string) map[string]string {
		all := map[string]string{"RAILWAY_API_TOKEN": standin.AccountToken}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	tests := []struct {
		name string
		env  map[string]string
		args hostile.Args
		want string // "": it works
	}{
		{"no token", map[string]string{}, web(), "neither RAILWAY_TOKEN nor RAILWAY_API_TOKEN is set"},
		{"a project's", map[string]string{"RAILWAY_TOKEN": standin.ProjectToken}, web(), ""},
		{"a project's before an account's", account("RAILWAY_TOKEN", standin.ProjectToken), web(), ""},
		{"a project's, named", map[string]string{"RAILWAY_TOKEN": standin.ProjectToken}, web("project", str("tickets"), "environment", str("production")), ""},
		{"another project's", map[string]string{"RAILWAY_TOKEN": standin.ProjectToken}, web("project", str("other")), `project is "other", and the token in RAILWAY_TOKEN is for project "tickets" alone`},
		{"another environment's", map[string]string{"RAILWAY_TOKEN": standin.ProjectToken}, web("environment", str("staging")), `environment is "staging", and the token in RAILWAY_TOKEN is for environment "production" alone`},
		{"a project's as an account's", map[string]string{"RAILWAY_API_TOKEN": standin.ProjectToken, "RAILWAY_PROJECT_ID": "project-1"}, web(), "if it is a project's token, put it in RAILWAY_TOKEN"},
		{"an account's as a project's", map[string]string{"RAILWAY_TOKEN": standin.AccountToken}, web(), "if it is an account's or workspace's token, put it in RAILWAY_API_TOKEN"},
		{"a line break", map[string]string{"RAILWAY_TOKEN": "a\nb"}, web(), "RAILWAY_TOKEN holds a line break"},
		{"an account's without a project", account(), web(), "project is not given and RAILWAY_PROJECT_ID is not set"},
		{"an account's without an environment", account(), web("project", str("tickets")), `environment is not given and RAILWAY_ENVIRONMENT_ID is not set, and the token in RAILWAY_API_TOKEN is not for one alone; project "tickets" has "production", "staging"`},
		{"an account's by names", account(), web("project", str("tickets"), "environment", str("staging")), ""},
		{"an account's by ids", account("RAILWAY_PROJECT_ID", "project-1", "RAILWAY_ENVIRONMENT_ID", "environment-3"), web(), ""},
		{"no such environment", account(), web("project", str("tickets"), "environment", str("prod")), `project "tickets" has no environment "prod"; it has "production", "staging"`},
		{"no such project", account(), web("project", str("tikets")), "railway says: Not Authorized"},
		{"two of a name", account(), web("project", str("twice")), `2 projects are named "twice": give the id of one`},
		{"on the second page", account(), web("project", str("project 120"), "environment", str("x")), `has no environment "x"; it has "only"`},
		{"the one environment", account(), web("project", str("project 120")), `environment "only" of project "project 120" has no service "web"; it has none`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inLab(t, func(l *lab) {
				for i := range 130 {
					name := "project " + value.Int(i).String()
					if i == 7 || i == 90 {
						name = "twice"
					}
					l.AddProject(name, "only")
				}
				l.env(tt.env)
				if tt.want == "" {
					l.must("status", tt.args)
				} else {
					l.fails("status", tt.args, tt.want)
				}
			})
		})
	}
}

func TestWhatIsAskedAgain(t *testing.T) {
	tests := []struct {
		fault standin.Fault
		times int
		want  string // "": it works in the end
	}{
		{standin.BadGate, 2, ""},
		{standin.Trouble, 3, ""},
		{standin.CutOff, 1, ""},
		{standin.Flood, 2, ""},
		{standin.Slowly, 2, ""},
		{standin.BadGate, 9, "railway.test answers 502 bad gateway"},
		{standin.Trouble, 9, "railway says: Problem processing request"},
		{standin.Forbidden, 1, "railway says: Not Authorized"},
		{standin.Slowly, 9, "railway's limit of requests is used up (1000 requests in 1h): it asks to wait 7s, and this call ends in"},
	}
	for _, tt := range tests {
		inLab(t, func(l *lab) {
			l.Break("Service", tt.times, tt.fault)
			start := time.Now()
			if tt.want == "" {
				l.must("status", web())
			} else {
				l.fails("status", web(), tt.want)
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("%s: it took %s", tt.fault, took)
			}
		})
	}
}

// The hour's requests are used up in the middle of a deployment: it is waited
// for where there is time, and said where there is none.
func TestTheLimitOfRequests(t *testing.T) {
	inLab(t, func(l *lab) {
		l.Limit(12)
		l.must("deploy", web("within", value.Duration(2*time.Hour)))
	})
	inLab(t, func(l *lab) {
		l.Limit(2)
		l.fails("status", web(), "railway's limit of requests is used up (2 requests in 1h): it asks to wait", "3 were sent in this run")
	})
}

// A Railway that is away for minutes ends no deployment.
func TestAwayForAWhile(t *testing.T) {
	inLab(t, func(l *lab) {
		l.Break("Watch", 30, standin.BadGate)
		l.must("deploy", web())
	})
}

func TestBadAPIs(t *testing.T) {
	const token = "hunter2-hunter2"
	hostile.BadAPIs(t, token, nil, func(t *testing.T, address string) error {
		h := hostile.Host(t)
		h.Env = hostile.Env(map[string]string{"RAILWAY_TOKEN": token, "RAILWAY_API_URL": address + "/graphql/v2"})
		_, err := hostile.Call(t, Modules(), h, "railway.status", nil, web("timeout", value.Duration(time.Second)))
		return err
	})
}

func TestAddress(t *testing.T) {
	h := hostile.Host(t)
	for _, address := range []string{"railway.com", "ftp://railway.com/x", "file:///etc/passwd", "https:///x", "https://railway.com/graphql?x=y"} {
		h.Env = func(name string) (string, bool) { return address, true }
		_, err := hostile.Call(t, Modules(), h, "railway.status", nil, web())
		if err == nil || !strings.Contains(err.Error(), "RAILWAY_API_URL is •••, want an address such as https://backboard.railway.com/graphql/v2") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// What Railway is asked about, or told to do, is what has that name or is that
// text, byte for byte; or nothing is changed, and it is an error.
func TestHostileTexts(t *testing.T) {
	arrived := map[string]int{}
	// A few at a time: a Railway that has all of them lists them page by page.
	for texts := range slices.Chunk(hostile.Strings(), 40) {
		inLab(t, func(l *lab) {
			l.live("web")
			l.env(map[string]string{"RAILWAY_API_TOKEN": standin.AccountToken})
			for _, operation := range changing { // each is asked for, and none has to be waited for
				l.Break(operation, math.MaxInt, standin.Forbidden)
			}
			for _, text := range texts {
				if text != "" && utf8.ValidString(text) { // else JSON can't carry it
					l.AddProject(text, text)
					l.AddService(text, "")
				}
			}
			for _, f := range Modules()[0].Funcs {
				for _, p := range f.Signature().Params {
					if kind := strings.TrimSuffix(p.Type.String(), "?"); kind != "string" && kind != "any" && !strings.HasPrefix(kind, "map[") {
						continue
					}
					for i, text := range texts {
						// Where a service is, is found for all by one function.
						if f.Name != "railway.status" && slices.Contains([]string{"service", "project", "environment"}, p.Name) && i%7 > 0 {
							continue
						}
						if l.arrives(f, p.Name, text) {
							arrived[f.Name+"."+p.Name]++
						}
					}
				}
			}
		})
	}
	for name, n := range arrived {
		if n < 40 {
			t.Errorf("%s: %d texts arrived", name, n)
		}
	}
	if len(arrived) < 45 {
		t.Errorf("texts arrived in %d parameters: %v", len(arrived), arrived)
	}
}

// arrives tells whether Railway is asked for a text, and is an error of the
// test where it isn't refused either.
func (l *lab) arrives(f *builtins.Func, param, text string) bool {
	l.Helper()
	args, want := l.about(f, param, text)
	l.Asked()
	_, err := hostile.Call(l.T, Modules(), l.host, f.Name, nil, args)
	asked := l.Asked()
	switch {
	case err != nil && strings.Contains(err.Error(), "drl has a bug"):
		l.Errorf("%s(%s: %q): %v", f.Name, param, text, err)
	case slices.ContainsFunc(asked, func(a standin.Asked) bool { return says(a.Variables, want) }):
		return true
	case text != "" && (err == nil || slices.ContainsFunc(asked, func(a standin.Asked) bool { return slices.Contains(changing, a.Name) })):
		l.Errorf("%s(%s: %q): Railway is asked %v, want %q in it (%v)", f.Name, param, text, asked, want, err)
	}
	return false
}

// about is what f is called with where a parameter is a text, and what Railway
// is to be asked with then.
func (l *lab) about(f *builtins.Func, param, text string) (args hostile.Args, want string) {
	args = hostile.Args{}
	for _, p := range f.Signature().Params {
		switch p.Name {
		case "service":
			args["service"] = str("web")
		case "project":
			args["project"] = str("tickets")
		case "environment":
			args["environment"] = str("production")
		case "timeout":
			args["timeout"] = value.Duration(10 * time.Millisecond) // nothing has to become live
		case "to":
			args["to"] = str("x")
		case "variables":
			args["variables"] = value.NewMap([]string{"q"}, []value.Value{str("x")})
		}
	}
	args[param], want = str(text), text
	switch param {
	case "service":
		if want = l.ID("service", text); want != "" && args["to"] != nil {
			args["to"] = str(l.Live(text))
		}
	case "project":
		delete(args, "environment") // there is one
		want = l.ID("environment", text)
	case "environment":
		args["project"], want = str(text), l.ID("environment", text)
	case "image":
		args["service"] = str("api")
	case "variables":
		args["variables"] = value.NewMap([]string{"q"}, []value.Value{str(text)})
	case "commit":
		if f.Name == "railway.wait" && utf8.ValidString(text) && len(text) >= 7 {
			want = l.Push("web", text)
		}
	}
	return args, want
}

// changing are the operations that change something.
var changing = []string{"Deploy", "SetSource", "Redeploy", "Restart", "Rollback", "Cancel", "Remove", "SetVariables"}

// says tells whether a text is one of the values in v.
func says(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return v == text
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return says(x, text) })
	case map[string]any:
		for _, x := range v {
			if says(x, text) {
				return true
			}
		}
	}
	return false
}

// One value of an answer is another than it should be: each call ends, and with
// no bug of drl's.
func TestOddAnswers(t *testing.T) {
	odd := []any{nil, 0.0, -1e18, "", "x", true, []any{}, []any{nil}, map[string]any{}, map[string]any{"id": "x"}}
	calls := []string{"services", "status", "current", "deployments", "variables", "logs", "metrics", "deploy", "redeploy", "restart", "rollback", "set_variables", "wait"}
	for seed := range uint64(120) {
		inLab(t, func(l *lab) {
			before := l.live("web")
			l.Next("web", []standin.Outcome{standin.Good, standin.FailsBuild, standin.Crashes}[seed%3])
			random := rand.New(rand.NewPCG(seed, 0))
			l.mangle = func(text []byte) []byte {
				var answer any
				if json.Unmarshal(text, &answer) != nil {
					return text
				}
				n := 0
				change(&answer, func() (any, bool) { n++; return nil, false })
				at := random.IntN(n + 10) // or nothing
				change(&answer, func() (any, bool) { at--; return odd[random.IntN(len(odd))], at == -1 })
				text, err := json.Marshal(answer)
				if err != nil {
					t.Error(err)
				}
				return text
			}
			name := calls[int(seed)%len(calls)]
			args := web()
			switch name {
			case "services":
				args = nil
			case "rollback":
				args["to"] = before
			case "set_variables":
				args["variables"] = value.NewMap([]string{"A"}, []value.Value{str("b")})
			}
			if v, err := l.call(name, args); err != nil && strings.Contains(err.Error(), "drl has a bug") {
				t.Errorf("seed %d: railway.%s = %v, %v", seed, name, v, err)
			}
		})
	}
}

// change gives each value in v to f, which may say another.
func change(v *any, f func() (any, bool)) {
	if other, ok := f(); ok {
		*v = other
		return
	}
	switch now := (*v).(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(now)) {
			one := now[key]
			change(&one, f)
			now[key] = one
		}
	case []any:
		for i := range now {
			change(&now[i], f)
		}
	}
}

// Each operation is one that something asks for.
func TestEveryOperationIsUsed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all += string(text)
		}
	}
	for name := range operations() {
		if !strings.Contains(all, `"`+name+`"`) {
			t.Errorf("nothing asks for %s", name)
		}
	}
}

func TestOnlyDeploymentsAreTaken(t *testing.T) {
	for _, m := range Modules() {
		for _, f := range m.Funcs {
			if f.Name != "railway.rollback" {
				continue
			}
			args := make([]*types.Type, len(f.Signature().Params))
			for i, p := range f.Signature().Params {
				if p.Name == "to" {
					args[i] = types.TInt
				}
			}
			if _, problem := f.Signature().Infer(args); problem != "to: found an int, want a Deployment or the id of one" {
				t.Errorf("an int: %s", problem)
			}
		}
	}
}

// What a 429 says, in whatever way.
func TestLimit(t *testing.T) {
	for _, tt := range []struct {
		header map[string]string
		wait   time.Duration
		limit  string
	}{
		{map[string]string{"Retry-After": "7", "RateLimit-Policy": `"default";q=1000;w=3600`}, 7 * time.Second, "1000 requests in 1h"},
		{map[string]string{"Retry-After": "Sun, 29 Nov 2026 12:00:30 GMT", "Date": "Sun, 29 Nov 2026 12:00:00 GMT", "X-RateLimit-Limit": "100"}, 30 * time.Second, "100 requests"},
		{map[string]string{"Retry-After": "-1"}, 0, ""},
		{map[string]string{"Retry-After": "99999999999"}, 0, ""},
		{nil, 0, ""},
	} {
		header := http.Header{}
		for k, v := range tt.header {
			header.Set(k, v)
		}
		if f := limit("x", header); f.wait != tt.wait || f.limit != tt.limit {
			t.Errorf("limit(%v) = %s, %q; want %s, %q", tt.header, f.wait, f.limit, tt.wait, tt.limit)
		}
	}
}
