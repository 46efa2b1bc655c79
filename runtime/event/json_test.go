package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/lang/source"
)

// full returns a value of t in which no field that JSON carries is zero.
func full(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		v.Set(reflect.ValueOf(json.RawMessage(`{"a":[1,"<&>"]}`)))
	case t == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 20, 43, 1, 500, time.UTC)))
	case t.Kind() == reflect.String:
		v.SetString("tëxt <&> \"\n\x1b")
	case t.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(9007199254740993) // more than a float64 holds
	case v.CanFloat():
		v.SetFloat(0.1)
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(full(t.Elem()))
	case t.Kind() == reflect.Slice:
		v.Set(reflect.Append(v, full(t.Elem()), full(t.Elem())))
	case t.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(full(t.Key()), full(t.Elem()))
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("json") != "-" {
				v.Field(i).Set(full(t.Field(i).Type))
			}
		}
	}
	return v
}

// No value and the value null are one in JSON.
var nullIsNone = cmp.Transformer("null", func(raw json.RawMessage) string {
	if raw == nil {
		return "null"
	}
	return string(raw)
})

func TestEveryKindComesBack(t *testing.T) {
	at := time.Date(2026, 11, 22, 20, 43, 1, 123456789, time.UTC)
	for _, b := range bodies {
		for _, body := range []Body{b, full(reflect.TypeOf(b)).Interface().(Body)} {
			want := Event{Seq: 7, Time: at, Run: "r1", Node: "phase x/step y", Body: body}
			var line bytes.Buffer
			if err := Write(&line, want); err != nil {
				t.Fatalf("Write(%s) = %v", b.Kind(), err)
			}
			if n := strings.Count(line.String(), "\n"); n != 1 {
				t.Errorf("Write(%s) wrote %d lines:\n%s", b.Kind(), n, line.String())
			}
			for got, err := range Read(&line) {
				if err != nil {
					t.Fatalf("Read(%s) = %v", b.Kind(), err)
				}
				if diff := cmp.Diff(want, got, nullIsNone); diff != "" {
					t.Errorf("%s did not come back (-want +got):\n%s", b.Kind(), diff)
				}
			}
		}
	}
}

func TestLineIsFlatAndOrdered(t *testing.T) {
	e := Event{Seq: 3, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Run: "k3", Node: `step "x"`,
		Body: NodeStarted{Type: "step", Title: "a<b", Place: source.Place{File: "release.drl", Line: 4, Column: 1}, Limit: time.Second}}
	var got bytes.Buffer
	if err := Write(&got, e); err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"seq":3,"time":"2026-01-02T03:04:05Z","run":"k3","kind":"node_started","node":"step \"x\"",` +
		`"type":"step","title":"a<b","place":{"file":"release.drl","line":4,"column":1},"limit":1000000000}` + "\n"
	if got.String() != want {
		t.Errorf("Write = %swant %s", got.String(), want)
	}
}

func TestUnknownKindsAreKept(t *testing.T) {
	line := `{"v":1,"seq":9,"time":"2026-01-02T03:04:05Z","run":"r","kind":"teleported","node":"n","to":"mars","n":12345678901234567890}`
	var e Event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		t.Fatal(err)
	}
	if e.Body.Kind() != "teleported" || e.Seq != 9 {
		t.Errorf("read %+v", e)
	}
	again, err := e.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"seq":9,"time":"2026-01-02T03:04:05Z","run":"r","kind":"teleported","node":"n","n":12345678901234567890,"to":"mars"}`
	if string(again) != want {
		t.Errorf("written again: %s\nwant %s", again, want)
	}
}

func TestReadNamesBadLinesAndGoesOn(t *testing.T) {
	in := `{"v":1,"seq":1,"time":"2026-01-02T03:04:05Z","kind":"printed","text":"a"}

torn {"v":1
{"v":2,"kind":"printed"}
{"seq":1}
{"v":1,"seq":2,"time":"2026-01-02T03:04:05Z","kind":"printed","text":"b"}`
	var texts, errs []string
	for e, err := range Read(strings.NewReader(in)) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		texts = append(texts, e.Body.(Printed).Text)
	}
	if want := []string{"a", "b"}; !slices.Equal(texts, want) {
		t.Errorf("texts = %q, want %q", texts, want)
	}
	want := []string{
		"line 3: invalid character 'o' in literal true (expecting 'r')",
		"line 4: this event has version 2, and this drl knows versions up to 1",
		"line 5: this is not an event: it needs v and kind",
	}
	if diff := cmp.Diff(want, errs); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

// The last line of a run that was killed may end in its middle: that is told
// from damage elsewhere. A line without end doesn't fill the memory.
func TestReadTornAndEndless(t *testing.T) {
	whole := `{"v":1,"seq":1,"time":"2026-01-02T03:04:05Z","kind":"printed","text":"a"}` + "\n"
	for _, tt := range []struct {
		name string
		in   io.Reader
		want []string
	}{
		{"torn", strings.NewReader(whole + whole[:30]), []string{"a", "line 2: it ends in the middle: unexpected end of JSON input"}},
		{"damaged before the end", strings.NewReader(whole[:30] + "\n" + whole), []string{"line 1: unexpected end of JSON input", "a"}},
		{"not torn", strings.NewReader(strings.TrimSpace(whole)), []string{"a"}},
		{"a long line", io.MultiReader(strings.NewReader(whole), io.LimitReader(endless{}, LongestLine+1), strings.NewReader("\n"+whole)),
			[]string{"a", "line 2: it is longer than 64 MiB", "a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for e, err := range Read(tt.in) {
				if err != nil {
					if errors.Is(err, ErrTorn) != (tt.name == "torn") {
						t.Errorf("torn is %v of %v", errors.Is(err, ErrTorn), err)
					}
					got = append(got, err.Error())
				} else {
					got = append(got, e.Body.(Printed).Text)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("read %q, want %q", got, tt.want)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// The table of kinds in README.md is what others program against: it has each
// kind, with each of its fields, in the order of the declarations.
func TestReadmeHasEveryKind(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	var order []string
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, "|")
		if len(cells) == 5 && strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			kind := strings.Trim(strings.TrimSpace(cells[1]), "`")
			rows[kind] = strings.TrimSpace(cells[3])
			order = append(order, kind)
		}
	}
	var want []string
	for _, b := range bodies {
		want = append(want, b.Kind())
		var fields []string
		for i := range reflect.TypeOf(b).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(b).Field(i).Tag.Get("json"), ",")
			if slices.Contains(headFields, name) {
				t.Errorf("%s has a field %s, which every line has", b.Kind(), name)
			}
			fields = append(fields, "`"+name+"`")
		}
		if got := strings.Join(fields, " "); rows[b.Kind()] != got {
			t.Errorf("README.md, %s: fields are %s, want %s", b.Kind(), rows[b.Kind()], got)
		}
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("kinds in README.md (-want +got):\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	for _, b := range bodies {
		line, err := Event{Seq: 1, Body: full(reflect.TypeOf(b)).Interface().(Body)}.MarshalJSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for e, err := range Read(bytes.NewReader(in)) {
			if err != nil {
				continue
			}
			line, err := e.MarshalJSON()
			if err != nil {
				t.Fatalf("what was read can't be written: %v", err)
			}
			var again Event
			if err := again.UnmarshalJSON(line); err != nil {
				t.Fatalf("what was written can't be read: %v\n%s", err, line)
			}
			twice, err := again.MarshalJSON()
			if err != nil || !bytes.Equal(line, twice) {
				t.Fatalf("written twice: %s\nthen %s (%v)", line, twice, err)
			}
		}
	})
}
