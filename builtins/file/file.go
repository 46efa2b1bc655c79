// Package file holds the builtins for files and folders. Relative paths start
// at the script's folder.
package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/drl-lang/drl/builtins"
)

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "file",
		Doc:   "Files and folders; relative paths start at the script's folder.",
		Funcs: []*builtins.Func{read, exists, glob, size, sha256File, write, copyFile, remove},
	}}
}

type pathArgs struct {
	Path string `drl:"path" doc:"the file, from the script's folder"`
}

// openFile opens what is a file, and nothing that could make a reader wait: a
// pipe or a device.
func openFile(h *builtins.Host, path string) (*os.File, fs.FileInfo, error) {
	full := h.Path(path)
	info, err := os.Stat(full)
	if err != nil {
		return nil, nil, tell("read", path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("read %s: it is %s, want a file", path, kindOf(info))
	}
	f, err := os.Open(full)
	if err != nil {
		return nil, nil, tell("read", path, err)
	}
	return f, info, nil
}

func kindOf(info fs.FileInfo) string {
	switch {
	case info.IsDir():
		return "a folder"
	case info.Mode()&fs.ModeNamedPipe != 0:
		return "a pipe"
	}
	return "a device or socket"
}

// tell says what could not be done with the path as the script wrote it.
func tell(verb, path string, err error) error {
	var where *fs.PathError
	if errors.As(err, &where) {
		err = where.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s %s: there is no such file: %w", verb, path, err)
	}
	return fmt.Errorf("%s %s: %w", verb, path, err)
}
