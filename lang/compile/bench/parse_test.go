package bench

import (
	"strings"
	"testing"

	"github.com/drl-lang/drl/lang/source"
	drl "github.com/drl-lang/drl/lang/syntax"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/open-policy-agent/opa/v1/ast"
	"go.starlark.net/syntax"
)

// The same 20 lines of a release in four languages: blocks or calls with
// arguments, texts with and without values in them, comparisons, a comment, a
// list, a record.

const linesOfDRL = `
phase "Deployment of auth" or rollback {
    # v1 works on the new schema, v2 doesn't on the old one.
    step "run migrations" timeout 15m {
        let before = django.latest_migration("tickets", database_url)
        done if django.pending_migrations(database_url) == []
        django.migrate("tickets", database_url)
        undo { django.migrate("tickets", database_url, to: before) }
    }
    let regions = ["eu", "us", "ap"]
    let contact = { role: "on call", phone: "+49 30 123456" }
    check "auth is healthy in {region}" within 2m every 5s {
        let r = http.get("{target.url}/auth/{region}/health/")
        require r.status == 200
        expect r.latency < 500ms
        expect r.json.status == "ok" else "auth says {r.json.status}"
        expect (r.latency - base) / base <= 50% and errors / total < 1%
    }
    confirm "auth answers as it should"
}
`

const linesOfStarlark = `
def deployment_of_auth():
    # v1 works on the new schema, v2 doesn't on the old one.
    def migrations(step):
        before = django.latest_migration("tickets", database_url)
        step.done_if(django.pending_migrations(database_url) == [])
        django.migrate("tickets", database_url)
        step.undo(lambda: django.migrate("tickets", database_url, to=before))
    step("run migrations", migrations, timeout=minutes(15))
    regions = ["eu", "us", "ap"]
    contact = {"role": "on call", "phone": "+49 30 123456"}
    def healthy(check):
        r = http.get("%s/auth/%s/health/" % (target.url, region))
        check.require(r.status == 200)
        check.expect(r.latency < ms(500))
        check.expect(r.json.status == "ok", "auth says %s" % r.json.status)
        check.expect((r.latency - base) / base <= 0.5 and errors / total < 0.01)
    check("auth is healthy in %s" % region, healthy, within=minutes(2), every=seconds(5))
    confirm("auth answers as it should")
    return rollback(regions, contact)
`

const linesOfHCL = `
phase "Deployment of auth" {
  policy = "rollback"
  # v1 works on the new schema, v2 doesn't on the old one.
  step "run migrations" {
    before  = latest_migration("tickets", var.database_url)
    done    = pending_migrations(var.database_url) == []
    migrate = migrate("tickets", var.database_url)
    undo { migrate = migrate("tickets", var.database_url, before) }
  }
  regions = ["eu", "us", "ap"]
  contact = { role = "on call", phone = "+49 30 123456" }
  check "auth is healthy" {
    r        = get("${target.url}/auth/${region}/health/")
    status   = r.status == 200
    latency  = r.latency < 500
    says     = r.json.status == "ok" ? "" : "auth says ${r.json.status}"
    degraded = (r.latency - base) / base <= 0.5 && errors / total < 0.01
  }
}
`

const linesOfRego = `
deployment_of_auth contains step if {
	# v1 works on the new schema, v2 doesn't on the old one.
	before := data.django.latest_migration("tickets", input.database_url)
	data.django.pending_migrations(input.database_url) == []
	step := data.django.migrate("tickets", input.database_url, before)
}

regions := ["eu", "us", "ap"]
contact := {"role": "on call", "phone": "+49 30 123456"}

auth_is_healthy if {
	r := http.send({"method": "get", "url": sprintf("%s/auth/%s/health/", [input.url, input.region])})
	r.status == 200
	r.latency < 500
	r.json.status == "ok"
	message := sprintf("auth says %s", [r.json.status])
	(r.latency - input.base) / input.base <= 0.5
	input.errors / input.total < 0.01
}
`

const lines = 10_000

// many repeats lines until there are 10,000.
func many(unit string) string {
	return strings.Repeat(unit, lines/strings.Count(unit, "\n"))
}

// BenchmarkParse reads 10,000 lines of each language into a tree. Every
// hundredth line of drl's is a mistake, each of which it skips and says; the
// others get none, as starlark and OPA stop at the first.
func BenchmarkParse(b *testing.B) {
	unit := strings.Repeat(linesOfDRL, 5)
	mistake := strings.Replace(unit, "require r.status == 200", "require r.status === 200", 1)
	f := source.NewFile("bench.drl", []byte(many(mistake)))
	phases := lines / strings.Count(linesOfDRL, "\n")
	ours := func() (bool, error) {
		tree, ds := drl.Parse(f)
		return len(tree.Stmts) == phases && ds.HasErrors(), nil
	}
	b.Run("starlark-go", func(b *testing.B) {
		text := many(linesOfStarlark)
		race(b, 3, true, 1, ours, func() (bool, error) {
			tree, err := (&syntax.FileOptions{}).Parse("bench.star", text, 0)
			return err == nil && len(tree.Stmts) > 0, err
		})
	})
	b.Run("hcl", func(b *testing.B) {
		text := []byte(many(linesOfHCL))
		race(b, 3, true, 2, ours, func() (bool, error) {
			tree, ds := hclsyntax.ParseConfig(text, "bench.hcl", hcl.InitialPos)
			if ds.HasErrors() {
				return false, ds
			}
			return tree != nil, nil
		})
	})
	b.Run("opa", func(b *testing.B) {
		text := "package bench\n" + many(linesOfRego)
		race(b, 1, true, 2, ours, func() (bool, error) {
			tree, err := ast.ParseModule("bench.rego", text)
			return err == nil && len(tree.Rules) > 0, err
		})
	})
}
