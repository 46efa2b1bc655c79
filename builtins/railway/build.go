package railway

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/drl-lang/drl/builtins"
)

const (
	mostBuildLines = 10000   // of a build that are kept
	mostBuildText  = 1 << 20 // bytes of them
	firstLines     = 500     // of what was written before a subscription
)

// lineKey tells lines apart.
type lineKey struct {
	at   time.Time
	text string
}

// buildLog passes a build's log on while it is written: by a subscription,
// and by asking where that has broken off or never told anything.
type buildLog struct {
	s    *service
	id   string
	host *builtins.Host

	mu        sync.Mutex
	status    string // as a subscription has told it; "": none tells
	streaming bool   // a subscription has told a line, and hasn't broken off
	newest    time.Time
	seen      map[lineKey]bool
	lines     int
	bytes     int
	last      string
}

// follow listens to the deployment's status and to its build log, until both
// have ended or ctx does. changed is told of a new status.
func (l *buildLog) follow(ctx context.Context, changed chan<- struct{}) {
	_ = l.s.subscribe(ctx, l.host, []subscription{
		{"FollowDeployment", vars{"id": l.id}, func(data json.RawMessage, err error) {
			var answer struct{ Deployment struct{ Status string } }
			if err == nil && json.Unmarshal(data, &answer) == nil && l.is(answer.Deployment.Status) {
				select {
				case changed <- struct{}{}:
				default:
				}
			}
		}},
		{"FollowBuildLogs", vars{"deploymentId": l.id, "limit": firstLines}, func(data json.RawMessage, err error) {
			var answer struct{ BuildLogs []entry }
			if err == nil {
				err = json.Unmarshal(data, &answer)
			}
			if err == nil {
				var told []LogLine
				told, err = lines(l.s.client, answer.BuildLogs)
				l.tell(told, true)
			}
			if err != nil {
				l.broken()
			}
		}},
	})
	l.broken() // or at its end, and then there is little to ask for
	l.is("")
}

// is keeps the status that a subscription has told, and tells whether it is
// another one.
func (l *buildLog) is(status string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.status
	l.status = status
	return before != status
}

func (l *buildLog) broken() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.streaming = false
}

// gap is the time until the next look: long where a new status would be told.
func (l *buildLog) gap(waited time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.status != "" {
		return 15 * time.Second
	}
	return gap(waited)
}

// tell passes on the lines that are new.
func (l *buildLog) tell(told []LogLine, streamed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if streamed && len(told) > 0 {
		l.streaming = true
	}
	if l.seen == nil {
		l.seen = map[lineKey]bool{}
	}
	for _, line := range told {
		key := lineKey{line.At, line.Text}
		if l.seen[key] || l.lines > mostBuildLines || l.bytes > mostBuildText {
			continue
		}
		l.seen[key] = true
		l.lines++
		l.bytes += len(line.Text)
		if line.At.After(l.newest) {
			l.newest = line.At
		}
		if line.Text != "" {
			l.last = line.Text
		}
		if l.lines > mostBuildLines || l.bytes > mostBuildText {
			l.host.Say(fmt.Sprintf("railway: the rest of the build log is left out, after %d lines: railway.build_logs(%q) has it", l.lines-1, l.id))
			continue
		}
		l.host.Say(line.Text)
	}
}

// catchUp asks for what the subscription hasn't told.
func (l *buildLog) catchUp(ctx context.Context) {
	l.mu.Lock()
	streaming, since := l.streaming, l.newest
	l.mu.Unlock()
	if !streaming {
		l.ask(ctx, since)
	}
}

// finish asks for the rest, whatever was told: a subscription may be behind.
func (l *buildLog) finish(ctx context.Context) {
	l.mu.Lock()
	since := l.newest
	l.mu.Unlock()
	l.ask(ctx, since)
}

// lastLine is the last that was told; "": none was.
func (l *buildLog) lastLine() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *buildLog) ask(ctx context.Context, since time.Time) {
	// A log that can't be had is no reason to fail: the status decides.
	if told, err := l.s.client.buildLogs(ctx, l.host, l.id, mostLines, since); err == nil {
		l.tell(told, false)
	}
}
