package check

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

// TestMarkedPrograms checks every script of testdata. What is wrong with a
// line stands in a comment at its end:
//
//	let x = 1 + "a"   # ERROR "can't add text" "a second one on the line"
//	let y = 1 ?? 2    # WARN "never null"
//
// Each quoted text is a regular expression that has to match one diagnostic
// of that line, written as "message (hint)"; every diagnostic has to be
// expected.
func TestMarkedPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.drl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no marked programs: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".drl"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			checkMarked(t, source.NewFile(name, text))
		})
	}
}

// mark is one expected diagnostic.
type mark struct {
	severity source.Severity
	pattern  *regexp.Regexp
}

var (
	markComment = regexp.MustCompile(`#.*?\b(ERROR|WARN)((?: +"[^"]*")+)`)
	markPattern = regexp.MustCompile(`"([^"]*)"`)
)

func marksOf(t testing.TB, file *source.File) map[int][]mark {
	t.Helper()
	marks := map[int][]mark{}
	for i, line := range strings.Split(string(file.Text), "\n") {
		for _, m := range markComment.FindAllStringSubmatch(line, -1) {
			severity := source.Error
			if m[1] == "WARN" {
				severity = source.Warning
			}
			for _, p := range markPattern.FindAllStringSubmatch(m[2], -1) {
				marks[i+1] = append(marks[i+1], mark{severity, regexp.MustCompile(p[1])})
			}
		}
	}
	return marks
}

func checkMarked(t *testing.T, file *source.File) {
	t.Helper()
	marks := marksOf(t, file)
	for _, d := range diagnose(file) {
		line, _ := d.File.Position(d.Span.Start)
		text := d.Message
		if d.Hint != "" {
			text += " (" + d.Hint + ")"
		}
		i := slices.IndexFunc(marks[line], func(m mark) bool { return m.severity == d.Severity && m.pattern.MatchString(text) })
		if d.File.Name != file.Name || i < 0 {
			t.Errorf("%s:%d: unexpected %s: %s", d.File.Name, line, d.Severity, text)
			continue
		}
		marks[line] = slices.Delete(marks[line], i, i+1)
	}
	for line, left := range marks {
		for _, m := range left {
			t.Errorf("%s:%d: no %s matches %s", file.Name, line, m.severity, strconv.Quote(m.pattern.String()))
		}
	}
}

// diagnose parses and checks a file over the universe of the tests.
func diagnose(file *source.File) source.Diagnostics {
	tree, ds := syntax.Parse(file)
	_, more := File(tree, Options{Universe: testUniverse(), Import: importFrom(file)})
	ds = append(ds, more...)
	ds.Sort()
	return ds
}

// importFrom reads imported files from the folder of the importing one.
func importFrom(*source.File) func(*source.File, string) (*source.File, error) {
	return func(from *source.File, path string) (*source.File, error) {
		name := filepath.Join(filepath.Dir(from.Name), path)
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		return source.NewFile(name, text), nil
	}
}
