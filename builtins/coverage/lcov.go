package coverage

import (
	"fmt"
	"strconv"
	"strings"
)

// lcov reads the tracefiles of lcov, gcov, c8, nyc, llvm-cov and others: a
// record for each source file and test, with a line of text for each fact.
// Of several tests of one file, a line is covered if one of them hit it.
// https://github.com/linux-test-project/lcov, man geninfo, section FILES
func lcov(content []byte) (*measured, error) {
	found := lines{}
	branches := map[string]bool{}
	file, number := "", 0
	for line := range strings.Lines(string(content)) {
		number++
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		kind, rest, _ := strings.Cut(line, ":")
		if kind == "SF" {
			if file = rest; file == "" {
				return nil, fmt.Errorf("line %d: SF: names no file", number)
			}
			continue
		}
		if kind == "end_of_record" {
			file = ""
			continue
		}
		if kind != "DA" && kind != "BRDA" {
			continue
		}
		if file == "" {
			return nil, fmt.Errorf("line %d: %s: stands outside of a record, want SF: before it", number, kind)
		}
		fields := strings.Split(rest, ",")
		at, err := strconv.Atoi(fields[0])
		if err != nil || at < 0 {
			return nil, fmt.Errorf("line %d: found %q after %s:, want the number of a line", number, short(fields[0]), kind)
		}
		switch kind {
		case "DA":
			if len(fields) < 2 {
				return nil, fmt.Errorf("line %d: found %q, want DA:line,hits", number, short(line))
			}
			hits, err := count(fields[1])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number, err)
			}
			found.hit(file, at, hits)
		case "BRDA":
			if len(fields) < 4 {
				return nil, fmt.Errorf("line %d: found %q, want BRDA:line,block,branch,hits", number, short(line))
			}
			hits := false
			if taken := fields[len(fields)-1]; taken != "-" { // - is a line that never ran
				if hits, err = count(taken); err != nil {
					return nil, fmt.Errorf("line %d: %w", number, err)
				}
			}
			branch := file + "\x00" + strings.Join(fields[:len(fields)-1], ",")
			branches[branch] = branches[branch] || hits
		}
	}
	m := &measured{kind: "lcov", files: found.counts()}
	for _, covered := range branches {
		m.branches.add(covered)
	}
	return m, nil
}

// count tells whether a counter counted anything. gcov writes some as 1e+03,
// and ones that went wrong as less than nought, which lcov takes for nought.
func count(text string) (bool, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false, fmt.Errorf("found %q, want how often it was hit", short(text))
	}
	return n > 0, nil
}

func short(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}
