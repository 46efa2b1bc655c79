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

const commit = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334"

// live deploys something good, and returns it.
func (l *lab) live(service string) value.Value {
	l.Helper()
	args := web()
	args["service"] = str(service)
	v := l.must("deploy", args)
	if err := sleep(l.Context(), time.Minute); err != nil { // what served before is removed
		l.Fatal(err)
	}
	l.Asked()
	return v
}

func TestDeployWaitsAndStreamsTheBuildLog(t *testing.T) {
	inLab(t, func(l *lab) {
		l.fails("current", web(), "no deployment of web serves: it was never deployed")
		start := time.Now()
		v := l.must("deploy", web("commit", str(commit)))
		if took := time.Since(start); l.field(v, "status") != "SUCCESS" || l.field(v, "commit") != commit || l.field(v, "can_rollback") != "true" || took < 24*time.Second || took > 30*time.Second {
			t.Errorf("railway.deploy = %v after %s", v, took)
		}
		want := []string{
			"railway: web is QUEUED", "railway: web is INITIALIZING", "railway: web is BUILDING", "load build definition", "npm ci", "image is pushed",
			"railway: web is DEPLOYING", "railway: web is SUCCESS",
		}
		if !slices.Equal(l.output, want) {
			t.Errorf("the output is %q", l.output)
		}
		// The subscriptions tell at once, so that the log isn't asked for.
		var asked []string
		for _, a := range l.Asked() {
			if a.Socket || a.Name == "BuildLogs" || a.Name == "Watch" {
				asked = append(asked, fmt.Sprint(a.Name, " ", a.Socket))
			}
		}
		looks := 0
		for _, name := range asked {
			if name == "Watch false" {
				looks++
			}
		}
		if looks > 10 {
			t.Errorf("it has looked %d times: more than once for each status", looks)
		}
		asked = slices.DeleteFunc(asked, func(name string) bool { return name == "Watch false" })
		slices.Sort(asked)
		if first := slices.Compact(asked); len(first) < 2 || first[len(first)-2] != "FollowBuildLogs true" || first[len(first)-1] != "FollowDeployment true" {
			t.Errorf("it was asked for %q", asked)
		}
		if !slices.Contains(l.hidden, standin.ProjectToken) {
			t.Error("the token isn't hidden")
		}
	})
}

func TestDeployWithoutASocket(t *testing.T) {
	for _, fault := range []standin.Fault{standin.Closed, standin.Forbidden, standin.Garbled, standin.Huge, standin.Silent} {
		t.Run(string(fault), func(t *testing.T) {
			inLab(t, func(l *lab) {
				l.Break("FollowBuildLogs", 9, fault)
				l.Break("FollowDeployment", 9, fault)
				start := time.Now()
				l.must("deploy", web())
				if took := time.Since(start); took > 30*time.Second {
					t.Errorf("it took %s", took)
				}
				for _, line := range []string{"npm ci", "image is pushed"} {
					if !slices.Contains(l.output, line) {
						t.Errorf("%q is not in the output %q", line, l.output)
					}
				}
			})
		})
	}
}

func TestDeployOfAnImage(t *testing.T) {
	inLab(t, func(l *lab) {
		args := web("image", str("tickets:v2"))
		args["service"] = str("api")
		v := l.must("deploy", args)
		if l.field(v, "image") != "tickets:v2" || l.field(v, "commit") != "null" {
			t.Errorf("railway.deploy = %v", v)
		}
		args["commit"] = str("x")
		l.fails("deploy", args, "commit and image are both given, want one")
		delete(args, "commit")
		before := l.must("current", hostile.Args{"service": str("api")})
		// What was to be replaced is the source again, whether the new image
		// went live or not.
		for _, outcome := range []standin.Outcome{standin.FailsBuild, standin.Crashes} {
			l.Next("api", outcome)
			args["image"] = str("tickets:v9")
			if _, err := l.call("deploy", args); (err == nil) != (outcome == standin.Crashes) {
				t.Errorf("%s: %v", outcome, err)
			}
			sleep(l.Context(), time.Minute)
			back := l.must("rollback", hostile.Args{"service": str("api"), "to": before})
			if got := l.must("deploy", hostile.Args{"service": str("api")}); l.field(got, "image") != "tickets:v2" || l.field(back, "image") != "tickets:v2" {
				t.Errorf("after a deployment that %s and its rollback: %v", outcome, got)
			}
			sleep(l.Context(), time.Minute)
		}
		l.fails("deploy", web("image", str("tickets:v2")), "image is given, and web is built from the repository acme/web")
		args["image"] = str("tickets:v9")
		l.fails("deploy", hostile.Args{"service": str("api"), "commit": str("abc")}, "commit is given, and api runs the image tickets:v2")
		l.Break("SetSource", 1, standin.False)
		args = web("image", str("tickets:v3"))
		args["service"] = str("api")
		l.Asked()
		l.fails("deploy", args, "railway did not set the image of api")
		if n := l.count("Deploy"); n != 0 {
			t.Error("it was deployed all the same")
		}
	})
}

func TestHowDeploymentsEnd(t *testing.T) {
	tests := []struct {
		outcome standin.Outcome
		words   []string
	}{
		{standin.FailsBuild, []string{
			"of web failed: build image: the build ended with exit code 1", `npm error: \"vite\" is not there`,
			"nothing to roll back: the failed deployment never served; deployment-6, commit 00bead000000 still serves",
		}},
		{standin.FailsCheck, []string{"failed: healthcheck: /healthz answered 503 until the time was over (its last words: \"listening on 8080\")", "never served; deployment-6, commit 00bead000000 still serves"}},
		{standin.Skips, []string{"was skipped: nothing that the service watches has changed", "still serves"}},
		{standin.IsAborted, []string{"is REMOVED: it was cancelled or removed; deployment-6, commit 00bead000000 still serves"}},
		{standin.Stays, []string{"of web is BUILDING: not within 5m; it may still go live"}},
		{standin.NeedsApprove, []string{"of web is NEEDS_APPROVAL: not within 5m"}},
		{standin.Good, nil},
		{standin.Odd, nil},
		{standin.Sleeps, nil},
		{standin.Completes, nil},
	}
	for _, tt := range tests {
		t.Run(string(tt.outcome), func(t *testing.T) {
			inLab(t, func(l *lab) {
				l.live("web")
				l.Next("web", tt.outcome)
				args := web("within", value.Duration(5*time.Minute))
				if tt.words == nil {
					l.must("deploy", args)
				} else {
					l.fails("deploy", args, tt.words...)
				}
				if told := len(l.warned) > 0; told != (tt.outcome == standin.NeedsApprove) {
					t.Errorf("warned: %q", l.warned)
				}
			})
		})
	}
}

func TestApprovalIsWaitedFor(t *testing.T) {
	inLab(t, func(l *lab) {
		l.Next("web", standin.NeedsApprove)
		done := make(chan bool)
		go func() {
			defer close(done)
			sleep(l.Context(), 10*time.Minute)
			if len(l.warned) != 1 || !strings.Contains(l.warned[0], "waits for approval") {
				t.Errorf("warned: %q", l.warned)
			}
			l.Approve(l.Deployments("web")[0].ID)
		}()
		l.must("deploy", web())
		<-done
	})
}

func TestCrashesAfterItWentLive(t *testing.T) {
	inLab(t, func(l *lab) {
		before := l.live("web")
		l.Next("web", standin.Crashes)
		l.must("deploy", web())
		sleep(l.Context(), time.Minute)
		is := l.must("status", web())
		if l.field(is, "status") != "CRASHED" || l.field(is, "healthy") != "false" || l.field(is, "serving") != "null" {
			t.Errorf("railway.status = %v", is)
		}
		l.fails("wait", web(), "went live and crashed (its last words: \"panic: no configuration\"); nothing serves it now")
		l.Asked()
		back := l.must("rollback", web("to", before))
		all := l.Deployments("web")
		if len(all) != 3 || all[2].ID != l.field(back, "id") || all[2].Status != "SUCCESS" || all[2].Commit != l.field(before, "commit") {
			t.Errorf("railway.rollback = %v, of %v", back, all)
		}
		if n := l.count("Rollback"); n != 1 {
			t.Errorf("Rollback was asked for %d times", n)
		}
	})
}

func TestNothingToRollBack(t *testing.T) {
	for outcome, want := range map[standin.Outcome]string{
		standin.FailsBuild:   "web: nothing to roll back: the failed deployment never served; deployment-6, commit 00bead000000 still does",
		standin.FailsCheck:   "web: nothing to roll back: the failed deployment never served; deployment-6, commit 00bead000000 still does",
		standin.Stays:        "web: nothing to roll back: the new deployment was cancelled before it served; deployment-6, commit 00bead000000 still does",
		standin.NeedsApprove: "web: nothing to roll back: the new deployment was cancelled before it served; deployment-6, commit 00bead000000 still does",
	} {
		t.Run(string(outcome), func(t *testing.T) {
			inLab(t, func(l *lab) {
				before := l.live("web")
				l.Next("web", outcome)
				if _, err := l.call("deploy", web("within", value.Duration(3*time.Minute))); err == nil {
					t.Fatal("the deployment is fine")
				}
				got := l.must("rollback", web("to", before))
				if l.field(got, "id") != l.field(before, "id") || !slices.Equal(l.printed, []string{want}) {
					t.Errorf("railway.rollback = %v, printed %q", got, l.printed)
				}
				for _, a := range l.Asked() {
					if a.Name == "Rollback" {
						t.Error("it was rolled back")
					}
				}
				if all := l.Deployments("web"); len(all) != 2 || all[0].Status != "SUCCESS" {
					t.Errorf("the deployments are %v", all)
				}
			})
		})
	}
	inLab(t, func(l *lab) {
		before := l.live("web")
		l.must("rollback", web("to", str(l.field(before, "id"))))
		if want := []string{"web: nothing to roll back: deployment-6, commit 00bead000000 is what serves"}; !slices.Equal(l.printed, want) {
			t.Errorf("printed %q", l.printed)
		}
	})
}

func TestRollbackIsGated(t *testing.T) {
	inLab(t, func(l *lab) {
		before := l.live("web")
		l.live("web")
		l.Expire("web")
		l.fails("rollback", web("to", before), "cannot be rolled back to deployment deployment-6", "can_rollback is false", `railway.redeploy("web", deployment: "deployment-6", rebuild: true)`)
		l.fails("rollback", web("to", str("deployment-99")), `there is no deployment "deployment-99"`)
		l.fails("rollback", web("to", value.Int(5)), "to is 5, want a Deployment or the id of one")
		other := web()
		other["service"] = str("api")
		d := l.must("deploy", other)
		l.fails("rollback", web("to", d), "is not one of web in production")
		if n := l.count("Rollback"); n != 0 {
			t.Errorf("Rollback was asked for %d times", n)
		}
		// What its error offers works.
		again := l.must("redeploy", web("deployment", before, "rebuild", value.Bool(true)))
		if l.field(again, "commit") != l.field(before, "commit") || l.field(again, "id") == l.field(before, "id") {
			t.Errorf("railway.redeploy = %v", again)
		}
	})
}

// A rollback is a new deployment, which can fail like any other.
func TestRollbackThatFails(t *testing.T) {
	inLab(t, func(l *lab) {
		before := l.live("web")
		l.Next("web", standin.Crashes, standin.FailsCheck)
		l.live("web")
		l.fails("rollback", web("to", before), "failed: healthcheck", "nothing serves it now")
		l.Break("Rollback", 1, standin.False)
		l.fails("rollback", web("to", before), "railway did not roll web back, and does not say why")
	})
}

// The deadline ends a write in its middle.
func TestAWriteWithoutTimeForItsAnswer(t *testing.T) {
	inLab(t, func(l *lab) {
		l.live("web")
		l.Break("Deploy", 1, standin.Lost)
		l.fails("deploy", web("within", value.Duration(5*time.Second)), "whether it was done is not known: not within 5s")
		l.Break("Deploy", 1, standin.Lost)
		l.fails("deploy", web("timeout", value.Duration(5*time.Second)), "whether it was done is not known: timed out after 5s")
	})
}

func TestWritesWhoseAnswerIsLost(t *testing.T) {
	for name, tt := range map[string]struct {
		operation string
		fault     standin.Fault
		call      func(l *lab) (value.Value, error)
		want      string // "": it was done, and is known to be
		done      int    // how often it was asked for
	}{
		"a deploy that was done":        {"Deploy", standin.Lost, func(l *lab) (value.Value, error) { return l.call("deploy", web()) }, "", 1},
		"a deploy that was cut off":     {"Deploy", standin.CutOff, func(l *lab) (value.Value, error) { return l.call("deploy", web()) }, "", 1},
		"a deploy that wasn't done":     {"Deploy", standin.Ignored, func(l *lab) (value.Value, error) { return l.call("deploy", web()) }, "whether web is being deployed is not known: no answer within 20s; then no new deployment of web has appeared within 2m: its newest is still deployment-7", 1},
		"a deploy behind a bad gateway": {"Deploy", standin.BadGate, func(l *lab) (value.Value, error) { return l.call("deploy", web()) }, "railway.test answers 502 bad gateway; then no new deployment", 1},
		"a redeploy that was done":      {"Redeploy", standin.Lost, func(l *lab) (value.Value, error) { return l.call("redeploy", web()) }, "", 1},
		"a rollback that was done":      {"Rollback", standin.Lost, func(l *lab) (value.Value, error) { return l.call("rollback", web("to", str("deployment-6"))) }, "", 1},
		"a rollback that was refused":   {"Rollback", standin.Forbidden, func(l *lab) (value.Value, error) { return l.call("rollback", web("to", str("deployment-6"))) }, "the token in RAILWAY_TOKEN isn't allowed this", 1},
		"a deploy that was limited":     {"Deploy", standin.Slowly, func(l *lab) (value.Value, error) { return l.call("deploy", web()) }, "", 1},
		"a restart":                     {"Restart", standin.Lost, func(l *lab) (value.Value, error) { return l.call("restart", web()) }, "whether web was restarted is not known: no answer within 20s; it is SUCCESS and runs; another restart does no harm", 1},
		"variables that were set": {"SetVariables", standin.Lost, func(l *lab) (value.Value, error) {
			return l.call("set_variables", web("variables", value.NewMap([]string{"A"}, []value.Value{str("b")})))
		}, "", 1},
		"variables that weren't set": {"SetVariables", standin.Ignored, func(l *lab) (value.Value, error) {
			return l.call("set_variables", web("variables", value.NewMap([]string{"A"}, []value.Value{str("b")})))
		}, "the variables of web were not set: no answer within 20s", 1},
		"a removal that was done":    {"Remove", standin.Lost, func(l *lab) (value.Value, error) { return l.call("remove", removed()) }, "", 1},
		"a removal that wasn't done": {"Remove", standin.Ignored, func(l *lab) (value.Value, error) { return l.call("remove", removed()) }, "deployment deployment-7 was not removed: no answer within 20s; it is SUCCESS", 1},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, func(l *lab) {
				l.live("web")
				l.live("web")
				l.Break(tt.operation, 1, tt.fault)
				v, err := tt.call(l)
				switch {
				case tt.want == "" && err != nil:
					t.Errorf("%v", err)
				case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
					t.Errorf("%v, %v, want %s", v, err, tt.want)
				}
				if n := l.count(tt.operation); n != tt.done && tt.fault != standin.Forbidden {
					t.Errorf("%s was carried out %d times, want %d", tt.operation, n, tt.done)
				}
			})
		})
	}
}
