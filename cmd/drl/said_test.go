package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins/hostile"
)

// TestWhatServersSayIsShownAndNeverObeyed has a server answer with each
// hostile text, in the body, in a header and as the name of a check, and looks
// at all that a run of it writes.
func TestWhatServersSayIsShownAndNeverObeyed(t *testing.T) {
	texts := hostile.Strings()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var i int
		if _, err := fmt.Sscanf(r.URL.Path, "/%d", &i); err != nil {
			json.NewEncoder(w).Encode(texts)
			return
		}
		w.Header().Set("X-Text", texts[i])
		w.Write([]byte(texts[i]))
	}))
	defer s.Close()
	dir := t.TempDir()
	script := fmt.Sprintf(`input url: string
for i in 0..%d {
    check "number {i}" {
        let r = http.get("{url}/{i}")
        print(r.body)
        expect r.body == "no" else "found {r.body}"
        expect r.headers.get("x-text") == "no"
        expect r.json == "no"
    }
}
for text in http.get("{url}/all").json {
    check "{text}" { fail("{text}") }
}
`, len(texts)-1)
	if err := os.WriteFile(filepath.Join(dir, "s.drl"), []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`^\s*(::[a-z-]|##\[|##vso\[|##teamcity\[)`)
	for _, more := range [][]string{nil, {"--json"}} {
		cmd := exec.Command("drl", append([]string{"run", "s.drl", "--url", s.URL}, more...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=", "CI=")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1 {
			t.Fatalf("%v: %v\n%.2000s", more, err, out.String())
		}
		if n := strings.Count(out.String(), "number "); n < len(texts) {
			t.Errorf("%v: %d checks are shown, want %d", more, n, len(texts))
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if !utf8.ValidString(line) {
				t.Errorf("%v: not UTF-8: %q", more, line)
			}
			if i := strings.IndexFunc(line, obeyed); i >= 0 {
				t.Errorf("%v: %q stands in %q", more, line[i:min(len(line), i+4)], line)
			}
			if commands.MatchString(line) {
				t.Errorf("%v: a command to a CI service: %q", more, line)
			}
		}
	}
}

// obeyed tells whether a terminal would obey a character rather than show it.
func obeyed(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}
