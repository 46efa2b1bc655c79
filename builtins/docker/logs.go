package docker

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

const (
	mostLines = 10_000
	mostLine  = 64 << 10
	mostLog   = 8 << 20
)

type logsArgs struct {
	Name  string     `drl:"name" doc:"the container's name or id"`
	Since *time.Time `drl:"since" doc:"from when on: now() - 10m, run.started"`
	Tail  int        `drl:"tail" doc:"how many lines at most, the last ones; up to 10000" default:"200"`
	where
}

type output struct {
	Lines  []string `drl:"lines" doc:"the lines of both outputs, as they came"`
	Stderr []string `drl:"stderr" doc:"those among them that came on standard error; of a container with a terminal, none are known"`
	Cut    bool     `drl:"cut" doc:"whether something is missing: a line over 64 KiB was cut, or all of them were more than 8 MiB and the first ones are left out"`
}

var logs = builtins.New("docker.logs", types.Reads, "Read the last lines that a container has written.",
	func(ctx context.Context, h *builtins.Host, a logsArgs) (output, error) {
		if a.Tail < 1 || a.Tail > mostLines {
			return output{}, fmt.Errorf("tail is %d, want 1 to %d", a.Tail, mostLines)
		}
		e, err := a.open(ctx, h)
		if err != nil {
			return output{}, err
		}
		if err := checkName(a.Name); err != nil {
			return output{}, err
		}
		c, err := e.ContainerInspect(ctx, a.Name, client.ContainerInspectOptions{})
		if err != nil {
			return output{}, e.missing(ctx, a.Name, err)
		}
		options := client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(a.Tail)}
		if a.Since != nil {
			options.Since = a.Since.UTC().Format(time.RFC3339Nano)
		}
		reply, err := e.ContainerLogs(ctx, c.Container.ID, options)
		if err != nil {
			return output{}, e.missing(ctx, a.Name, err)
		}
		defer reply.Close()
		terminal := c.Container.Config != nil && c.Container.Config.Tty
		o, err := readLog(reply, terminal)
		if err != nil {
			return output{}, e.problem(ctx, err)
		}
		return o, nil
	}).With(`expect docker.logs("web", since: now() - 10m).lines.none(line => line contains "panic")`)

// readLog reads the lines of a log: the last ones where they are too many.
func readLog(from io.Reader, terminal bool) (output, error) {
	all := &written{}
	out, errs := &lines{to: all}, &lines{to: all, stderr: true}
	var err error
	if terminal {
		_, err = io.Copy(out, from)
	} else {
		err = split(from, out, errs)
	}
	out.end()
	errs.end()
	o := output{Lines: []string{}, Stderr: []string{}, Cut: all.cut}
	for _, l := range all.lines {
		o.Lines = append(o.Lines, l.text)
		if l.stderr {
			o.Stderr = append(o.Stderr, l.text)
		}
	}
	return o, err
}

// written is what has come so far.
type written struct {
	lines []line
	size  int
	cut   bool
}

type line struct {
	text   string
	stderr bool
}

func (w *written) add(l line) {
	w.lines = append(w.lines, l)
	w.size += len(l.text)
	for w.size > mostLog || len(w.lines) > mostLines {
		w.size -= len(w.lines[0].text)
		w.lines, w.cut = w.lines[1:], true
	}
}

// lines is a writer that breaks one output into lines.
type lines struct {
	to     *written
	stderr bool
	line   []byte
	begun  bool
}

func (l *lines) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		piece, rest, ended := bytes.Cut(p, []byte("\n"))
		if room := mostLine - len(l.line); len(piece) > room {
			piece, l.to.cut = piece[:room], true
		}
		l.line, l.begun = append(l.line, piece...), true
		if ended {
			l.end()
		}
		p = rest
	}
	return n, nil
}

// end ends the line that has begun.
func (l *lines) end() {
	if !l.begun {
		return
	}
	text := strings.ToValidUTF8(strings.TrimSuffix(string(l.line), "\r"), "\ufffd")
	l.to.add(line{text, l.stderr})
	l.line, l.begun = l.line[:0], false
}
