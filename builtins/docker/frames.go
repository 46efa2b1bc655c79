package docker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/drl-lang/drl/builtins"
)

// split takes apart what a container has written to its two outputs: frames of
// a letter for the output, three zeros, the length, and the text. The
// library's StdCopy makes room for whatever length is announced, up to 4 GiB,
// before it has come; this passes on what comes.
func split(from io.Reader, stdout, stderr io.Writer) error {
	var head [8]byte
	for {
		if _, err := io.ReadFull(from, head[:]); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("what the container has written ends in the middle: %w", err)
		}
		length := int64(binary.BigEndian.Uint32(head[4:]))
		var to io.Writer
		switch {
		case head[1] != 0 || head[2] != 0 || head[3] != 0:
			return errors.New("what the container has written does not come in frames")
		case head[0] <= 1:
			to = stdout
		case head[0] == 2:
			to = stderr
		case head[0] == 3: // the engine's own
			said, err := io.ReadAll(io.LimitReader(from, min(length, 4<<10)))
			if err != nil {
				return err
			}
			return errors.New(builtins.Short(string(said)))
		default:
			return fmt.Errorf("what the container has written has a frame of kind %d", head[0])
		}
		if n, err := io.Copy(to, io.LimitReader(from, length)); err != nil || n < length {
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
			return fmt.Errorf("what the container has written ends in the middle: %w", err)
		}
	}
}
