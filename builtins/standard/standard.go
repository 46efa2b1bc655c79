// Package standard lists the modules that ship with drl. To add a builtin:
// one file in its module's folder, one word in that folder's list.
package standard

import (
	"sync"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/celery"
	"github.com/drl-lang/drl/builtins/compose"
	"github.com/drl-lang/drl/builtins/core"
	"github.com/drl-lang/drl/builtins/coverage"
	"github.com/drl-lang/drl/builtins/dns"
	"github.com/drl-lang/drl/builtins/docker"
	"github.com/drl-lang/drl/builtins/encode"
	"github.com/drl-lang/drl/builtins/file"
	"github.com/drl-lang/drl/builtins/git"
	"github.com/drl-lang/drl/builtins/github"
	"github.com/drl-lang/drl/builtins/grpc"
	"github.com/drl-lang/drl/builtins/http"
	"github.com/drl-lang/drl/builtins/junit"
	"github.com/drl-lang/drl/builtins/mail"
	"github.com/drl-lang/drl/builtins/mysql"
	"github.com/drl-lang/drl/builtins/notify"
	"github.com/drl-lang/drl/builtins/postgres"
	"github.com/drl-lang/drl/builtins/prometheus"
	"github.com/drl-lang/drl/builtins/rabbitmq"
	"github.com/drl-lang/drl/builtins/railway"
	"github.com/drl-lang/drl/builtins/redis"
	"github.com/drl-lang/drl/builtins/report"
	"github.com/drl-lang/drl/builtins/sarif"
	"github.com/drl-lang/drl/builtins/sentry"
	"github.com/drl-lang/drl/builtins/sql"
	"github.com/drl-lang/drl/builtins/sqlite"
	"github.com/drl-lang/drl/builtins/tcp"
	"github.com/drl-lang/drl/builtins/tls"
	"github.com/drl-lang/drl/builtins/ws"
	"github.com/drl-lang/drl/lang/types"
)

// Modules returns the modules, the core first.
func Modules() []builtins.Module {
	var all []builtins.Module
	for _, modules := range [][]builtins.Module{
		core.Modules(), encode.Modules(),
		http.Modules(), ws.Modules(), tcp.Modules(), tls.Modules(), dns.Modules(), grpc.Modules(),
		file.Modules(), notify.Modules(), report.Modules(),
		sql.Modules(), postgres.Modules(), mysql.Modules(), sqlite.Modules(),
		coverage.Modules(), junit.Modules(), sarif.Modules(), git.Modules(), github.Modules(), sentry.Modules(),
		prometheus.Modules(), rabbitmq.Modules(), celery.Modules(), redis.Modules(), mail.Modules(),
		railway.Modules(), docker.Modules(), compose.Modules(),
	} {
		all = append(all, modules...)
	}
	return all
}

// Universe returns all that scripts can call.
func Universe() *types.Universe { return builtins.Universe(Modules()) }

// Lookup returns the builtin or handle's method of that name, as its
// signature has it ("http.get", "session.post"), or nil.
func Lookup(name string) *builtins.Func { return byName()[name] }

var byName = sync.OnceValue(func() map[string]*builtins.Func {
	all := map[string]*builtins.Func{}
	for _, m := range Modules() {
		for _, f := range append(m.Funcs, m.Methods...) {
			all[f.Name] = f
		}
	}
	return all
})
