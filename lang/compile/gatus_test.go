package compile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/check"
	. "github.com/drl-lang/drl/lang/compile"
	"github.com/drl-lang/drl/lang/source"
	"github.com/drl-lang/drl/lang/syntax"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Conditions on replies, from the tests of TwiN/gatus (testdata names the
// commit), written as drl writes them. Each is true or false there; here a
// condition that can't be judged is an error, and so fails a check too.
func TestConditionsOfGatus(t *testing.T) { gatus(t, "testdata") }

func TestSharedConditionsOfGatus(t *testing.T) { gatus(t, hostile.Real(t, "DRL_TEST_VECTORS")) }

// refusals are conditions that hold there and don't here: drl takes no text for
// a number, and no number, record or list for a text (the table of operations
// in section 4 of the language).
var refusals = map[string]bool{
	"body-jsonpath-hexadecimal-int-using-greater-than": true, "body-jsonpath-hexadecimal-int-using-equal-to-0x1": true,
	"body-jsonpath-hexadecimal-int-using-equal-to-0x2": true,
	"body-jsonpath-hexadecimal-int-using-equal-to-0xF": true, "body-jsonpath-hexadecimal-int-using-equal-to-0xC0ff33": true,
	"body-jsonpath-hexadecimal-int-greater": true, "body-jsonpath-octal-int-using-greater-than": true,
	"body-jsonpath-octal-int-using-equal":         true,
	"body-jsonpath-binary-int-using-greater-than": true, "body-jsonpath-binary-int-using-equal": true,
	"body-jsonpath-binary-int-using-equals": true, "body-jsonpath-float-using-greater-than-issue433": true,
	"len-body-keyed-int": true, "len-body-keyed-bool": true, "len-body-object-inside-array": true,
	"len-body-object-keyed-int-inside-array": true, "len-body-keyed-bool-inside-array": true, "pat-body-in-array": true, "pat-status": true,
}

func gatus(t *testing.T, dir string) {
	text, err := os.ReadFile(filepath.Join(dir, "gatus_conditions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var in struct {
		Cases []struct {
			Name      string
			Condition *string
			Result    string `json:"result_literal"`
			Want      bool
		}
	}
	if err := json.Unmarshal(text, &in); err != nil {
		t.Fatal(err)
	}
	refused := map[string]bool{}
	for _, c := range in.Cases {
		condition := "[CERTIFICATE_EXPIRATION] > 672h" // the source puts it together: 28 days
		if c.Condition != nil {
			condition = *c.Condition
		}
		expr := inDRL(condition, strings.Contains(c.Result, `[{\"id\": 1}`))
		is, err := judged(expr, replied(t, c.Result))
		switch {
		case refusals[c.Name] && c.Want && !is:
			refused[c.Name] = true
		case err != nil && c.Want:
			t.Errorf("%s: %s: %v, want true", c.Name, expr, err)
		case err == nil && is != c.Want:
			t.Errorf("%s: %s is %v, want %v", c.Name, expr, is, c.Want)
		}
	}
	for name := range refusals {
		if !refused[name] {
			t.Errorf("%s holds in both", name)
		}
	}
	if len(in.Cases) != 98 {
		t.Errorf("%d cases were run, want 98", len(in.Cases))
	}
}

var (
	gatusOperator = regexp.MustCompile(` (==|!=|<=|>=|<|>) `)
	gatusBody     = regexp.MustCompile(`^\[BODY\](.*)$`)
	gatusUnit     = regexp.MustCompile(`^\d+(ms|s|m|h)$`)
)

// inDRL writes a condition of gatus as drl has it; list tells that what is
// counted is one.
func inDRL(condition string, list bool) string {
	at := gatusOperator.FindStringSubmatchIndex(condition)
	left, op, right := condition[:at[0]], condition[at[2]:at[3]], condition[at[1]:]
	for _, f := range []string{"pat(", "any("} {
		if strings.HasPrefix(left, f) {
			left, right = right, left
		}
	}
	x := side(left, right, list)
	switch {
	case strings.HasPrefix(right, "pat("):
		pattern := regexp.QuoteMeta(strings.TrimSuffix(strings.TrimPrefix(right, "pat("), ")"))
		return fmt.Sprintf("%s matches '^(?s:%s)$'", x, strings.ReplaceAll(pattern, `\*`, ".*"))
	case strings.HasPrefix(right, "any("):
		var words []string
		for word := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(right, "any("), ")"), ",") {
			words = append(words, side(strings.TrimSpace(word), left, list))
		}
		return fmt.Sprintf("%s in [%s]", x, strings.Join(words, ", "))
	}
	return x + " " + op + " " + side(right, left, list)
}

// side is one side of a condition; other tells what it is compared with.
func side(text, other string, list bool) string {
	switch text {
	case "[STATUS]":
		return "r().status"
	case "[RESPONSE_TIME]":
		return "r().latency"
	case "[IP]":
		return "r().ip"
	case "[CONNECTED]":
		return "r().connected"
	case "[CERTIFICATE_EXPIRATION]":
		return "r().expires_in"
	case "true", "false":
		return text
	}
	if inner, ok := strings.CutPrefix(text, "has("); ok {
		return "(" + strings.Replace(side(strings.TrimSuffix(inner, ")"), "", list), ".json.", ".json?.", 1) + " != null)"
	}
	if inner, ok := strings.CutPrefix(text, "len("); ok {
		inner = strings.TrimSuffix(inner, ")")
		if inner == "[BODY]" && !list {
			return "r().body.length"
		}
		method := ".length"
		if list {
			method = ".count"
		}
		return "(" + side(inner, "", list) + " as " + map[string]string{".length": "string", ".count": "list[any]"}[method] + ")" + method
	}
	if m := gatusBody.FindStringSubmatch(text); m != nil {
		if m[1] == "" && !isNumber(other) && other != "" {
			return "r().body"
		}
		return "r().json" + m[1]
	}
	switch {
	case strings.HasPrefix(other, "[RESPONSE_TIME]") && isNumber(text):
		return text + "ms"
	case strings.HasPrefix(other, "[CERTIFICATE_EXPIRATION]") && isNumber(text):
		return text + "ms"
	case isNumber(text), gatusUnit.MatchString(text):
		return text
	}
	return strconv.Quote(text)
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

var gatusReply = &types.Type{Kind: types.Record, Name: "Reply", Fields: []types.Field{
	{Name: "status", Type: types.TInt}, {Name: "latency", Type: types.TDuration}, {Name: "body", Type: types.TString}, {Name: "json", Type: types.TAny},
	{Name: "ip", Type: types.TString}, {Name: "connected", Type: types.TBool}, {Name: "expires_in", Type: types.TDuration},
}}

// replied reads what the source's test is given.
func replied(t *testing.T, literal string) value.Value {
	t.Helper()
	status, latency, expires, body, ip, connected := 0, time.Duration(0), time.Duration(0), "", "", false
	name, rest, _ := strings.Cut(literal, ": ")
	rest = strings.TrimSpace(rest)
	product := func() time.Duration {
		units := map[string]time.Duration{"time.Millisecond": time.Millisecond, "time.Second": time.Second, "time.Hour": time.Hour}
		d := time.Duration(1)
		for word := range strings.SplitSeq(rest, "*") {
			word = strings.TrimSpace(word)
			if u, ok := units[word]; ok {
				d *= u
			} else if n, err := strconv.Atoi(word); err == nil {
				d *= time.Duration(n)
			} else {
				t.Fatalf("what is %s?", literal)
			}
		}
		return d
	}
	switch name {
	case "HTTPStatus":
		status, _ = strconv.Atoi(rest)
	case "Duration":
		latency = product()
	case "CertificateExpiration":
		expires = product()
	case "IP":
		ip, _ = strconv.Unquote(rest)
	case "Connected":
		connected = rest == "true"
	case "Body":
		quoted := strings.TrimSuffix(strings.TrimPrefix(rest, "[]byte("), ")")
		text, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		body = text
	case "":
	default:
		t.Fatalf("what is %s?", literal)
	}
	var parsed value.Value = value.Failed{Err: errors.New("the body is no JSON")}
	if v, err := value.FromJSON([]byte(body)); err == nil {
		parsed = v
	}
	return value.NewRecord("Reply", []string{"status", "latency", "body", "json", "ip", "connected", "expires_in"}, []value.Value{
		value.Int(status), value.Duration(latency), value.String(body), parsed, value.String(ip), value.Bool(connected), value.Duration(expires)})
}

// oneReply answers r() with it.
type oneReply struct {
	world
	reply value.Value
}

func (w *oneReply) Call(context.Context, Site, *types.Func, value.Value, []value.Value, bool) (value.Value, error) {
	return w.reply, nil
}

// judged evaluates a condition on a reply.
func judged(expr string, reply value.Value) (bool, error) {
	universe := &types.Universe{Types: types.All([]*types.Type{gatusReply}), Core: []*types.Func{{Name: "r", Effect: types.Reads, Result: gatusReply}}}
	tree, ds := syntax.Parse(source.NewFile("c.drl", []byte("let x = "+expr+"\n")))
	if !ds.HasErrors() {
		var p *check.Program
		if p, ds = check.File(tree, check.Options{Universe: universe}); !ds.HasErrors() {
			code := Compile(p)
			v, err := code.Eval(context.Background(), &Thread{World: &oneReply{reply: reply}}, code.FileFrame(), tree.Stmts[0].(*syntax.Let).Value)
			return v == value.Bool(true), err
		}
	}
	return false, errors.New(ds[0].Message)
}
