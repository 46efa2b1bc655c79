package builtins

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/drl-lang/drl/lang/value"
)

// Open opens what is a file, and nothing that could make a reader wait: a
// pipe or a device. Errors name the path as the script wrote it.
func (h *Host) Open(path string) (*os.File, fs.FileInfo, error) {
	full := h.Path(path)
	info, err := os.Stat(full)
	if err != nil {
		return nil, nil, PathError("read", path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("read %s: it is %s, want a file", path, KindOf(info))
	}
	f, err := os.Open(full)
	if err != nil {
		return nil, nil, PathError("read", path, err)
	}
	return f, info, nil
}

// ReadFile reads a file of at most so many bytes.
func (h *Host) ReadFile(ctx context.Context, path string, most value.Size) ([]byte, error) {
	f, _, err := h.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(UntilDone(ctx, f), int64(most)+1))
	if err != nil {
		return nil, PathError("read", path, err)
	}
	if int64(len(content)) > int64(most) {
		return nil, fmt.Errorf("read %s: it is longer than %s (max)", path, most)
	}
	return content, nil
}

// ReadAs reads a file of at most so many bytes, and what parse finds in it.
func ReadAs[T any](ctx context.Context, h *Host, path string, most value.Size, parse func(content []byte) (T, error)) (T, error) {
	var none T
	content, err := h.ReadFile(ctx, path, most)
	if err != nil {
		return none, err
	}
	found, err := parse(content)
	if err != nil {
		return none, fmt.Errorf("read %s: %w", path, err)
	}
	return found, nil
}

// WriteFile writes a file beside path and renames it: readers see the old or
// the new one, never a part, and a crash leaves the old one. Its folder is
// made if need be.
func (h *Host) WriteFile(ctx context.Context, path string, content io.Reader, mode fs.FileMode) (err error) {
	full := h.Path(path)
	if info, err := os.Stat(full); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("write %s: it is %s, want a file", path, KindOf(info))
	}
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return PathError("write", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(full), ".drl-*")
	if err != nil {
		return PathError("write", path, err)
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(f.Name())
			err = PathError("write", path, err)
		}
	}()
	if _, err := io.Copy(f, UntilDone(ctx, content)); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), full)
}

// KindOf says what is there instead of a file.
func KindOf(info fs.FileInfo) string {
	switch {
	case info.IsDir():
		return "a folder"
	case info.Mode()&fs.ModeNamedPipe != 0:
		return "a pipe"
	}
	return "a device or socket"
}

// PathError says what could not be done with the path as the script wrote it.
func PathError(verb, path string, err error) error {
	var where *fs.PathError
	if errors.As(err, &where) {
		err = where.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s %s: there is no such file", verb, path)
	}
	return fmt.Errorf("%s %s: %w", verb, path, err)
}

// UntilDone returns a reader of r that ends with the context.
func UntilDone(ctx context.Context, r io.Reader) io.Reader { return &untilDone{ctx, r} }

type untilDone struct {
	ctx  context.Context
	from io.Reader
}

func (r *untilDone) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.from.Read(p)
}
