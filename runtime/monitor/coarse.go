package monitor

import "time"

// coarseBlocks is how many blocks a stretch of very many values is kept in. The
// oldest leaves as a whole, so that the stretch is up to a block too long.
const coarseBlocks = 128

// block is a part of a stretch.
type block struct {
	start, end time.Duration // of its first and last tick
	sum        sum
	sketch     sketch
}

// coarsen goes over from raw values to sketches.
func (w *window) coarsen() {
	w.many = true
	if w.ordered {
		w.sketch = newSketch()
	}
	if w.stretch == 0 {
		if w.ordered {
			for _, chunk := range w.values.chunks {
				for _, x := range chunk {
					w.sketch.add(x)
				}
			}
		}
		w.values = ordered{}
		return
	}
	for i := w.next; i < w.end; i++ {
		t := w.s.tick(i)
		one := w.s.sum(t)
		w.addMany(t, &one)
	}
	w.values, w.front, w.back = ordered{}, nil, sum{}
}

// addMany takes in a tick where raw values are no longer kept.
func (w *window) addMany(t *tick, one *sum) {
	if w.ordered {
		w.order(t, w.sketch.add)
	}
	if w.stretch == 0 {
		w.back.then(one)
		return
	}
	last := len(w.blocks) - 1
	if last < 0 || t.at-w.blocks[last].start >= w.stretch/coarseBlocks {
		b := block{start: t.at}
		if w.ordered {
			b.sketch = newSketch()
		}
		w.blocks = append(w.blocks, b)
		last++
	}
	b := &w.blocks[last]
	b.end = t.at
	b.sum.then(one)
	if w.ordered {
		w.order(t, b.sketch.add)
	}
	left := false
	for w.blocks[0].end <= t.at-w.stretch && w.n-w.blocks[0].sum.n >= w.least {
		w.n -= w.blocks[0].sum.n
		w.blocks = append(w.blocks[:0], w.blocks[1:]...)
		left = true
	}
	if left && w.ordered {
		w.sketch = newSketch()
		for _, b := range w.blocks {
			w.sketch.merge(b.sketch)
		}
	}
}

func (w *window) blockTotal() sum {
	var all sum
	for i := range w.blocks {
		all.then(&w.blocks[i].sum)
	}
	return all
}
