package encode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type yamlParseArgs struct {
	Text builtins.Text `drl:"text" doc:"one document of YAML 1.2; of a secret, the texts in it are secrets"`
}

var yamlParse = builtins.New("yaml.parse", types.Pure,
	"Read a YAML text, of up to 1MiB. Keys are text, times stay text, and yes and no are text.",
	func(_ context.Context, _ *builtins.Host, a yamlParseArgs) (value.Value, error) {
		v, err := readYAML(a.Text.Reveal())
		if err != nil && a.Text.IsSecret() {
			return nil, errors.New("the secret is no YAML") // the reader's error shows what it found
		}
		if err != nil {
			return nil, err
		}
		return a.Text.Parsed(v), nil
	}).With(`let replicas = yaml.parse(file.read("deploy/values.yaml")).replicas`)

// The limits of a text. The library's time grows with the square of a
// mapping's length, and what aliases stand for grows with its power.
const (
	longestYAML    = 1 << 20
	mostYAMLTokens = 50_000
	deepestYAML    = 100
	mostYAMLBytes  = 16 << 20 // with each alias written out
)

func readYAML(text string) (v value.Value, err error) {
	if len(text) > longestYAML {
		return nil, fmt.Errorf("the text has %s, want at most 1MiB", value.Size(len(text)))
	}
	// The library has been seen to panic at texts that are none.
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, errors.New("not YAML: nothing can be made of the text")
		}
	}()
	tokens := lexer.Tokenize(strings.TrimPrefix(text, "\ufeff"))
	if len(tokens) > mostYAMLTokens {
		return nil, fmt.Errorf("the text has more than %d words and signs", mostYAMLTokens)
	}
	if err := checkNesting(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, notYAML(err)
	}
	var bodies []ast.Node
	for _, d := range file.Docs {
		if _, directive := d.Body.(*ast.DirectiveNode); d.Body != nil && !directive {
			bodies = append(bodies, d.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return value.Null{}, nil
	case 1:
		r := &yamlReader{anchors: map[string]anchored{}}
		return r.value(bodies[0], 0)
	}
	return nil, fmt.Errorf("the text holds %d documents, want one", len(bodies))
}

// checkNesting refuses what would make the parser call itself too often.
func checkNesting(tokens token.Tokens) error {
	flow, line, entries := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, entries = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			entries++
		}
		if flow > deepestYAML || entries > deepestYAML {
			return fmt.Errorf("line %d: the text nests more than %d deep", line, deepestYAML)
		}
	}
	return nil
}

// notYAML says what is wrong and where, without the library's drawing of it.
func notYAML(err error) error {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil {
		return fmt.Errorf("not YAML, line %d: %s", syntax.Token.Position.Line, syntax.Message)
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("not YAML: %s", first)
}

// anchored is a value with a name, and what it costs to write it out.
type anchored struct {
	value value.Value
	cost  int
}

type yamlReader struct {
	anchors map[string]anchored
	cost    int // bytes, about, of all that was read, with aliases written out
}

func (r *yamlReader) pay(n ast.Node, cost int) error {
	if r.cost += cost; r.cost > mostYAMLBytes {
		return at(n, fmt.Errorf("its aliases make more than %s of the text", value.Size(mostYAMLBytes)))
	}
	return nil
}

func at(n ast.Node, err error) error {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return fmt.Errorf("line %d: %w", t.Position.Line, err)
	}
	return err
}

func (r *yamlReader) value(n ast.Node, depth int) (value.Value, error) {
	if depth > deepestYAML {
		return nil, at(n, fmt.Errorf("the text nests more than %d deep", deepestYAML))
	}
	if err := r.pay(n, 8); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return value.Null{}, nil
	case *ast.BoolNode:
		return value.Bool(n.Value), nil
	case *ast.IntegerNode:
		switch i := n.Value.(type) {
		case int64:
			return value.Int(i), nil
		case uint64:
			if i <= math.MaxInt64 {
				return value.Int(i), nil
			}
			return value.Number(i), nil
		}
	case *ast.FloatNode:
		if !math.IsInf(n.Value, 0) && !math.IsNaN(n.Value) {
			return value.Number(n.Value), nil
		}
	case *ast.StringNode:
		return value.String(n.Value), r.pay(n, len(n.Value))
	case *ast.LiteralNode:
		return value.String(n.Value.Value), r.pay(n, len(n.Value.Value))
	case *ast.SequenceNode:
		items := make([]value.Value, len(n.Values))
		for i, item := range n.Values {
			var err error
			if items[i], err = r.value(item, depth+1); err != nil {
				return nil, err
			}
		}
		return value.NewList(items), nil
	case *ast.MappingNode:
		return r.mapping(n.Values, depth)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{n}, depth)
	case *ast.AnchorNode:
		before := r.cost
		v, err := r.value(n.Value, depth+1)
		if err == nil {
			r.anchors[n.Name.GetToken().Value] = anchored{v, r.cost - before}
		}
		return v, err
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		a, ok := r.anchors[name]
		if !ok {
			return nil, at(n, fmt.Errorf("*%s stands before the end of its anchor, or has none", builtins.Short(name)))
		}
		return a.value, r.pay(n, a.cost)
	case *ast.TagNode:
		return r.tagged(n, depth)
	case *ast.InfinityNode, *ast.NanNode:
		return nil, at(n, fmt.Errorf("%s is no number here", n.GetToken().Value))
	}
	return nil, at(n, fmt.Errorf("%s has no value here", shortText(n.String())))
}

// mapping reads a mapping in the order of its keys. What is merged into it
// (<<) stands behind what is written, and does not replace it.
func (r *yamlReader) mapping(pairs []*ast.MappingValueNode, depth int) (value.Value, error) {
	var names []string
	var values []value.Value
	has := map[string]bool{}
	var merged []value.Value
	for _, pair := range pairs {
		v, err := r.value(pair.Value, depth+1)
		if err != nil {
			return nil, err
		}
		if pair.Key.IsMergeKey() {
			merged = append(merged, v)
			continue
		}
		name, err := r.key(pair.Key)
		if err != nil {
			return nil, err
		}
		if has[name] {
			return nil, at(pair.Key, fmt.Errorf("the key %s stands there twice", shortText(name)))
		}
		has[name] = true
		names, values = append(names, name), append(values, v)
	}
	for _, v := range merged {
		sources := []value.Value{v}
		if l, ok := v.(*value.List); ok {
			sources = l.Items()
		}
		for _, source := range sources {
			m, ok := source.(*value.Record)
			if !ok {
				return nil, at(pairs[0], fmt.Errorf("<< merges %s, want a mapping", shortText(source.String())))
			}
			for i, name := range m.Names() {
				if !has[name] {
					has[name] = true
					names, values = append(names, name), append(values, m.At(i))
				}
			}
		}
	}
	return value.NewMap(names, values), nil
}

func (r *yamlReader) key(n ast.MapKeyNode) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, r.pay(n, len(n.Value))
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return n.GetToken().Value, r.pay(n, len(n.GetToken().Value))
	}
	return "", at(n, fmt.Errorf("a key is %s, want a text", shortText(n.String())))
}

// plainTags are those that say what the value looks like anyway.
var plainTags = []string{"!!map", "!!seq", "!!int", "!!float", "!!bool", "!!null", "!!timestamp"}

func (r *yamlReader) tagged(n *ast.TagNode, depth int) (value.Value, error) {
	tag := n.Start.Value
	if n.Value == nil {
		return nil, at(n, fmt.Errorf("nothing follows the tag %s", shortText(tag)))
	}
	switch {
	case tag == "!!str" || tag == "!":
		if s, ok := n.Value.(ast.ScalarNode); ok {
			if _, text := n.Value.(*ast.LiteralNode); !text {
				return value.String(s.GetToken().Value), r.pay(n, len(s.GetToken().Value))
			}
		}
	case !slices.Contains(plainTags, tag):
		return nil, at(n, fmt.Errorf("the tag %s is not known", shortText(tag)))
	}
	return r.value(n.Value, depth+1)
}

func shortText(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}
