// Package syntax reads the text of a script into a tree and writes a tree
// back as text in the one style that scripts have.
//
// In come the bytes of one [source.File]; out go a [File] of statements and
// the [source.Diagnostics] of everything that could not be read. A statement
// that could not be read is a [Bad] in the tree, so that all around it is
// still checked. The room before is lang/source, the room after lang/check.
//
// The package knows how a script is written and nothing of what it means: no
// name is looked up here, no type is compared, and which statement may stand
// in which block is for the checker to say. It is the only importer of
// participle, and none of that library's words reaches a user.
package syntax
