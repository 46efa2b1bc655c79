package builtins

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// deepestXML is how deep elements may nest.
const deepestXML = 100

// WalkXML calls start and end for the elements of an XML document, in order,
// and holds nothing of it in memory. Entities that the document declares are
// refused, elements nest at most 100 deep, and errors name the line; so do
// those of start.
func WalkXML(content []byte, start func(xml.StartElement) error, end func(name string)) error {
	if bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) {
		return errors.New("it is UTF-16, want UTF-8")
	}
	d := xml.NewDecoder(bytes.NewReader(content))
	d.CharsetReader = charset
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			var wrong *xml.SyntaxError
			if errors.As(err, &wrong) {
				return fmt.Errorf("line %d: not XML: %s", wrong.Line, wrong.Msg)
			}
			return fmt.Errorf("not XML: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth > deepestXML {
				return atLine(d, fmt.Errorf("elements nest more than %d deep", deepestXML))
			}
			if depth == 1 {
				if roots++; roots > 1 {
					return atLine(d, fmt.Errorf("a second document begins with <%s>", token.Name.Local))
				}
			}
			if err := start(token); err != nil {
				return atLine(d, err)
			}
		case xml.EndElement:
			depth--
			end(token.Name.Local)
		case xml.Directive:
			if strings.Contains(strings.ToUpper(string(token)), "<!ENTITY") {
				return atLine(d, errors.New("it declares entities, want a document without"))
			}
		}
	}
	if roots == 0 {
		return errors.New("it holds no element")
	}
	return nil
}

func atLine(d *xml.Decoder, err error) error {
	line, _ := d.InputPos()
	return fmt.Errorf("line %d: %w", line, err)
}

// XMLAttr returns the attribute of that name, or "".
func XMLAttr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// charset reads the encodings that old tools still declare.
func charset(name string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "us-ascii", "ascii", "utf8":
		return in, nil
	case "iso-8859-1", "latin1", "latin-1":
		return &latin1{in: in}, nil
	}
	return nil, fmt.Errorf("its encoding is %q, want UTF-8", name)
}

// latin1 makes UTF-8 of a text whose bytes are its code points.
type latin1 struct {
	in   io.Reader
	rest []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		chunk := make([]byte, 4096)
		n, err := l.in.Read(chunk)
		if n == 0 {
			return 0, err
		}
		for _, b := range chunk[:n] {
			l.rest = append(l.rest, string(rune(b))...)
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}
