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

// naive masks what the known texts cover, byte by byte.
func naive(r *Redactor, s string) string {
	covered := make([]bool, len(s))
	for text := range r.known {
		for at := 0; at+len(text) <= len(s); at++ {
			if s[at:at+len(text)] == text {
				for i := range len(text) {
					covered[at+i] = true
				}
			}
		}
	}
	var b strings.Builder
	for i := range len(s) {
		switch {
		case !covered[i]:
			b.WriteByte(s[i])
		case i == 0 || !covered[i-1]:
			b.WriteString(Mask)
		}
	}
	return b.String()
}

func FuzzRedactor(f *testing.F) {
	f.Add("hunter2hunter2", "2hunter2-and", "say hunter2hunter2-and more")
	f.Add("aaaaaaaaa", "aaaaaaaab", "aaaaaaaaaaaaaaaaaaab")
	f.Add("a/b+c=d/e+f=", "0123456789", "aGVsbG8gd29ybGQ= 0123456789")
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

func BenchmarkRedactorText(b *testing.B) {
	r := NewRedactor()
	for _, s := range secrets {
		r.Add(s)
	}
	line := strings.Repeat("2026-11-22T20:43:01Z INFO request handled path=/api/tickets/ status=200 duration=12ms ", 10)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		r.Text(line)
	}
}
