// Package importer turns a Markdown checklist or runbook into a script.
//
// In comes the text of a Markdown file; out goes a [Script]: formatted text
// that passes drl check, and what a person should know of it. Headings become
// phases, boxes and numbered items become confirms, or checks where the item
// says in words what a rule of the standard library or a built-in does;
// commands become steps. Everything else stays as documentation and comments.
//
// Two promises are kept whatever the Markdown holds: no box is lost, doubled
// or moved, and nothing runs that the author did not write down as something
// to be done now. What needs a person, what drl would refuse and what is only
// told for the case that something goes wrong is text, with the reason.
//
// A file goes through three shapes: the outline (what the Markdown says,
// outline.go), nodes (what the script will say, nodes.go and the files it
// calls), and text (write.go). The package reads no file and no clock.
package importer
