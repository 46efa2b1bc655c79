package docker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/moby/moby/api/types/jsonstream"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// mostMessage is how long one message of an engine may be.
const mostMessage = 1 << 20

// messages reads what an engine says while it builds, pushes or pulls. It
// answers 200 before it begins, and a failure is a message like any other: so
// all of them are read, to the end.
func messages(from io.Reader, each func(jsonstream.Message)) error {
	piece := &refilled{from: from}
	d := json.NewDecoder(piece)
	for {
		piece.left = mostMessage
		var m jsonstream.Message
		err := d.Decode(&m)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("the answer ends in the middle: %w", err)
		case m.Error != nil:
			return &refused{builtins.Short(m.Error.Message)}
		}
		each(m)
	}
}

// refused is a failure that an engine has told of.
type refused struct{ why string }

func (r *refused) Error() string { return r.why }

// refilled is a reader that gives no more than is left until it is refilled.
type refilled struct {
	from io.Reader
	left int
}

func (r *refilled) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, fmt.Errorf("a message is longer than %s", value.Size(mostMessage))
	}
	n, err := r.from.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}
