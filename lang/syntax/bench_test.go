package syntax

import (
	"bytes"
	"os"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/drl-lang/drl/lang/source"
)

// manyLines is a script of 10,000 lines like those of real ones.
func manyLines(b *testing.B) []byte {
	b.Helper()
	one, err := os.ReadFile("testdata/release.drl")
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	for bytes.Count(text, []byte("\n")) < 10_000 {
		text = append(text, one...)
	}
	return text
}

func BenchmarkLex(b *testing.B) {
	text := manyLines(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		lex, _ := tokens.LexBytes("bench.drl", text)
		for {
			if t, _ := lex.Next(); t.EOF() {
				break
			}
		}
	}
}

func BenchmarkUpgrade(b *testing.B) {
	text := manyLines(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := lexer.Upgrade(newScanner(text)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse10000Lines(b *testing.B) {
	f := source.NewFile("bench.drl", manyLines(b))
	b.SetBytes(int64(len(f.Text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(f)
	}
}

func BenchmarkFormat10000Lines(b *testing.B) {
	f, _ := Parse(source.NewFile("bench.drl", manyLines(b)))
	b.SetBytes(int64(len(f.Source.Text)))
	for b.Loop() {
		Format(f)
	}
}
