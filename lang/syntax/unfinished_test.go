package syntax

import "testing"

func TestUnfinished(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"", false},
		{"1 + 2", false},
		{"1 +", true},
		{"let x =", true},
		{"http.get(url,", true},
		{"http.get(url, limit: [1,\n2", true},
		{"{ a: 1,", true},
		{"check \"x\" {", true},
		{"check \"x\" {\n    expect true\n}", false},
		{"check \"x\"", true},
		{"if x {\n} else {", true},
		{"let s = \"\"\"\n    one\n", true},
		{"let s = \"one", false},
		{"$ make \\", true},
		{"$ make", false},
		{"## what it is for", true},
		{"## what it is for\ninput region: string", false},
		{"let let = 2", false},
		{"x.", true},
		{"let x = )", false},
		{"# a note", false},
	} {
		if got := Unfinished(tt.text); got != tt.want {
			t.Errorf("Unfinished(%q) = %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestClassify(t *testing.T) {
	names := map[Class]string{ClassKeyword: "keyword", ClassConstant: "constant", ClassString: "string", ClassCommand: "command", ClassComment: "comment", ClassBad: "bad"}
	for _, tt := range []struct{ text, want string }{
		{"let x = 500ms # why", "keyword<let> constant<500ms> comment<# why>"},
		{`check "up {x}" within 2m { expect a }`, `keyword<check> string<"up {> string<}"> keyword<within> constant<2m> keyword<expect>`},
		{"$ echo {x} now", "command<$ echo {> command<} now>"},
		{"timeout: 5s", "constant<5s>"},
		{"r.step", ""},
		{`"open`, `bad<"open>`},
		{"if true then 1 else 2", "keyword<if> constant<true> keyword<then> constant<1> keyword<else> constant<2>"},
	} {
		got := ""
		for _, c := range Classify(tt.text) {
			if got != "" {
				got += " "
			}
			got += names[c.Class] + "<" + tt.text[c.Start:c.End] + ">"
		}
		if got != tt.want {
			t.Errorf("Classify(%q)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}
