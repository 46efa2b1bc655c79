package command

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	maxOutput = 10 << 20 // of a line, both streams together
	maxTail   = 1 << 20  // of it, kept from each stream's end
	maxLine   = 64 << 10
)

// capture keeps what a line writes and hands it on, line by line.
type capture struct {
	output  func(stream, line string)
	mu      sync.Mutex // output is called by one at a time
	room    int        // left for the heads of the streams
	streams [2]*stream
	readers sync.WaitGroup
}

// stream is one of the two outputs.
type stream struct {
	name   string
	reader *os.File
	head   []byte
	tail   []byte // of what no longer fitted the head
	cut    int64  // bytes that neither holds
	line   []byte // begun, and not yet ended
	lost   int    // bytes of this line beyond maxLine
}

func newCapture(output func(stream, line string)) *capture {
	if output == nil {
		output = func(stream, line string) {}
	}
	return &capture{output: output, room: maxOutput - 2*maxTail}
}

// open returns the ends that the programs write to, and starts to read.
func (c *capture) open() (stdout, stderr *os.File, err error) {
	var writers [2]*os.File
	for i, name := range [2]string{"stdout", "stderr"} {
		r, w, err := os.Pipe()
		if err != nil {
			if i == 1 {
				c.streams[0].reader.Close()
				writers[0].Close()
			}
			return nil, nil, err
		}
		c.streams[i], writers[i] = &stream{name: name, reader: r}, w
	}
	for _, s := range c.streams {
		c.readers.Go(func() { c.read(s) })
	}
	return writers[0], writers[1], nil
}

// read reads a stream to its end.
func (c *capture) read(s *stream) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := s.reader.Read(buffer)
		if n > 0 {
			c.mu.Lock()
			c.keep(s, buffer[:n])
			c.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

func (c *capture) keep(s *stream, data []byte) {
	if n := min(len(data), c.room); n > 0 && s.tail == nil {
		s.head = append(s.head, data[:n]...)
		c.room -= n
		c.lines(s, data[:n])
		data = data[n:]
	}
	if len(data) == 0 {
		return
	}
	s.tail = append(s.tail, data...)
	if extra := len(s.tail) - maxTail; extra > maxTail {
		s.cut += int64(extra)
		s.tail = append(s.tail[:0], s.tail[extra:]...)
	}
}

// lines hands on the lines that data ends.
func (c *capture) lines(s *stream, data []byte) {
	for len(data) > 0 {
		part, rest, ended := bytes.Cut(data, []byte{'\n'})
		room := min(maxLine-len(s.line), len(part))
		s.line = append(s.line, part[:room]...)
		s.lost += len(part) - room
		if ended {
			c.endLine(s)
		}
		data = rest
	}
}

func (c *capture) endLine(s *stream) {
	line := strings.ToValidUTF8(strings.TrimSuffix(string(s.line), "\r"), "\uFFFD")
	if s.lost > 0 {
		line += fmt.Sprintf(" … (%d more bytes in this line)", s.lost)
	}
	s.line, s.lost = s.line[:0], 0
	c.output(s.name, line)
}

// close waits until all was read, and returns it. Where a process may have
// been left that holds the other end, it waits for a moment only.
func (c *capture) close(leaves bool) Result {
	patience := 2 * time.Second
	if leaves {
		patience = 200 * time.Millisecond
	}
	timer := time.AfterFunc(patience, func() {
		for _, s := range c.streams {
			_ = s.reader.SetReadDeadline(time.Unix(1, 0))
		}
	})
	c.readers.Wait()
	timer.Stop()
	var result Result
	for i, s := range c.streams {
		s.reader.Close()
		if extra := len(s.tail) - maxTail; extra > 0 {
			s.cut += int64(extra)
			s.tail = s.tail[extra:]
		}
		tail := s.tail
		if s.cut > 0 {
			// Of the line that the gap begins in, this says that it was cut; of
			// the one that it ends in, the rest is not shown: what is left of
			// a secret there would not be recognised.
			if len(s.line) > 0 && s.lost == 0 {
				s.line = append(s.line, " …"...)
			}
			if i := bytes.IndexByte(tail, '\n'); i >= 0 {
				tail = tail[i+1:]
			}
			c.endHead(s)
			c.output("note", fmt.Sprintf("%d bytes of %s are left out here: a command's output is kept up to 10 MiB", s.cut, s.name))
			result.Cut = true
		}
		c.lines(s, tail)
		c.endHead(s)
		text := append(s.head, s.tail...)
		if i == 0 {
			result.Stdout = string(text)
		} else {
			result.Stderr = string(text)
		}
	}
	return result
}

// endHead hands on a line that has no end.
func (c *capture) endHead(s *stream) {
	if len(s.line) > 0 || s.lost > 0 {
		c.endLine(s)
	}
}

func (c *capture) note(text string) { c.output("note", text) }
