package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

type sha256Args struct {
	Text builtins.Text `drl:"text" doc:"what to digest, as UTF-8"`
}

var sha256Text = builtins.New("sha256", types.Pure, "Return the SHA-256 of a text in hexadecimal.",
	func(_ context.Context, _ *builtins.Host, a sha256Args) (builtins.Text, error) {
		sum := sha256.Sum256([]byte(a.Text.Reveal()))
		return a.Text.Like(hex.EncodeToString(sum[:])), nil
	}).With(`let digest = sha256("abc")`)

var uuid = builtins.New("random.uuid", types.Reads, "Return a random UUID, version 4.",
	func(_ context.Context, h *builtins.Host, _ struct{}) (string, error) {
		if h.Random == nil {
			return "", errors.New("there is no source of chance here")
		}
		var b [16]byte
		if _, err := io.ReadFull(h.Random, b[:]); err != nil {
			return "", fmt.Errorf("read random bytes: %w", err)
		}
		b[6] = b[6]&0x0f | 0x40
		b[8] = b[8]&0x3f | 0x80
		return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
	}).With(`let order = random.uuid()`)
