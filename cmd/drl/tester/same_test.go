package tester_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/standard"
	"github.com/drl-lang/drl/lang/value"
	"github.com/drl-lang/drl/runtime/command"
	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/memory"
	"github.com/drl-lang/drl/runtime/plan"
	"github.com/drl-lang/drl/runtime/run"
	"github.com/drl-lang/drl/runtime/virtual"
)

// all has what a run waits with: tries, retries, deadlines, branches side by
// side, a monitor beside a step, undos.
var all = texts{"release.drl": `
metrics web {
    latency = http.probe("https://m", count: 2).latency
    errors  = http.probe("https://m", count: 2).errors lower is better
}

baseline normal of web for 2m every 10s

phase "Deploy" or rollback {
    step "first" retry 2 every 3s {
        require http.post("https://first").status < 500
        undo { $ undo first }
    }
    check "tries" within 30s every 4s or warn { expect http.get("https://tries").status < 500 }
    check "too slow" timeout 5s or warn { expect http.get("https://slow").status < 500 }
    parallel for name in ["a", "b", "c"] {
        check "{name}" within 20s every 3s or warn { expect http.get("https://{name}").status < 500 }
        step "step {name}" {
            require http.post("https://{name}").status < 500
            undo { $ undo {name} }
        }
    }
    wait until http.get("https://wait").status < 500 within 1m every 7s
    monitor "while" of web against normal every 10s or warn {
        rollback if errors.over(1m) > 40%
        while {
            step "long" timeout 2m {
                undo none "an example"
                require http.post("https://long").status < 600
            }
        }
    }
    monitor "after" of web against normal for 3m every 10s or warn {
        rollback if degradation > 100% for 40s
        warn if latency > 150ms
    }
}
`}

// answers are those of a world that a number makes: pure functions of what is
// asked and when, so that any engine may ask in any order.
func answers(mocks *virtual.Mocks, seed int) {
	roll := func(what string, elapsed, period time.Duration, of uint64) uint64 {
		h := fnv.New64a()
		fmt.Fprint(h, seed, what, int64(elapsed/period))
		return h.Sum64() % of
	}
	for _, host := range []string{"first", "tries", "slow", "a", "b", "c", "wait", "long"} {
		reply := func(_ int, elapsed time.Duration) (value.Value, error) {
			// What fails takes no time: beside a monitor that begins at the same
			// moment, no order would be the right one.
			if host != "long" && roll(host+"fails", elapsed, 9*time.Second, 8) == 0 {
				return nil, &virtual.Failure{Text: "connection refused"}
			}
			status := value.Int(200)
			if roll(host+"status", elapsed, 13*time.Second, 3) == 0 {
				status = 503
			}
			// Never to the second: what happens at one moment has no order.
			latency := time.Duration(roll(host+"latency", elapsed, time.Second, 9000))*time.Millisecond + 137*time.Microsecond
			return value.NewRecord("", []string{"status", "latency"}, []value.Value{status, value.Duration(latency)}), nil
		}
		for _, name := range []string{"http.get", "http.post"} {
			mocks.Add(&virtual.Mock{Name: name, Args: []virtual.Arg{{Want: value.String("https://" + host)}}, Value: reply})
		}
	}
	mocks.Add(&virtual.Mock{Name: "http.probe", Value: func(_ int, elapsed time.Duration) (value.Value, error) {
		latency := value.Duration(time.Duration(80+roll("probe", elapsed, time.Minute, 160)) * time.Millisecond)
		bad := value.Number(roll("bad", elapsed, 30*time.Second, 3))
		return value.NewRecord("", []string{"latency", "errors"}, []value.Value{
			value.NewList([]value.Value{latency, latency}), value.Events{Bad: float64(bad), Total: 2},
		}), nil
	}})
	mocks.Add(&virtual.Mock{Name: virtual.Command, Value: func(int, time.Duration) (value.Value, error) {
		return value.NewRecord("", []string{"duration"}, []value.Value{value.Duration(1500*time.Millisecond + 137*time.Microsecond)}), nil
	}})
}

// story is what a run came to, with what happened side by side in one order.
func story(t *testing.T, seed int, outcomes map[string]bool, open func(sink func(event.Event)) engine.Engine) (lines []string) {
	mocks := &virtual.Mocks{
		Functions: standard.Lookup,
		Missing:   func(mock string) { t.Errorf("seed %d: no mock: %s", seed, mock) },
		Failed:    func(err error) { t.Errorf("seed %d: %v", seed, err) },
	}
	answers(mocks, seed)
	var begun time.Time
	e := open(func(e event.Event) {
		if begun.IsZero() {
			begun = e.Time
		}
		switch b := e.Body.(type) {
		case event.NodeFinished:
			lines = append(lines, fmt.Sprintf("%v %s %s: %s %s in %v, %d tries", e.Time.Sub(begun), b.Type, e.Node, b.Status, b.Reason, b.Duration, b.Tries))
		case event.Decided:
			outcomes[b.Verdict] = true
			lines = append(lines, fmt.Sprintf("%v %s: %s: %s", e.Time.Sub(begun), e.Node, b.Verdict, b.Words))
		case event.EffectStarted:
			lines = append(lines, fmt.Sprintf("%v %s", e.Time.Sub(begun), b.Text))
		case event.RunFinished:
			outcomes[b.Outcome] = true
			lines = append(lines, fmt.Sprintf("%v %s: %s", b.Duration, b.Outcome, b.Reason))
		}
	})
	p, err := plan.Build(all.check(t, "release.drl"), plan.Inputs{Functions: mocks.Function})
	if err != nil {
		t.Fatal(err)
	}
	mocks.Begin(e)
	run.Start(context.Background(), p, run.Options{
		Engine: e, Host: &builtins.Host{}, Functions: mocks.Function,
		Commands: func(ctx context.Context, l command.Line, _ func(string, string)) (command.Result, error) {
			_, err := mocks.Line(ctx, l.Text())
			return command.Result{}, err
		},
	})
	slices.Sort(lines)
	return lines
}

// A release goes in virtual time as it goes in the real one with the same
// answers. The real clock is that of a synctest bubble.
func TestVirtualTimeIsTime(t *testing.T) {
	outcomes := map[string]bool{}
	for seed := range 60 {
		inVirtual := story(t, seed, outcomes, func(sink func(event.Event)) engine.Engine {
			return virtual.New(virtual.Options{Start: time.Unix(0, 0), Sink: sink})
		})
		synctest.Test(t, func(t *testing.T) {
			inReal := story(t, seed, outcomes, func(sink func(event.Event)) engine.Engine {
				return memory.New(memory.Options{Now: time.Now, Sink: sink, AfterFunc: time.AfterFunc})
			})
			if diff := cmp.Diff(inReal, inVirtual); diff != "" {
				t.Errorf("seed %d: (-real +virtual)\n%s", seed, diff)
			}
		})
		if t.Failed() {
			return
		}
	}
	for _, want := range []string{run.Passed, run.RolledBack, "pass", "rollback", "warn"} {
		if !outcomes[want] {
			t.Errorf("no release was %s: these 60 prove too little", want)
		}
	}
}
