package value

import (
	"math"
	"testing"
)

// A list that keeps its numbers side by side is the same as one of values.
func TestListsOfScalars(t *testing.T) {
	half := math.Float64bits(0.5)
	for s, of := range map[Scalar]struct {
		num  uint64
		item Value
	}{
		Ints: {7, Int(7)}, Durations: {7, Duration(7)}, Sizes: {7, Size(7)},
		Numbers: {half, Number(0.5)}, Ratios: {half, Ratio(0.5)}, Percents: {half, Percent(0.5)}, PointsEach: {half, Points(0.5)},
	} {
		l, same := NewScalars(s, []uint64{of.num, 0}), NewList([]Value{of.item, s.Value(0)})
		if !Equal(l, same) || !Equal(same, l) || l.String() != same.String() || l.Len() != 2 {
			t.Errorf("%v isn't %v", l, same)
		}
		if l.At(0) != of.item || l.Items()[0] != of.item || l.First(1).At(0) != of.item || l.First(1).Len() != 1 {
			t.Errorf("the first of %v isn't %v", l, of.item)
		}
		if s.Whole() != isWhole(of.item) {
			t.Errorf("Whole() of %v = %v", of.item, s.Whole())
		}
	}
	if empty := NewScalars(Ints, nil); empty.String() != "[]" || len(empty.Items()) != 0 {
		t.Errorf("an empty list is %v", empty)
	}
}

func isWhole(v Value) bool {
	switch v.(type) {
	case Int, Duration, Size:
		return true
	}
	return false
}
