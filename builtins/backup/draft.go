package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
)

// Draft is a backup while it is written: a file of this user alone, beside
// where it will be.
type Draft struct {
	// Partial is the file that is written, with its whole path.
	Partial string

	path string // as the script has it
	full string
}

// Begin makes an empty file for a backup of a database in a folder, which is
// made if need be. No two backups have one name, whoever makes them.
func Begin(h *builtins.Host, folder, database, extension string, at time.Time) (*Draft, error) {
	if folder == "" {
		return nil, errors.New("to is empty, want the folder that backups are kept in")
	}
	if err := os.MkdirAll(h.Path(folder), 0o700); err != nil {
		return nil, builtins.PathError("make the folder", folder, err)
	}
	stem := fileName(database) + "-" + at.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		name := stem
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		name += extension
		d := &Draft{path: filepath.Join(folder, name)}
		var err error
		if d.full, err = filepath.Abs(h.Path(d.path)); err != nil {
			return nil, builtins.PathError("write", d.path, err)
		}
		d.Partial = d.full + ".partial"
		f, err := os.OpenFile(d.Partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue // somebody is writing it
		}
		if err != nil {
			return nil, builtins.PathError("write", d.path, err)
		}
		f.Close()
		// Whoever has the partial file has the name: a backup of that name that
		// isn't there now won't be.
		if _, err := os.Lstat(d.full); errors.Is(err, fs.ErrNotExist) {
			return d, nil
		}
		d.Discard()
	}
}

// Discard removes what was written, unless it was kept.
func (d *Draft) Discard() { os.Remove(d.Partial) }

// Keep gives a backup that is whole its name, and completes what is known of
// it. What it returns is on the disk.
func (d *Draft) Keep(ctx context.Context, h *builtins.Host, b Backup) (Backup, error) {
	var err error
	if b.SHA256, b.Size, err = Digest(ctx, h, d.Partial); err != nil {
		return b, err
	}
	if b.Size == 0 {
		return b, fmt.Errorf("%s is empty", d.path)
	}
	if err := sync(d.Partial); err != nil {
		return b, builtins.PathError("write", d.path, err)
	}
	if err := os.Rename(d.Partial, d.full); err != nil {
		return b, builtins.PathError("write", d.path, err)
	}
	if err := sync(filepath.Dir(d.full)); err != nil {
		return b, builtins.PathError("write", d.path, err)
	}
	b.Path, b.Duration = d.path, h.Now().Sub(b.TakenAt)
	return b, nil
}

// sync waits until a file or folder is on the disk.
func sync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// longestName leaves room for a time, a number and endings within the 255
// bytes that file systems allow.
const longestName = 180

// fileName is a database's name as a part of a file's: what isn't a letter, a
// digit, _ - or . is written %XX, as in addresses. A file of SQLite may be all
// ending.
func fileName(database string) string {
	if database == "" {
		return "database"
	}
	var b strings.Builder
	for i := range len(database) {
		c := database[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || (c == '-' || c == '.') && i > 0
		part := string(rune(c))
		if !plain {
			part = fmt.Sprintf("%%%02X", c)
		}
		if b.Len()+len(part) > longestName {
			break
		}
		b.WriteString(part)
	}
	return b.String()
}
