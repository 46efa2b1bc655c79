package docker

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/drl-lang/drl/builtins"
)

const ignoreFile = ".dockerignore"

// buildContext is the files that a build may use: those of a folder, without
// those that its .dockerignore names.
type buildContext struct {
	root    *os.Root
	dir     string // as the script wrote it
	name    string // the Dockerfile, within it
	recipe  []byte // what that says
	ignored *patternmatcher.PatternMatcher
}

// openContext opens the folder. The caller closes it.
func openContext(ctx context.Context, h *builtins.Host, dir, file string) (*buildContext, error) {
	if !filepath.IsLocal(file) {
		return nil, fmt.Errorf("file is %q, want a Dockerfile within %s", file, dir)
	}
	recipe, err := h.ReadFile(ctx, filepath.Join(dir, file), mostSettings)
	if err != nil {
		return nil, err
	}
	b := &buildContext{dir: dir, name: filepath.ToSlash(filepath.Clean(file)), recipe: recipe}
	if b.root, err = os.OpenRoot(h.Path(dir)); err != nil {
		return nil, builtins.PathError("read", dir, err)
	}
	var patterns []string
	if ignore, err := b.root.Open(ignoreFile); err == nil {
		patterns, err = ignorefile.ReadAll(ignore)
		ignore.Close()
		if err != nil {
			b.Close()
			return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, ignoreFile), err)
		}
	}
	if b.ignored, err = patternmatcher.New(patterns); err != nil {
		b.Close()
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, ignoreFile), err)
	}
	return b, nil
}

// Close closes the folder.
func (b *buildContext) Close() error { return b.root.Close() }

// archive returns the files as a tar that is made while it is read. Closing it
// ends the making, and waits for that.
func (b *buildContext) archive(ctx context.Context) io.ReadCloser {
	from, to := io.Pipe()
	made := make(chan struct{})
	go func() {
		defer close(made)
		w := tar.NewWriter(to)
		err := b.write(ctx, w)
		if err == nil {
			err = w.Close()
		}
		to.CloseWithError(err)
	}()
	return &archive{from, made}
}

type archive struct {
	*io.PipeReader
	made chan struct{}
}

func (a *archive) Close() error {
	err := a.PipeReader.Close()
	<-a.made
	return err
}

func (b *buildContext) write(ctx context.Context, w *tar.Writer) error {
	parents := map[string]patternmatcher.MatchInfo{}
	return fs.WalkDir(b.root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return builtins.PathError("read", filepath.Join(b.dir, path), err)
		case path == ".":
			return nil
		}
		out, info, err := b.ignored.MatchesUsingParentResults(path, parents[filepath.Dir(path)])
		if err != nil {
			return err
		}
		parents[path] = info
		if out && path != b.name && path != ignoreFile {
			// A later pattern may take something in it back: !folder/file.
			if d.IsDir() && !b.ignored.Exclusions() && !strings.HasPrefix(b.name, path+"/") {
				return fs.SkipDir
			}
			return nil
		}
		return b.add(w, path, d)
	})
}

// add writes one file, folder or link. Pipes, sockets and devices are left out.
func (b *buildContext) add(w *tar.Writer, path string, d fs.DirEntry) error {
	info, err := d.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return nil // gone since it was listed
	}
	if err != nil {
		return err
	}
	link := ""
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		if link, err = b.root.Readlink(path); err != nil {
			return err
		}
	case !info.Mode().IsRegular() && !info.IsDir():
		return nil
	}
	head, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	// Whose files they are here is nothing to the image, and would keep its
	// steps out of the cache of another machine.
	head.Name, head.Uid, head.Gid, head.Uname, head.Gname = path, 0, 0, "", ""
	if info.IsDir() {
		head.Name += "/"
	}
	if err := w.WriteHeader(head); err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	f, err := b.root.Open(path)
	if err != nil {
		return builtins.PathError("read", filepath.Join(b.dir, path), err)
	}
	defer f.Close()
	if _, err := io.Copy(w, f); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Join(b.dir, path), err)
	}
	return nil
}
