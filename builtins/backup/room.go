package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// Room wants so much free space in a folder, which need not be there yet.
// asked is what the script wants instead of the database's size; nil: no more
// than that.
func Room(h *builtins.Host, folder, database string, size value.Size, asked *value.Size) error {
	free, err := freeSpace(h.Path(folder))
	if err != nil {
		return builtins.PathError("look at the free space of", folder, err)
	}
	switch {
	case asked != nil && free < *asked:
		return fmt.Errorf("%s has %s free, want %s", folder, free, *asked)
	case asked == nil && free < size:
		return fmt.Errorf("%s has %s free, and the database %s is %s: make room, or say with room: how much the backup needs, if that is less",
			folder, free, builtins.Short(database), size)
	}
	return nil
}

// freeSpace is what this user may still write to where a folder is or will be.
func freeSpace(folder string) (value.Size, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return 0, err
	}
	for {
		info, err := os.Stat(folder)
		if err == nil && !info.IsDir() {
			return 0, errors.New("it is no folder")
		}
		if err == nil {
			break
		}
		if parent := filepath.Dir(folder); errors.Is(err, fs.ErrNotExist) && parent != folder {
			folder = parent
			continue
		}
		return 0, err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return value.Size(uint64(s.Bavail) * uint64(s.Bsize)), nil
}
