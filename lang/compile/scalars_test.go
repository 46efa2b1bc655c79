package compile_test

import "testing"

// Lists of numbers are kept side by side; no method tells.
func TestMethodsOfNumbersSideBySide(t *testing.T) {
	for text, want := range map[string]string{
		`(1..4).map(x => x / 2)`: `[0.5,1,1.5,2]`,
		`(1..4).map(x => x / 2).filter(x => x > 0.5).map(x => x * 2)`: `[2,3,4]`,
		`(1..3).map(x => x * 1s).filter(d => d > 1s)`:                 `["2s","3s"]`,
		`(1..3).map(x => x * 1MiB).sum`:                               `6MiB`,
		`[10%, 20%].map(x => x * 2).max`:                              `40%`,
		`[10%, 20%].map(x => x * 2).mean`:                             `30%`,
		`(1..5).percentile(50%)`:                                      `3`,
		`(1..3).sort_by(x => -x)`:                                     `[3,2,1]`,
		`(1..4).group_by(x => "{x mod 2}")["0"]`:                      `[2,4]`,
		`(1..5).take(2)`:                                              `[1,2]`,
		`(1..3) + [4]`:                                                `[1,2,3,4]`,
		`(1..3).map(x => 5).unique`:                                   `[5]`,
		`(1..3) == [1, 2, 3]`:                                         `true`,
		`2 in (1..3)`:                                                 `true`,
		`(1..3).filter(x => x > 5).map(x => x / 2)`:                   `[]`,
		`(1..3).map(x => x / 2)[2]`:                                   `1.5`,
		`(1..3).map(x => (1..x).count(y => y < x))`:                   `[0,1,2]`,
		`[(1..2).map(x => x), [3]].flatten`:                           `[1,2,3]`,
		`(1..3).all(x => x > 0)`:                                      `true`,
		`(1..3).map(x => "{x}").join("-")`:                            `1-2-3`,
		`(1..2).map(_ => 1.5)`:                                        `[1.5,1.5]`,
	} {
		s := load(t, "let result = "+text+"\n")
		if v, err := s.run(t.Context()); err != nil || v.String() != want {
			t.Errorf("%s = %v, %v, want %s", text, v, err, want)
		}
	}
}
