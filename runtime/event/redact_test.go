package event

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const pem = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7bq\nq9f3PBgVYWcLmd0V4w==\n-----END KEY-----"

var secrets = []string{
	"hunter2hunter2", "correct horse battery staple", `quo"te'd \ back`, "100%sure&<ok>", "12345678901",
	"tab\tand\x00nul", "pässwörd-lang", "prefix-of-it", "prefix-of-it-and-more", `{"token":"abc"}`,
	"postgres://drl:s3cr3t-p4ss@db.internal/tickets", pem, strings.Repeat("long", 500), "ends+with/==",
}

var encodings = map[string]func(string) string{
	"raw":          func(s string) string { return s },
	"base64":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 of xS": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s + "yz")) },
	"base64 of u:S": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("u:" + s))
	},
	"base64url":      func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("us:" + s)) },
	"base32":         func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
	"hex":            func(s string) string { return hex.EncodeToString([]byte(s)) },
	"HEX":            func(s string) string { return fmt.Sprintf("%X", s) },
	"query":          url.QueryEscape,
	"path":           url.PathEscape,
	"userinfo":       func(s string) string { return url.UserPassword("u", s).String() },
	"percent, small": func(s string) string { return lowerPercent(percent(s)) },
	"JSON":           func(s string) string { b, _ := json.Marshal(s); return string(b) },
	"JSON, readable": func(s string) string { b, _ := marshal(s); return string(b) },
	"HTML":           html.EscapeString,
	"Go":             strconv.Quote,
	"shell":          func(s string) string { return `'` + strings.ReplaceAll(s, `'`, `'\''`) + `'` },
}

func TestNoFormOfASecretIsShown(t *testing.T) {
	r := NewRedactor()
	for _, s := range secrets {
		r.Add(s)
	}
	for _, s := range secrets {
		for name, encode := range encodings {
			text := encode(s)
			got := r.Text("before " + text + " after")
			if !strings.Contains(got, Mask) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
				t.Errorf("%s of %q: %q", name, s, got)
			}
			// No eight letters of it in a row are left.
			for i := 0; i+shortest <= len(text); i++ {
				if part := text[i : i+shortest]; strings.Contains(got, part) && !strings.Contains(pem, part) {
					t.Errorf("%s of %q shows %q: %q", name, s, part, got)
					break
				}
			}
		}
	}
}

func TestRedactorText(t *testing.T) {
	tests := []struct {
		name    string
		secrets []string
		in      string
		want    string
	}{
		{"nothing to hide", nil, "plain text, long enough", "plain text, long enough"},
		{"a short secret is not a mask", []string{"on", "1234567"}, "turn it on: 1234567", "turn it on: 1234567"},
		{"twice", []string{"abcdefgh"}, "abcdefgh, abcdefgh!", "•••, •••!"},
		{"overlapping", []string{"abcdefgh", "efghijkl"}, "-abcdefghijkl-", "-•••-"},
		{"touching", []string{"abcdefgh", "ijklmnop"}, "abcdefghijklmnop", "•••"},
		{"the longer one wins", []string{"abcdefgh", "abcdefgh-and-more"}, "abcdefgh-and-more.", "•••."},
		{"itself over itself", []string{"aaaaaaaa"}, "aaaaaaaaaaab", "•••b"},
		{"a line of a key", []string{pem}, "key: MIIEpAIBAAKCAQEA7bq", "key: •••"},
		{"the frame of a key is no secret", []string{pem}, "-----BEGIN KEY-----", "-----BEGIN KEY-----"},
		{"the password of a URL", []string{"postgres://u:s3cr3t-p4ss@h/d"}, "password s3cr3t-p4ss is wrong", "password ••• is wrong"},
		{"a secret with a newline at its end", []string{"token-token\n"}, "got token-token today", "got ••• today"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewRedactor()
			for _, s := range tt.secrets {
				r.Add(s)
			}
			if got := r.Text(tt.in); got != tt.want {
				t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestRedactorEvent(t *testing.T) {
	r := NewRedactor()
	r.Add("s3cr3t-p4ss")
	r.Add("1234567890")
	r.Add("interrupted")
	in := Event{Seq: 1, Time: time.Unix(0, 0), Run: "r", Node: "step s3cr3t-p4ss", Body: UndoArmed{
		Title:    "s3cr3t-p4ss",
		Bindings: map[string]json.RawMessage{"a": json.RawMessage(`{"n":1234567890,"s3cr3t-p4ss":["s3cr3t-p4ss",2.50]}`), "b": json.RawMessage(`1.50`)},
	}}
	want := in
	want.Node = "step •••"
	want.Body = UndoArmed{
		Title:    "•••",
		Bindings: map[string]json.RawMessage{"a": json.RawMessage(`{"n":"•••","•••":["•••",2.50]}`), "b": json.RawMessage(`1.50`)},
	}
	if diff := cmp.Diff(want, r.Event(in)); diff != "" {
		t.Errorf("Event (-want +got):\n%s", diff)
	}
	if in.Body.(UndoArmed).Title != "s3cr3t-p4ss" {
		t.Error("Event changed the event it was given")
	}

	words := Event{Body: RunFinished{Outcome: "interrupted", Reason: "interrupted", Left: []string{"interrupted"}}}
	wantWords := RunFinished{Outcome: "interrupted", Reason: Mask, Left: []string{Mask}}
	if diff := cmp.Diff(wantWords, r.Event(words).Body); diff != "" {
		t.Errorf("Event masks words of the format (-want +got):\n%s", diff)
	}
}

func TestRedactorReachesEveryField(t *testing.T) {
	r := NewRedactor()
	r.Add(`tëxt <&> "` + "\n\x1b")
	for _, b := range bodies {
		e := r.Event(Event{Body: full(reflect.TypeOf(b)).Interface().(Body)})
		left := 0
		countTexts(reflect.ValueOf(e.Body), func(s string) {
			if s != Mask {
				left++
			}
		})
		if left > 0 {
			t.Errorf("%s shows a secret: %+v", b.Kind(), e.Body)
		}
	}
}

// countTexts calls f for every text in v that may hold anything.
func countTexts(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.String:
		f(v.String())
	case reflect.Slice:
		if v.Type() != rawType {
			for i := range v.Len() {
				countTexts(v.Index(i), f)
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			countTexts(it.Key(), f)
			countTexts(it.Value(), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && field.Tag.Get("mask") != "no" {
				countTexts(v.Field(i), f)
			}
		}
	}
}

// naive masks what the forms cover, byte by byte, as if s had no lines.
func naive(r *Redactor, s string) string {
	var whole []byte
	var origin []int
	for i := range len(s) {
		if s[i] != '\n' && (s[i] != '\r' || i+1 < len(s) && s[i+1] != '\n' || i+1 == len(s)) {
			whole, origin = append(whole, s[i]), append(origin, i)
		}
	}
	covered := make([]bool, len(whole))
	naiveCover(r, string(whole), func(from, to int) {
		for i := from; i < to; i++ {
			covered[i] = true
		}
	})
	var b strings.Builder
	rest := 0
	for i := 0; i < len(whole); i++ {
		if !covered[i] {
			continue
		}
		b.WriteString(s[rest:origin[i]] + Mask)
		for i+1 < len(whole) && covered[i+1] {
			i++
		}
		rest = origin[i] + 1
	}
	return b.String() + s[rest:]
}

func naiveCover(r *Redactor, s string, cover func(from, to int)) {
	m := r.current()
	if m == nil {
		return
	}
	for _, f := range m.forms {
		for at := range len(s) {
			n := 0
			for n < len(f.text) && at+n < len(s) && s[at+n] == f.text[n] {
				n++
			}
			cut := strings.HasPrefix(s[at+n:], "…") || strings.HasPrefix(s[at+n:], " …")
			if n == len(f.text) || n >= f.least && cut {
				cover(at, at+n)
			}
		}
	}
}

func FuzzRedactor(f *testing.F) {
	f.Add("hunter2hunter2", "2hunter2-and", "say hunter2hunter2-and more")
	f.Add("aaaaaaaaa", "aaaaaaaab", "aaaaaaaaaaaaaaaaaaab")
	f.Add("a/b+c=d/e+f=", "0123456789", "aGVsbG8gd29ybGQ= 0123456789")
	f.Add("postgres://u:12345678@h/d", "line one\nline two", "postgres… postgres://u:1… line one\r\nline\n two… 1234\n\n5678")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		r := NewRedactor()
		r.Add(a)
		r.Add(b)
		for _, s := range []string{text, a + text + b, text + a + a + text, strings.Join([]string{b, text}, "x")} {
			if got, want := r.Text(s), naive(r, s); got != want {
				t.Fatalf("Text(%q) = %q, want %q (secrets %q and %q)", s, got, want, a, b)
			}
		}
	})
}

// TestASecretBrokenIntoLinesIsMasked breaks every form of every secret at every
// place: at most the letters before it is recognised are seen.
func TestASecretBrokenIntoLinesIsMasked(t *testing.T) {
	r := NewRedactor()
	for _, s := range secrets {
		r.Add(s)
	}
	for _, s := range secrets {
		if len(s) > 200 {
			continue // every place of a long one takes long; the short ones show the same
		}
		for name, encode := range encodings {
			text := strings.ReplaceAll(encode(s), "\n", "")
			for at := 1; at < len(text); at++ {
				var shown []string
				lines := r.Lines(func(_, line string) { shown = append(shown, line) })
				lines.Line("stdout", "before "+text[:at])
				lines.Line("stdout", text[at:]+" after")
				lines.Close()
				if len(shown) != 2 {
					t.Fatalf("%d lines became %d", 2, len(shown))
				}
				for _, part := range []string{text[:at], text[at:]} {
					if len(part) >= 32 && strings.Contains(strings.Join(shown, ""), part) && !strings.Contains(pem, part) {
						t.Errorf("%s of %q broken at %d shows %q: %q", name, s, at, part, shown)
					}
				}
				if shown[0]+shown[1] == "before "+text+" after" {
					t.Errorf("%s of %q broken at %d is shown: %q", name, s, at, shown)
				}
			}
		}
	}
}

func TestLines(t *testing.T) {
	tests := []struct {
		name     string
		secret   string
		in, want []string
	}{
		{"nothing to hide", "", []string{"one", "two"}, []string{"one", "two"}},
		{"the beginning alone is shown", "production-db-4711", []string{"deploy to production", "done"}, []string{"deploy to production", "done"}},
		{"the beginning at the end is shown", "production-db-4711", []string{"deploy to production"}, []string{"deploy to production"}},
		{"a scheme is no secret", "postgres://u:p4ssw0rd@h/d", []string{"starting postgres", "postgres is up"}, []string{"starting postgres", "postgres is up"}},
		{"in two lines", "production-db-4711", []string{"key production-", "db-4711.", "end"}, []string{"key •••", "•••.", "end"}},
		{"in many lines", "production-db-4711", []string{"producti", "o", "", "n-db-47", "11"}, []string{"•••", "•••", "", "•••", "•••"}},
		{"known too late for a few letters", "production-db-4711", []string{"prod", "uction-db-4711"}, []string{"prod", "•••"}},
		{"of base64", "a very long passphrase that needs two lines of base64, which breaks them",
			[]string{"YSB2ZXJ5IGxvbmcgcGFzc3BocmFzZSB0aGF0IG5lZWRzIHR3byBsaW5lcyBvZiBiYXNlNjQsIHdo", "aWNoIGJyZWFrcyB0aGVt"}, []string{"•••", "•••"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewRedactor()
			r.Add(tt.secret)
			var got []string
			lines := r.Lines(func(stream, line string) { got = append(got, line) })
			for _, line := range tt.in {
				lines.Line("stdout", line)
				lines.Line("stderr", "")
			}
			lines.Close()
			got = slices.DeleteFunc(got, func(s string) bool { return s == "" })
			want := slices.DeleteFunc(slices.Clone(tt.want), func(s string) bool { return s == "" })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzLines: wherever lines break, no line is lost or changes its place, and
// what a secret covers in the joined lines is masked, but for the letters of
// lines that were shown before it could be known.
func FuzzLines(f *testing.F) {
	f.Add("production-db-4711", "say production-db-4711 and production", uint64(0x924))
	f.Add("aaaaaaaaab", "aaaaaaaaaaaaaaaaaab", uint64(0xffff))
	f.Add("postgres://u:12345678@h/d", "x postgres://u:12345678@h/d y", uint64(0x8100))
	f.Fuzz(func(t *testing.T, secret, text string, breaks uint64) {
		text = strings.NewReplacer("•", "", "\n", "", "\r", "").Replace(text)
		r := NewRedactor()
		r.Add(secret)
		var in, got []string
		rest := 0
		for i := range min(len(text), 64) {
			if breaks>>i&1 == 1 {
				in, rest = append(in, text[rest:i]), i
			}
		}
		in = append(in, text[rest:])
		lines := r.Lines(func(_, line string) { got = append(got, line) })
		for _, line := range in {
			lines.Line("stdout", line)
		}
		lines.Close()
		if len(got) != len(in) {
			t.Fatalf("%d lines became %d", len(in), len(got))
		}
		covered := make([]bool, len(text))
		least := 0
		if m := r.current(); m != nil {
			for _, f := range m.forms {
				least = max(least, f.least)
			}
		}
		naiveCover(r, text, func(from, to int) {
			for i := from + least; i < to; i++ {
				covered[i] = true
			}
		})
		at := 0
		for i, line := range in {
			for _, c := range covered[at : at+len(line)] {
				if c && got[i] == line && !strings.Contains(line, Mask) {
					t.Fatalf("line %q of %q shows %q", line, in, secret)
				}
			}
			at += len(line)
		}
	})
}

func TestASecretThatWasCutIsMasked(t *testing.T) {
	r := NewRedactor()
	r.Add("production-db-4711")
	r.Add("postgres://u:p4ssw0rd@h/d")
	for in, want := range map[string]string{
		`$.key is "production-db…, wanted an int`: `$.key is "•••…, wanted an int`,
		"production-d … (700 more bytes)":         "••• … (700 more bytes)",
		"deploying produc…":                       "deploying produc…",
		"starting postgres…":                      "starting postgres…",
		"postgres://u:p4ssw…":                     "•••…",
	} {
		if got := r.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPartsOfASecretAreSecrets(t *testing.T) {
	tests := []struct {
		name, secret, part string
		hidden             bool
	}{
		{"password of an address", "postgres://app:s3cr3t-p4ss@db/tickets", "s3cr3t-p4ss", true},
		{"password as it was meant", "postgres://app:s3cr3t%2Fp4ss@db/tickets", "s3cr3t/p4ss", true},
		{"password that an address may not have", "amqp://app:s3cr%3t#p4ss@mq/", "s3cr%3t#p4ss", true},
		{"name and host are not", "postgres://application:s3cr3t-p4ss@database/ticketing", "application@database/ticketing", false},
		{"token in a query", "https://hooks.example.com/in?token=abcdefgh1234&page=overview", "abcdefgh1234", true},
		{"other words of a query", "https://hooks.example.com/in?token=abcdefgh1234&page=overview", "overview", false},
		{"key in a webhook's path", "https://hooks.slack.com/services/T0/B0/abcdEFGH1234ijkl", "abcdEFGH1234ijkl", true},
		{"names in a webhook's path", "https://ci.example.com/incoming-webhooks/abcdEFGH1234ijkl", "incoming-webhooks", false},
		{"libpq", "host=database password=s3cr3t-p4ss dbname=ticketing", "s3cr3t-p4ss", true},
		{"libpq's database", "host=database password=s3cr3t-p4ss dbname=ticketing", "ticketing", false},
		{"MySQL", "app:s3cr3t-p4ss@tcp(db:3306)/tickets", "s3cr3t-p4ss", true},
		{"JDBC", "jdbc:postgresql://db/tickets?user=app&password=s3cr3t-p4ss", "s3cr3t-p4ss", true},
		{"key in JSON", `{"type": "service_account", "private_key": "abcdefgh1234"}`, "abcdefgh1234", true},
		{"word in JSON", `{"type": "service_account", "private_key": "abcdefgh1234"}`, "service_account", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewRedactor()
			r.Add(tt.secret)
			if got := r.Text("x " + tt.part + " y"); (got == "x ••• y") != tt.hidden {
				t.Errorf("after Add(%q): %q", tt.secret, got)
			}
		})
	}
}

// hundred are secrets of all shapes, as a large release may have.
func hundred() []string {
	var all []string
	for i := range 100 {
		s := secrets[i%len(secrets)]
		if s == pem {
			s = "-----BEGIN KEY-----\n" + strings.Repeat(fmt.Sprintf("MIIEpAIBAAKCAQEA7bqq9f3PBgVYWcLmd0V4wPZr8tCeYxq%dQ0aJk\n", i), 26) + "-----END KEY-----\n"
		}
		all = append(all, strings.ReplaceAll(s, "e", fmt.Sprintf("e%d", i)))
	}
	return all
}

// log is what programs print: 1 MiB in lines.
func log() string {
	var b strings.Builder
	for i := 0; b.Len() < 1<<20; i++ {
		fmt.Fprintf(&b, "2026-11-22T20:43:%02d.%03dZ INFO  [worker-%d] request handled method=GET path=/api/tickets/%d/ status=200 duration=%dms id=%016x\n",
			i%60, i%1000, i%8, i*7, i%300, uint64(i)*0x9E3779B97F4A7C15)
		if i%20 == 0 {
			b.WriteString("connecting to https://hooks.slack.com/services/ and postgres://db.internal:5432/tickets as tickets_app\n")
		}
	}
	return b.String()
}

func BenchmarkRedactor(b *testing.B) {
	text := log()
	for _, set := range []struct {
		name    string
		secrets []string
	}{{"14 secrets", secrets}, {"100 secrets", hundred()}} {
		r := NewRedactor()
		for _, s := range set.secrets {
			r.Add(s)
		}
		b.Run("lines/"+set.name, func(b *testing.B) {
			lines := strings.Split(text, "\n")
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for _, line := range lines {
					r.Text(line)
				}
			}
		})
		b.Run("text/"+set.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				r.Text(text)
			}
		})
	}
}

func BenchmarkRedactorAdd100(b *testing.B) {
	all := hundred()
	for b.Loop() {
		r := NewRedactor()
		for _, s := range all {
			r.Add(s)
		}
		r.Text("some text") // which makes the matcher
	}
}

func TestAHundredSecretsAreSmall(t *testing.T) {
	all := hundred()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := NewRedactor()
	for _, s := range all {
		r.Add(s)
	}
	r.Text("some text") // which makes the matcher
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("100 secrets take %d KiB", (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>10)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 8<<20 {
		t.Errorf("100 secrets take %d KiB, want at most 8 MiB", kept>>10)
	}
	runtime.KeepAlive(r)
}
