package http

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// body is what a request sends. It can be opened again for a redirect.
type body struct {
	kind   string // its Content-Type
	length int64
	open   func() io.ReadCloser
}

// newBody returns the body that was asked for; nil where there is none.
func newBody(h *builtins.Host, c content) (*body, error) {
	var given []string
	var b *body
	var err error
	if c.JSON != nil {
		given = append(given, "json")
		text, err := builtins.JSON(c.JSON)
		if err != nil {
			return nil, fmt.Errorf("json: %w", err)
		}
		b = textBody("application/json", text.Reveal())
	}
	if c.Form != nil {
		given = append(given, "form")
		b = textBody("application/x-www-form-urlencoded", builtins.Query(c.Form).Encode())
	}
	if c.Body != nil {
		given = append(given, "body")
		b = textBody("text/plain; charset=utf-8", c.Body.Reveal())
	}
	if c.Multipart != nil {
		given = append(given, "multipart")
		b, err = multipartBody(h, c.Multipart)
	}
	if len(given) > 1 {
		return nil, fmt.Errorf("%s are given together, want one of them", strings.Join(given, " and "))
	}
	return b, err
}

func textBody(kind, text string) *body {
	return &body{kind, int64(len(text)), func() io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }}
}

// Upload is a file to be sent in a form.
type Upload struct {
	Path string `drl:"path" doc:"the file, from the script's folder"`
	Type string `drl:"type" doc:"its media type"`
}

type fileArgs struct {
	Path string `drl:"path" doc:"the file, from the script's folder"`
	Type string `drl:"type" doc:"its media type" default:"application/octet-stream"`
}

var file = builtins.New("http.file", types.Pure, "Name a file to be sent in a form; it is read when it is sent.",
	func(_ context.Context, _ *builtins.Host, a fileArgs) (Upload, error) {
		if strings.ContainsFunc(a.Type, isControl) || strings.TrimSpace(a.Type) != a.Type {
			return Upload{}, errors.New("type holds a line break or another control character")
		}
		return Upload(a), nil
	}).With(`let avatar = http.file("testdata/avatar.png", "image/png")`)

// unnamable names do not arrive: a line break is sent as %0A, and other control
// characters make a header that servers refuse.
const unnamable = "want a name without line breaks and other control characters"

// multipartBody makes the form's parts of the fields, by name. Files are read
// while they are sent; their length is what it is now.
func multipartBody(h *builtins.Host, fields map[string]value.Value) (*body, error) {
	var frame bytes.Buffer // what has been written since the last file
	form := multipart.NewWriter(&frame)
	b := &body{kind: form.FormDataContentType()}
	var parts []func() io.ReadCloser
	flush := func() {
		text := frame.String()
		frame.Reset()
		b.length += int64(len(text))
		parts = append(parts, func() io.ReadCloser { return io.NopCloser(strings.NewReader(text)) })
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if strings.ContainsFunc(name, isControl) {
			return nil, fmt.Errorf("multipart has the name %s, %s", value.QuoteString(name), unnamable)
		}
		r, ok := fields[name].(*value.Record)
		if !ok || r.Type != "Upload" {
			if err := form.WriteField(name, builtins.Query(map[string]value.Value{name: fields[name]}).Get(name)); err != nil {
				return nil, err
			}
			continue
		}
		path, kind := text(r, "path"), text(r, "type")
		if strings.ContainsFunc(filepath.Base(path), isControl) {
			return nil, fmt.Errorf("multipart.%s is the file %s, %s", name, value.QuoteString(path), unnamable)
		}
		full := h.Path(path)
		info, err := os.Stat(full)
		if err != nil {
			return nil, fmt.Errorf("read the file of %s: %w", name, err)
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("multipart.%s is %s, which is not a file", name, path)
		}
		header := textproto.MIMEHeader{}
		header.Set("Content-Disposition", multipart.FileContentDisposition(name, filepath.Base(path)))
		header.Set("Content-Type", kind)
		if _, err := form.CreatePart(header); err != nil {
			return nil, err
		}
		flush()
		b.length += info.Size()
		parts = append(parts, func() io.ReadCloser { return &lazyFile{path: full} })
	}
	if err := form.Close(); err != nil {
		return nil, err
	}
	flush()
	b.open = func() io.ReadCloser {
		var all sequence
		for _, open := range parts {
			all.parts = append(all.parts, open())
		}
		return &all
	}
	return b, nil
}

func text(r *value.Record, name string) string {
	v, _ := r.Get(name)
	s, _ := v.(value.String)
	return string(s)
}

// sequence reads one part after the other.
type sequence struct{ parts []io.ReadCloser }

func (s *sequence) Read(p []byte) (int, error) {
	for len(s.parts) > 0 {
		n, err := s.parts[0].Read(p)
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			return n, ignoreEOF(err)
		}
		if errors.Is(err, io.EOF) {
			s.parts[0].Close()
			s.parts = s.parts[1:]
		}
	}
	return 0, io.EOF
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (s *sequence) Close() error {
	for _, p := range s.parts {
		p.Close()
	}
	s.parts = nil
	return nil
}

// lazyFile opens its file at the first read.
type lazyFile struct {
	path string
	file *os.File
}

func (l *lazyFile) Read(p []byte) (int, error) {
	if l.file == nil {
		f, err := os.Open(l.path)
		if err != nil {
			return 0, err
		}
		l.file = f
	}
	return l.file.Read(p)
}

func (l *lazyFile) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
