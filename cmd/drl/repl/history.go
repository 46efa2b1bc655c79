package repl

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mostHistory is how many statements are kept; twice as many make the file be
// written anew.
const mostHistory = 1000

// history is the statements that were typed, in this session and before. One
// is one, however many lines it has. The file has one a line, as JSON, and is
// for its owner alone.
type history struct {
	path    string // "": nothing is kept
	entries []string

	at    int    // the one that is shown; len(entries): what was being typed
	draft string // what was being typed
	query string // of a search
}

// readHistory reads the file. One that isn't there yet is empty; lines that
// are damaged are left out.
func readHistory(path string) (*history, error) {
	h := &history{path: path}
	f, err := os.Open(path)
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("read the history: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	total := 0
	for lines.Scan() {
		total++
		var text string
		if json.Unmarshal(lines.Bytes(), &text) == nil && text != "" {
			h.entries = append(h.entries, text)
		}
	}
	h.entries = h.entries[max(0, len(h.entries)-mostHistory):]
	if total > 2*mostHistory {
		h.rewrite()
	}
	h.rewind()
	return h, lines.Err()
}

// rewind begins at what is being typed.
func (h *history) rewind() { h.at, h.draft, h.query = len(h.entries), "", "" }

// add keeps a statement; kept is how it may stand in the file.
func (h *history) add(statement, kept string) {
	if strings.TrimSpace(statement) == "" {
		return
	}
	if n := len(h.entries); n == 0 || h.entries[n-1] != statement {
		h.entries = append(h.entries, statement)
		h.append(kept)
	}
	h.rewind()
}

// append adds to the file. That it can't is no reason to stop anybody.
func (h *history) append(text string) {
	if h.path == "" || text == "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return
	}
	f, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	f.Chmod(0o600) // it may have been made by another program
	line, err := json.Marshal(text)
	if err == nil {
		f.Write(append(line, '\n'))
	}
}

// rewrite writes the file anew, beside it and then in its place.
func (h *history) rewrite() {
	f, err := os.CreateTemp(filepath.Dir(h.path), ".history-*") // 0600
	if err != nil {
		return
	}
	w := bufio.NewWriter(f)
	for _, text := range h.entries {
		line, _ := json.Marshal(text)
		w.Write(append(line, '\n'))
	}
	if w.Flush() != nil || f.Close() != nil || os.Rename(f.Name(), h.path) != nil {
		os.Remove(f.Name())
	}
}

// back returns the statement before the one that is shown.
func (h *history) back(shown string) (string, bool) {
	if h.at == 0 {
		return "", false
	}
	if h.at == len(h.entries) {
		h.draft = shown
	}
	h.at--
	return h.entries[h.at], true
}

// forward returns the statement after the one that is shown, at last what was
// being typed.
func (h *history) forward(string) (string, bool) {
	if h.at >= len(h.entries) {
		return "", false
	}
	h.at++
	if h.at == len(h.entries) {
		return h.draft, true
	}
	return h.entries[h.at], true
}

// search returns the last statement before the one that is shown that has in
// it what was typed when the search began.
func (h *history) search(shown string) (string, bool) {
	if h.at >= len(h.entries) || h.entries[h.at] != shown {
		h.at, h.query, h.draft = len(h.entries), shown, shown
	}
	for i, entry := range slices.Backward(h.entries[:h.at]) {
		if strings.Contains(entry, h.query) && entry != shown {
			h.at = i
			return entry, true
		}
	}
	return "", false
}
