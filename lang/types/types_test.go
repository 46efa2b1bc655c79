package types

import "testing"

func TestString(t *testing.T) {
	tests := []struct {
		typ     *Type
		text, a string
	}{
		{typ: TInt, text: "int", a: "an int"},
		{typ: TString, text: "string", a: "text"},
		{typ: TDuration, text: "duration", a: "a duration"},
		{typ: TPoints, text: "points", a: "points"},
		{typ: ListOf(TString), text: "list[string]", a: "a list[string]"},
		{typ: OptionOf(ListOf(TInt)), text: "list[int]?", a: "a list[int]?"},
		{typ: MapOf(OptionOf(TAny)), text: "map[any]", a: "a map[any]"},
		{typ: RateOf(TSize), text: "size per duration", a: "a size per duration"},
		{typ: RecordOf(), text: "{}", a: "a record {}"},
		{typ: RecordOf(Field{Name: "a", Type: TInt}, Field{Name: "b", Type: TSecret}), text: "{ a: int, b: secret }", a: "a record { a: int, b: secret }"},
		{typ: &Type{Kind: Record, Name: "Response"}, text: "Response", a: "a Response"},
		{typ: LambdaOf(TBool, TInt, TString), text: "(int, string) => bool", a: "(int, string) => bool"},
		{typ: nil, text: "no value", a: "no value"},
	}
	for _, tt := range tests {
		if got := tt.typ.String(); got != tt.text {
			t.Errorf("String() = %q, want %q", got, tt.text)
		}
		if got := tt.typ.A(); got != tt.a {
			t.Errorf("A() of %s = %q, want %q", tt.text, got, tt.a)
		}
	}
}

func TestFits(t *testing.T) {
	backup := &Type{Kind: Record, Name: "Backup", Fields: []Field{{Name: "path", Type: TString}}}
	session := &Type{Kind: Record, Name: "Session", Methods: All([]*Func{{Name: "get"}})}
	path := RecordOf(Field{Name: "path", Type: TString})
	tests := []struct {
		from, to *Type
		want     bool
	}{
		{TInt, TNumber, true},
		{TNumber, TInt, false},
		{TRatio, TNumber, true},
		{TRatio, TPercent, true},
		{TRatio, TInt, false},
		{TNumber, TRatio, false},
		{TPercent, TNumber, false},
		{TInt, TPercent, false},
		{TPoints, TPercent, false},
		{TString, TSecret, true},
		{TSecret, TString, false},
		{TSecret, TAny, true},
		{TInt, OptionOf(TNumber), true},
		{OptionOf(TInt), OptionOf(TNumber), true},
		{OptionOf(TInt), TInt, false},
		{TNull, OptionOf(TInt), true},
		{TNull, TInt, false},
		{TNull, TAny, true},
		{OptionOf(TInt), TAny, true},
		{TAny, TDuration, true},
		{TAny, OptionOf(TInt), true},
		{TAny, LambdaOf(TInt), false},
		{TUnknown, TInt, true},
		{TInt, TUnknown, true},
		{TNever, TDuration, true},
		{ListOf(TInt), ListOf(TNumber), true},
		{ListOf(TNumber), ListOf(TInt), false},
		{ListOf(TNever), ListOf(TString), true},
		{ListOf(TAny), ListOf(TString), true},
		{MapOf(TString), MapOf(TSecret), true},
		{RateOf(TSize), RateOf(TSize), true},
		{RateOf(TSize), RateOf(TPoints), false},
		{path, MapOf(TString), true},
		{path, MapOf(TInt), false},
		{backup, MapOf(TString), false},
		{path, backup, true},
		{backup, path, true},
		{RecordOf(), backup, false},
		{RecordOf(), RecordOf(Field{Name: "a", Type: TInt, Optional: true}), true},
		{RecordOf(Field{Name: "a", Type: TInt}, Field{Name: "b", Type: TInt}), RecordOf(Field{Name: "a", Type: TNumber}), true},
		{session, session, true},
		{RecordOf(), session, false},
		{&Type{Kind: Record, Name: "Other"}, session, false},
		{LambdaOf(TInt), LambdaOf(TNumber, TInt), true},
		{LambdaOf(TInt, TInt, TInt), LambdaOf(TNumber, TInt), false},
		{nil, nil, true},
		{nil, TInt, false},
	}
	for _, tt := range tests {
		if got := Fits(tt.from, tt.to); got != tt.want {
			t.Errorf("Fits(%s, %s) = %t, want %t", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestJoin(t *testing.T) {
	record := func(t *Type) *Type { return RecordOf(Field{Name: "a", Type: t}) }
	tests := []struct{ x, y, want *Type }{
		{TInt, TInt, TInt},
		{TInt, TNumber, TNumber},
		{TInt, TRatio, TNumber},
		{TRatio, TPercent, TPercent},
		{TInt, TPercent, nil},
		{TInt, TString, nil},
		{TString, TSecret, TSecret},
		{TNull, TInt, OptionOf(TInt)},
		{TNumber, OptionOf(TInt), OptionOf(TNumber)},
		{TNever, TInt, TInt},
		{TAny, TInt, TAny},
		{ListOf(TNever), ListOf(TInt), ListOf(TInt)},
		{ListOf(TInt), ListOf(TNull), ListOf(OptionOf(TInt))},
		{MapOf(TInt), MapOf(TString), nil},
		{record(TInt), record(TNumber), record(TNumber)},
		{record(TInt), RecordOf(), nil},
		{nil, TInt, nil},
	}
	for _, tt := range tests {
		for _, got := range []*Type{Join(tt.x, tt.y), Join(tt.y, tt.x)} {
			if !Same(got, tt.want) {
				t.Errorf("Join(%s, %s) = %s, want %s", tt.x, tt.y, got, tt.want)
			}
		}
	}
}

// What two types join to is fitted by both.
func TestJoinFits(t *testing.T) {
	for _, x := range byWord {
		for _, y := range byWord {
			if j := Join(x, y); j != nil && !(Fits(x, j) && Fits(y, j)) {
				t.Errorf("Join(%s, %s) = %s, which one of them doesn't fit", x, y, j)
			}
		}
	}
}

func TestConvert(t *testing.T) {
	tests := []struct {
		from, to *Type
		hint     string // of a refusal
		fine     bool
	}{
		{from: TAny, to: TDuration, fine: true},
		{from: TAny, to: ListOf(TString), fine: true},
		{from: OptionOf(TInt), to: TInt, fine: true},
		{from: TNumber, to: TPercent, fine: true},
		{from: TInt, to: TPercent, fine: true},
		{from: TRatio, to: TPercent, fine: true},
		{from: TPercent, to: TNumber, fine: true},
		{from: OptionOf(TPercent), to: TNumber, fine: true},
		{from: ListOf(TAny), to: ListOf(TInt), fine: true},
		{from: MapOf(TAny), to: MapOf(TString), fine: true},
		{from: ListOf(TNumber), to: ListOf(TPercent)},
		{from: RecordOf(Field{Name: "a", Type: TAny}), to: RecordOf(Field{Name: "a", Type: TInt}), fine: true},
		{from: TString, to: TInt, hint: "write json.parse({x}) as int"},
		{from: TInt, to: TString, hint: `write "{{x}}"`},
		{from: TNumber, to: TInt, hint: "write floor({x}), round({x}) or ceil({x})"},
		{from: TDuration, to: TNumber, hint: "divide by the unit that it counts: {x} / 1s"},
		{from: TInt, to: TDuration, hint: "multiply by the unit that it counts: {x} * 1s"},
		{from: TNumber, to: TSize, hint: "multiply by the unit that it counts: {x} * 1MiB"},
		{from: TSecret, to: TString, hint: "nothing reveals a secret: pass it on as it is"},
		{from: TString, to: TTime, hint: "write date({x})"},
		{from: TBool, to: TInt},
	}
	for _, tt := range tests {
		got, problem, hint := Convert(tt.from, tt.to)
		switch {
		case tt.fine && !Same(got, tt.to):
			t.Errorf("Convert(%s, %s): %s", tt.from, tt.to, problem)
		case !tt.fine && (got != nil || problem == "" || hint != tt.hint):
			t.Errorf("Convert(%s, %s) = %v, %q, %q, want an error with the hint %q", tt.from, tt.to, got, problem, hint, tt.hint)
		}
	}
}

func TestInterpolate(t *testing.T) {
	tests := []struct {
		typ           *Type
		secret, wrong bool
	}{
		{typ: TString}, {typ: TDuration}, {typ: ListOf(TInt)}, {typ: TAny},
		{typ: TSecret, secret: true},
		{typ: ListOf(TSecret), secret: true},
		{typ: RecordOf(Field{Name: "key", Type: TSecret}), secret: true},
		{typ: OptionOf(TString), wrong: true},
		{typ: TNull, wrong: true},
		{typ: nil, wrong: true},
		{typ: &Type{Kind: Record, Name: "Session", Methods: All([]*Func{{Name: "get"}})}, wrong: true},
	}
	for _, tt := range tests {
		secret, problem, _ := Interpolate(tt.typ)
		if secret != tt.secret || (problem != "") != tt.wrong {
			t.Errorf("Interpolate(%s) = %t, %q", tt.typ, secret, problem)
		}
	}
}

func TestSecretName(t *testing.T) {
	for name, want := range map[string]bool{
		"DATABASE_URL": true, "SLACK_URL": true, "RAILWAY_TOKEN": true, "TOKENS": true, "PGPASSWORD": true, "API_KEY": true,
		"SECRET_KEY_BASE": true, "CELERY_BROKER_URL": true, "SENTRY_DSN": true, "github_token": true,
		"PATH": false, "HOME": false, "API_URL": false, "KEYBOARD": false, "MONKEY": false, "PROMETHEUS_URL": false,
	} {
		if got := SecretName(name); got != want {
			t.Errorf("SecretName(%q) = %t, want %t", name, got, want)
		}
	}
}

func TestNear(t *testing.T) {
	names := []string{"latency", "status", "version", "json", "ok"}
	for word, want := range map[string]string{
		"latencey": "latency", "laetncy": "latency", "statsu": "status", "verson": "version", "jsn": "json",
		"k": "", "x": "", "latency": "", "throughput": "", "": "", "Version": "version",
	} {
		if got := Near(word, names); got != want {
			t.Errorf("Near(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	call := func(recv *Type, name string, args ...*Type) string {
		f := Method(recv, name)
		if f == nil {
			return "none"
		}
		if f.Infer == nil {
			return f.Result.String()
		}
		result, problem := f.Infer(args)
		if problem != "" {
			return problem
		}
		return result.String()
	}
	tests := []struct {
		recv *Type
		name string
		args []*Type
		want string
	}{
		{ListOf(TInt), "map", []*Type{LambdaOf(TString, TInt)}, "list[string]"},
		{ListOf(TInt), "filter", nil, "list[int]"},
		{ListOf(TInt), "first", nil, "int?"},
		{ListOf(TNever), "first", nil, "null"},
		{ListOf(TInt), "mean", nil, "number"},
		{ListOf(TDuration), "mean", nil, "duration"},
		{ListOf(TDuration), "percentile", []*Type{TPercent}, "duration"},
		{ListOf(TString), "sum", nil, "list[string] has no sum"},
		{ListOf(TBool), "max", nil, "list[bool] has no max"},
		{ListOf(TInt), "sort_by", []*Type{LambdaOf(TBool, TInt)}, "can't sort by a bool: it has no order"},
		{ListOf(TInt), "group_by", []*Type{LambdaOf(TString, TInt)}, "map[list[int]]"},
		{ListOf(TInt), "group_by", []*Type{LambdaOf(TInt, TInt)}, "can't group by an int: the keys of a map are text"},
		{ListOf(ListOf(TInt)), "flatten", nil, "list[int]"},
		{ListOf(TInt), "flatten", nil, "list[int] has no flatten"},
		{ListOf(TSecret), "join", nil, "secret"},
		{ListOf(TInt), "keys", nil, "none"},
		{MapOf(TInt), "get", nil, "int?"},
		{MapOf(TInt), "map", []*Type{LambdaOf(TString, TString, TInt)}, "map[string]"},
		{MapOf(TInt), "values", nil, "list[int]"},
		{TString, "lines", nil, "list[string]"},
		{TSecret, "lines", nil, "list[secret]"},
		{TSecret, "find", nil, "secret?"},
		{TString, "length", nil, "int"},
		{TSecret, "length", nil, "none"},
		{TTime, "date", nil, "string"},
		{TEvents, "ratio", nil, "percent"},
		{TAny, "map", []*Type{LambdaOf(TInt, TAny)}, "list[int]"},
		{TAny, "keys", nil, "list[string]"},
		{TAny, "lower", nil, "string"},
		{TInt, "floor", nil, "none"},
	}
	for _, tt := range tests {
		if got := call(tt.recv, tt.name, tt.args...); got != tt.want {
			t.Errorf("%s.%s is %s, want %s", tt.recv, tt.name, got, tt.want)
		}
	}
}

func TestEveryMethodIsDocumented(t *testing.T) {
	for _, kind := range []Kind{List, Map, String, Secret, Time, Events, Any} {
		methods := Methods(kind)
		if len(methods) == 0 {
			t.Errorf("no methods of kind %d", kind)
		}
		seen := map[string]bool{}
		for _, f := range methods {
			if seen[f.Name] {
				t.Errorf("%s is there twice", f.Name)
			}
			seen[f.Name] = true
			if f.Doc == "" || f.Doc[len(f.Doc)-1] != '.' || f.Result == nil {
				t.Errorf("%s: doc %q, result %v", f.Name, f.Doc, f.Result)
			}
			for _, p := range f.Params {
				if p.Name == "" || p.Type == nil || p.Doc == "" {
					t.Errorf("%s: parameter %+v", f.Name, p)
				}
			}
		}
	}
}
