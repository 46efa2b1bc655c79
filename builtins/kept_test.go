package builtins_test

import (
	"errors"
	"io"
	"testing"

	"github.com/drl-lang/drl/builtins"
)

type pool struct{ closed int }

func (p *pool) Close() error { p.closed++; return nil }

func TestWhatIsKeptIsSharedUntilTheRunEnds(t *testing.T) {
	h := &builtins.Host{Kept: &builtins.Kept{}}
	made := 0
	open := func() (io.Closer, error) { made++; return &pool{}, nil }
	first, err := h.Keep("a", open)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := h.Keep("a", open); again != first || made != 1 {
		t.Errorf("Keep made %d of one key, and gave %p after %p", made, again, first)
	}
	if other, _ := h.Keep("b", open); other == first {
		t.Error("two keys share one pool")
	}
	wrong := errors.New("wrong")
	if _, err := h.Keep("c", func() (io.Closer, error) { return nil, wrong }); err != wrong {
		t.Errorf("Keep = %v, want %v", err, wrong)
	}
	h.Kept.Close()
	h.Kept.Close()
	if n := first.(*pool).closed; n != 1 {
		t.Errorf("closed %d times", n)
	}
	if _, err := h.Keep("a", open); err == nil {
		t.Error("something was kept after the end of the run")
	}
	if _, err := (&builtins.Host{}).Keep("a", open); err == nil {
		t.Error("something was kept in an empty world")
	}
}
