package monitor

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// codec writes what is put into it, or reads it back into the same places: one
// description of a thing serves both ways, so that neither can leave out what
// the other has.
type codec struct {
	bytes   []byte
	reading bool
	err     error
}

var errShort = errors.New("it ends too early")

func (c *codec) integer(x *int64) {
	if !c.reading {
		c.bytes = binary.AppendVarint(c.bytes, *x)
		return
	}
	v, n := binary.Varint(c.bytes)
	if n <= 0 {
		c.err, c.bytes, v = errShort, nil, 0
	} else {
		c.bytes = c.bytes[n:]
	}
	*x = v
}

func (c *codec) int(x *int) {
	v := int64(*x)
	c.integer(&v)
	*x = int(v)
}

func (c *codec) duration(x *time.Duration) { c.integer((*int64)(x)) }

func (c *codec) bool(x *bool) {
	v := int64(0)
	if *x {
		v = 1
	}
	c.integer(&v)
	*x = v != 0
}

func (c *codec) truth(x *truth) {
	v := int64(*x)
	c.integer(&v)
	*x = truth(v)
}

func (c *codec) float(x *float64) {
	if !c.reading {
		c.bytes = binary.LittleEndian.AppendUint64(c.bytes, math.Float64bits(*x))
		return
	}
	if len(c.bytes) < 8 {
		c.err, c.bytes, *x = errShort, nil, 0
		return
	}
	*x = math.Float64frombits(binary.LittleEndian.Uint64(c.bytes))
	c.bytes = c.bytes[8:]
}

func (c *codec) blob(x *[]byte) {
	n := len(*x)
	c.int(&n)
	if !c.reading {
		c.bytes = append(c.bytes, *x...)
		return
	}
	if n < 0 || n > len(c.bytes) {
		c.err, c.bytes, *x = errShort, nil, nil
		return
	}
	*x, c.bytes = append((*x)[:0], c.bytes[:n]...), c.bytes[n:]
}

func (c *codec) text(x *string) {
	b := []byte(*x)
	c.blob(&b)
	*x = string(b)
}

func (c *codec) floats(x *[]float64) { list(c, x, (*codec).float) }

// list writes or reads a list of what each says.
func list[T any](c *codec, xs *[]T, each func(*codec, *T)) {
	n := len(*xs)
	c.int(&n)
	if c.reading {
		*xs = (*xs)[:0]
		for i := 0; i < n && c.err == nil; i++ {
			var x T
			each(c, &x)
			*xs = append(*xs, x)
		}
		return
	}
	for i := range *xs {
		each(c, &(*xs)[i])
	}
}
