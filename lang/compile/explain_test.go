package compile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/syntax"
)

func TestExplain(t *testing.T) {
	tests := []struct{ expression, parts, calls string }{
		{`r.latency < 500ms`, `r.latency=80ms 500ms=500ms`, ``},
		{`r.json.status == "ok"`, `r.json.status=ok`, ``},
		{`seven > two and p95 / base < 2`, `seven=7 >=true two=2 p95=240ms /=1.5 base=160ms <=true`, ``},
		{`seven > 8 and p95 > 1s`, `seven=7 >=false p95=- >=- 1s=-`, ``},
		{`ints.filter(x => x > two).count == 2`, `ints=[3,1,2] ints.filter(x => x > two)=[3] ints.filter(x => x > two).count=1`, ``},
		{`"{text} {seven}" == "x"`, `"{text} {seven}"=a-b 7`, ``},
		{`not (seven == 7)`, `seven=7 ===true`, ``},
		{`fetch("x").status == fetch("y").status + 1`, `fetch("x").status=200 fetch("y").status=200 +=201`, `fetch fetch`},
		{`ints[zero] > 5`, `ints=[3,1,2] ints[zero]=3 zero=0`, ``},
		{`(maybe ?? two) == 3`, `maybe=null ??=2 two=2`, ``},
		{`over(240, 160) > 60%`, `over(240, 160)=50% 60%=60%`, ``},
		{`seven / zero > 1`, `seven=7 /=- zero=0`, ``},
		{`token == "x"`, `token=•••`, ``},
		{`(try fail("no")).ok`, `(try fail("no")).ok=false try={"ok":false,"value":null,"error":"no"} fail("no")=-`, `fail`},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			s := load(t, declarations+"\nlet result = "+tt.expression+"\n")
			stmts := s.program.Tree.Stmts
			last := stmts[len(stmts)-1].(*syntax.Let)
			let := last.Value
			last.Value = nil // bind all but the last
			if _, err := s.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.world.calls = nil
			_, parts, err := s.code.Explain(t.Context(), s.thread, s.frame, let)
			var got []string
			for _, p := range parts {
				text := "-"
				if p.Value != nil {
					text = p.Value.String()
				}
				got = append(got, fmt.Sprintf("%s=%s", s.program.Source.Slice(p.Span), text))
			}
			if text := strings.Join(got, " "); text != tt.parts {
				t.Errorf("parts %s\nwant  %s (%v)", text, tt.parts, err)
			}
			if calls := strings.Join(s.world.calls, " "); calls != tt.calls {
				t.Errorf("calls %q, want %q", calls, tt.calls)
			}
		})
	}
}
