package compose

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type buildArgs struct {
	Services []string `drl:"services,optional" doc:"the services whose images are built; without any, all that the file builds"`
	project
	Args    map[string]string `drl:"args,optional,named" doc:"values of the Dockerfiles' ARGs; they stay in the image for all to read, so no secret fits"`
	Fresh   bool              `drl:"fresh,named" doc:"whether to build every step again, and to fetch the images that it begins with" default:"false"`
	Timeout time.Duration     `drl:"timeout,named" doc:"longest time that it may take" default:"30m"`
}

var build = builtins.New("compose.build", types.Writes, "Build the images of services. What runs goes on as it is.",
	func(ctx context.Context, h *builtins.Host, a buildArgs) (struct{}, error) {
		none := struct{}{}
		c, err := a.open(ctx, h, a.Services)
		if err != nil {
			return none, err
		}
		c.warn()
		words := []string{"build", "--quiet"}
		if a.Fresh {
			words = append(words, "--no-cache", "--pull")
		}
		for _, name := range slices.Sorted(maps.Keys(a.Args)) {
			if err := checkName("args", name); err != nil {
				return none, err
			}
			if strings.Contains(a.Args[name], "\x00") {
				return none, fmt.Errorf("args.%s holds a NUL, which no program can be given", name)
			}
			words = append(words, "--build-arg", name+"="+a.Args[name])
		}
		_, err = c.compose(ctx, "", append(words, a.Services...)...)
		return none, err
	}).With(`compose.build(["web"], args: { VERSION: "v1.2.3" })`)
