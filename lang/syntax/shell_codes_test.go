package syntax

import (
	"testing"

	"github.com/drl-lang/drl/lang/source"
)

// Codes that need the types of values, or a run, are shown by their own stages.
var laterShellCodes = map[*source.Code]bool{shellListPlace: true, shellSecretWord: true, shellSecretShell: true, shellValueRefused: true}

func TestShellCodesShowWhatTheySay(t *testing.T) {
	for _, code := range ShellCodes {
		found := func(text string) bool {
			_, ds := Parse(source.NewFile("main.drl", []byte(text)))
			for _, d := range ds {
				if d.Code == code {
					return true
				}
			}
			return false
		}
		if !laterShellCodes[code] && !found(code.Wrong) {
			t.Errorf("%s: the wrong script doesn't give it", code.ID)
		}
		if _, ds := Parse(source.NewFile("main.drl", []byte(code.Right))); len(ds) > 0 {
			t.Errorf("%s: the right script gives %v", code.ID, ds)
		}
	}
}
