package celery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// calls are what makes up what is told of a worker. Their names are their
// tickets too, by which answers are told apart.
var calls = []string{"active", "reserved", "active_queues"}

// mostWorkers is how many may answer.
const mostWorkers = 10_000

var errWaited = errors.New("the time to wait for answers is over")

// answers are those of one worker, by call.
type answers map[string]json.RawMessage

// ask sends the calls to everyone and gathers what comes back: until the time
// to wait is over, or as many have answered as were wanted. Whoever has
// answered in part is waited for longer.
func ask(ctx context.Context, m mailboxes, a workersArgs) ([]worker, error) {
	for _, call := range calls {
		message, err := json.Marshal(request{Method: call, Arguments: map[string]any{}, Ticket: call, ReplyTo: m.reply()})
		if err != nil {
			return nil, err
		}
		if err := m.send(ctx, message); err != nil {
			return nil, err
		}
	}
	waiting, stop := context.WithTimeoutCause(ctx, a.Within, errWaited)
	defer stop()
	found := map[string]answers{} // by worker
	for open := 0; a.Count == nil || open > 0 || len(found) < *a.Count; open = unfinished(found) {
		ticket, body, err := m.receive(waiting)
		switch {
		case errors.Is(err, errWaited) && open > 0:
			waiting = ctx
			continue
		case errors.Is(err, errWaited) && len(found) == 0:
			return nil, fmt.Errorf("no worker answered within %s by %s", value.Duration(a.Within), m.at())
		case errors.Is(err, errWaited):
			return list(found)
		case err != nil && open > 0:
			return nil, fmt.Errorf("%s has not answered all that it was asked: %w", value.QuoteString(slowest(found)), err)
		case err != nil:
			return nil, err
		}
		if err := take(found, ticket, body); err != nil {
			return nil, fmt.Errorf("%s: %w", m.at(), err)
		}
		// Past the time to wait, nobody new is waited for.
		if waiting == ctx && unfinished(found) == 0 {
			break
		}
	}
	return list(found)
}

// take adds an answer: {"celery@host": …}.
func take(found map[string]answers, ticket string, body []byte) error {
	if !slices.Contains(calls, ticket) {
		return nil // to somebody's question, not to ours
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(body, &said); err != nil {
		return fmt.Errorf("a worker's answer is not as Celery's are: %s", builtins.Short(string(body)))
	}
	for name, answer := range said {
		if found[name] == nil {
			found[name] = answers{}
		}
		found[name][ticket] = answer
	}
	if len(found) > mostWorkers {
		return fmt.Errorf("more than %d workers answered", mostWorkers)
	}
	return nil
}

// unfinished counts the workers that have answered in part.
func unfinished(found map[string]answers) int {
	n := 0
	for _, given := range found {
		if len(given) < len(calls) {
			n++
		}
	}
	return n
}

// slowest names one of them.
func slowest(found map[string]answers) string {
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if len(found[name]) < len(calls) {
			return name
		}
	}
	return ""
}

// list reads what the workers said, by their names.
func list(found map[string]answers) ([]worker, error) {
	all := make([]worker, 0, len(found))
	for name, given := range found {
		var active, reserved []struct{ ID string }
		var queues []struct{ Name string }
		for call, into := range map[string]any{"active": &active, "reserved": &reserved, "active_queues": &queues} {
			if err := json.Unmarshal(given[call], into); err != nil {
				var said struct{ Error string }
				if json.Unmarshal(given[call], &said) == nil && said.Error != "" {
					return nil, fmt.Errorf("%s can't say what is %s: %s", value.QuoteString(name), call, builtins.Short(said.Error))
				}
				return nil, fmt.Errorf("the answer of %s is not as Celery's are: %s", value.QuoteString(name), builtins.Short(string(given[call])))
			}
		}
		w := worker{Name: name, Active: len(active), Reserved: len(reserved), Queues: []string{}}
		for _, q := range queues {
			w.Queues = append(w.Queues, q.Name)
		}
		slices.Sort(w.Queues)
		all = append(all, w)
	}
	slices.SortFunc(all, func(x, y worker) int { return cmp.Compare(x.Name, y.Name) })
	return all, nil
}
