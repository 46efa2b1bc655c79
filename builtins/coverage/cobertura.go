package coverage

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/builtins"
)

// cobertura reads the XML of Cobertura, which tools of most languages write.
// A class says which file its lines are of; a line may stand in a method and
// in its class.
func cobertura(content []byte) (*measured, error) {
	found := lines{}
	branches := map[string]counts{} // by file and line
	file, root := "", ""
	err := builtins.WalkXML(content, func(e xml.StartElement) error {
		name := e.Name.Local
		if root == "" {
			root = name
			if name != "coverage" {
				return fmt.Errorf("its root is <%s>, want <coverage> of Cobertura", name)
			}
		}
		switch name {
		case "project":
			return errors.New("it is Clover's, want Cobertura's: most tools write either")
		case "class":
			if file = builtins.XMLAttr(e, "filename"); file == "" {
				return errors.New("a <class> has no filename")
			}
		case "line":
			if file == "" {
				return errors.New("a <line> stands outside of a <class>")
			}
			number, err := positive(e, "number")
			if err != nil {
				return err
			}
			hits, err := positive(e, "hits")
			if err != nil {
				return err
			}
			found.hit(file, number, hits > 0)
			if text := builtins.XMLAttr(e, "condition-coverage"); text != "" {
				c, err := conditions(text)
				if err != nil {
					return err
				}
				branches[file+"\x00"+strconv.Itoa(number)] = c
			}
		}
		return nil
	}, func(name string) {
		if name == "class" {
			file = ""
		}
	})
	if err != nil {
		return nil, err
	}
	m := &measured{kind: "cobertura", files: found.counts()}
	for _, c := range branches {
		m.branches.covered, m.branches.all = m.branches.covered+c.covered, m.branches.all+c.all
	}
	return m, nil
}

// positive reads an attribute that counts; counters that have overflowed are
// many hits.
func positive(e xml.StartElement, name string) (int, error) {
	text := builtins.XMLAttr(e, name)
	n, err := strconv.Atoi(text)
	if errors.Is(err, strconv.ErrRange) && !strings.HasPrefix(text, "-") {
		return n, nil
	}
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s of a <%s> is %q, want a number", name, e.Name.Local, text)
	}
	return n, nil
}

// conditions reads "50% (1/2)".
func conditions(text string) (counts, error) {
	_, inner, ok := strings.Cut(text, "(")
	covered, all, slash := strings.Cut(strings.TrimSuffix(strings.TrimSpace(inner), ")"), "/")
	c, err1 := strconv.Atoi(covered)
	a, err2 := strconv.Atoi(all)
	if !ok || !slash || err1 != nil || err2 != nil || c < 0 || a < c || a > most {
		return counts{}, fmt.Errorf("condition-coverage is %q, want one such as 50%% (1/2)", text)
	}
	return counts{c, a}, nil
}

// most is the greatest count of one line, function or file: sums of them
// never overflow.
const most = 1 << 31
