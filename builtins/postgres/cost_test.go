package postgres_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

// BenchmarkBackup compares postgres.backup with pg_dump alone, on a database
// of its own that takes pg_dump some seconds. The two take turns; "%" is how
// much longer the median of the backups took.
func BenchmarkBackup(b *testing.B) {
	d := own(b, "drl_cost_")
	d.exec("create table tickets (id int primary key, title text, body text)",
		"insert into tickets select n, 'ticket ' || n, md5(n::text) || ' ' || md5((n * 7)::text) || repeat(' and so on', 10) from generate_series(1, 1500000) n",
		"checkpoint")
	// The one of the package: that on PATH may be a script around it.
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil || len(found) == 0 {
		b.Skip("no pg_dump where Debian has it")
	}
	bare := func() {
		path := filepath.Join(b.TempDir(), "bare.dump")
		if out, err := exec.Command(found[len(found)-1], "--format=custom", "--file="+path, "--dbname="+d.url).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		os.Remove(path)
	}
	drl := func() {
		path, v := d.backup(nil)
		if hostile.Field(b, v, "tables") != value.Int(1) {
			b.Fatal(v)
		}
		os.Remove(d.host.Path(path))
	}
	bare() // what is read is in memory from here on
	var times [2][]float64
	for n := 0; b.Loop(); n++ {
		for i := range 2 {
			start := time.Now()
			if i = (i + n) % 2; i == 0 {
				bare()
			} else {
				drl()
			}
			times[i] = append(times[i], time.Since(start).Seconds())
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	half := len(times[0]) / 2
	b.ReportMetric(times[0][half], "s/bare")
	b.ReportMetric(times[1][half], "s/drl")
	b.ReportMetric(100*(times[1][half]/times[0][half]-1), "%")
}
