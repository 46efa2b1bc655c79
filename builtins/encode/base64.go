package encode

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type base64Args struct {
	Text builtins.Text `drl:"text" doc:"the text"`
}

var base64Encode = builtins.New("base64.encode", types.Pure, "Write a text in base64, on one line with padding.",
	func(_ context.Context, _ *builtins.Host, a base64Args) (builtins.Text, error) {
		return a.Text.Like(base64.StdEncoding.EncodeToString([]byte(a.Text.Reveal()))), nil
	}).With(`let encoded = base64.encode("user:password")`)

var base64Decode = builtins.New("base64.decode", types.Pure,
	"Read base64, of the usual or the URL's alphabet, with padding or without.",
	func(_ context.Context, _ *builtins.Host, a base64Args) (builtins.Text, error) {
		text := strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(a.Text.Reveal())
		decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil {
			return builtins.Text{}, errors.New("the text is not base64")
		}
		if !utf8.Valid(decoded) {
			return builtins.Text{}, errors.New("what the base64 holds is not text")
		}
		return a.Text.Like(string(decoded)), nil
	}).With(`let decoded = base64.decode("aGVsbG8=")`)
