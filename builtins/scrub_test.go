package builtins_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
)

// FuzzScrub: what stands where addresses have passwords and tokens is gone,
// whatever it is, and a second time changes nothing.
func FuzzScrub(f *testing.F) {
	for _, seed := range []string{"hunter22", "p@ss:w/rd?", "a&b=c#d", "%41%zz", "two words", "'quoted'", "ünïcode", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, secret string) {
		address := url.URL{
			Scheme: "https", User: url.UserPassword("app", "1-"+secret+"-1"), Host: "db.example.com", Path: "/x",
			RawQuery: url.Values{"access_token": {"2-" + secret + "-2"}, "page": {"3"}}.Encode(),
		}
		got := builtins.Scrub("get " + address.String() + ": refused")
		if want := "get https://•••@db.example.com/x?access_token=•••&page=3: refused"; got != want {
			t.Errorf("Scrub of %s = %s, want %s", address.String(), got, want)
		}
		if again := builtins.Scrub(got); again != got {
			t.Errorf("a second Scrub = %s, want %s", again, got)
		}
		if plain := "plain " + strings.ToValidUTF8(strings.NewReplacer("=", "", "@", "").Replace(secret), ""); builtins.Scrub(plain) != plain {
			t.Errorf("Scrub(%q) = %q", plain, builtins.Scrub(plain))
		}
	})
}
