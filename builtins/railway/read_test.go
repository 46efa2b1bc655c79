package railway

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/railway/standin"
	"github.com/drl-lang/drl/lang/value"
)

func removed() hostile.Args { return hostile.Args{"deployment": str("deployment-7")} }

func TestStatus(t *testing.T) {
	inLab(t, func(l *lab) {
		if is := l.must("status", web()); l.field(is, "status") != "NONE" || l.field(is, "healthy") != "false" || l.field(is, "deployment") != "null" {
			t.Errorf("of none: %v", is)
		}
		l.live("web")
		is := l.must("status", web())
		if l.field(is, "status") != "SUCCESS" || l.field(is, "healthy") != "true" || l.field(is, "stopped") != "false" || l.field(is, "url") != "https://web-production.up.railway.app" {
			t.Errorf("of one that is live: %v", is)
		}
		// Another one begins: the flag that it is stopped means nothing then.
		id := l.Push("web", commit)
		sleep(l.Context(), 5*time.Second)
		is = l.must("status", web())
		if l.field(is, "status") != "BUILDING" || l.field(is, "stopped") != "false" || l.field(is, "healthy") != "false" || l.field(hostile.Field(l.T, is, "serving"), "id") == id {
			t.Errorf("while one is built: %v", is)
		}
		for outcome, want := range map[standin.Outcome]string{standin.Sleeps: "SLEEPING healthy=true stopped=false", standin.Completes: "SUCCESS healthy=false stopped=true", standin.Crashes: "CRASHED healthy=false stopped=false"} {
			l.Next("web", outcome)
			l.live("web")
			is := l.must("status", web())
			if got := fmt.Sprintf("%s healthy=%s stopped=%s", l.field(is, "status"), l.field(is, "healthy"), l.field(is, "stopped")); got != want {
				t.Errorf("of one that %s: %s", outcome, got)
			}
		}
	})
}

func TestDeploymentsArePagedAndNewestFirst(t *testing.T) {
	inLab(t, func(l *lab) {
		for i := range 230 {
			l.Push("web", fmt.Sprintf("%040d", i))
			sleep(l.Context(), time.Second)
		}
		all := l.must("deployments", web("last", value.Int(210))).(*value.List).Items()
		if len(all) != 210 || l.field(all[0], "commit") != fmt.Sprintf("%040d", 229) || l.field(all[209], "commit") != fmt.Sprintf("%040d", 20) {
			t.Errorf("%d deployments, from %v to %v", len(all), all[0], all[len(all)-1])
		}
		if n := l.count("Deployments"); n != 3 {
			t.Errorf("it took %d pages, want 3", n)
		}
		if n := len(l.must("deployments", web()).(*value.List).Items()); n != 10 {
			t.Errorf("%d deployments, want 10", n)
		}
		l.fails("deployments", web("last", value.Int(0)), "last is 0, want 1 to 1000")
		l.Break("Deployments", 2, standin.Repeated)
		l.must("deployments", web("last", value.Int(5)))
	})
}

func TestWait(t *testing.T) {
	inLab(t, func(l *lab) {
		before := l.live("web")
		pushed := make(chan string, 1)
		go func() {
			sleep(l.Context(), time.Minute)
			pushed <- l.Push("web", commit)
		}()
		got := l.must("wait", web("commit", str(commit[:9]), "after", before))
		if id := <-pushed; l.field(got, "id") != id {
			t.Errorf("railway.wait = %v, want %s", got, id)
		}
		l.fails("wait", web("commit", str("fffffff"), "within", value.Duration(3*time.Minute)), "no deployment of commit fffffff of web has appeared: not within 3m")
		l.fails("wait", web("commit", str("ff")), `commit is "ff", want 7 digits or more`)
		l.fails("wait", web("within", value.Duration(0)), "within is 0s, want more than 0s and at most 24h")
		// One that takes its place is no success.
		done := make(chan bool)
		go func() {
			defer close(done)
			sleep(l.Context(), 5*time.Second)
			l.Push("web", strings.Repeat("b", 40))
		}()
		l.Push("web", strings.Repeat("a", 40))
		l.fails("wait", web("commit", str("aaaaaaa")), "is REMOVED: deployment-9, commit bbbbbbbbbbbb, which is", "has taken its place")
		<-done
	})
}

func TestRestart(t *testing.T) {
	inLab(t, func(l *lab) {
		l.fails("restart", web(), "web: it was never deployed")
		l.Next("web", standin.Crashes)
		l.live("web")
		v := l.must("restart", web())
		if l.field(v, "status") != "SUCCESS" || len(l.Deployments("web")) != 1 {
			t.Errorf("railway.restart = %v", v)
		}
		l.Next("web", standin.Crashes)
		l.fails("restart", web(), "went live and crashed", "panic: no configuration")
	})
}

func TestRemove(t *testing.T) {
	inLab(t, func(l *lab) {
		d := l.live("web")
		if v := l.must("remove", hostile.Args{"deployment": d}); l.field(v, "status") != "REMOVED" {
			t.Errorf("railway.remove = %v", v)
		}
		l.fails("current", web(), "no deployment of web serves: the newest, deployment-6, commit 00bead000000, is REMOVED")
	})
}

func TestLogs(t *testing.T) {
	inLab(t, func(l *lab) {
		l.fails("logs", web(), "web has no log: it was never deployed")
		l.Next("web", standin.Crashes)
		d := l.live("web")
		texts := func(v value.Value) []string {
			var all []string
			for _, line := range v.(*value.List).Items() {
				all = append(all, l.field(line, "level")+" "+l.field(line, "text"))
			}
			return all
		}
		for _, tt := range []struct {
			args hostile.Args
			want []string
		}{
			{web(), []string{"info listening on 8080", "error panic: no configuration"}},
			{web("filter", str("@level:error")), []string{"error panic: no configuration"}},
			{web("last", value.Int(1)), []string{"error panic: no configuration"}},
			{web("since", value.Time(time.Now())), nil},
		} {
			if got := texts(l.must("logs", tt.args)); !slices.Equal(got, tt.want) {
				t.Errorf("railway.logs(%v) = %q, want %q", tt.args, got, tt.want)
			}
		}
		l.fails("logs", web("last", value.Int(5001)), "last is 5001, want 1 to 5000")
		if got := texts(l.must("build_logs", hostile.Args{"deployment": d})); len(got) != 3 || got[1] != "info npm ci" {
			t.Errorf("railway.build_logs = %q", got)
		}
		l.fails("build_logs", hostile.Args{"deployment": str("x y")}, `deployment is "x y", want a Deployment or the id of one`)
		l.fails("build_logs", hostile.Args{"deployment": str("x")}, "railway says: Deployment not found (trace 498867609512240188)")
	})
}

func TestVariables(t *testing.T) {
	inLab(t, func(l *lab) {
		l.live("web")
		l.SetVariable("web", "KEEP", "hunter2!")
		set := func(more ...any) hostile.Args {
			return web(append([]any{"variables", value.NewMap([]string{"LOG", "KEY"}, []value.Value{str("debug"), value.NewSecret("s3cret")})}, more...)...)
		}
		v := l.must("set_variables", set())
		if l.field(v, "status") != "SUCCESS" {
			t.Errorf("railway.set_variables = %v", v)
		}
		if got := fmt.Sprint(l.Variables("web")); got != "map[KEEP:hunter2! KEY:s3cret LOG:debug]" {
			t.Errorf("the variables are %s", got)
		}
		if got := l.must("variables", web()).String(); got != `{"KEEP":"•••","KEY":"•••","LOG":"•••"}` {
			t.Errorf("railway.variables = %s", got)
		}
		// What is so already deploys nothing.
		l.Asked()
		if v := l.must("set_variables", set()); v.String() != "null" || l.count("SetVariables") != 0 {
			t.Errorf("a second time: %v", v)
		}
		l.SetVariable("web", "LOG", "info")
		if v := l.must("set_variables", set("deploy", value.Bool(false))); v.String() != "null" || len(l.Deployments("web")) != 2 || l.Variables("web")["LOG"] != "debug" {
			t.Errorf("without a deployment: %v", v)
		}
		// A reference to another variable is set as it is written.
		reference := web("variables", value.NewMap([]string{"COPY"}, []value.Value{str("x-${{ KEEP }}")}), "deploy", value.Bool(false))
		l.must("set_variables", reference)
		l.Asked()
		l.must("set_variables", reference)
		if n := l.count("SetVariables"); n != 0 {
			t.Errorf("it was set %d times more", n)
		}
		if got := hostile.Field(l.T, l.must("variables", web()), "COPY").(value.Secret).Reveal(); got != "x-hunter2!" {
			t.Errorf("COPY is %q", got)
		}
		l.Next("web", standin.FailsCheck)
		l.SetVariable("web", "LOG", "info")
		l.fails("set_variables", set(), "the variables of web are set: deployment", "failed: healthcheck")
		l.fails("set_variables", web("variables", value.NewMap([]string{"A B"}, []value.Value{str("x")})), `"A B" is no name of a variable`)
	})
}

func TestMetrics(t *testing.T) {
	inLab(t, func(l *lab) {
		l.fails("metrics", web(), "railway has no CPU_USAGE of web over the last 10m")
		for name, v := range map[string]float64{"CPU_USAGE": 0.25, "CPU_LIMIT": 8, "MEMORY_USAGE_GB": 0.3, "MEMORY_LIMIT_GB": 8, "NETWORK_RX_GB": 0.001, "NETWORK_TX_GB": 0.002} {
			l.SetMetric("web", name, standin.Sample{Ago: 20 * time.Minute, Value: 3 * v}, standin.Sample{Ago: 5 * time.Minute, Value: 2 * v}, standin.Sample{Ago: time.Minute, Value: v})
		}
		m := l.must("metrics", web())
		got := fmt.Sprint(l.field(m, "cpu"), " ", l.field(m, "cpu_max"), " ", l.field(m, "cpu_limit"), " ", l.field(m, "memory"), " ", l.field(m, "memory_max"), " ", l.field(m, "network_out"), " ", l.field(m, "disk"))
		if got != "0.25 0.5 8 300MB 600MB 2MB null" {
			t.Errorf("railway.metrics = %s", got)
		}
		if m := l.must("metrics", web("over", value.Duration(time.Hour))); l.field(m, "memory_max") != "900MB" {
			t.Errorf("over an hour: %v", m)
		}
		l.fails("metrics", web("over", value.Duration(time.Second)), "over is 1s, want 1m to")
		l.SetMetric("web", "MEMORY_USAGE_GB", standin.Sample{Value: -1})
		l.fails("metrics", web(), "does not answer as Railway does: its MEMORY_USAGE_GB is -1")
	})
}

func TestServices(t *testing.T) {
	inLab(t, func(l *lab) {
		for i := range 140 {
			l.AddService(fmt.Sprintf("svc%03d", i), "")
		}
		all := l.must("services", nil).(*value.List).Items()
		if len(all) != 142 || l.field(all[0], "name") != "api" || l.count("Services") != 2 {
			t.Errorf("%d services, the first %v", len(all), all[0])
		}
		args := web()
		args["service"] = str("wbe")
		l.fails("status", args, `environment "production" of project "tickets" has no service "wbe"; it has "api"`, "and 122 more")
		args["service"] = str("")
		l.fails("status", args, "service is empty")
	})
}
