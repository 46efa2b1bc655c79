package compile_test

import (
	"strings"
	"testing"

	. "github.com/drl-lang/drl/lang/compile"
)

func TestFilter(t *testing.T) {
	env := map[string]any{"kind": "check", "title": "auth is healthy", "duration": 1.5, "tags": []string{"web"}}
	for text, want := range map[string]bool{
		`kind == "check" && title contains "health"`:      true,
		`kind == "step" or duration > 1`:                  true,
		`title matches "^auth" and not (kind == "check")`: false,
		`"web" in tags`: true,
	} {
		f, err := NewFilter(text, env)
		if err != nil {
			t.Errorf("NewFilter(%s): %v", text, err)
			continue
		}
		if got, err := f.Match(env); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	env := map[string]any{"kind": "", "title": "", "items": map[string]any{}}
	for text, want := range map[string]string{
		``:                 `the filter is empty`,
		`knd == "check"`:   `filter knd == "check": there is no field knd, did you mean kind?`,
		`owner == "me"`:    `filter owner == "me": there is no field owner, there are items, kind, title`,
		`kind`:             `filter kind: it has to be true or false, such as kind == "check"`,
		`kind == `:         `filter kind == : at character 8: unexpected token EOF`,
		`kind == 5`:        `filter kind == 5: at character 6: invalid operation: == (mismatched types string and int)`,
		`items.a.b == "x"`: ``,
	} {
		f, err := NewFilter(text, env)
		if err == nil {
			_, err = f.Match(env)
		}
		if err == nil || want != "" && err.Error() != want || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
