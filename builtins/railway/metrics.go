package railway

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type metricsArgs struct {
	Service string        `drl:"service" doc:"the service's name or id"`
	Over    time.Duration `drl:"over" doc:"how far back to look: 1m to 30d, which is how long Railway keeps them" default:"10m"`
	scopeArgs
}

type figures struct {
	CPU         float64     `drl:"cpu" doc:"vCPUs in use, by the last sample"`
	CPUMax      float64     `drl:"cpu_max" doc:"the most of them in that time"`
	CPULimit    float64     `drl:"cpu_limit" doc:"how many vCPUs it may use"`
	Memory      value.Size  `drl:"memory" doc:"memory in use, by the last sample"`
	MemoryMax   value.Size  `drl:"memory_max" doc:"the most of it in that time"`
	MemoryLimit value.Size  `drl:"memory_limit" doc:"how much memory it may use"`
	NetworkIn   value.Size  `drl:"network_in" doc:"what it received, by the last sample"`
	NetworkOut  value.Size  `drl:"network_out" doc:"what it sent, by the last sample"`
	Disk        *value.Size `drl:"disk" doc:"what its volume holds, by the last sample; null where it has none"`
	At          time.Time   `drl:"at" doc:"when the last sample of its memory was taken"`
}

// series is what Railway has of one measurement.
type series struct {
	Measurement string
	Values      []sample
}

type sample struct {
	TS    int64 // Unix seconds
	Value float64
}

var metrics = builtins.New("railway.metrics", types.Reads,
	"Read what a service uses, all of its instances together. What Railway has no sample of is an error, never a zero.",
	func(ctx context.Context, h *builtins.Host, a metricsArgs) (figures, error) {
		const most = 30 * 24 * time.Hour
		if a.Over < time.Minute || a.Over > most {
			return figures{}, fmt.Errorf("over is %s, want %s to %s", value.Duration(a.Over), value.Duration(time.Minute), value.Duration(most))
		}
		now, err := h.Clock()
		if err != nil {
			return figures{}, err
		}
		s, err := a.at(ctx, h, a.Service)
		if err != nil {
			return figures{}, err
		}
		var answer struct{ Metrics []series }
		err = s.ask(ctx, h, "Metrics", vars{
			"environmentId": s.environment.ID, "serviceId": s.ID,
			"startDate": now.Add(-a.Over).UTC().Format(time.RFC3339), "endDate": now.UTC().Format(time.RFC3339),
			"sampleRateSeconds": int(sampleRate(a.Over) / time.Second),
			"measurements":      []string{"CPU_USAGE", "CPU_LIMIT", "MEMORY_USAGE_GB", "MEMORY_LIMIT_GB", "NETWORK_RX_GB", "NETWORK_TX_GB", "DISK_USAGE_GB"},
		}, &answer)
		if err != nil {
			return figures{}, err
		}
		if answer.Metrics == nil {
			return figures{}, s.strange("it lists no metrics, and not none either")
		}
		return s.figures(answer.Metrics, a.Over)
	}).With(`expect railway.metrics("web", over: 24h).memory < 400MiB`)

// sampleRate is that of Railway's own program.
func sampleRate(over time.Duration) time.Duration {
	switch {
	case over <= time.Hour:
		return 30 * time.Second
	case over <= 6*time.Hour:
		return time.Minute
	case over <= 24*time.Hour:
		return 4 * time.Minute
	case over <= 7*24*time.Hour:
		return time.Hour
	}
	return 4 * time.Hour
}

func (s *service) figures(all []series, over time.Duration) (figures, error) {
	byName := map[string][]sample{}
	for _, one := range all {
		for _, v := range one.Values {
			if v.Value < 0 || v.Value > mostFigure {
				return figures{}, s.strange("its %s is %g", builtins.Short(one.Measurement), v.Value)
			}
		}
		byName[one.Measurement] = append(byName[one.Measurement], one.Values...)
	}
	var err error
	last := func(measurement string) (last sample, most float64) {
		values := byName[measurement]
		if len(values) == 0 {
			if err == nil {
				err = fmt.Errorf("railway has no %s of %s over the last %s", measurement, s.Name, value.Duration(over))
			}
			return sample{}, 0
		}
		last, most = values[0], values[0].Value
		for _, v := range values {
			if v.TS >= last.TS {
				last = v
			}
			most = max(most, v.Value)
		}
		return last, most
	}
	var f figures
	cpu, most := last("CPU_USAGE")
	f.CPU, f.CPUMax = cpu.Value, most
	memory, mostMemory := last("MEMORY_USAGE_GB")
	f.Memory, f.MemoryMax, f.At = gigabytes(memory.Value), gigabytes(mostMemory), time.Unix(memory.TS, 0).UTC()
	limit, _ := last("CPU_LIMIT")
	f.CPULimit = limit.Value
	limit, _ = last("MEMORY_LIMIT_GB")
	f.MemoryLimit = gigabytes(limit.Value)
	in, _ := last("NETWORK_RX_GB")
	out, _ := last("NETWORK_TX_GB")
	f.NetworkIn, f.NetworkOut = gigabytes(in.Value), gigabytes(out.Value)
	if len(byName["DISK_USAGE_GB"]) > 0 {
		disk, _ := last("DISK_USAGE_GB")
		size := gigabytes(disk.Value)
		f.Disk = &size
	}
	return f, err
}

// mostFigure is more of anything than a service can have.
const mostFigure = 1e9

func gigabytes(n float64) value.Size { return value.Size(math.Round(n * 1e9)) }
