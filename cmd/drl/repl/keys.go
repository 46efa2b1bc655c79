package repl

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Keys that readline has no rune for. They are private to us: what is pasted
// never passes through readline, and one that is typed is dropped.
const (
	keyPaste rune = 0xF8F0 + iota // the text is the first of keys.pasted
	keyNewline
	keyTab
	keyUp
	keyDown
	keySearch
	keyHome
	keyEnd
	keyLast
)

// keys is the keyboard as readline is to see it: nothing while a statement is
// carried out, a paste as one key, and the sequences of keys that it doesn't
// know as those that it does.
type keys struct {
	file *os.File

	mu     sync.Mutex
	open   *sync.Cond
	typing bool
	closed bool
	raw    []byte   // read, not yet looked at
	ready  []byte   // for readline
	pasted [][]byte // the texts of the pastes in ready, in their order
}

func newKeys(file *os.File) *keys {
	k := &keys{file: file}
	k.open = sync.NewCond(&k.mu)
	return k
}

// begin lets readline read until end. A read that waits then goes on waiting:
// a key that comes belongs to what runs.
func (k *keys) begin() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.typing = true
	k.file.SetReadDeadline(time.Time{})
	k.open.Broadcast()
}

func (k *keys) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.typing = false
	k.file.SetReadDeadline(time.Unix(1, 0))
}

// Close ends what waits for a key.
func (k *keys) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	k.file.SetReadDeadline(time.Unix(1, 0))
	k.open.Broadcast()
	return nil
}

// gone tells whether no key will come any more.
func (k *keys) gone() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.closed
}

// forget drops what was typed and not yet read.
func (k *keys) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.raw, k.ready, k.pasted = nil, nil, nil
}

// paste takes the text of the paste that readline has come to.
func (k *keys) paste() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.pasted) == 0 {
		return ""
	}
	text := k.pasted[0]
	k.pasted = k.pasted[1:]
	return string(text)
}

// Read gives readline keys, at most up to one that may end the statement: what
// was typed after it is for later.
func (k *keys) Read(p []byte) (int, error) {
	buf := make([]byte, 4096)
	for {
		k.mu.Lock()
		for !k.typing && !k.closed {
			k.open.Wait()
		}
		if k.closed {
			k.mu.Unlock()
			return 0, io.EOF
		}
		k.translate()
		if n := upToEnd(k.ready); n > 0 {
			n = copy(p, k.ready[:n])
			k.ready = k.ready[n:]
			k.mu.Unlock()
			return n, nil
		}
		k.mu.Unlock()
		n, err := k.file.Read(buf)
		k.mu.Lock()
		k.raw = append(k.raw, buf[:n]...)
		stop := k.closed || err != nil && k.typing && !os.IsTimeout(err) || n == 0 && err == nil
		k.closed = stop
		k.mu.Unlock()
		if stop {
			return 0, io.EOF
		}
	}
}

// upToEnd is how many bytes there are up to and including a key after which
// readline waits to be told to go on.
func upToEnd(b []byte) int {
	if i := bytes.IndexAny(b, "\r\n\x03\x04"); i >= 0 {
		return i + 1
	}
	return len(b)
}

var (
	pasteBegin = []byte("\x1b[200~")
	pasteEnd   = []byte("\x1b[201~")
)

// sequences are keys under the names that readline knows.
var sequences = []struct{ typed, known string }{
	{"\x1b\r", string(keyNewline)}, {"\x1b\n", string(keyNewline)}, // Alt-Enter
	{"\x1b[1;5C", "\x1bf"}, {"\x1b[1;5D", "\x1bb"}, // Ctrl and an arrow
	{"\x1b[1;3C", "\x1bf"}, {"\x1b[1;3D", "\x1bb"},
	{"\x01", string(keyHome)}, {"\x1b[H", string(keyHome)}, {"\x1bOH", string(keyHome)}, {"\x1b[1~", string(keyHome)}, {"\x1b[7~", string(keyHome)},
	{"\x05", string(keyEnd)}, {"\x1b[F", string(keyEnd)}, {"\x1bOF", string(keyEnd)}, {"\x1b[4~", string(keyEnd)}, {"\x1b[8~", string(keyEnd)},
	{"\x1b[A", string(keyUp)}, {"\x1bOA", string(keyUp)}, {"\x1b[B", string(keyDown)}, {"\x1bOB", string(keyDown)},
	{"\x10", string(keyUp)}, {"\x0e", string(keyDown)}, {"\t", string(keyTab)}, {"\x12", string(keySearch)},
	{"\x00", ""}, {"\x13", ""}, {"\x11", ""}, {"\x07", ""}, {"\x16", ""},
}

// tame is a pasted text without what a terminal would obey; the checker points
// at what stands in its place.
func tame(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\t", "    ")
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r < 0x20 || 0x7f <= r && r < 0xa0) {
			return '\uFFFD'
		}
		return r
	}, text)
}

// translate moves what has come whole from raw to ready.
func (k *keys) translate() {
next:
	for len(k.raw) > 0 {
		if bytes.HasPrefix(k.raw, pasteBegin) {
			end := bytes.Index(k.raw, pasteEnd)
			if end < 0 {
				return // the rest is on its way
			}
			text := bytes.ReplaceAll(k.raw[len(pasteBegin):end], []byte("\r\n"), []byte("\n"))
			text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
			k.pasted = append(k.pasted, []byte(tame(string(text))))
			k.ready = append(k.ready, string(keyPaste)...)
			k.raw = k.raw[end+len(pasteEnd):]
			continue
		}
		if bytes.HasPrefix(pasteBegin, k.raw) {
			return
		}
		for _, s := range sequences {
			if bytes.HasPrefix(k.raw, []byte(s.typed)) {
				k.ready = append(k.ready, s.known...)
				k.raw = k.raw[len(s.typed):]
				continue next
			}
			if k.raw[0] == 0x1b && bytes.HasPrefix([]byte(s.typed), k.raw) {
				return
			}
		}
		if !utf8.FullRune(k.raw) {
			return
		}
		r, n := utf8.DecodeRune(k.raw)
		if r < keyPaste || r > keyLast {
			k.ready = append(k.ready, k.raw[:n]...)
		}
		k.raw = k.raw[n:]
	}
}
