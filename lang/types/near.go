package types

// Near returns the candidate that word was most likely meant to be, or ""
// when none is near: at most a third of its letters differ, a swap of two
// counting as one. Of equally near ones the first wins.
func Near(word string, candidates []string) string {
	best, limit := "", min(max(1, (len(word)+1)/3), len(word)-1)
	for _, c := range candidates {
		if c == word {
			continue
		}
		if d := distance(word, c, limit); d <= limit {
			best, limit = c, d-1
		}
	}
	return best
}

// distance is the number of letters to insert, drop, replace or swap with
// their neighbour to make a of b (Damerau-Levenshtein, restricted); above
// limit it is only known to be above limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if diff := len(x) - len(y); diff > limit || -diff > limit {
		return limit + 1
	}
	// Three rows of the table: of i-2, i-1 and i letters of a.
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			replace := last[j-1]
			if x[i-1] != y[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
