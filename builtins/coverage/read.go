package coverage

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type readArgs struct {
	Path string     `drl:"path" doc:"the file, from the script's folder: Cobertura XML, lcov, a Go cover profile or the JSON of coverage.py, which its content tells"`
	Max  value.Size `drl:"max,named" doc:"the longest file to read" default:"16MiB"`
}

var read = builtins.New("coverage.read", types.Reads, "Read what tests have covered.",
	func(ctx context.Context, h *builtins.Host, a readArgs) (result, error) {
		content, err := h.ReadFile(ctx, a.Path, a.Max)
		if err != nil {
			return result{}, err
		}
		m, err := parse(content)
		if err != nil {
			return result{}, fmt.Errorf("read %s: %w", a.Path, err)
		}
		r, err := m.result()
		if err != nil {
			return result{}, fmt.Errorf("read %s: %w", a.Path, err)
		}
		return r, nil
	}).With(`expect coverage.read("coverage.xml").total > 80%`)
