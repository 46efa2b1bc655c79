package run_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
)

// masked runs a script with real commands and a redactor that learns as
// drl run's does, and returns the events as they would be seen.
func masked(t *testing.T, script string, inputs map[string]string) (run.Result, []event.Event) {
	t.Helper()
	secrets := event.NewRedactor()
	dir := t.TempDir()
	host := &builtins.Host{Dir: dir, Hide: secrets.Add, Mask: secrets.Text}
	p, err := plan.Build(checked(t, script, standard.Universe()), plan.Inputs{Functions: standard.Lookup, Flags: inputs, Host: host})
	if err != nil {
		t.Fatalf("plan.Build() = %v", err)
	}
	var events []event.Event
	e := memory.New(memory.Options{Run: "r1", Now: time.Now, AfterFunc: time.AfterFunc, Sink: func(v event.Event) { events = append(events, secrets.Event(v)) }})
	result := run.Start(t.Context(), p, run.Options{
		Run: "r1", Engine: e, Functions: standard.Lookup, Host: host, Secrets: secrets, Dir: dir, Env: os.Environ(),
	})
	return result, events
}

// told returns all that the events of a kind say.
func told(events []event.Event) (warnings, output []string) {
	for _, e := range events {
		switch b := e.Body.(type) {
		case event.Noted:
			warnings = append(warnings, b.Text)
		case event.Output:
			output = append(output, b.Line)
		}
	}
	return warnings, output
}

func TestAShortSecretIsToldOf(t *testing.T) {
	script := `
input pin: secret
input token: secret
check "it works" {
    let part = token.split("-").first
    expect pin == "4711"
    expect part == "abc" and $(echo 4711).stdout == pin
}
`
	result, events := masked(t, script, map[string]string{"pin": "4711", "token": "abc-defghijkl"})
	warnings, output := told(events)
	if result.Outcome != run.Passed || len(output) != 1 || output[0] != "4711" {
		t.Errorf("outcome %s, output %q: a short secret must not become a mask", result.Outcome, output)
	}
	if len(warnings) != 2 || !strings.HasPrefix(warnings[0], "pin is under 8 characters long: ") || !strings.HasPrefix(warnings[1], "a secret is under 8 characters long: ") {
		t.Errorf("warnings %q, want one that names pin and one for what is computed", warnings)
	}
}

func TestNoSecretBecomesAWord(t *testing.T) {
	t.Run("of type any", func(t *testing.T) {
		result, events := masked(t, `
let config = json.parse(secret('{"key": "abcdefgh-1234", "port": 5432}'))
step "tell" {
    undo none "an example"
    $ echo {config.port}
    $ echo {config.key}
}
`, nil)
		_, output := told(events)
		if result.Outcome != run.Failed || !strings.Contains(result.Reason, "others can read the process list") {
			t.Errorf("outcome %s: %s", result.Outcome, result.Reason)
		}
		if len(output) != 1 || output[0] != "5432" {
			t.Errorf("output %q, want the port alone", output)
		}
	})
	t.Run("of type any in the environment", func(t *testing.T) {
		result, events := masked(t, `
let config = json.parse(secret('{"key": "abcdefgh-1234"}'))
check "tell" {
    expect $(KEY={config.key} printenv KEY).stdout == "abcdefgh-" + "1234"
}
`, nil)
		if _, output := told(events); result.Outcome != run.Passed || len(output) != 1 || output[0] != event.Mask {
			t.Errorf("outcome %s: %s; output %q", result.Outcome, result.Reason, output)
		}
	})
	t.Run("plain text", func(t *testing.T) {
		result, events := masked(t, `
let key = secret("abcdefgh-1234")
let shown = $(KEY={key} printenv KEY).stdout
check "tell" {
    expect $(echo {shown}).stdout == shown and key == shown
}
`, nil)
		warnings, output := told(events)
		if result.Outcome != run.Passed || strings.Join(output, " ") != event.Mask+" "+event.Mask {
			t.Errorf("outcome %s: %s; output %q", result.Outcome, result.Reason, output)
		}
		if len(warnings) != 1 || !strings.Contains(warnings[0], "this value holds a secret, and others can read the process list") {
			t.Errorf("warnings %q", warnings)
		}
	})
}

// A secret that a program breaks into lines is masked in the log and in the
// last lines of a failure; what the script gets is what the program wrote.
func TestASecretInLinesIsMasked(t *testing.T) {
	result, events := masked(t, `
let key = secret("a secret of many words, so that its base64 needs more than one line of output")
check "tell" {
    let wrapped = $(KEY={key} sh -c 'printf %s "$KEY" | base64 -w 20')
    expect wrapped.stdout.lines.count == 6
    expect base64.decode(wrapped.stdout) == key
    $ KEY={key} sh -c 'printf %s "$KEY" | base64 -w 20; printf "%s" "$KEY" | cut -c 1-30; printf "%s" "$KEY" | cut -c 31-; exit 3'
}
`, nil)
	if result.Reason == "" || !strings.Contains(result.Reason, "exit code 3") {
		t.Errorf("ended with %s", result.Reason)
	}
	_, output := told(events)
	for _, e := range events {
		if b, ok := e.Body.(event.NodeFinished); ok && len(b.Failures) > 0 {
			output = append(output, b.Failures[0].Output...)
		}
	}
	if len(output) != 22 {
		t.Errorf("%d lines, want 6, 8 and 8", len(output))
	}
	for _, line := range output {
		if strings.Trim(line, "•=") != "" {
			t.Errorf("shows %q of it", line)
		}
	}
}
