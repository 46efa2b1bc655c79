package types

// textMethods are the methods of a string or, with t = secret, of a secret:
// what is cut out of a secret is one too, and its length is nobody's business.
func textMethods(t *Type) []*Func {
	pattern := Param{Name: "pattern", Type: TString, Doc: "an RE2 pattern", Constant: true}
	return []*Func{
		method("lower", "The text in lower case.", t),
		method("upper", "The text in upper case.", t),
		method("trim", "The text without white space at its ends.", t),
		method("split", "The parts between the separators.", ListOf(t), Param{Name: "separator", Type: TString, Doc: "what stands between the parts"}),
		method("replace", "The text with every old replaced by new.", t,
			Param{Name: "old", Type: TString, Doc: "the text to replace"}, Param{Name: "new", Type: t, Doc: "what to put there"}),
		method("starts_with", "Whether the text begins with prefix.", TBool, Param{Name: "prefix", Type: TString, Doc: "the beginning"}),
		method("ends_with", "Whether the text ends with suffix.", TBool, Param{Name: "suffix", Type: TString, Doc: "the end"}),
		method("lines", "The lines, without their ends; a newline at the very end starts no further one.", ListOf(t)),
		method("find", "What the pattern finds first: its first group where it has one; null where it finds nothing.", OptionOf(t), pattern),
		method("find_all", "All that the pattern finds, one after the other: its first group where it has one.", ListOf(t), pattern),
	}
}
