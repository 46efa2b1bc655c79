package syntax_test

import (
	"fmt"

	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
)

func Example() {
	f := source.NewFile("release.drl", []byte("check \"health\" or warn within 2m{\nexpect http.get(url).ok\n}\n"))
	tree, problems := syntax.Parse(f)
	fmt.Println(len(problems), "problems")
	fmt.Print(string(syntax.Format(tree)))

	_, problems = syntax.Parse(source.NewFile("slip.drl", []byte("chek \"health\" { }\n")))
	fmt.Println(problems[0], problems[0].Hint)
	// Output:
	// 0 problems
	// check "health" within 2m or warn {
	//     expect http.get(url).ok
	// }
	// slip.drl:1:1: found `chek`, want a statement [DRL0041] did you mean `check`?
}
