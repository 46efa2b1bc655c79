package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type infoArgs struct{ server }

type state struct {
	Version     string            `drl:"version" doc:"the server's version"`
	Role        string            `drl:"role" doc:"\"master\" or \"slave\", as Redis has it"`
	Uptime      time.Duration     `drl:"uptime" doc:"how long it has been running"`
	Clients     int               `drl:"clients" doc:"how many are connected"`
	Memory      value.Size        `drl:"memory" doc:"what its data takes"`
	MemoryLimit *value.Size       `drl:"memory_limit" doc:"from where on it evicts keys or refuses writes; null: none"`
	Evicted     int               `drl:"evicted" doc:"how many keys it has thrown out for want of memory"`
	Rejected    int               `drl:"rejected" doc:"how many connections it has refused"`
	Replicas    int               `drl:"replicas" doc:"how many replicas it has"`
	LinkUp      *bool             `drl:"link_up" doc:"of a replica, whether it is connected to its master"`
	SavedWell   *bool             `drl:"saved_well" doc:"whether the last save to disk worked"`
	Fields      map[string]string `drl:"fields" doc:"everything that INFO says, by its names"`
}

var info = builtins.New("redis.info", types.Reads, "Ask for the server's state: what INFO says.",
	func(ctx context.Context, h *builtins.Host, a infoArgs) (state, error) {
		c, err := a.dial(ctx, h)
		if err != nil {
			return state{}, err
		}
		defer c.Close()
		text, err := c.Info(ctx).Result()
		if err != nil {
			return state{}, c.Problem(ctx, err)
		}
		x, err := read(text)
		if err != nil {
			return state{}, fmt.Errorf("%s does not answer as Redis does: %w", c.At, err)
		}
		return x, nil
	}).With(`expect redis.info().evicted == 0`)

// read reads the lines of INFO: "# Section" and "name:value".
func read(text string) (state, error) {
	x := state{Fields: map[string]string{}}
	for line := range strings.Lines(text) {
		if name, v, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); ok && !strings.HasPrefix(name, "#") {
			x.Fields[name] = v
		}
	}
	if x.Version, x.Role = x.Fields["redis_version"], x.Fields["role"]; x.Version == "" {
		return x, errors.New("INFO has no redis_version")
	}
	var seconds, memory, limit int
	for name, into := range map[string]*int{
		"uptime_in_seconds": &seconds, "connected_clients": &x.Clients, "used_memory": &memory, "maxmemory": &limit,
		"evicted_keys": &x.Evicted, "rejected_connections": &x.Rejected, "connected_slaves": &x.Replicas,
	} {
		given, ok := x.Fields[name]
		if !ok && (name == "maxmemory" || name == "connected_slaves" || name == "rejected_connections") {
			continue // not every server that speaks as Redis does has them
		}
		n, err := strconv.Atoi(given)
		if err != nil || n < 0 {
			return x, fmt.Errorf("INFO says %s is %s, want a number", name, value.QuoteString(builtins.Short(given)))
		}
		*into = n
	}
	x.Uptime, x.Memory = time.Duration(seconds)*time.Second, value.Size(memory)
	if limit > 0 {
		most := value.Size(limit)
		x.MemoryLimit = &most
	}
	if link, ok := x.Fields["master_link_status"]; ok {
		up := link == "up"
		x.LinkUp = &up
	}
	if saved, ok := x.Fields["rdb_last_bgsave_status"]; ok {
		well := saved == "ok"
		x.SavedWell = &well
	}
	return x, nil
}
