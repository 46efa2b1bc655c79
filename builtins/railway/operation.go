package railway

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/drl-lang/drl/lang/lazy"
)

//go:embed operations.graphql
var operationsText string

// operations are the documents that are sent, by the names of their
// operations.
var operations = sync.OnceValue(func() map[string]string { return documents(operationsText) })

var (
	definition = lazy.Regexp(`(?m)^(query|mutation|subscription|fragment) (\w+)`)
	spread     = lazy.Regexp(`\.\.\.(\w+)`)
	remark     = lazy.Regexp(`(?m)^#.*\n`)
)

// documents cuts the text into its definitions, and gives each operation the
// fragments that it uses.
func documents(text string) map[string]string {
	text = remark().ReplaceAllString(text, "")
	operations, fragments := map[string]string{}, map[string]string{}
	found := definition().FindAllStringSubmatchIndex(text, -1)
	for i, at := range found {
		end := len(text)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		into := operations
		if text[at[2]:at[3]] == "fragment" {
			into = fragments
		}
		into[text[at[4]:at[5]]] = strings.TrimSpace(text[at[0]:end])
	}
	for name, operation := range operations {
		var used []string
		for _, m := range spread().FindAllStringSubmatch(operation, -1) {
			if !slices.Contains(used, m[1]) {
				used = append(used, m[1])
				operation += "\n" + fragments[m[1]]
			}
		}
		operations[name] = operation
	}
	return operations
}

// document returns the text of an operation of ours.
func document(name string) string {
	text := operations()[name]
	if text == "" {
		panic(fmt.Sprintf("railway: no operation %s", name))
	}
	return text
}
