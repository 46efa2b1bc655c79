package value_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// parts reads a text of an address in which {…} are values.
func parts(text string) []value.AddressPart {
	var all []value.AddressPart
	for text != "" {
		written, rest, found := strings.Cut(text, "{")
		if written != "" {
			all = append(all, value.AddressPart{Text: written, Written: true})
		}
		if !found {
			break
		}
		v, after, _ := strings.Cut(rest, "}")
		all = append(all, value.AddressPart{Text: v})
		text = after
	}
	return all
}

func TestAddress(t *testing.T) {
	tests := []struct {
		text string // { } around the values
		want string // with "is …" an error
	}{
		{"{https://h/x?y#z}", "https://h/x?y#z"},
		{"{https://h}/api/{a b}/", "https://h/api/a%20b/"},
		{"sqlite:{/a b/../c?%.db}", "sqlite:/a b/../c?%.db"},
		{"https://h/{a/b}?q={c&d=e}#{f#g}", "https://h/a%2Fb?q=c%26d%3De#f%23g"},
		{"https://h/a-{?x}.{json}", "https://h/a-%3Fx.json"},
		{"{https://h/api/}{7}/", "https://h/api/7/"},
		{"{https://h/api/}{a/b}", "https://h/api/a%2Fb"},
		{"{https://h}{/a/b c/?x}", "https://h/a/b%20c/%3Fx"},
		{"{https://h}{}", "https://h"},
		{"{https://h}{}/a", "https://h/a"},
		{"{https://h}{/}", "https://h/"},
		{"https://h{/a//b}", "https://h/a//b"},
		{"https://h:80{/a}", "https://h:80/a"},
		{"https://h/a{/b}", "https://h/a%2Fb"},
		{"{https://h}{.evil.com}", `is ".evil.com", want a path that begins with /: here it would change the host`},
		{"{https://h}{@evil.com}", `is "@evil.com", want a path that begins with /: here it would change the host`},
		{"{https://h}{:80}", `is ":80", want a path that begins with /: here it would change the host`},
		{"{https://h}:{8443}/", "https://h:8443/"},
		{"{https://h}:{80@evil.com}/", `is "80@evil.com", want the number of a port`},
		{"{h}:{8443}", "h:8443"},
		{"https://{h}/", "https://h/"},
		{"https://{h.example.com:8443}/{x}", "https://h.example.com:8443/x"},
		{"https://{[::1]:80}/", "https://[::1]:80/"},
		{"https://{münchen.example}/", "https://münchen.example/"},
		{"https://{h/x}/", `is "h/x", want the name of a host`},
		{"https://{}/", `is "", want the name of a host`},
		{"https://{u@h}/", `is "u@h", want the name of a host`},
		{"https://{web}.example.com/", "https://web.example.com/"},
		{"https://api.{example.com}/", "https://api.example.com/"},
		{"https://web{2}/", "https://web2/"},
		{"https://web{.evil}/", `is ".evil", want letters, digits, - or _: it stands in the name of a host`},
		{"https://h{/}.example.com/", "https://h/.example.com/"},
		{"postgres://app:{p@ss:w/rd?}@{db}:{5432}/tickets", "postgres://app:p%40ss%3Aw%2Frd%3F@db:5432/tickets"},
		{"https://{user}:{}@h/", "https://user:@h/"},
		{"https://h/{}/x", `is "", which would lead to another address`},
		{"https://h/x/{}", `is "", which would lead to another address`},
		{"https://h/x{}/y", "https://h/x/y"},
		{"https://h/x?y={}", "https://h/x?y="},
		{"https://h/{..}/x", `is "..", which would lead to another address`},
		{"https://h/{.}", `is ".", which would lead to another address`},
		{"https://h/.{.}/", `is ".", which would lead to another address`},
		{"https://h/{.}{.}/", `is ".", which would lead to another address`},
		{"https://h/{..}x/", "https://h/..x/"},
		{"https://h/{...}/", "https://h/.../"},
		{"https://h/{%2e%2e}/", "https://h/%252e%252e/"},
		{"https://h/?x={..}", "https://h/?x=.."},
		{"https://h?x={/../}", "https://h?x=%2F..%2F"},
		{"{https://h}{/../x}", `is "/../x", which would lead to another address`},
		{"{https://h}{/a/.}./x", `is "/a/.", which would lead to another address`},
		{"/api/{a/b}/", "/api/a%2Fb/"},
		{"tickets/{7}", "tickets/7"},
		{"tickets{://evil}", `is "://evil", want letters, digits, - or _: it stands in the name of a host`},
	}
	for _, tt := range tests {
		got, err := value.Address(parts(tt.text))
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("Address(%s)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestAddressKeepsWhatIsEncodedAndWhatIsSecret(t *testing.T) {
	base := value.AddressPart{Text: "https://h/", Written: true}
	got, err := value.Address([]value.AddressPart{base, {Text: "a%2Fb", Encoded: true}, {Text: "?x=", Written: true}, {Text: "c&d", Secret: true}})
	if want := "https://h/a%2Fb?x=c%26d"; got != want || err != nil {
		t.Errorf("Address() = %s, %v, want %s", got, err, want)
	}
	_, err = value.Address([]value.AddressPart{base, {Text: "x/", Written: true}, {Text: "..", Secret: true}})
	var wrong *value.AddressError
	if !errors.As(err, &wrong) || wrong.Part != 2 || wrong.Problem != "is •••, which would lead to another address" {
		t.Errorf("a secret that leads elsewhere: %v", err)
	}
	if _, err = value.Address([]value.AddressPart{base, {Text: "..", Encoded: true}}); err == nil {
		t.Error("an encoded .. was let through")
	}
}

// leadsNowhereElse puts v in each place of an address, and has Go's own reader
// of addresses tell what is where.
func leadsNowhereElse(t *testing.T, v string) {
	t.Helper()
	for _, base := range []string{"https://user@h.example:8443", "https://h.example"} {
		for _, pattern := range []string{"/a/\x00/z?q=\x00&r=1#\x00", "\x00/z", "/\x00", "?q=\x00", "/x-\x00.json"} {
			list := []value.AddressPart{{Text: base}}
			for i, text := range strings.Split(pattern, "\x00") {
				if i > 0 {
					list = append(list, value.AddressPart{Text: v})
				}
				if text != "" {
					list = append(list, value.AddressPart{Text: text, Written: true})
				}
			}
			text, err := value.Address(list)
			if err != nil {
				continue // it is refused
			}
			u, err := url.Parse(text)
			if err != nil {
				t.Errorf("Address of %q in %q is %q, which is no address: %v", v, pattern, text, err)
				continue
			}
			b, _ := url.Parse(base)
			want := strings.Split(pattern, "#")
			wantPath, wantQuery, _ := strings.Cut(want[0], "?")
			wantPath = strings.ReplaceAll(wantPath, "\x00", v)
			if u.Scheme != "https" || u.Host != b.Host || u.User.String() != b.User.String() {
				t.Errorf("%q in %q leads to %s", v, pattern, text)
			}
			if u.Path != wantPath {
				t.Errorf("%q in %q: the path is %q, want %q", v, pattern, u.Path, wantPath)
			}
			for folder := range strings.SplitSeq(u.EscapedPath(), "/") {
				if folder == "." || folder == ".." {
					t.Errorf("%q in %q: the path %q leads out of its folder", v, pattern, u.Path)
				}
			}
			if got := u.Query()["q"]; strings.Contains(wantQuery, "q=") && (len(got) != 1 || got[0] != v) {
				t.Errorf("%q in %q: the query is %q", v, pattern, got)
			}
			if len(want) > 1 && u.Fragment != v {
				t.Errorf("%q in %q: the fragment is %q", v, pattern, u.Fragment)
			}
		}
	}
}

func TestAddressOfHostileValues(t *testing.T) {
	for _, v := range hostile.Strings() {
		leadsNowhereElse(t, v)
	}
}

func FuzzAddress(f *testing.F) {
	for _, v := range hostile.Strings() {
		f.Add(v)
	}
	f.Fuzz(leadsNowhereElse)
}
