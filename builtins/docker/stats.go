package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	api "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type statsArgs struct {
	Name string `drl:"name" doc:"the container's name or id; it has to run"`
	where
}

type usage struct {
	CPU         value.Percent `drl:"cpu" doc:"of one processor, over the last second: two that are busy are 200%"`
	Memory      value.Size    `drl:"memory" doc:"what it uses, without what the system would give back: the file cache"`
	MemoryLimit value.Size    `drl:"memory_limit" doc:"how much it may use; the machine's memory where it has no limit"`
	MemoryUsed  value.Percent `drl:"memory_used" doc:"memory of memory_limit"`
	NetworkIn   value.Size    `drl:"network_in" doc:"received since it was started"`
	NetworkOut  value.Size    `drl:"network_out" doc:"sent since it was started"`
	DiskRead    value.Size    `drl:"disk_read" doc:"read from disks since it was started"`
	DiskWritten value.Size    `drl:"disk_written" doc:"written to disks since it was started"`
	PIDs        int           `drl:"pids" doc:"how many processes and threads it has"`
}

var stats = builtins.New("docker.stats", types.Reads, "Measure what a container uses. It takes a second or two: the engine takes two samples.",
	func(ctx context.Context, h *builtins.Host, a statsArgs) (usage, error) {
		e, err := a.open(ctx, h)
		if err != nil {
			return usage{}, err
		}
		c, err := e.look(ctx, a.Name)
		if err != nil {
			return usage{}, err
		}
		if c.State != "running" && c.State != "paused" {
			return usage{}, fmt.Errorf("%s does not run: it is %s", c.Name, ended(c))
		}
		// Without a sample before it the engine's answer says nothing of the
		// processor.
		reply, err := e.ContainerStats(ctx, c.ID, client.ContainerStatsOptions{IncludePreviousSample: true})
		if err != nil {
			return usage{}, e.missing(ctx, c.ID, err)
		}
		defer reply.Body.Close()
		var sample api.StatsResponse
		if err := json.NewDecoder(reply.Body).Decode(&sample); err != nil && !errors.Is(err, io.EOF) {
			return usage{}, e.problem(ctx, err)
		}
		if sample.Read.IsZero() || sample.PreRead.IsZero() {
			return usage{}, fmt.Errorf("%s ended while it was measured", c.Name)
		}
		return usageOf(sample), nil
	}).With(`expect docker.stats("web").memory < 400MiB`)

// usageOf computes as the docker program does, so that both show the same.
// https://github.com/docker/cli/blob/master/cli/command/container/stats_helpers.go
func usageOf(s api.StatsResponse) usage {
	var u usage
	spent := float64(s.CPUStats.CPUUsage.TotalUsage) - float64(s.PreCPUStats.CPUUsage.TotalUsage)
	passed := float64(s.CPUStats.SystemUsage) - float64(s.PreCPUStats.SystemUsage)
	processors := float64(s.CPUStats.OnlineCPUs)
	if processors == 0 {
		processors = float64(len(s.CPUStats.CPUUsage.PercpuUsage))
	}
	if spent > 0 && passed > 0 {
		u.CPU = value.Percent(spent / passed * processors)
	}
	used := s.MemoryStats.Usage
	for _, name := range []string{"total_inactive_file", "inactive_file"} { // of cgroup v1 and v2
		if cache, ok := s.MemoryStats.Stats[name]; ok {
			if cache < used {
				used -= cache
			}
			break
		}
	}
	u.Memory, u.MemoryLimit = size(used), size(s.MemoryStats.Limit)
	if u.MemoryLimit > 0 {
		u.MemoryUsed = value.Percent(float64(u.Memory) / float64(u.MemoryLimit))
	}
	var in, out, read, written uint64
	for _, n := range s.Networks {
		in, out = in+n.RxBytes, out+n.TxBytes
	}
	for _, io := range s.BlkioStats.IoServiceBytesRecursive {
		switch io.Op {
		case "Read", "read":
			read += io.Value
		case "Write", "write":
			written += io.Value
		}
	}
	u.NetworkIn, u.NetworkOut, u.DiskRead, u.DiskWritten = size(in), size(out), size(read), size(written)
	u.PIDs = int(min(s.PidsStats.Current, math.MaxInt32))
	return u
}

func size(n uint64) value.Size { return value.Size(min(n, math.MaxInt64)) }

// ended is the state of a container that does not run, with its exit code.
func ended(c Container) string {
	if c.ExitCode == nil {
		return c.State
	}
	text := fmt.Sprintf("%s with exit code %d", c.State, *c.ExitCode)
	if c.OutOfMemory {
		text += ", for want of memory"
	}
	return text
}
