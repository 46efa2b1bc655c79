package event

import (
	"encoding/json"
	"math"
	"testing"
)

func TestFloat(t *testing.T) {
	for text, want := range map[string]float64{"0.1": 0.1, "-3": -3, `"+Inf"`: math.Inf(1), `"-Inf"`: math.Inf(-1)} {
		line, err := json.Marshal(Float(want))
		if err != nil || string(line) != text {
			t.Errorf("%v is written as %s (%v), want %s", want, line, err, text)
		}
		var got Float
		if err := json.Unmarshal(line, &got); err != nil || float64(got) != want {
			t.Errorf("%s is read as %v (%v), want %v", line, got, err, want)
		}
	}
	var got Float
	if err := json.Unmarshal([]byte(`"wide"`), &got); err == nil {
		t.Errorf("a word is read as %v", got)
	}
}
