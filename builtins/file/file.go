// Package file holds the builtins for files and folders. Relative paths start
// at the script's folder.
package file

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "file",
		Doc:   "Files and folders; relative paths start at the script's folder.",
		Funcs: []*builtins.Func{read, exists, glob, size, sha256File, write, copyFile, remove},
	}}
}

type pathArgs struct {
	Path string `drl:"path" doc:"the file, from the script's folder"`
}
