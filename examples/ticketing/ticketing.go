// Package ticketing holds the release script of the ticketing stack with its
// rules, as files for drl demo to run.
package ticketing

import "embed"

// Files are the script, its rules, and what it reads.
//
//go:embed *.drl *.md rules
var Files embed.FS
