package check

import "github.com/drl-lang/drl/lang/types"

// testUniverse is a few built-ins of every sort, in the shapes of the real
// ones.
func testUniverse() *types.Universe {
	text := func(name string) types.Param { return types.Param{Name: name, Type: types.TString} }
	of := func(name string, t *types.Type) types.Param { return types.Param{Name: name, Type: t} }
	may := func(p types.Param, def string) types.Param {
		p.Optional, p.Default = true, def
		return p
	}
	byName := func(p types.Param) types.Param {
		p.NamedOnly = true
		return p
	}
	address := func(p types.Param) types.Param {
		p.Address = true
		return p
	}
	constant := func(p types.Param) types.Param {
		p.Constant = true
		return p
	}
	quoted := func(p types.Param) types.Param {
		p.Constant, p.Pieces = true, "sql.identifier"
		return p
	}
	timeout := byName(may(of("timeout", types.TDuration), "30s"))
	fields := func(pairs ...any) []types.Field {
		var fs []types.Field
		for i := 0; i < len(pairs); i += 2 {
			fs = append(fs, types.Field{Name: pairs[i].(string), Type: pairs[i+1].(*types.Type)})
		}
		return fs
	}
	largest := func(args []*types.Type) (*types.Type, string) {
		t := types.TNever
		for _, a := range args {
			if a == nil {
				continue
			}
			if t = types.Join(t, a); t == nil || !types.Orderable(t) {
				return nil, "max takes values of one type that has an order"
			}
		}
		return t, ""
	}
	sameSecrecy := func(args []*types.Type) (*types.Type, string) {
		for _, a := range args {
			if types.HoldsSecret(a) {
				return types.TSecret, ""
			}
		}
		return types.TString, ""
	}
	response := &types.Type{Kind: types.Record, Name: "Response", Fields: fields(
		"status", types.TInt, "ok", types.TBool, "latency", types.TDuration, "body", types.TString, "json", types.TAny,
		"headers", types.MapOf(types.TString), "size", types.TSize, "url", types.TString)}
	probe := &types.Type{Kind: types.Record, Name: "Probe", Fields: fields("latency", types.ListOf(types.TDuration), "errors", types.TEvents)}
	backup := &types.Type{Kind: types.Record, Name: "Backup", Fields: fields("path", types.TString, "size", types.TSize)}
	session := &types.Type{Kind: types.Record, Name: "Session", Methods: types.All([]*types.Func{
		{Name: "session.get", Doc: "Fetch.", Effect: types.Reads, Params: []types.Param{text("path"), timeout}, Result: response},
		{Name: "session.post", Doc: "Send.", Effect: types.Writes, Params: []types.Param{text("path"), may(of("json", types.TAny), ""), timeout}, Result: response},
	})}
	database := &types.Type{Kind: types.Record, Name: "Database", Methods: types.All([]*types.Func{
		{Name: "database.query", Doc: "Ask.", Effect: types.Reads, Result: types.ListOf(types.TAny),
			Params: []types.Param{quoted(text("text")), timeout, {Name: "args", Type: types.TAny, Variadic: true}}},
		{Name: "database.exec", Doc: "Change.", Effect: types.Writes, Result: types.RecordOf(fields("rows", types.TInt)...),
			Params: []types.Param{quoted(text("text")), timeout, {Name: "args", Type: types.TAny, Variadic: true}}},
		{Name: "database.ping", Doc: "Ask whether it is there.", Effect: types.Reads, Result: types.RecordOf(fields("latency", types.TDuration)...),
			Params: []types.Param{timeout}},
	})}
	secretly := of("text", types.TSecret)
	return &types.Universe{
		Types: types.All([]*types.Type{response, probe, backup, session, database}),
		Core: []*types.Func{
			{Name: "env", Effect: types.Reads, Params: []types.Param{text("name"), may(text("default"), "")}, Result: types.TString,
				ByText: func(text string) *types.Type {
					if types.SecretName(text) {
						return types.TSecret
					}
					return types.TString
				}},
			{Name: "secret", Params: []types.Param{text("text")}, Result: types.TSecret},
			{Name: "now", Effect: types.Reads, Result: types.TTime},
			{Name: "date", Params: []types.Param{text("text")}, Result: types.TTime},
			{Name: "events", Params: []types.Param{of("bad", types.TNumber), byName(of("of", types.TNumber))}, Result: types.TEvents},
			{Name: "percent", Params: []types.Param{of("number", types.TNumber)}, Result: types.TPercent},
			{Name: "max", Params: []types.Param{{Name: "values", Type: types.TAny, Variadic: true}}, Result: types.TAny, Infer: largest},
			{Name: "floor", Params: []types.Param{of("x", types.TNumber)}, Result: types.TInt},
			{Name: "fail", Params: []types.Param{text("text")}, Result: types.TNever},
			{Name: "print", Effect: types.Reads, Params: []types.Param{of("value", types.TAny)}},
			{Name: "flag", Params: []types.Param{text("text")}, Result: types.TString},
		},
		Packages: []*types.Package{
			{Name: "http", Funcs: types.All([]*types.Func{
				{Name: "http.get", Effect: types.Reads, Result: response, Params: []types.Param{address(of("url", types.TSecret)),
					may(of("headers", types.MapOf(types.TSecret)), "{}"), byName(may(of("bearer", types.TSecret), "")), timeout}},
				{Name: "http.post", Effect: types.Writes, Result: response, Params: []types.Param{of("url", types.TSecret),
					byName(may(of("json", types.TAny), "")), timeout}},
				{Name: "http.probe", Effect: types.Reads, Result: probe, Params: []types.Param{of("url", types.TSecret), may(of("count", types.TInt), "20"), timeout}},
				{Name: "http.session", Effect: types.Reads, Result: session, Params: []types.Param{may(text("base"), ""),
					byName(may(of("login", types.LambdaOf(response)), "")), timeout}},
			})},
			{Name: "url", Funcs: types.All([]*types.Func{{Name: "url.encode", Result: types.TString, Params: []types.Param{of("text", types.TText)}}})},
			{Name: "sql", Funcs: types.All([]*types.Func{
				{Name: "sql.identifier", Result: types.TString, Params: []types.Param{text("name")}},
				{Name: "sql.pattern", Result: types.TString, Params: []types.Param{constant(text("pattern"))}},
				{Name: "sql.open", Effect: types.Reads, Result: database, Params: []types.Param{of("url", types.TSecret), timeout}},
			})},
			{Name: "json", Funcs: types.All([]*types.Func{
				{Name: "json.parse", Result: types.TAny, Params: []types.Param{secretly}},
				{Name: "json.text", Result: types.TString, Infer: sameSecrecy, Params: []types.Param{of("value", types.TAny)}},
			})},
			{Name: "file", Funcs: types.All([]*types.Func{
				{Name: "file.read", Effect: types.Reads, Result: types.TString, Params: []types.Param{text("path"), timeout}},
				{Name: "file.size", Effect: types.Reads, Result: types.TSize, Params: []types.Param{text("path"), timeout}},
				{Name: "file.exists", Effect: types.Reads, Result: types.TBool, Params: []types.Param{text("path"), timeout}},
				{Name: "file.write", Effect: types.Writes, Params: []types.Param{text("path"), text("text"), timeout}},
			})},
			{Name: "postgres", Funcs: types.All([]*types.Func{
				{Name: "postgres.backup", Effect: types.Writes, Result: backup, Params: []types.Param{of("url", types.TSecret), byName(text("to")), timeout}},
				{Name: "postgres.restore", Effect: types.Writes, Params: []types.Param{of("url", types.TSecret), byName(text("from")), timeout}},
			})},
			{Name: "secret", Funcs: types.All([]*types.Func{
				{Name: "secret.file", Effect: types.Reads, Result: types.TSecret, Params: []types.Param{text("path"), timeout}},
			})},
			{Name: "base64", Funcs: types.All([]*types.Func{
				{Name: "base64.encode", Result: types.TString, Infer: sameSecrecy, Params: []types.Param{secretly}},
			})},
			{Name: "notify", Funcs: types.All([]*types.Func{
				{Name: "notify.send", Effect: types.Writes, Params: []types.Param{of("url", types.TSecret), text("text"), may(text("title"), ""), timeout}},
			})},
		},
	}
}
