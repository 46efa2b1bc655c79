package check

import "github.com/drl-lang/drl/lang/source"

// exprCodes are the codes of names and expressions: DRL0200 to DRL0219 and
// DRL0300 to DRL0399.
var exprCodes = []*source.Code{}
