package event

import (
	"encoding/json"
	"math"
	"strconv"
)

// Float is a number that may be infinite, which JSON has no word for: then it
// is the text "+Inf" or "-Inf".
type Float float64

// MarshalJSON writes a number, or one of the two texts.
func (f Float) MarshalJSON() ([]byte, error) {
	if x := float64(f); math.IsInf(x, 0) || math.IsNaN(x) {
		return []byte(strconv.Quote(strconv.FormatFloat(x, 'g', -1, 64))), nil
	}
	return json.Marshal(float64(f))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Float) UnmarshalJSON(text []byte) error {
	var number float64
	if err := json.Unmarshal(text, &number); err == nil {
		*f = Float(number)
		return nil
	}
	var word string
	if err := json.Unmarshal(text, &word); err != nil {
		return err
	}
	x, err := strconv.ParseFloat(word, 64)
	*f = Float(x)
	return err
}
