package types

// mapMethods are the methods of map[elem]. Their lambdas take (key, value).
func mapMethods(elem *Type) []*Func {
	test := Param{Name: "test", Type: LambdaOf(TBool, TString, elem), Doc: "(key, value) => true or false"}
	some := test
	some.Optional = true
	return []*Func{
		method("keys", "The keys, in their order.", ListOf(TString)),
		method("values", "The values, in the order of their keys.", ListOf(elem)),
		method("get", "The value of a key, or null where there is none.", maybe(elem), Param{Name: "key", Type: TString, Doc: "the key"}),
		inferred("map", "The map of what the function gives for each key and value.", MapOf(aResult), mapOfResults,
			Param{Name: "to", Type: LambdaOf(aResult, TString, elem), Doc: "(key, value) => the new value"}),
		method("filter", "The entries for which the test is true.", MapOf(elem), test),
		method("any", "Whether the test is true for at least one entry.", TBool, test),
		method("all", "Whether the test is true for every entry; of an empty map it is true.", TBool, test),
		method("none", "Whether the test is true for no entry.", TBool, test),
		method("count", "The number of entries, or of those for which the test is true.", TInt, some),
	}
}

func mapOfResults(args []*Type) (*Type, string) {
	return MapOf(lambdaResult(args)), ""
}
