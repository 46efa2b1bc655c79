package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type readArgs struct {
	Path string     `drl:"path" doc:"the file, from the script's folder"`
	Max  value.Size `drl:"max,named" doc:"the longest file to read" default:"16MiB"`
}

var read = builtins.New("file.read", types.Reads, "Read a file as text, byte for byte.",
	func(ctx context.Context, h *builtins.Host, a readArgs) (string, error) {
		content, err := h.ReadFile(ctx, a.Path, a.Max)
		if err != nil {
			return "", err
		}
		return string(content), nil
	}).With(`expect file.read("CHANGELOG.md") contains "v1.2.3"`)

var exists = builtins.New("file.exists", types.Reads, "Tell whether there is a file or folder of that path.",
	func(_ context.Context, h *builtins.Host, a pathArgs) (bool, error) {
		_, err := os.Stat(h.Path(a.Path))
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, builtins.PathError("look for", a.Path, err)
		}
		return true, nil
	}).With(`expect file.exists("docker-compose.yml")`)

type globArgs struct {
	Pattern string `drl:"pattern" doc:"a path in which * stands for any text without a slash, ? for one letter, [a-z] for one of them"`
}

var glob = builtins.New("file.glob", types.Reads, "List the paths that fit a pattern, sorted; none is an empty list.",
	func(_ context.Context, h *builtins.Host, a globArgs) ([]string, error) {
		if !utf8.ValidString(a.Pattern) { // Go's file systems have no such names
			return nil, fmt.Errorf("pattern is %q, want text in UTF-8", a.Pattern)
		}
		// The folder's own name may hold what a pattern would interpret.
		var paths []string
		var err error
		if filepath.IsAbs(a.Pattern) {
			paths, err = filepath.Glob(a.Pattern)
		} else {
			// A file system of Go's has nothing above its root.
			above, rest := "", filepath.ToSlash(filepath.Clean(a.Pattern))
			for strings.HasPrefix(rest, "../") {
				above, rest = above+"../", rest[3:]
			}
			paths, err = fs.Glob(os.DirFS(h.Path(filepath.Join(".", above))), rest)
			for i := range paths {
				paths[i] = above + paths[i]
			}
		}
		if err != nil {
			return nil, fmt.Errorf("pattern is %q: %w", a.Pattern, err)
		}
		slices.Sort(paths)
		return paths, nil
	}).With(`let dumps = file.glob("backups/*.sql.gz")`)

var size = builtins.New("file.size", types.Reads, "Return the length of a file.",
	func(_ context.Context, h *builtins.Host, a pathArgs) (value.Size, error) {
		f, info, err := h.Open(a.Path)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		return value.Size(info.Size()), nil
	}).With(`expect file.size("backups/latest.sql.gz") > 1MiB`)

var sha256File = builtins.New("file.sha256", types.Reads, "Return the SHA-256 of a file's bytes in hexadecimal.",
	func(ctx context.Context, h *builtins.Host, a pathArgs) (string, error) {
		f, _, err := h.Open(a.Path)
		if err != nil {
			return "", err
		}
		defer f.Close()
		digest := sha256.New()
		if _, err := io.Copy(digest, builtins.UntilDone(ctx, f)); err != nil {
			return "", builtins.PathError("read", a.Path, err)
		}
		return hex.EncodeToString(digest.Sum(nil)), nil
	}).With(`let digest = file.sha256("backups/latest.sql.gz")`)
