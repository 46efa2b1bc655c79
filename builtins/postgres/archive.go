package postgres

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/backup"
	"github.com/drl-lang/drl/lang/lazy"
)

// archive is what pg_restore finds in a file, without reading the data.
type archive struct {
	tables  int
	server  string // version of the server that it was dumped from
	program string // version of the pg_dump that dumped it
	at      time.Time
}

// isArchive looks at the first bytes of a file, for words of our own about
// what pg_restore only calls no valid archive.
func isArchive(h *builtins.Host, path string) error {
	f, info, err := h.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return builtins.PathError("read", path, err)
	}
	head = head[:n]
	switch {
	case info.Size() == 0:
		return fmt.Errorf("%s is empty", path)
	case strings.HasPrefix(string(head), "PGDMP"), n == 512 && strings.HasPrefix(string(head[257:]), "ustar") && strings.HasPrefix(string(head), "toc.dat"):
		return nil
	case strings.Contains(string(head), "PostgreSQL database dump"):
		return fmt.Errorf("%s is a script for psql, and this reads what pg_dump wrote with --format=custom or tar", path)
	}
	return fmt.Errorf("%s is no backup of PostgreSQL: pg_dump writes one with --format=custom or tar", path)
}

// list reads the list of contents of a file that isArchive.
func list(ctx context.Context, h *builtins.Host, pgRestore, full string) (archive, error) {
	if h.PrivateFile == nil {
		return archive{}, fmt.Errorf("there is no place for private files here")
	}
	// A list may be longer than what a program may say.
	into, err := h.PrivateFile(nil)
	if err != nil {
		return archive{}, err
	}
	defer os.Remove(into)
	if err := backup.Run(ctx, h, []string{"LC_ALL=C", "TZ=UTC"}, pgRestore, "--list", "--file="+into, full); err != nil {
		return archive{}, err
	}
	f, err := os.Open(into)
	if err != nil {
		return archive{}, err
	}
	defer f.Close()
	a, err := readList(builtins.UntilDone(ctx, f))
	if err != nil {
		return a, fmt.Errorf("read what %s lists: %w", filepath.Base(pgRestore), err)
	}
	return a, nil
}

// table is a line about a table: its number, the oid of pg_class, its own.
// The lines about its data have no class.
var table = lazy.Regexp(`^\d+; 1259 \d+ TABLE `)

// readList reads what pg_restore --list writes: a head of comments, then a
// line for each object. Its words are pg_restore's, with no newline of a name
// in them. The head may say nothing but the versions.
func readList(r io.Reader) (archive, error) {
	var a archive
	lines := bufio.NewReader(r)
	for head := true; ; {
		line, err := lines.ReadString('\n')
		if line == "" && err == io.EOF {
			break
		}
		if err != nil && err != io.EOF {
			return a, err
		}
		line = strings.TrimSuffix(line, "\n")
		said, isHead := strings.CutPrefix(line, ";")
		head = head && isHead
		if !head {
			if table().MatchString(line) {
				a.tables++
			}
			continue
		}
		said = strings.TrimSpace(said)
		if at, ok := strings.CutPrefix(said, "Archive created at "); ok {
			// In UTC, for pg_restore was told so.
			a.at, _ = time.Parse("2006-01-02 15:04:05 MST", at)
		}
		if version, ok := strings.CutPrefix(said, "Dumped from database version: "); ok {
			a.server, _, _ = strings.Cut(version, " ")
		}
		if version, ok := strings.CutPrefix(said, "Dumped by pg_dump version: "); ok {
			a.program, _, _ = strings.Cut(version, " ")
		}
	}
	if a.server == "" || a.program == "" {
		return a, fmt.Errorf("it says nothing of the version that was dumped")
	}
	return a, nil
}
