package source

import "encoding/json"

// diagnosticJSON is a diagnostic as `drl check --json` prints it. Its fields
// are stable: they are added to, never renamed.
type diagnosticJSON struct {
	Severity string        `json:"severity"` // error or warning
	Code     string        `json:"code,omitempty"`
	Name     string        `json:"name,omitempty"` // of the code
	Message  string        `json:"message"`
	Hint     string        `json:"hint,omitempty"`
	Label    string        `json:"label,omitempty"`
	File     string        `json:"file,omitempty"`
	Start    *positionJSON `json:"start,omitempty"`
	End      *positionJSON `json:"end,omitempty"` // just after the last character
	Related  []relatedJSON `json:"related,omitempty"`
	Cause    string        `json:"cause,omitempty"`
}

type relatedJSON struct {
	Message string        `json:"message"`
	File    string        `json:"file,omitempty"`
	Start   *positionJSON `json:"start,omitempty"`
	End     *positionJSON `json:"end,omitempty"`
}

// positionJSON is a place in a file: line and column from 1, the column in
// characters, the offset in bytes from 0.
type positionJSON struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Offset uint32 `json:"offset"`
}

// MarshalJSON returns the diagnostic as `drl check --json` prints it.
func (d *Diagnostic) MarshalJSON() ([]byte, error) {
	out := diagnosticJSON{Severity: d.Severity.String(), Message: d.Message, Hint: d.Hint, Label: d.Label}
	if d.Code != nil {
		out.Code, out.Name = d.Code.ID, d.Code.Name
	}
	if d.Cause != nil {
		out.Cause = d.Cause.Error()
	}
	out.File, out.Start, out.End = spanJSON(d.File, d.Span)
	for _, r := range d.Related {
		related := relatedJSON{Message: r.Message}
		related.File, related.Start, related.End = spanJSON(r.File, r.Span)
		out.Related = append(out.Related, related)
	}
	return json.Marshal(out)
}

func spanJSON(f *File, s Span) (name string, start, end *positionJSON) {
	if f == nil {
		return "", nil, nil
	}
	at := func(offset uint32) *positionJSON {
		line, column := f.Position(offset)
		return &positionJSON{line, column, offset}
	}
	return f.Name, at(s.Start), at(s.End)
}
