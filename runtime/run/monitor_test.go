package run_test

import (
	"slices"
	"testing"
	"time"

	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/run"
)

const web = `
metrics web {
    latency = lab.latency()
}
`

func TestMonitors(t *testing.T) {
	tell(t, []scenario{{
		name: "a release that is no slower passes",
		script: web + `
baseline before of web for 1m every 5s
step "deploy" {
    lab.act("good")
    undo { lab.act("undo good") }
}
monitor "a while" of web against before for 5m every 5s or rollback {
    rollback if degradation > 50% for 30s
}
`,
		want: `
		baseline before: passed
		armed: deploy
		act("good")
		step deploy: passed
		decided: pass
		monitor a while: passed (61 ticks, none of its rules fired)
		passed 0
		`,
	}, {
		name: "one that is slower is rolled back",
		script: web + `
baseline before of web for 1m every 5s
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web against before for 5m every 5s {
    rollback if latency > 200ms for 30s
}
step "never" { undo none "x" }
on rollback { print("{run.reason}") }
`,
		want: `
		baseline before: passed
		armed: deploy
		act("bad")
		step deploy: passed
		decided: rollback
		monitor a while: failed (rollback)
		  latency is 252ms, over the limit of 200ms for 30s
		rollback of [deploy]
		act("undo bad")
		undo deploy: passed
		printed: a while: latency is 252ms, over the limit of 200ms for 30s
		a while: recovered: yes
		monitor a while: the old version: passed (` + "`rollback if latency > 200ms for 30s`" + ` is not true any more, 50s after the rollback: latency is 102ms)
		rolled_back 3: a while: latency is 252ms, over the limit of 200ms for 30s
		`,
	}, {
		name: "fail stops, nothing is undone",
		script: web + `
step "deploy" {
    lab.act("bad")
    undo { lab.act("undo bad") }
}
monitor "a while" of web for 5m every 5s or rollback {
    fail now if latency > 200ms
}
`,
		want: `
		armed: deploy
		act("bad")
		step deploy: passed
		decided: fail
		monitor a while: failed (fail)
		  latency is 252ms, over the limit of 200ms
		failed 1: a while: latency is 252ms, over the limit of 200ms
		left: deploy: lab.act("undo bad")
		`,
	}, {
		name: "a warning is given at the end",
		script: web + `
step "deploy" {
    lab.act("bad")
    undo none "x"
}
monitor "a while" of web for 1m every 5s {
    warn if latency > 200ms
}
on warn { print("{run.reason}") }
`,
		want: `
		act("bad")
		step deploy: passed
		decided: warn
		printed: a while: latency is 252ms, over the limit of 200ms
		monitor a while: warned (warn)
		  latency is 252ms, over the limit of 200ms
		passed 0
		`,
	}, {
		name: "no data follows the monitor's policy",
		script: web + `
step "deploy" {
    lab.act("down")
    undo none "x"
}
monitor "a while" of web for 1m every 5s or stop {
    rollback if latency > 200ms
}
`,
		want: `
		act("down")
		step deploy: passed
		decided: error
		monitor a while: failed (error)
		  metric latency had no sample in the whole window: lab.latency: connection refused
		failed 1: a while: metric latency had no sample in the whole window: lab.latency: connection refused
		`,
	}, {
		name: "no data and no policy: a person decides; here is nobody, and what was deployed stays",
		script: web + `
step "deploy" {
    lab.act("down")
    undo { lab.act("up") }
}
monitor "a while" of web for 1m every 5s {
    rollback if latency > 200ms
}
`,
		want: `
		armed: deploy
		act("down")
		step deploy: passed
		decided: error
		asked: a while: metric latency had no sample in the whole window: lab.latency: connection refused
		monitor a while: failed (error)
		  metric latency had no sample in the whole window: lab.latency: connection refused
		waiting 5: a while: metric latency had no sample in the whole window: lab.latency: connection refused
		left: deploy: lab.act("up")
		next: drl run release.drl --answer 'a while=…', with retry, go on, stop or roll back
		`,
	}, {
		name: "no policy of its own: that of its phase",
		script: web + `
phase "deploy" or rollback {
    step "deploy" {
        lab.act("down")
        undo { lab.act("up") }
    }
    monitor "a while" of web for 1m every 5s { rollback if latency > 200ms }
}
`,
		want: `
		armed: deploy
		act("down")
		step deploy: passed
		decided: error
		monitor a while: failed (error)
		  metric latency had no sample in the whole window: lab.latency: connection refused
		rollback of [deploy]
		act("up")
		undo deploy: passed
		rolled_back 3: a while: metric latency had no sample in the whole window: lab.latency: connection refused
		`,
	}, {
		name: "its own comes first, and what is inconclusive follows it like an error",
		script: web + `
phase "deploy" or rollback {
    step "deploy" {
        lab.act("good")
        undo { lab.act("undo good") }
    }
    monitor "a while" of web for 1m every 5s or warn { rollback if latency.p99(30s) > 200ms }
}
`,
		want: `
		armed: deploy
		act("good")
		step deploy: passed
		decided: inconclusive
		monitor a while: warned (inconclusive)
		  ` + "`rollback if latency.p99(30s) > 200ms`" + ` could never be judged
		passed 0
		`,
	}, {
		name:   "30m every 15s are 121 ticks",
		script: web + "monitor \"a while\" of web for 30m every 15s { rollback if latency > 200ms }\n",
		want: `
		decided: pass
		monitor a while: passed (121 ticks, none of its rules fired)
		passed 0
		`,
	}, {
		name: "while: a rollback stops the nodes at the next safe point",
		script: web + `
monitor "while deploying" of web every 5s {
    rollback if latency > 200ms for 10s
    while {
        step "one" {
            lab.act("bad")
            undo { lab.act("undo bad") }
        }
        wait 20s
        step "never" { undo none "x" }
    }
}
`,
		want: `
		armed: one
		act("bad")
		step one: passed
		wait 20s: passed
		decided: rollback
		monitor while deploying: failed (rollback)
		  latency is 252ms, over the limit of 200ms for 10s
		rollback of [one]
		act("undo bad")
		undo one: passed
		while deploying: recovered: yes
		monitor while deploying: the old version: passed (` + "`rollback if latency > 200ms for 10s`" + ` is not true any more, 50s after the rollback: latency is 102ms)
		rolled_back 3: while deploying: latency is 252ms, over the limit of 200ms for 10s
		`,
	}, {
		name: "while: a failure in it ends the monitor, which never passes",
		script: web + `
monitor "while deploying" of web every 5s {
    rollback if latency > 200ms
    while {
        wait 7s
        check "c" { expect 1 == 2 }
    }
}
`,
		want: `
		wait 7s: passed
		check c: failed
		  1 == 2 is not true
		decided: interrupted
		monitor while deploying: interrupted (c: 1 == 2 is not true)
		failed 1: c: 1 == 2 is not true
		`,
	}, {
		name: "while: passes once its nodes are done and it has seen enough",
		script: web + `
monitor "while deploying" of web every 5s {
    rollback if latency > 200ms
    while { wait 1s }
}
`,
		want: `
		wait 1s: passed
		decided: pass
		monitor while deploying: passed (3 ticks, none of its rules fired)
		passed 0
		`,
	}, {
		name:    "an interrupted monitor never passes",
		script:  web + "monitor \"a while\" of web for 5m every 5s {\n rollback if latency > 200ms\n}\n",
		signals: map[time.Duration]run.Interrupt{7 * time.Second: {Signal: "SIGTERM"}},
		want: `
		noted: SIGTERM: nothing new starts, what runs is being ended; once more ends at once
		decided: interrupted
		monitor a while: interrupted (interrupted by SIGTERM)
		  ended after 5s of 5m (2 ticks), before its window was over: that is no verdict
		interrupted 130: interrupted by SIGTERM
		`,
	}})
}

// Rule 3: ticks lie at start + k·interval, both ends included; all metrics of
// one are sampled at the same time, each within min(interval, 10s).
func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		name    string
		metrics string
		window  string
		want    []time.Duration // when ticks were over, in seconds after the start
		first   string          // what the first tick has of a
	}{
		// None is missed, none catches up.
		{"a probe that is slower than the interval is cut off", "a = lab.slow(7s)", "30s every 5s", []time.Duration{5, 10, 15, 20, 25, 30, 35}, "no answer within 5s"},
		{"or after ten seconds", "a = lab.slow(12s)", "1m every 30s", []time.Duration{10, 40, 70}, "no answer within 10s"},
		{"side by side, and from the start on", "a = lab.slow(3s)\n    c = lab.slow(3s)", "20s every 5s", []time.Duration{3, 8, 13, 18, 23}, "1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sc := scenario{script: `
metrics web {
    ` + tt.metrics + `
    b = lab.count("b")
}
monitor "slow" of web for ` + tt.window + ` or warn {
    rollback if b > 100
}
`}
			_, _, events := sc.run(t)
			var began time.Time
			var at []time.Duration
			var a []string
			for _, v := range events {
				switch e := v.Body.(type) {
				case event.NodeStarted:
					began = v.Time
				case event.Ticked:
					at = append(at, v.Time.Sub(began)/time.Second)
					a = append(a, e.Metrics[0].Value)
				}
			}
			if !slices.Equal(at, tt.want) {
				t.Errorf("ticks ended after %d seconds, want %d", at, tt.want)
			}
			if a[0] != tt.first {
				t.Errorf("the slow metric is %q, want %q", a[0], tt.first)
			}
		})
	}
}
