package git

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type logArgs struct {
	Since string `drl:"since" doc:"a commit, tag or branch: what came after it is listed"`
	Last  int    `drl:"last,named" doc:"how many at most, the newest; up to 1000" default:"100"`
}

type logged struct {
	Hash    string    `drl:"hash" doc:"its full hash"`
	Author  string    `drl:"author" doc:"who wrote it"`
	Email   string    `drl:"email" doc:"the author's address"`
	At      time.Time `drl:"at" doc:"when it was committed"`
	Subject string    `drl:"subject" doc:"the first line of its message"`
}

var log = builtins.New("git.log", types.Reads, "List the commits since another one, the newest first.",
	func(ctx context.Context, h *builtins.Host, a logArgs) ([]logged, error) {
		if a.Last < 1 || a.Last > 1000 {
			return nil, fmt.Errorf("last is %d, want 1 to 1000", a.Last)
		}
		from, err := resolve(ctx, h, "since", a.Since)
		if err != nil {
			return nil, err
		}
		out, err := run(ctx, h, "log", "-z", fmt.Sprintf("--max-count=%d", a.Last), "--no-show-signature",
			"--format=%H%x00%an%x00%ae%x00%cI%x00%s", from+"..HEAD", "--")
		if err != nil {
			return nil, err
		}
		return parseLog(out)
	}).With(`let changes = git.log("v1.2.2").map(c => c.subject)`)

// parseLog reads five fields a commit, each ended by a NUL, which none of
// them can hold.
func parseLog(out string) ([]logged, error) {
	all := []logged{}
	fields := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
	if len(fields) == 1 && fields[0] == "" {
		return all, nil
	}
	if len(fields)%5 != 0 {
		return nil, fmt.Errorf("git log wrote %d fields, want five a commit", len(fields))
	}
	for ; len(fields) > 0; fields = fields[5:] {
		at, err := time.Parse(time.RFC3339, fields[3])
		if err != nil {
			return nil, fmt.Errorf("git log wrote the time %q, want one such as 2026-11-22T20:00:00Z", fields[3])
		}
		all = append(all, logged{Hash: fields[0], Author: fields[1], Email: fields[2], At: at, Subject: fields[4]})
	}
	return all, nil
}
