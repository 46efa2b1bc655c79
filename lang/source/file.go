package source

import (
	"sort"
	"unicode/utf8"
)

// File is the text of one script, with a name for messages.
// It is immutable; Lines are found once, by NewFile.
type File struct {
	Name  string // as the user would type it, such as "rules/db.drl"
	Text  []byte
	lines []uint32 // offset of the first byte of each line
}

// NewFile returns a file over text, which it keeps.
func NewFile(name string, text []byte) *File {
	f := &File{Name: name, Text: text, lines: []uint32{0}}
	for i, b := range text {
		if b == '\n' {
			f.lines = append(f.lines, uint32(i+1))
		}
	}
	return f
}

// Span is a stretch of a file: byte offsets, End exclusive.
// The zero Span is the empty stretch at the start.
type Span struct{ Start, End uint32 }

// Join returns the smallest span that holds both.
func (s Span) Join(t Span) Span {
	return Span{min(s.Start, t.Start), max(s.End, t.End)}
}

// Contains tells whether the offset lies in s.
func (s Span) Contains(off uint32) bool { return s.Start <= off && off < s.End }

// Position returns the 1-based line and the 1-based column, counted in
// characters, of a byte offset. Offsets past the end count as the end.
func (f *File) Position(off uint32) (line, column int) {
	off = min(off, uint32(len(f.Text)))
	line = sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > off })
	return line, utf8.RuneCount(f.Text[f.lines[line-1]:off]) + 1
}

// Line returns the text of the 1-based line, without its line ending.
// It is empty for a line that the file doesn't have.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	end := uint32(len(f.Text))
	if n < len(f.lines) {
		end = f.lines[n] - 1
	}
	start := f.lines[n-1]
	if end > start && f.Text[end-1] == '\r' {
		end--
	}
	return string(f.Text[start:end])
}

// Slice returns the text of s. A span past the end is cut.
func (f *File) Slice(s Span) string {
	n := uint32(len(f.Text))
	return string(f.Text[min(s.Start, n):min(s.End, n)])
}

// Place is a span in words: what events and reports carry across processes.
// The zero Place is nowhere.
type Place struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// Place returns where the span starts.
func (f *File) Place(s Span) Place {
	line, column := f.Position(s.Start)
	return Place{File: f.Name, Line: line, Column: column}
}

// String returns "file:line", or "" for nowhere.
func (p Place) String() string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + itoa(p.Line)
}
