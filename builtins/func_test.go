package builtins_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type address struct {
	Host string `drl:"host" doc:"a name"`
	Port *int   `drl:"port" doc:"a number"`
}

type Everything struct {
	Text     string           `drl:"text" doc:"x"`
	Count    int              `drl:"count" doc:"x" default:"20"`
	Ratio    float64          `drl:"ratio" doc:"x" default:"0.5"`
	On       bool             `drl:"on" doc:"x" default:"true"`
	Wait     time.Duration    `drl:"wait,named" doc:"x" default:"1m30s"`
	Limit    value.Size       `drl:"limit" doc:"x" default:"8MiB"`
	Share    value.Percent    `drl:"share" doc:"x" default:"12.5%"`
	Mode     string           `drl:"mode" doc:"x" default:"fast"`
	Tags     []string         `drl:"tags,optional" doc:"x"`
	Labels   map[string]int   `drl:"labels,optional" doc:"x"`
	Address  *address         `drl:"address" doc:"x"`
	Password builtins.Text    `drl:"password,optional" doc:"x"`
	Anything value.Value      `drl:"anything,optional" doc:"x"`
	Headers  builtins.Headers `drl:"headers,optional" doc:"x"`
	Rest     []value.Value    `drl:"rest,rest" doc:"x"`
}

// echo returns its arguments as a record.
var echo = builtins.New("test.echo", types.Pure, "Return the arguments.",
	func(_ context.Context, _ *builtins.Host, a Everything) (Everything, error) { return a, nil })

func TestSignature(t *testing.T) {
	var got []string
	for _, p := range echo.Signature().Params {
		text := p.Name + ": " + p.Type.String()
		if p.Default != "" {
			text += " = " + p.Default
		}
		if p.Optional {
			text += " optional"
		}
		if p.NamedOnly {
			text += " named"
		}
		if p.Variadic {
			text += " rest"
		}
		got = append(got, text)
	}
	want := []string{
		"text: string", "count: int = 20 optional", "ratio: number = 0.5 optional", "on: bool = true optional",
		"wait: duration = 1m30s optional named", "limit: size = 8MiB optional", "share: percent = 12.5% optional",
		`mode: string = "fast" optional`, "tags: list[string] optional", "labels: map[int] optional",
		"address: { host: string, port: int? }? optional", "password: string | secret optional",
		"anything: any optional", "headers: map[string] optional", "rest: any optional rest",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if got := echo.Signature().Result.String(); got != "Everything" {
		t.Errorf("result is %s, want Everything", got)
	}
}

func call(t *testing.T, f *builtins.Func, args map[string]value.Value) (value.Value, error) {
	t.Helper()
	ordered := make([]value.Value, len(f.Signature().Params))
	for i, p := range f.Signature().Params {
		ordered[i] = args[p.Name]
		delete(args, p.Name)
	}
	if len(args) > 0 {
		t.Fatalf("%s has no parameters %v", f.Name, args)
	}
	return f.Call(context.Background(), &builtins.Host{}, nil, ordered)
}

func TestDefaultsAndResult(t *testing.T) {
	got, err := call(t, echo, map[string]value.Value{
		"text":    value.String("x"),
		"address": value.NewMap([]string{"host"}, []value.Value{value.String("db")}),
		"headers": value.NewMap([]string{"accept"}, []value.Value{value.String("*/*")}),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"text":"x","count":20,"ratio":0.5,"on":true,"wait":"1m30s","limit":"8MiB","share":"12.5%","mode":"fast",` +
		`"tags":[],"labels":{},"address":{"host":"db","port":null},"password":"","anything":null,"headers":{"accept":"*/*"},"rest":[]}`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	headers, _ := got.(*value.Record).Get("headers")
	if v, ok := headers.(*value.Record).Get("Accept"); !ok || v != value.String("*/*") {
		t.Errorf(`headers["Accept"] = %v, %v, want */*`, v, ok)
	}
}

func TestArgumentsThatDoNotFit(t *testing.T) {
	record := func(pairs ...any) value.Value {
		var names []string
		var values []value.Value
		for i := 0; i < len(pairs); i += 2 {
			names, values = append(names, pairs[i].(string)), append(values, pairs[i+1].(value.Value))
		}
		return value.NewMap(names, values)
	}
	tests := []struct {
		name string
		arg  value.Value
		want string
	}{
		{"text", nil, "test.echo needs text"},
		{"text", value.Int(3), "text is 3, want text"},
		{"text", value.NewSecret("hunter22"), "text is •••, want text"},
		{"count", value.String("many"), `count is "many", want an int`},
		{"count", value.Number(1.5), "count is 1.5, want an int"},
		{"ratio", value.Null{}, "ratio is null, want a number"},
		{"wait", value.Int(5), "wait is 5, want a duration"},
		{"on", value.String(strings.Repeat("long", 100)), `on is "` + strings.Repeat("long", 19) + `lon…, want a bool`},
		{"tags", value.NewList([]value.Value{value.String("a"), value.Int(1)}), "tags[1] is 1, want text"},
		{"labels", record("a", value.String("b")), `labels.a is "b", want an int`},
		{"labels", value.String("a"), `labels is "a", want a map[int]`},
		{"address", record("host", value.String("db"), "prt", value.Int(1)), "address has a field prt, want host, port"},
		{"address", record("port", value.Int(1)), "address has no field host"},
		{"address", record("host", value.Int(1)), "address.host is 1, want text"},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			args := map[string]value.Value{"text": value.String("x")}
			args[tt.name] = tt.arg
			_, err := call(t, echo, args)
			if err == nil || err.Error() != tt.want {
				t.Errorf("%s of %v: got %v, want %s", tt.name, tt.arg, err, tt.want)
			}
		})
	}
}

func TestRest(t *testing.T) {
	args := make([]value.Value, len(echo.Signature().Params))
	args[0] = value.String("x")
	args[len(args)-1] = value.Int(1)
	args = append(args, value.Int(2), value.Int(3))
	got, err := echo.Call(context.Background(), &builtins.Host{}, nil, args)
	if err != nil {
		t.Fatal(err)
	}
	if rest, _ := got.(*value.Record).Get("rest"); rest.String() != "[1,2,3]" {
		t.Errorf("rest = %s, want [1,2,3]", rest)
	}
}

func TestTimeoutStandsBeforeTheRest(t *testing.T) {
	type args struct {
		Query string        `drl:"query,constant" doc:"x"`
		Args  []value.Value `drl:"args,rest" doc:"x"`
	}
	f := builtins.New("test.query", types.Reads, "Ask.", func(_ context.Context, _ *builtins.Host, a args) (int, error) { return len(a.Args), nil })
	var names []string
	for _, p := range f.Signature().Params {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"query", "timeout", "args"}, names); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if !f.Signature().Params[0].Constant {
		t.Error("query is no constant")
	}
	got, err := f.Call(context.Background(), &builtins.Host{}, nil, []value.Value{value.String("q"), nil, value.Int(1), value.Int(2)})
	if err != nil || got != value.Int(2) {
		t.Errorf("got %v, %v, want 2", got, err)
	}
}

type none struct{}

func TestDeadlines(t *testing.T) {
	hang := func(ctx context.Context, _ *builtins.Host, _ none) (struct{}, error) {
		<-ctx.Done()
		return struct{}{}, fmt.Errorf("read reply: %w", ctx.Err())
	}
	f := builtins.New("test.hang", types.Reads, "Hang.", hang)
	_, err := call(t, f, map[string]value.Value{"timeout": value.Duration(20 * time.Millisecond)})
	if err == nil || err.Error() != "timed out after 20ms" {
		t.Errorf("got %v, want timed out after 20ms", err)
	}
	if _, err = call(t, f, map[string]value.Value{"timeout": value.Duration(0)}); err == nil || err.Error() != "timeout is 0s, want more than 0s" {
		t.Errorf("timeout of 0s: %v", err)
	}
	stopped := errors.New("ctrl-c")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stopped)
	if _, err := f.Call(ctx, &builtins.Host{}, nil, []value.Value{nil}); !errors.Is(err, stopped) {
		t.Errorf("stopped from outside: %v, want %v", err, stopped)
	}
}

func TestPanicsBecomeErrors(t *testing.T) {
	f := builtins.New("test.panic", types.Pure, "Panic.", func(context.Context, *builtins.Host, none) (int, error) {
		panic("assignment to entry in nil map")
	})
	_, err := call(t, f, nil)
	if want := "drl has a bug in test.panic: assignment to entry in nil map"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestErrorsShowNoSecret(t *testing.T) {
	type args struct {
		Text   string        `drl:"text" doc:"x"`
		Secret builtins.Text `drl:"secret,optional" doc:"x"`
	}
	f := builtins.New("test.fail", types.Pure, "Fail.", func(_ context.Context, _ *builtins.Host, a args) (int, error) {
		return 0, fmt.Errorf("%s: %w", a.Text, context.DeadlineExceeded)
	})
	tests := []struct{ text, secret, want string }{
		{"plain text stays", "", "plain text stays"},
		{"dial postgres://app:hunter22@db:5432/x?sslmode=off", "", "dial postgres://•••@db:5432/x?sslmode=off"},
		{`Get "https://x.example/hook?token=abc&page=2"`, "", `Get "https://x.example/hook?token=•••&page=2"`},
		{"connect host=db password=hunter22 user=app", "", "connect host=db password=••• user=app"},
		{"cannot use 's3cr3t value'", "s3cr3t value", "cannot use '•••'"},
		{"sent s3cr3t+value%21", "s3cr3t value!", "sent •••"},
		{"sent " + "czNjcjN0IHZhbHVlIQ==", "s3cr3t value!", "sent •••"},
		{"post https://hooks.example/T0/B0/abc refused", "https://hooks.example/T0/B0/abc", "post ••• refused"},
		{"hunter22 was refused", "amqp://user:hunter22@broker/", "••• was refused"},
		{`it was "a\nlong key"`, "a\nlong key", `it was "•••"`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			_, err := call(t, f, map[string]value.Value{"text": value.String(tt.text), "secret": value.NewSecret(tt.secret)})
			if want := tt.want + ": context deadline exceeded"; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v is not what it was", err)
			}
			if u := errors.Unwrap(err); u != nil && tt.secret != "" && strings.Contains(u.Error(), tt.secret) {
				t.Errorf("unwrapped it shows %s", u)
			}
		})
	}
}

func TestLambdas(t *testing.T) {
	type args struct {
		F func(int) (string, error) `drl:"f" doc:"x"`
	}
	f := builtins.New("test.apply", types.Pure, "Call f with 7.", func(_ context.Context, _ *builtins.Host, a args) (string, error) { return a.F(7) })
	if got := f.Signature().Params[0].Type.String(); got != "(int) => string" {
		t.Errorf("type of f is %s", got)
	}
	give := func(v value.Value, err error) map[string]value.Value {
		return map[string]value.Value{"f": &value.Func{Call: func(args ...value.Value) (value.Value, error) {
			if len(args) != 1 || args[0] != value.Int(7) {
				t.Errorf("f was called with %v", args)
			}
			return v, err
		}}}
	}
	if got, err := call(t, f, give(value.String("seven"), nil)); err != nil || got != value.String("seven") {
		t.Errorf("got %v, %v, want seven", got, err)
	}
	if _, err := call(t, f, give(nil, errors.New("no"))); err == nil || err.Error() != "no" {
		t.Errorf("got %v, want no", err)
	}
	if _, err := call(t, f, give(value.Int(7), nil)); err == nil || err.Error() != "the result of f is 7, want text" {
		t.Errorf("got %v", err)
	}
}

func TestTextIsSecretIfAnArgumentIs(t *testing.T) {
	type args struct {
		Text builtins.Text `drl:"text" doc:"x"`
	}
	f := builtins.New("test.upper", types.Pure, "Shout.", func(_ context.Context, _ *builtins.Host, a args) (builtins.Text, error) {
		return a.Text.Like(strings.ToUpper(a.Text.Reveal())), nil
	})
	if got, _ := call(t, f, map[string]value.Value{"text": value.String("a")}); got != value.String("A") {
		t.Errorf("of a string: %v", got)
	}
	if got, _ := call(t, f, map[string]value.Value{"text": value.NewSecret("a")}); got != value.NewSecret("A") {
		t.Errorf("of a secret: %v", got)
	}
	for _, tt := range []struct{ given, want *types.Type }{
		{types.TString, types.TString}, {types.TSecret, types.TSecret}, {types.ListOf(types.TSecret), types.TSecret}, {nil, types.TString},
	} {
		if got, problem := f.Signature().Infer([]*types.Type{tt.given}); got != tt.want || problem != "" {
			t.Errorf("Infer(%v) = %v, %q, want %v", tt.given, got, problem, tt.want)
		}
	}
}
