package hostile_test

import (
	"testing"

	"github.com/drl-lang/drl/builtins/hostile"
)

func TestStrings(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range hostile.Strings() {
		if seen[text] {
			t.Errorf("%q is listed twice", text)
		}
		seen[text] = true
	}
	if len(seen) < 300 {
		t.Errorf("%d texts, want 300", len(seen))
	}
}
