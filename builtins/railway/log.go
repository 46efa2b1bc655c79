package railway

import (
	"context"
	"slices"
	"time"

	"github.com/drl-lang/drl/builtins"
)

// LogLine is a line of a log.
type LogLine struct {
	At         time.Time         `drl:"at" doc:"when it was written"`
	Level      string            `drl:"level" doc:"error, warn, info or debug; \"\": it has none"`
	Text       string            `drl:"text" doc:"what was written"`
	Attributes map[string]string `drl:"attributes" doc:"the fields of a line that was written as JSON"`
}

// entry is a line as Railway tells of it.
type entry struct {
	Timestamp  time.Time
	Message    string
	Severity   string
	Attributes []struct{ Key, Value string }
}

func (e *entry) line() LogLine {
	l := LogLine{At: e.Timestamp.UTC(), Level: e.Severity, Text: e.Message, Attributes: map[string]string{}}
	for _, a := range e.Attributes {
		l.Attributes[a.Key] = a.Value
	}
	return l
}

// lines are the entries in the order of their times.
func lines(c *client, entries []entry) ([]LogLine, error) {
	if entries == nil {
		return nil, c.strange("it lists no lines, and not none either")
	}
	all := make([]LogLine, len(entries))
	for i := range entries {
		if entries[i].Timestamp.IsZero() {
			return nil, c.strange("a line of its log has no time")
		}
		all[i] = entries[i].line()
	}
	slices.SortStableFunc(all, func(x, y LogLine) int { return x.At.Compare(y.At) })
	return all, nil
}

// deploymentLogs asks for the last lines that a deployment wrote.
func (c *client) deploymentLogs(ctx context.Context, h *builtins.Host, id string, last int, filter string, since *time.Time) ([]LogLine, error) {
	v := vars{"deploymentId": id, "limit": last}
	if filter != "" {
		v["filter"] = filter
	}
	if since != nil {
		v["startDate"] = since.UTC().Format(time.RFC3339Nano)
	}
	var answer struct{ DeploymentLogs []entry }
	if err := c.ask(ctx, h, "DeploymentLogs", v, &answer); err != nil {
		return nil, err
	}
	return lines(c, answer.DeploymentLogs)
}

// buildLogs asks for the last lines of a deployment's build.
func (c *client) buildLogs(ctx context.Context, h *builtins.Host, id string, last int, since time.Time) ([]LogLine, error) {
	v := vars{"deploymentId": id, "limit": last}
	if !since.IsZero() {
		v["startDate"] = since.UTC().Format(time.RFC3339Nano)
	}
	var answer struct{ BuildLogs []entry }
	if err := c.ask(ctx, h, "BuildLogs", v, &answer); err != nil {
		return nil, err
	}
	return lines(c, answer.BuildLogs)
}
