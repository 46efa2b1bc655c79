package syntax

// Format is replaced by format.go.
func Format(f *File) []byte { return nil }
