package types

// listMethods are the methods of list[elem].
func listMethods(elem *Type) []*Func {
	test := Param{Name: "test", Type: LambdaOf(TBool, elem), Doc: "x => true or false"}
	some := test
	some.Optional = true
	key := Param{Name: "key", Type: LambdaOf(aResult, elem), Doc: "x => what to go by"}
	list := ListOf(elem)
	return []*Func{
		inferred("map", "The list of what the function gives for each item.", ListOf(aResult), listOfResults,
			Param{Name: "to", Type: LambdaOf(aResult, elem), Doc: "x => the new item"}),
		method("filter", "The items for which the test is true.", list, test),
		method("any", "Whether the test is true for at least one item.", TBool, test),
		method("all", "Whether the test is true for every item; of an empty list it is true.", TBool, test),
		method("none", "Whether the test is true for no item.", TBool, test),
		method("count", "The number of items, or of those for which the test is true.", TInt, some),
		inferred("sum", "The items added up; of an empty list 0 of its unit.", summed(elem), only("sum", elem, Summable, summed(elem))),
		inferred("mean", "The arithmetic mean; an empty list is an error.", averaged(elem), only("mean", elem, Summable, averaged(elem))),
		inferred("min", "The smallest item; an empty list is an error.", elem, only("min", elem, Orderable, elem)),
		inferred("max", "The largest item; an empty list is an error.", elem, only("max", elem, Orderable, elem)),
		inferred("percentile", "The value that p of the items do not exceed (R-7); an empty list is an error.", averaged(elem),
			only("percentile", elem, Summable, averaged(elem)), Param{Name: "p", Type: TPercent, Doc: "such as 95%"}),
		inferred("sort_by", "The items ordered by a key, smallest first; equal ones keep their order.", list, ordered(list), key),
		inferred("group_by", "The items by a key that is text, in the order in which keys appear.", MapOf(list), grouped(list), key),
		method("first", "The first item; null where there is none.", maybe(elem)),
		method("last", "The last item; null where there is none.", maybe(elem)),
		method("take", "At most the first n items.", list, Param{Name: "n", Type: TInt, Doc: "how many"}),
		method("unique", "Each item once, where it first stands.", list),
		inferred("flatten", "The items of the lists in the list, one after the other.", flattened(elem), only("flatten", elem, isList, flattened(elem))),
		inferred("join", "The items, which are text, as one text.", joined(elem), only("join", elem, isText, joined(elem)),
			Param{Name: "separator", Type: TString, Doc: "what stands between them", Optional: true, Default: `""`}),
	}
}

// only is the Infer of a method that some lists don't have.
func only(name string, elem *Type, fits func(*Type) bool, result *Type) func([]*Type) (*Type, string) {
	return func([]*Type) (*Type, string) {
		if fits(elem) || flexible(elem) {
			return result, ""
		}
		return nil, "list[" + elem.String() + "] has no " + name
	}
}

func isList(t *Type) bool { return t.Kind == List || t.Kind == Any }

func isText(t *Type) bool { return text(t) || t.Kind == Any }

// summed is the type of a sum; of a list that is always empty it is 0.
func summed(elem *Type) *Type {
	if elem.Kind == Never {
		return TInt
	}
	return elem
}

// averaged is the type of a mean: between two ints there are other numbers.
func averaged(elem *Type) *Type {
	if elem.Kind == Int {
		return TNumber
	}
	return elem
}

// maybe is elem?; of a list that is always empty it is null.
func maybe(elem *Type) *Type {
	if elem.Kind == Never {
		return TNull
	}
	return OptionOf(elem)
}

func flattened(elem *Type) *Type {
	if elem.Kind == List {
		return elem
	}
	return ListOf(TAny)
}

func joined(elem *Type) *Type {
	if elem.Kind == Secret {
		return TSecret
	}
	return TString
}

// lambdaResult is what the first argument, a lambda, gives.
func lambdaResult(args []*Type) *Type {
	if len(args) == 0 || args[0] == nil || args[0].Kind != Lambda {
		return TUnknown
	}
	return args[0].Elem
}

func listOfResults(args []*Type) (*Type, string) {
	return ListOf(lambdaResult(args)), ""
}

func ordered(list *Type) func([]*Type) (*Type, string) {
	return func(args []*Type) (*Type, string) {
		if t := lambdaResult(args); !Orderable(t) {
			return nil, "can't sort by " + t.A() + ": it has no order"
		}
		return list, ""
	}
}

func grouped(list *Type) func([]*Type) (*Type, string) {
	return func(args []*Type) (*Type, string) {
		if t := lambdaResult(args); !Fits(t, TString) {
			return nil, "can't group by " + t.A() + ": the keys of a map are text"
		}
		return MapOf(list), ""
	}
}
