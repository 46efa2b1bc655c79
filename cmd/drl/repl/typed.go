package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// typed is the editor of a terminal. readline holds the text and knows the
// keys; what it would draw is thrown away, for it can't draw lines that are
// broken or characters that are wide. Its painter tells the screen instead
// what there is to draw.
type typed struct {
	tty     *os.File
	keys    *keys
	screen  *screen
	lines   *readline.Instance
	modes   *modes
	help    assistant
	history *history

	mu         sync.Mutex
	text       []rune // as it was last seen
	cursor     int
	submitting bool // what readline does to the text from here on isn't typed
	preset     string
	resized    chan os.Signal
	closed     chan struct{}
}

// newTyped takes the terminal over.
func newTyped(tty *os.File, s *screen, help assistant, h *history) (*typed, error) {
	m, err := newModes(tty)
	if err != nil {
		return nil, fmt.Errorf("look at the terminal: %w", err)
	}
	e := &typed{tty: tty, keys: newKeys(tty), screen: s, modes: m, help: help, history: h,
		resized: make(chan os.Signal, 1), closed: make(chan struct{})}
	nothing := func() error { return nil }
	e.lines, err = readline.NewEx(&readline.Config{
		Stdin: e.keys, Stdout: io.Discard, Stderr: io.Discard,
		HistoryLimit: -1, DisableAutoSaveHistory: true,
		Painter: painting(e.paint), FuncFilterInputRune: e.filter,
		FuncGetWidth: func() int { return 1 << 20 }, FuncOnWidthChanged: func(func()) {},
		FuncIsTerminal: func() bool { return true }, ForceUseInteractive: true,
		FuncMakeRaw: nothing, FuncExitRaw: nothing,
		Listener: listening(e.listen),
	})
	if err != nil {
		return nil, fmt.Errorf("open the line editor: %w", err)
	}
	signal.Notify(e.resized, syscall.SIGWINCH)
	go func() {
		for {
			select {
			case <-e.resized:
				e.screen.redraw()
			case <-e.closed:
				return
			}
		}
	}()
	return e, e.modes.busy()
}

// painting and listening are what readline calls.
type (
	painting  func(text []rune, cursor int)
	listening func(text []rune, cursor int, key rune) ([]rune, int, bool)
)

func (p painting) Paint(text []rune, cursor int) []rune {
	p(text, cursor)
	return nil
}

func (l listening) OnChange(text []rune, cursor int, key rune) ([]rune, int, bool) {
	return l(text, cursor, key)
}

func (e *typed) Read(prompt string) (string, error) {
	if err := e.modes.typing(); err != nil {
		return "", fmt.Errorf("read the terminal: %w", err)
	}
	defer e.modes.busy()
	e.mu.Lock()
	preset := e.preset
	e.preset, e.submitting, e.text, e.cursor = "", false, nil, 0
	e.history.rewind()
	e.mu.Unlock()
	e.screen.begin(prompt)
	e.keys.begin()
	defer e.keys.end()
	e.lines.Operation.SetBuffer(preset)
	text, err := e.lines.Readline()
	e.screen.choose(nil)
	switch {
	case e.keys.gone(): // readline takes that for an Enter
		e.screen.end("")
		return "", io.EOF
	case errors.Is(err, readline.ErrInterrupt):
		e.screen.end("^C")
		return "", errInterrupted
	case err != nil:
		e.screen.end("")
		return "", io.EOF
	}
	e.screen.edit([]rune(text), len([]rune(text)))
	e.screen.end("")
	return text, nil
}

// paint is told what readline would draw.
func (e *typed) paint(text []rune, cursor int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.submitting || hasKey(text) {
		return
	}
	e.text, e.cursor = append(e.text[:0:0], text...), cursor
	e.screen.edit(e.text, e.cursor)
}

func hasKey(text []rune) bool {
	for _, r := range text {
		if r >= keyPaste && r <= keyLast {
			return true
		}
	}
	return false
}

// filter sees each key before readline does.
func (e *typed) filter(key rune) (rune, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch key {
	case readline.CharEnter, readline.CharCtrlJ:
		if !e.help.finished(string(e.text)) {
			e.lines.Terminal.KickRead() // readline waits after an Enter
			return keyNewline, true
		}
		e.submitting = true
	case readline.CharInterrupt:
		e.submitting = true
	case readline.CharDelete:
		e.submitting = len(e.text) == 0
	case readline.CharCtrlL:
		e.screen.clear()
		return 0, false
	case readline.CharCtrlZ:
		// As the terminal does where Ctrl-Z is no key. Suspend is what becomes
		// of it here.
		if !signal.Ignored(syscall.SIGTSTP) { // else whoever started us wants no stops
			_ = syscall.Kill(0, syscall.SIGTSTP)
		}
		return 0, false
	}
	return key, true
}

// listen does what our own keys are for: readline has put each into the text.
func (e *typed) listen(text []rune, cursor int, key rune) ([]rune, int, bool) {
	if key == 0 {
		return nil, 0, false
	}
	if key != keyTab {
		e.screen.choose(nil)
	}
	if key < keyPaste || key > keyLast {
		return e.outdent(text, cursor, key)
	}
	text = append(text[:cursor-1:cursor-1], text[cursor:]...)
	cursor--
	switch key {
	case keyPaste:
		return insert(text, cursor, e.keys.paste())
	case keyNewline:
		return insert(text, cursor, "\n"+indentOf(string(text[:cursor])))
	case keyTab:
		return e.tab(text, cursor)
	case keyUp:
		if at, moved := vertical(text, cursor, -1); moved {
			return text, at, true
		}
		return e.recall(text, cursor, e.history.back)
	case keyDown:
		if at, moved := vertical(text, cursor, 1); moved {
			return text, at, true
		}
		return e.recall(text, cursor, e.history.forward)
	case keyHome:
		return text, lineStart(text, cursor), true
	case keyEnd:
		return text, lineEnd(text, cursor), true
	case keySearch:
		return e.recall(text, cursor, e.history.search)
	}
	return text, cursor, true
}

func (e *typed) recall(text []rune, cursor int, from func(string) (string, bool)) ([]rune, int, bool) {
	if found, ok := from(string(text)); ok {
		text = []rune(found)
		cursor = len(text)
	}
	return text, cursor, true
}

func insert(text []rune, cursor int, more string) ([]rune, int, bool) {
	added := []rune(more)
	all := append(append(append([]rune(nil), text[:cursor]...), added...), text[cursor:]...)
	return all, cursor + len(added), true
}

// tab completes, or shows what there is to choose from. In front of a
// statement's line it indents.
func (e *typed) tab(text []rune, cursor int) ([]rune, int, bool) {
	before := string(text[:cursor])
	if line := before[strings.LastIndexByte(before, '\n')+1:]; strings.Contains(before, "\n") && strings.TrimSpace(line) == "" {
		return insert(text, cursor, strings.Repeat(" ", 4-len(line)%4))
	}
	completed, at, choices := e.help.complete(string(text), len(before))
	e.screen.choose(choices)
	return []rune(completed), len([]rune(completed[:at])), true
}

// indentOf is the indentation of the line that follows a text: that of its
// last line, and four blanks more after what opens a block.
func indentOf(before string) string {
	line := before[strings.LastIndexByte(before, '\n')+1:]
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if trimmed := strings.TrimSpace(line); strings.HasSuffix(trimmed, "{") || strings.HasSuffix(trimmed, "(") || strings.HasSuffix(trimmed, "[") {
		indent += "    "
	}
	return indent
}

// outdent takes four blanks from before a bracket that begins a line and
// closes what was opened above it.
func (e *typed) outdent(text []rune, cursor int, key rune) ([]rune, int, bool) {
	if key != '}' && key != ')' && key != ']' || cursor < 5 {
		return nil, 0, false
	}
	before := string(text[:cursor-1])
	line := before[strings.LastIndexByte(before, '\n')+1:]
	if !strings.Contains(before, "\n") || len(line) < 4 || strings.TrimSpace(line) != "" {
		return nil, 0, false
	}
	all := append(append([]rune(nil), text[:cursor-5]...), text[cursor-1:]...)
	return all, cursor - 4, true
}

// lineStart and lineEnd are the ends of the line in which the cursor stands.
func lineStart(text []rune, cursor int) int {
	for cursor > 0 && text[cursor-1] != '\n' {
		cursor--
	}
	return cursor
}

func lineEnd(text []rune, cursor int) int {
	for cursor < len(text) && text[cursor] != '\n' {
		cursor++
	}
	return cursor
}

// vertical moves the cursor a line up or down in the text; false: there is no
// such line.
func vertical(text []rune, cursor, by int) (int, bool) {
	lines := strings.Split(string(text), "\n")
	at := strings.Count(string(text[:cursor]), "\n")
	before := string(text[:cursor])
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))
	if at+by < 0 || at+by >= len(lines) {
		return cursor, false
	}
	start := 0
	for _, l := range lines[:at+by] {
		start += len([]rune(l)) + 1
	}
	return start + min(column, len([]rune(lines[at+by]))), true
}

func (e *typed) Preset(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.preset = text
}

func (e *typed) Print(text string)  { e.screen.print(text) }
func (e *typed) Pin(lines []string) { e.screen.pin(lines) }

func (e *typed) Aside(f func() error) error {
	e.modes.restore()
	defer e.modes.busy()
	return f()
}

func (e *typed) Suspend(stop func()) { e.screen.aside(func() { e.modes.lend(stop) }) }

func (e *typed) Again() {
	e.modes.lend(func() {})
	e.screen.again()
}

func (e *typed) Remember(statement, kept string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.history.add(statement, kept)
}

func (e *typed) Forget() {
	e.keys.forget()
	flush(e.tty)
}

func (e *typed) Leave() { e.keys.Close() }

func (e *typed) Close() error {
	signal.Stop(e.resized)
	close(e.closed)
	e.Leave()
	e.lines.Close()
	e.screen.end("")
	e.modes.restore()
	return e.tty.Close()
}

// modes are the ways in which a terminal treats keys.
type modes struct {
	tty      *os.File
	original unix.Termios

	mu  sync.Mutex
	now func() error // how it is treated now; nil: as it was
}

func newModes(tty *os.File) (*modes, error) {
	m := &modes{tty: tty}
	err := control(tty, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, readTermios)
		if err == nil {
			m.original = *state
		}
		return err
	})
	return m, err
}

// restore gives the terminal back as it was.
func (m *modes) restore() error { return m.become(nil) }

// typing hands each key on as it is, and has pastes marked.
func (m *modes) typing() error {
	return m.become(func() error {
		t := m.original
		t.Iflag &^= unix.BRKINT | unix.ICRNL | unix.INLCR | unix.IGNCR | unix.INPCK | unix.ISTRIP | unix.IXON
		t.Lflag &^= unix.ECHO | unix.ICANON | unix.ISIG | unix.IEXTEN
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		_, _ = io.WriteString(m.tty, "\x1b[?2004h")
		return m.set(t)
	})
}

// busy is while something runs: Ctrl-C is a signal, other keys wait and are
// not shown.
func (m *modes) busy() error {
	return m.become(func() error {
		t := m.original
		t.Iflag &^= unix.ICRNL | unix.IXON
		t.Lflag &^= unix.ECHO | unix.ICANON
		t.Lflag |= unix.ISIG
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
		return m.set(t)
	})
}

// become changes how the terminal is treated.
func (m *modes) become(now func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = now
	if now == nil {
		return m.asItWas()
	}
	_, _ = io.WriteString(m.tty, "\x1b[?2004l") // pastes are marked only while a line is typed
	return now()
}

// lend gives it back as it was while f is called. Where it is somebody else's
// anyway, as an editor's, whose modes we don't know, it is left alone.
func (m *modes) lend(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now == nil {
		f()
		return
	}
	_ = m.asItWas()
	f()
	_ = m.now()
}

func (m *modes) asItWas() error {
	_, _ = io.WriteString(m.tty, "\x1b[?2004l")
	return m.set(m.original)
}

func (m *modes) set(t unix.Termios) error {
	return control(m.tty, func(fd int) error { return unix.IoctlSetTermios(fd, writeTermios, &t) })
}

// flush drops what the terminal still holds.
func flush(tty *os.File) { control(tty, flushInput) }

// control calls f with the file's descriptor, without making it blocking as Fd
// would.
func control(file *os.File, f func(fd int) error) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := raw.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return err
	}
	return inner
}
