package builtins_test

import (
	"context"
	"fmt"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type greetArgs struct {
	Name  string `drl:"name" doc:"whom to greet"`
	Times int    `drl:"times,named" doc:"how often" default:"1"`
}

type Greeting struct {
	Text string `drl:"text" doc:"what to say"`
}

// A builtin is one value, from which everything else is made.
func Example() {
	greet := builtins.New("polite.greet", types.Pure, "Greet somebody.",
		func(_ context.Context, _ *builtins.Host, a greetArgs) (Greeting, error) {
			return Greeting{Text: fmt.Sprintf("%d × hello, %s", a.Times, a.Name)}, nil
		}).With(`let text = polite.greet("Ann").text`)

	result, err := greet.Call(context.Background(), &builtins.Host{}, nil, []value.Value{value.String("Ann"), nil})
	fmt.Println(result, err)
	_, err = greet.Call(context.Background(), &builtins.Host{}, nil, []value.Value{value.Int(7), nil})
	fmt.Println(err)
	fmt.Println(builtins.Manual(greet.Signature(), greet.Example))
	// Output:
	// {"text":"1 × hello, Ann"} <nil>
	// name is 7, want text
	// polite.greet(name, …) -> Greeting
	//
	// Greet somebody. Pure: it looks at nothing outside.
	//
	// Parameters
	//     name: string
	//         whom to greet
	//     times: int = 1 (by name)
	//         how often
	//
	// Greeting
	//     text: string
	//         what to say
	//
	// Example
	//     let text = polite.greet("Ann").text
}
