package backup

import (
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
)

// Names of databases that differ are names of files that differ, which lead
// nowhere else and hide nothing.
func TestFileName(t *testing.T) {
	for database, want := range map[string]string{
		"tickets":               "tickets",
		"my db":                 "my%20db",
		"my%20db":               "my%2520db",
		"../../etc":             "%2E.%2F..%2Fetc",
		".hidden":               "%2Ehidden",
		"--file=x":              "%2D-file%3Dx",
		"ü":                     "%C3%BC",
		"a\nb\x1b[2J":           "a%0Ab%1B%5B2J",
		"":                      "database",
		strings.Repeat("é", 63): strings.Repeat("%C3%A9", 30),
	} {
		if got := fileName(database); got != want {
			t.Errorf("fileName(%q) = %q, want %q", database, got, want)
		}
	}
}

func TestADraftIsGoneUnlessItIsKept(t *testing.T) {
	h := &builtins.Host{Dir: t.TempDir(), Now: time.Now}
	d, err := Begin(h, "to", "x", ".dump", time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Keep(t.Context(), h, Backup{}); err == nil || err.Error() != "to/x-19700101T000000Z.dump is empty" {
		t.Errorf("an empty one is kept: %v", err)
	}
	d.Discard()
	again, err := Begin(h, "to", "x", ".dump", time.Unix(0, 0))
	if err != nil || again.Partial != d.Partial {
		t.Errorf("the next is %v, %v, want the name that is free again", again, err)
	}
}
