package event

import (
	"encoding/json"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins/hostile"
)

func TestWhatIsNotSeenIsSpelled(t *testing.T) {
	const text = "\"a\x7f\u009b31m\u202e\u2028é\U000e0001😀\""
	if got, want := string(spellUnseen([]byte(text))), `"a\u007f\u009b31m\u202e\u2028é\udb40\udc01😀"`; got != want {
		t.Errorf("spellUnseen(%q) = %s, want %s", text, got, want)
	}
	for _, text := range hostile.Strings() {
		line, err := marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		if err := json.Unmarshal(line, &before); err != nil {
			t.Fatal(err)
		}
		spelled := spellUnseen(line)
		if err := json.Unmarshal(spelled, &after); err != nil {
			t.Errorf("%s: %v", spelled, err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%q is read as another text (-want +got):\n%s", text, diff)
		}
		for _, r := range string(spelled) {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Errorf("%q stands in %q", r, spelled)
			}
		}
	}
}
