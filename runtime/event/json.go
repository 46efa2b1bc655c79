package event

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"sync"
	"time"
)

// Version is the v of every line. It grows only when a field changes its
// meaning; new kinds and new fields do not change it.
const Version = 1

// Other is an event of a kind that this drl doesn't know. It is kept as it
// was read and written as it was read.
type Other struct {
	Name   string
	Fields map[string]json.RawMessage
}

// Kind returns the kind that was read.
func (o Other) Kind() string { return o.Name }

// bodies has one value of each kind, in the order of the table in README.md.
var bodies = []Body{
	RunStarted{}, RunFinished{}, NodeStarted{}, NodeFinished{}, TryFailed{},
	EffectStarted{}, EffectFinished{}, Output{}, Bound{}, LoopStarted{},
	UndoArmed{}, RollbackStarted{}, Asked{}, Answered{}, Ticked{}, Decided{},
	BaselineTaken{}, Printed{}, Noted{}, RunEnding{}, Recovered{}, Marked{},
}

// head is what every line has, before the fields of its body, as it is read.
type head struct {
	V    int       `json:"v"`
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	Run  string    `json:"run,omitempty"`
	Kind string    `json:"kind"`
	Node string    `json:"node,omitempty"`
}

// headFields are the names that no body may use.
var headFields = []string{"v", "seq", "time", "run", "kind", "node"}

// MarshalJSON returns the event as one flat object: v, seq, time, run, kind
// and node, then the fields of the body.
func (e Event) MarshalJSON() ([]byte, error) {
	l := lines.Get().(*line)
	defer l.putBack()
	if err := l.write(e); err != nil {
		return nil, err
	}
	return bytes.Clone(l.Bytes()), nil
}

// line is where an event is written: the next one goes to the same place.
type line struct {
	bytes.Buffer
	enc *json.Encoder
}

var lines = sync.Pool{New: func() any {
	l := &line{}
	l.enc = readable(l)
	return l
}}

// putBack keeps a line for another event, unless it is longer than most.
func (l *line) putBack() {
	if l.Cap() <= 16<<10 {
		lines.Put(l)
	}
}

// write writes the event, and nothing else, as one flat object.
func (l *line) write(e Event) error {
	l.Reset()
	if e.Body == nil {
		return errors.New("an event without a body has no kind")
	}
	b := append(l.AvailableBuffer(), `{"v":`...)
	b = strconv.AppendInt(b, Version, 10)
	b = append(b, `,"seq":`...)
	b = strconv.AppendInt(b, e.Seq, 10)
	b = append(b, `,"time":"`...)
	b, err := e.Time.AppendText(b)
	if err != nil {
		return err
	}
	l.Write(append(b, '"'))
	if e.Run != "" {
		l.field("run", e.Run)
	}
	l.field("kind", e.Body.Kind())
	if e.Node != "" {
		l.field("node", e.Node)
	}
	end := l.Len() // of the head
	var body any = e.Body
	if o, ok := e.Body.(Other); ok {
		body = o.Fields
	}
	if err := l.enc.Encode(body); err != nil {
		return fmt.Errorf("write %s event: %w", e.Body.Kind(), err)
	}
	if fields := l.Bytes()[end:]; len(fields) <= len("{}\n") || fields[0] != '{' {
		l.Truncate(end)
		l.WriteByte('}')
		return nil
	}
	l.Bytes()[end] = ','
	l.Truncate(l.Len() - len("\n"))
	return nil
}

// field writes a field of the head, after others.
func (l *line) field(name, text string) {
	b := append(l.AvailableBuffer(), `,"`...)
	b = append(append(b, name...), `":`...)
	if plain(text) {
		b = append(append(append(b, '"'), text...), '"')
		l.Write(b)
		return
	}
	l.Write(b)
	_ = l.enc.Encode(text) // a text can be written, and a buffer be written to
	l.Truncate(l.Len() - len("\n"))
}

// plain tells whether JSON has a text as it is.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// marshal is json.Marshal that leaves <, > and & readable.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := readable(&b).Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// readable writes lines of JSON with <, > and & as they are: nothing of ours is
// put into HTML without escaping it there.
func readable(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

// UnmarshalJSON reads what MarshalJSON wrote. A kind that is not known
// becomes [Other]; a later version of the format is an error.
func (e *Event) UnmarshalJSON(line []byte) error {
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return err
	}
	switch {
	case h.V > Version:
		return fmt.Errorf("this event has version %d, and this drl knows versions up to %d", h.V, Version)
	case h.V < 1 || h.Kind == "":
		return errors.New("this is not an event: it needs v and kind")
	}
	body, err := unmarshalBody(h.Kind, line)
	if err != nil {
		return fmt.Errorf("read %s event: %w", h.Kind, err)
	}
	*e = Event{Seq: h.Seq, Time: h.Time, Run: h.Run, Node: h.Node, Body: body}
	return nil
}

func unmarshalBody(kind string, line []byte) (Body, error) {
	for _, b := range bodies {
		if b.Kind() == kind {
			p := reflect.New(reflect.TypeOf(b))
			if err := json.Unmarshal(line, p.Interface()); err != nil {
				return nil, err
			}
			return p.Elem().Interface().(Body), nil
		}
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(line, &fields); err != nil {
		return nil, err
	}
	for _, name := range headFields {
		delete(fields, name)
	}
	return Other{Name: kind, Fields: fields}, nil
}

// Write writes the event as one line.
func Write(w io.Writer, e Event) error {
	l := lines.Get().(*line)
	defer l.putBack()
	if err := l.write(e); err != nil {
		return err
	}
	_, err := w.Write(append(spellUnseen(l.Bytes()), '\n'))
	return err
}

// LongestLine is how long a line of events may be. One that is longer is not
// an event: what a script may hold of one value is far below it.
const LongestLine = 64 << 20

// ErrTorn is that of a last line which ends in its middle: its writer was
// killed, or is still at it.
var ErrTorn = errors.New("it ends in the middle")

// Read yields the events of r, one a line; empty lines are looked over. A
// line that is not an event is yielded as an error that names its number, and
// reading goes on; an error of r is the last thing yielded.
func Read(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		in := bufio.NewReader(r)
		for number := 1; ; number++ {
			line, err := readLine(in)
			if whole := bytes.TrimSpace(line); len(whole) > 0 && (err == nil || err == io.EOF) {
				var e Event
				bad := e.UnmarshalJSON(whole)
				if bad != nil && err == io.EOF {
					bad = fmt.Errorf("%w: %w", ErrTorn, bad)
				}
				if bad != nil {
					e, bad = Event{}, fmt.Errorf("line %d: %w", number, bad)
				}
				if !yield(e, bad) {
					return
				}
			}
			switch {
			case err == io.EOF:
				return
			case errors.Is(err, errLong):
				if !yield(Event{}, fmt.Errorf("line %d: %w", number, err)) {
					return
				}
			case err != nil:
				yield(Event{}, fmt.Errorf("read events: %w", err))
				return
			}
		}
	}
}

var errLong = fmt.Errorf("it is longer than %d MiB", LongestLine>>20)

// readLine returns the next line with its end. One that is too long is read to
// its end, and is errLong.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, err
	}
	whole := bytes.Clone(line)
	for err == bufio.ErrBufferFull {
		line, err = in.ReadSlice('\n')
		if whole = append(whole, line...); len(whole) > LongestLine {
			for err == bufio.ErrBufferFull {
				_, err = in.ReadSlice('\n')
			}
			if err == nil {
				err = errLong
			}
			return nil, err
		}
	}
	return whole, err
}
