// Package encode holds the builtins that read and write formats of text: json,
// yaml, csv, base64 and url. They are pure.
package encode

import "github.com/drl-lang/drl/builtins"

// Modules returns the modules of this package.
func Modules() []builtins.Module {
	return []builtins.Module{
		{Name: "json", Doc: "JSON.", Funcs: []*builtins.Func{jsonParse, jsonLines, jsonText}},
		{Name: "yaml", Doc: "YAML.", Funcs: []*builtins.Func{yamlParse}},
		{Name: "csv", Doc: "Comma-separated values.", Funcs: []*builtins.Func{csvParse}},
		{Name: "base64", Doc: "Base64.", Funcs: []*builtins.Func{base64Encode, base64Decode}},
		{Name: "url", Doc: "Web addresses.", Funcs: []*builtins.Func{urlEncode, urlQuery, urlParts}},
	}
}
