// Package starter writes the first release script of a folder from the files
// that say how it is built and run: a compose file, a Dockerfile, manage.py,
// railway.json, package.json, go.mod.
//
// In comes a file system; out goes a [Folder] that says what was found, and
// its script, which passes drl check without a warning but for programs that
// aren't on the machine. Only reading happens here: nothing is written, and no
// program is started.
package starter
