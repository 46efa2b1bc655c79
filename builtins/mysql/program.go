package mysql

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/lazy"
)

// family is one of the two that share a protocol, and programs by their names.
// What one writes the other often can't read.
type family struct {
	name     string
	programs []string // that dump, the better name first
	packages string
	// words are what a dump of it needs, beside those that both have.
	words []string
	// tls are the words for each of the driver's ways of encryption; "" is
	// none.
	tls map[string][]string
}

var (
	ofMySQL = family{
		"MySQL", []string{"mysqldump"}, "mysql-client (Ubuntu, and Debian from repo.mysql.com), mysql (Red Hat and Fedora) or mysql-client (Homebrew)",
		// Where transactions have numbers of the server's own, a dump that sets
		// them can't be read by the server that it is of.
		[]string{"--set-gtid-purged=OFF"},
		map[string][]string{
			"": {"--ssl-mode=DISABLED"}, "false": {"--ssl-mode=DISABLED"}, "preferred": {"--ssl-mode=PREFERRED"},
			"skip-verify": {"--ssl-mode=REQUIRED"}, "true": {"--ssl-mode=VERIFY_IDENTITY"},
		},
	}
	ofMariaDB = family{
		"MariaDB", []string{"mariadb-dump", "mysqldump"}, "mariadb-client (Debian and Ubuntu; mariadb.org has all versions), mariadb (Red Hat, Fedora and Homebrew)",
		nil,
		map[string][]string{
			"": {"--skip-ssl"}, "false": {"--skip-ssl"}, "preferred": {"--ssl", "--skip-ssl-verify-server-cert"},
			"skip-verify": {"--ssl", "--skip-ssl-verify-server-cert"}, "true": {"--ssl", "--ssl-verify-server-cert"},
		},
	}
)

// ofDump reads what mysqldump says of its version: "mysqldump  Ver 8.0.36 for
// Linux", "mariadb-dump  Ver 10.19 Distrib 10.11.14-MariaDB, for
// debian-linux-gnu", "mariadb-dump from 11.4.2-MariaDB, client 10.19 for Linux".
var ofDump = lazy.Regexp(`(?:Distrib |from |Ver )(\d+\.\d+[0-9.]*)(-MariaDB)?( Distrib (\d+\.\d+[0-9.]*)(-MariaDB)?)?`)

// find returns the program that dumps this server: of its family, and no
// older than it.
func find(ctx context.Context, h *builtins.Host, s *server) (path string, err error) {
	found := "there is no " + s.family.programs[0]
	for _, name := range s.family.programs {
		ended, err := h.Start(ctx, builtins.Program{Argv: []string{name, "--no-defaults", "--version"}, Env: []string{"LC_ALL=C"}})
		if err != nil {
			return "", err
		}
		said := ofDump().FindStringSubmatch(ended.Stdout)
		if ended.Code != 0 || said == nil {
			continue
		}
		version, of := said[1], "MySQL"
		if said[4] != "" {
			version = said[4]
		}
		if strings.Contains(ended.Stdout, "MariaDB") {
			of = "MariaDB"
		}
		if of == s.family.name && !older(version, s.version) {
			return name, nil
		}
		found = fmt.Sprintf("%s is of %s %s", name, of, version)
	}
	return "", fmt.Errorf("%s, and to back up %s %s it has to be of %s, no older than %s: install %s", found, s.family.name, s.version, s.family.name, release(s.version), s.family.packages)
}

// release is the part of a version within which dumps are read by all: 8.4,
// 10.11.
func release(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// older tells whether a version is of a release before another's.
func older(version, than string) bool {
	a, b := strings.Split(release(version), "."), strings.Split(release(than), ".")
	for i := range min(len(a), len(b)) {
		x, _ := strconv.Atoi(a[i])
		y, _ := strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return false
}
