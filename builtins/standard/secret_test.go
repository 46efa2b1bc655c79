package standard_test

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// What is read from a secret is a secret, and no error shows what it was.
func TestWhatIsReadFromASecretIsOne(t *testing.T) {
	h := &builtins.Host{}
	secret := func(text string) value.Value { return value.NewSecret(text) }
	for _, tt := range []struct {
		name string
		text string
		want string // as it prints
	}{
		{"json.parse", `{"key": "abc", "list": ["x", 5, true, null], "pin": 12345678, "port": 5432}`,
			`{"key":"•••","list":["•••",5,true,null],"pin":"•••","port":5432}`},
		{"json.lines", "\"a\"\n{\"b\": \"c\"}\n", `["•••",{"b":"•••"}]`},
		{"csv.parse", "name,key\nx,y\n", `[{"name":"•••","key":"•••"}]`},
		{"base64.decode", "aGVsbG8=", "•••"},
		{"base64.encode", "hello", "•••"},
		{"sha256", "hello", "•••"},
		{"url.encode", "a b", "•••"},
	} {
		got, err := call(h, tt.name, secret(tt.text))
		if err != nil || got.String() != tt.want {
			t.Errorf("%s of a secret = %v, %v; want %s", tt.name, got, err, tt.want)
		}
	}
	for name, text := range map[string]string{"json.parse": `{"key": hunter2}`, "json.lines": "1\nhunter2", "base64.decode": "hunter2!", "csv.parse": "a,b\n\"hunter2"} {
		if got, err := call(h, name, secret(text)); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s of a wrong secret = %v, %v; want an error that shows nothing", name, got, err)
		}
	}
}
