package monitor

import (
	"math"
	"slices"
)

// ordered keeps values in their order, while some come and others go: a
// quantile of it costs no sorting. The zero value is empty.
type ordered struct {
	chunks [][]float64 // each in order, and each above the one before it
	n      int
}

// longestChunk is how many values are moved at most to make room for one.
const longestChunk = 256

// chunk finds the one that x belongs to.
func (o *ordered) chunk(x float64) int {
	low, high := 0, len(o.chunks)-1
	for low < high {
		middle := (low + high) / 2
		if c := o.chunks[middle]; c[len(c)-1] < x {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

func (o *ordered) add(x float64) {
	o.n++
	if len(o.chunks) == 0 {
		if cap(o.chunks) > 0 {
			o.chunks = o.chunks[:1]
			o.chunks[0] = append(o.chunks[0][:0], x)
			return
		}
		o.chunks = append(o.chunks, []float64{x})
		return
	}
	i := o.chunk(x)
	c := o.chunks[i]
	at, _ := slices.BinarySearch(c, x)
	o.chunks[i] = slices.Insert(c, at, x)
	if c = o.chunks[i]; len(c) > longestChunk {
		upper := slices.Clone(c[longestChunk/2:])
		o.chunks[i] = c[:longestChunk/2]
		o.chunks = slices.Insert(o.chunks, i+1, upper)
	}
}

// remove takes one value that is x away.
func (o *ordered) remove(x float64) {
	if len(o.chunks) == 0 {
		return
	}
	i := o.chunk(x)
	c := o.chunks[i]
	at, found := slices.BinarySearch(c, x)
	if !found {
		return
	}
	o.n--
	o.chunks[i] = slices.Delete(c, at, at+1)
	switch {
	case len(o.chunks[i]) > 0:
	case len(o.chunks) == 1:
		o.chunks = o.chunks[:0] // its room is used again
	default:
		o.chunks = slices.Delete(o.chunks, i, i+1)
	}
}

// at returns the i-th value from below.
func (o *ordered) at(i int) float64 {
	for _, c := range o.chunks {
		if i < len(c) {
			return c[i]
		}
		i -= len(c)
	}
	return math.NaN()
}

// quantile is R-7, as [quantile] of a slice.
func (o *ordered) quantile(p float64) float64 {
	h := p * float64(o.n-1)
	i := int(h)
	if below := o.at(i); h == float64(i) || i+1 >= o.n {
		return below
	} else {
		return between(below, o.at(i+1), h-float64(i))
	}
}

func (o *ordered) values() []float64 { return slices.Concat(o.chunks...) }

func (o *ordered) reset() {
	if len(o.chunks) > 0 {
		o.chunks[0] = o.chunks[0][:0]
		clear(o.chunks[1:])
	}
	o.chunks, o.n = o.chunks[:0], 0
}
