package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type writeArgs struct {
	Path string        `drl:"path" doc:"the file, from the script's folder; its folder is made if need be"`
	Text builtins.Text `drl:"text" doc:"what it holds; a secret makes the file readable by this user alone"`
}

var write = builtins.New("file.write", types.Writes, "Write a text to a file, in place of what it held; readers see the old or the new file, never a part.",
	func(ctx context.Context, h *builtins.Host, a writeArgs) (struct{}, error) {
		mode := fs.FileMode(0o644)
		if a.Text.IsSecret() {
			mode = 0o600
		}
		return struct{}{}, h.WriteFile(ctx, a.Path, strings.NewReader(a.Text.Reveal()), mode)
	}).With(`file.write("build/version.txt", "v1.2.3")`)

type copyArgs struct {
	From string `drl:"from" doc:"the file to copy, from the script's folder"`
	To   string `drl:"to" doc:"where to; its folder is made if need be"`
}

var copyFile = builtins.New("file.copy", types.Writes, "Copy a file with its permissions, in place of what was there.",
	func(ctx context.Context, h *builtins.Host, a copyArgs) (struct{}, error) {
		f, info, err := h.Open(a.From)
		if err != nil {
			return struct{}{}, err
		}
		defer f.Close()
		return struct{}{}, h.WriteFile(ctx, a.To, f, info.Mode().Perm())
	}).With(`file.copy("config/production.toml", "build/config.toml")`)

var remove = builtins.New("file.remove", types.Writes, "Remove a file; one that is not there is fine, a folder is an error.",
	func(_ context.Context, h *builtins.Host, a pathArgs) (struct{}, error) {
		full := h.Path(a.Path)
		info, err := os.Lstat(full)
		if errors.Is(err, fs.ErrNotExist) {
			return struct{}{}, nil
		}
		if err != nil {
			return struct{}{}, builtins.PathError("remove", a.Path, err)
		}
		if info.IsDir() {
			return struct{}{}, fmt.Errorf("remove %s: it is a folder, want a file", a.Path)
		}
		if err := os.Remove(full); err != nil {
			return struct{}{}, builtins.PathError("remove", a.Path, err)
		}
		return struct{}{}, nil
	}).With(`file.remove("build/version.txt")`)
