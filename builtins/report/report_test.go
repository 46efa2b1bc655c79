package report

import "testing"

func TestFormatOf(t *testing.T) {
	named := func(s string) *string { return &s }
	tests := []struct {
		path   string
		format *string
		want   string // a format, or an error's text
	}{
		{"a/report.txt", nil, "text"},
		{"report.LOG", nil, "text"},
		{"report.json", nil, "json"},
		{"report.xml", nil, "junit"},
		{"v1.2.3.md", nil, "markdown"},
		{"report.html", named("json"), "json"},
		{"report.html", nil, "there is no format for files that end in .html, " + wanted},
		{"a.b/report", nil, "the name a.b/report has no ending that says in which format to write, " + wanted},
		{"report.xml", named("xml"), `format is "xml", want text, json, junit or markdown`},
	}
	for _, tt := range tests {
		got, err := formatOf(tt.path, tt.format)
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("formatOf(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}
