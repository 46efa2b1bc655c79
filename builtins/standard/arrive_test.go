package standard_test

import (
	"context"
	"net"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// way is how it is shown that a text which a script gives arrives byte for
// byte, or that nothing is sent.
type way func(t *testing.T, f *builtins.Func, param int)

// arrivals are the ways, by the parameters (a pattern of path.Match over
// "module.function.parameter"; the first that fits). A builtin that is added
// needs a row here.
var arrivals = []struct {
	params string
	way    way
}{
	// Nothing leaves: the result is made of the text.
	{"{abs,min,max}.*", inPlace}, {"{fail,flag,date,print,sha256,secret,matching}.*", inPlace}, {"env.*", inPlace}, {"time.within.*", inPlace},
	{"{json,yaml,csv,base64}.*.*", inPlace}, {"url.{encode,query,parts}.*", inPlace}, {"sql.identifier.name", in("sql", "TestHostileTexts")},
	// In its own files and programs.
	{"secret_file.secret", private}, {"file.{write,read}.*", in("standard", "TestHostileTextsInFiles")}, {"file.copy.to", writes}, {"report.*.path", writes},
	{"file.{exists,glob,remove}.*", names}, {"{file.size,file.sha256,file.copy,secret.file}.{path,from}", reads("x")},
	{"http.file.*", uploads}, {"coverage.read.path", reads("TN:\nSF:a\nDA:1,1\nLF:1\nLH:1\nend_of_record\n")}, {"junit.read.path", reads(`<testsuite tests="0"/>`)},
	{"sarif.read.path", reads(`{"version":"2.1.0","runs":[]}`)}, {"mail.send.files", in("mail", "TestAttachedFiles")}, {"report.write.format", oneOf("html", "markdown", "json", "junit", "text")},
	{"secret.command.argv", program}, {"git.*.*", program},
	{"*.*.ca", trusted},
	// Requests.
	{"http.load.method", oneOf("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")}, {"*.follow", oneOf("same_origin", "any", "none")},
	{"{http,session}.*.{url,path,base}", in("standard", "TestHostileTextsInAddresses")},
	{"{http,session}.*.*", requests},
	{"ws.exchange.{send,headers}", in("ws", "TestHostileTexts")}, {"ws.exchange.bearer", handshakes}, {"ws.exchange.url", addresses},
	{"tcp.connect.address", in("tcp", "TestWhereItConnects")}, {"tls.certificate.name", in("tls", "TestHostileNames")}, {"tls.certificate.address", addresses},
	{"dns.lookup.*", in("dns", "TestHostileNames")}, {"grpc.health.service", in("grpc", "TestHostileNames")}, {"grpc.health.{address,name}", addresses},
	{"notify.send.url", addresses}, {"notify.send.*", notified},
	// Services.
	{"github.alerts.severity", oneOf("critical", "high", "medium", "low")}, {"github.deployment.state", oneOf("queued", "in_progress", "pending", "success", "failure", "error", "inactive")},
	{"sentry.issues.level", oneOf("fatal", "error", "warning", "info", "debug")},
	{"{github,sentry,prometheus,rabbitmq}.*.server", addresses}, {"github.*.*", asked(github)}, {"sentry.*.*", asked(sentry)}, {"rabbitmq.queue.*", asked(plainly)}, {"prometheus.*.bearer", asked(plainly)},
	{"prometheus.*.where", in("prometheus", "TestHostileTextsInLabels")}, {"prometheus.*.{query,metric}", constant},
	{"rabbitmq.round_trip.url", addresses}, {"celery.workers.broker", addresses}, {"{rabbitmq.round_trip,celery.workers}.*", brokered},
	{"redis.*.url", addresses}, {"redis.*.key", keys},
	{"mail.server.address", addresses}, {"mail.send.server", addresses}, {"mail.send.{subject,text}", in("mail", "TestRealMail")}, {"mail.send.{to,from}", mailed},
	{"postgres.*.format", oneOf("custom", "tar")}, {"{postgres,mysql,sqlite}.*.url", addresses}, {"sqlite.backup.to", in("sqlite", "TestHostileNames")},
	{"postgres.verify.*", archived(noServer)}, {"postgres.*.*", archived(postgreSQL)}, {"mysql.*.*", archived(mySQL)},
	{"docker.*.host", addresses}, {"docker.*.*", asked(engine)},
	{"compose.*.*", in("compose", "TestHostileTexts")},
	{"railway.*.*", in("railway", "TestHostileTexts")},
	{"sql.open.url", addresses}, {"db.*.text", constant}, {"db.*.values", in("sql", "TestHostileTexts")},
}

// TestEveryTextArrives takes every parameter of every builtin that a text can
// be in its way, with every text.
func TestEveryTextArrives(t *testing.T) {
	used := make([]bool, len(arrivals))
	for _, m := range standard.Modules() {
		for _, f := range append(m.Funcs, m.Methods...) {
			for i, p := range f.Signature().Params {
				if !hasText(p.Type) {
					continue
				}
				name := f.Name + "." + p.Name
				k := slices.IndexFunc(arrivals, func(a struct {
					params string
					way    way
				}) bool {
					return fitsAny(a.params, name)
				})
				if k < 0 {
					t.Errorf("%s holds text, and no row of arrivals says how it arrives", name)
					continue
				}
				used[k] = true
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					arrivals[k].way(t, f, i)
				})
			}
		}
	}
	for k, a := range arrivals {
		if !used[k] {
			t.Errorf("no parameter is %s", a.params)
		}
	}
}

// hasText tells whether a text can be in a value of type t.
func hasText(t *types.Type) bool {
	if t.Kind == types.Record && t.Name == "" {
		return slices.ContainsFunc(t.Fields, func(f types.Field) bool { return hasText(f.Type) })
	}
	if t.Kind == types.Option {
		return hasText(t.Elem)
	}
	_, ok := sample(t, "x")
	return ok
}

// fitsAny is path.Match with {a,b} for either, and a dot as its separator.
func fitsAny(pattern, name string) bool {
	before, rest, ok := strings.Cut(pattern, "{")
	if !ok {
		ok, err := path.Match(strings.ReplaceAll(pattern, ".", "/"), strings.ReplaceAll(name, ".", "/"))
		return ok && err == nil || strings.HasPrefix(pattern, "*.") && strings.Count(pattern, ".") == 1 && strings.HasSuffix(name, pattern[1:])
	}
	choice, after, _ := strings.Cut(rest, "}")
	return slices.ContainsFunc(strings.Split(choice, ","), func(one string) bool { return fitsAny(before+one+after, name) })
}

// constant parameters are literals of the script: no value gets there.
func constant(t *testing.T, f *builtins.Func, param int) {
	if !f.Signature().Params[param].Constant {
		t.Error("a value can be given, and not a constant alone")
	}
}

// in says that a test of the module itself compares: it is there, and takes
// every text.
func in(module, test string) way {
	return func(t *testing.T, f *builtins.Func, param int) {
		files, err := filepath.Glob(filepath.Join("..", module, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, body, ok := strings.Cut(string(text), "func "+test+"(t *testing.T) {"); ok {
				body, _, _ = strings.Cut(body, "\n}\n")
				if !strings.Contains(body, "hostile.Strings()") && !strings.Contains(body, "range texts()") {
					t.Errorf("%s does not take the hostile texts", test)
				}
				return
			}
		}
		t.Errorf("there is no test %s in builtins/%s", test, module)
	}
}

// with calls f with a text in one parameter and something harmless in those
// that it needs; more are given besides.
func with(ctx context.Context, h *builtins.Host, f *builtins.Func, recv value.Value, param int, text string, more hostile.Args) (value.Value, error) {
	args := make([]value.Value, len(f.Signature().Params))
	for k, p := range f.Signature().Params {
		if v, ok := more[p.Name]; ok {
			args[k] = v
		} else if !p.Optional {
			args[k], _ = sample(p.Type, "x")
		}
	}
	if param >= 0 {
		args[param] = textual(f.Signature().Params[param].Type, text)
	}
	return f.Call(ctx, h, recv, args)
}

// textual is a value of type t with a text in it: in a map by the name "q".
func textual(t *types.Type, text string) value.Value {
	switch {
	case t.Kind == types.Option:
		return textual(t.Elem, text)
	case t.Kind == types.Map:
		return value.NewMap([]string{"q"}, []value.Value{textual(t.Elem, text)})
	case t.Kind == types.Record && len(t.Fields) > 0:
		var names []string
		var values []value.Value
		for _, f := range t.Fields {
			names, values = append(names, f.Name), append(values, textual(f.Type, text))
		}
		return value.NewRecord("", names, values)
	}
	v, _ := sample(t, text)
	return v
}

// quiet is a world without a network, whose programs are counted.
func quiet(t *testing.T) (h *builtins.Host, reached *int) {
	h, reached = hostile.Host(t), new(int)
	h.Print, h.Warn = func(string) {}, func(string) {}
	h.Env = func(string) (string, bool) { return "", false }
	h.Dial = func(context.Context, string, string) (net.Conn, error) {
		*reached++
		return nil, net.ErrClosed
	}
	h.Run = func(context.Context, builtins.Program) (builtins.Ended, error) {
		*reached++
		return builtins.Ended{Code: 1}, nil
	}
	return h, reached
}

// texts are those that have to arrive.
func texts() []string {
	all := hostile.Strings()
	for i := 0; i*sparse < len(all); i++ {
		all[i] = all[i*sparse]
	}
	return all[:(len(all)+sparse-1)/sparse]
}

// eachText calls f with each text.
func eachText(t *testing.T, f func(text string)) { each(t, texts(), f) }

func each(t *testing.T, texts []string, f func(text string)) {
	for _, text := range texts {
		if t.Failed() {
			return
		}
		f(text)
	}
}

func noBug(t *testing.T, text string, err error) {
	if err != nil && strings.Contains(err.Error(), "drl has a bug") {
		t.Errorf("%q: %v", text, err)
	}
}

// inPlace: the builtin is called, and neither fails in itself nor reaches for
// anything. What it makes of texts is TestResults' business.
func inPlace(t *testing.T, f *builtins.Func, param int) {
	h, reached := quiet(t)
	eachText(t, func(text string) {
		got, err := with(t.Context(), h, f, nil, param, text, nil)
		noBug(t, text, err)
		if *reached > 0 {
			t.Errorf("%q: something was reached for", text)
		}
		switch f.Name {
		case "flag", "secret", "json.text", "print":
			if err != nil {
				if utf8.ValidString(text) {
					t.Errorf("%q: %v", text, err)
				}
				return
			}
		}
		switch f.Name {
		case "flag":
			if got != value.String(text) {
				t.Errorf("%q became %v", text, got)
			}
		case "secret":
			if !value.Equal(got, value.NewSecret(text)) {
				t.Errorf("%q became another", text)
			}
		case "fail":
			if err == nil || err.Error() != text {
				t.Errorf("%q: the error is %v", text, err)
			}
		case "base64.encode", "url.encode", "json.text":
			back := map[string]string{"base64.encode": "base64.decode", "json.text": "json.parse"}[f.Name]
			if back == "" {
				if again, err := url.PathUnescape(got.(value.Secret).Reveal()); err != nil || again != text {
					t.Errorf("%q came back as %q, %v", text, again, err)
				}
				return
			}
			again, err := call(h, back, got)
			if secret, ok := again.(value.Secret); ok {
				again = str(secret.Reveal())
			}
			if (err != nil || again != str(text)) && utf8.ValidString(text) {
				t.Errorf("%q came back as %v, %v", text, again, err)
			}
		}
	})
}

// private: the file that a command gets has the text.
func private(t *testing.T, f *builtins.Func, param int) {
	h, _ := quiet(t)
	kept := ""
	h.PrivateFile = func(content []byte) (string, error) { kept = string(content); return "/private/1", nil }
	eachText(t, func(text string) {
		kept = "none"
		if _, err := with(t.Context(), h, f, nil, param, text, nil); err != nil && kept != "none" || err == nil && kept != text {
			t.Errorf("%q: the file has %q, %v", text, kept, err)
		}
	})
}

// isName tells whether a text can be the name of a file in a folder.
func isName(text string) bool {
	return text != "" && text != "." && text != ".." && len(text) < 256 && !strings.ContainsAny(text, "/\x00")
}

// reads: a file of that name is read, whole; without one there is an error.
func reads(content string) way {
	return func(t *testing.T, f *builtins.Func, param int) {
		h, reached := quiet(t)
		eachText(t, func(text string) {
			if isName(text) {
				at := filepath.Join(h.Dir, text)
				if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"to": str("copied-to")})
				os.Remove(at)
				if err != nil {
					t.Errorf("%q, which is there: %v", text, err)
				}
			}
			if text == "copied-to" || filepath.IsAbs(text) {
				return // may be there
			}
			if _, err := with(t.Context(), h, f, nil, param, text, nil); err == nil || *reached > 0 {
				t.Errorf("%q, which is not there: %v", text, err)
			}
		})
	}
}

// names: of files that are there and that aren't, the named one is meant.
func names(t *testing.T, f *builtins.Func, param int) {
	h, reached := quiet(t)
	eachText(t, func(text string) {
		if !isName(text) {
			_, err := with(t.Context(), h, f, nil, param, "none/"+text, nil)
			noBug(t, text, err)
			return
		}
		at, beside := filepath.Join(h.Dir, text), filepath.Join(h.Dir, "beside")
		for _, name := range []string{at, beside} {
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := with(t.Context(), h, f, nil, param, text, nil)
		_, gone := os.Stat(at)
		_, otherGone := os.Stat(beside)
		os.Remove(at)
		switch {
		case otherGone != nil || *reached > 0:
			t.Errorf("%q: another file was meant too", text)
		case f.Name == "file.exists" && (err != nil || got != value.Bool(true)):
			t.Errorf("%q is there: %v, %v", text, got, err)
		case f.Name == "file.remove" && (err != nil || gone == nil):
			t.Errorf("%q was to be removed: %v", text, err)
		case f.Name == "file.glob" && err == nil && !strings.ContainsAny(text, `*?[\`) && got.String() != value.NewList([]value.Value{str(text)}).String():
			t.Errorf("%q is there: %v", text, got)
		}
	})
}

// writes: the file is there by that name, and no other.
func writes(t *testing.T, f *builtins.Func, param int) {
	h, reached := quiet(t)
	if err := os.WriteFile(filepath.Join(h.Dir, "x"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.Report = reportNothing
	eachText(t, func(text string) {
		if !isName(text) || text == "x" || strings.Trim(text, ".") == "" {
			return
		}
		_, err := with(t.Context(), h, f, nil, param, text, hostile.Args{"format": str("json"), "from": str("x")})
		found, _ := os.ReadDir(h.Dir)
		switch {
		case err != nil && len(found) != 1, err == nil && len(found) != 2, *reached > 0:
			t.Errorf("%q: %v, and %d files are there", text, err, len(found))
		case err == nil:
			if removed := os.Remove(filepath.Join(h.Dir, text)); removed != nil {
				t.Errorf("%q: %v", text, removed)
			}
		}
		noBug(t, text, err)
	})
}

// trusted: with the file of certificates of that name somebody is dialed; where
// there is none, nobody is.
func trusted(t *testing.T, f *builtins.Func, param int) {
	h, _ := quiet(t)
	certificate, err := os.ReadFile(hostile.NewAuthority(t).CA)
	if err != nil {
		t.Fatal(err)
	}
	more, recv := harmless(f), session(t, h, f, "http://127.0.0.1:1/")
	try := func(path string) (dials bool, err error) {
		var dialed atomic.Bool // by whoever is late, too
		once := *h
		once.Dial = func(context.Context, string, string) (net.Conn, error) {
			dialed.Store(true)
			return nil, net.ErrClosed
		}
		_, err = with(t.Context(), &once, f, recv, param, path, more)
		noBug(t, path, err)
		return dialed.Load(), err
	}
	eachText(t, func(text string) {
		if dials, err := try("none/" + text); err == nil || dials {
			t.Errorf("%q, which is not there: %v, and somebody is dialed: %t", text, err, dials)
		}
		if !isName(text) {
			return
		}
		at := filepath.Join(h.Dir, text)
		if err := os.WriteFile(at, certificate, 0o600); err != nil {
			t.Fatal(err)
		}
		if dials, err := try(text); !dials {
			t.Errorf("%q, which is there: %v", text, err)
		}
		os.Remove(at)
	})
}

// oneOf: what is none of a few words is an error before anybody is asked.
func oneOf(words ...string) way {
	return func(t *testing.T, f *builtins.Func, param int) {
		h, reached := quiet(t)
		h.Report = reportNothing
		more := harmless(f)
		eachText(t, func(text string) {
			if slices.Contains(words, text) {
				return
			}
			_, err := with(t.Context(), h, f, session(t, h, f, "http://127.0.0.1:1/"), param, text, more)
			if err == nil || *reached > 0 || !strings.Contains(err.Error(), f.Signature().Params[param].Name) {
				t.Errorf("%q: %v, and %d were reached for", text, err, *reached)
			}
		})
	}
}

// program: a word of a program that is started is the text, whole, with what
// the builtin itself puts around it; or none is started.
func program(t *testing.T, f *builtins.Func, param int) {
	const mark = "q7" // so that a piece of the text is found in what is started
	h, _ := quiet(t)
	var started []string
	h.Run = func(_ context.Context, p builtins.Program) (builtins.Ended, error) {
		started = append(started, p.Argv...)
		return builtins.Ended{Stdout: "x"}, nil
	}
	arrived := 0
	eachText(t, func(text string) {
		started = nil
		with(t.Context(), h, f, nil, param, text, nil)
		if strings.HasPrefix(text, "-") && slices.Contains(started, text) && f.Signature().Params[param].Name != "argv" {
			t.Errorf("%q is an option of %q", text, started)
		}
		started = nil
		_, err := with(t.Context(), h, f, nil, param, mark+text, nil)
		noBug(t, text, err)
		for _, word := range started {
			if strings.Contains(word, mark) && !strings.Contains(word, mark+text) {
				t.Errorf("%q: a program is started with %q", text, word)
			}
			if strings.Contains(word, mark+text) {
				arrived++
			}
		}
	})
	if arrived < 200/sparse && f.Signature().Params[param].Name != "remote" {
		t.Errorf("%d texts arrived", arrived)
	}
}

// addresses: a text that is no address is refused, and where one is dialed, it
// is a host that the text names.
func addresses(t *testing.T, f *builtins.Func, param int) {
	h, _ := quiet(t)
	dialed := ""
	h.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
		dialed, _, _ = net.SplitHostPort(address)
		return nil, net.ErrClosed
	}
	more := harmless(f)
	delete(more, f.Signature().Params[param].Name)
	eachText(t, func(text string) {
		dialed = ""
		ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
		defer stop()
		_, err := with(ctx, h, f, nil, param, text, more)
		noBug(t, text, err)
		if err == nil && f.Name != "sql.open" {
			t.Errorf("%q is fine", text)
		}
		named := strings.Contains(strings.ToLower(text), strings.ToLower(dialed))
		if own := more["address"]; own != nil && f.Signature().Params[param].Name == "name" {
			named = true // whom to ask is said by another
		}
		if dialed != "" && !named {
			t.Errorf("%q: %s is dialed", text, dialed)
		}
	})
}
