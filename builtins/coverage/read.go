package coverage

import (
	"context"

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
		return builtins.ReadAs(ctx, h, a.Path, a.Max, func(content []byte) (result, error) {
			m, err := parse(content)
			if err != nil {
				return result{}, err
			}
			return m.result()
		})
	}).With(`expect coverage.read("coverage.xml").total > 80%`)
