package docker

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	api "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/jsonstream"
	"pgregory.net/rapid"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// frame is a frame of an engine that announces a length.
func frame(kind byte, length int, text string) string {
	head := []byte{kind, 0, 0, 0, 0, 0, 0, 0}
	binary.BigEndian.PutUint32(head[4:], uint32(length))
	return string(head) + text
}

func TestReadLog(t *testing.T) {
	long := strings.Repeat("x", mostLine)
	many := strings.Repeat("y\n", mostLines+5)
	for _, tt := range []struct {
		name, given   string
		terminal      bool
		lines, stderr []string
		cut           bool
		problem       string
		countOnly     int
	}{
		{name: "nothing"},
		{name: "both outputs", given: frame(1, 4, "a\r\nb") + frame(2, 2, "E\n") + frame(1, 2, "c\n"), lines: []string{"a", "E", "bc"}, stderr: []string{"E"}},
		{name: "no end of line", given: frame(1, 1, "a") + frame(2, 1, "E"), lines: []string{"a", "E"}, stderr: []string{"E"}},
		{name: "empty lines", given: frame(1, 3, "\n\na"), lines: []string{"", "", "a"}},
		{name: "a terminal", given: "a\r\nb", terminal: true, lines: []string{"a", "b"}},
		{name: "no UTF-8", given: frame(1, 3, "\xff\xfe\n"), lines: []string{"\ufffd"}},
		{name: "a long line", given: frame(1, mostLine+3, long+"zz\n"), lines: []string{long}, cut: true},
		{name: "a line as long as may be", given: frame(1, mostLine+1, long+"\n"), lines: []string{long}},
		{name: "many lines", given: frame(1, len(many), many), cut: true, countOnly: mostLines},
		{name: "much", given: strings.Repeat(frame(2, mostLine+1, long+"\n"), 200), cut: true, countOnly: mostLog / mostLine},
		{name: "a frame of 4 GiB that never comes", given: frame(1, 1<<32-1, "a"), problem: "ends in the middle"},
		{name: "half a head", given: "\x01\x00\x00", problem: "ends in the middle"},
		{name: "no frames", given: "HTTP/1.1 200 OK", problem: "does not come in frames"},
		{name: "an unknown kind", given: frame(9, 1, "a"), problem: "a frame of kind 9"},
		{name: "the engine's own words", given: frame(3, 7, "no more"), problem: "no more"},
	} {
		got, err := readLog(strings.NewReader(tt.given), tt.terminal)
		if tt.problem != "" {
			if err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.problem)
			}
			continue
		}
		if err != nil || got.Cut != tt.cut {
			t.Errorf("%s: %v, cut %v", tt.name, err, got.Cut)
		}
		if tt.countOnly > 0 {
			if len(got.Lines) != tt.countOnly {
				t.Errorf("%s: %d lines, want %d", tt.name, len(got.Lines), tt.countOnly)
			}
			continue
		}
		if diff := cmp.Diff(append([]string{}, tt.lines...), got.Lines); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(append([]string{}, tt.stderr...), got.Stderr); diff != "" {
			t.Errorf("%s: stderr (-want +got):\n%s", tt.name, diff)
		}
	}
}

// However a text is cut into frames and reads, it is the same text.
func TestFramesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stream, wantOut, wantErr strings.Builder
		for _, piece := range rapid.SliceOf(rapid.String()).Draw(t, "pieces") {
			kind := rapid.ByteRange(1, 2).Draw(t, "kind")
			stream.WriteString(frame(kind, len(piece), piece))
			if kind == 1 {
				wantOut.WriteString(piece)
			} else {
				wantErr.WriteString(piece)
			}
		}
		var out, errs bytes.Buffer
		err := split(oneByOne{strings.NewReader(stream.String())}, &out, &errs)
		if err != nil || out.String() != wantOut.String() || errs.String() != wantErr.String() {
			t.Fatalf("%q and %q, %v", out.String(), errs.String(), err)
		}
	})
}

// oneByOne reads as a slow network does.
type oneByOne struct{ io.Reader }

func (r oneByOne) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), 1)]) }

func TestMessages(t *testing.T) {
	endless := `{"stream":"` + strings.Repeat("x", mostMessage+100) + `"}`
	for name, tt := range map[string]struct {
		given, want string
		n           int
	}{
		"none":                    {"", "", 0},
		"all is well":             {"{\"status\":\"a\"}\r\n{\"status\":\"b\"}\r\n", "", 2},
		"a failure":               {`{"status":"a"}{"errorDetail":{"message":"denied"},"error":"denied"}`, "denied", 1},
		"a failure at its end":    {`{"errorDetail":{"code":1,"message":"The command returned a non-zero code: 1"}}` + "\n", "The command returned a non-zero code: 1", 0},
		"half":                    {`{"status":"a"}{"sta`, "the answer ends in the middle: unexpected EOF", 1},
		"HTML":                    {"<html>", "the answer ends in the middle: invalid character '<' looking for beginning of value", 0},
		"longer than any":         {endless, "the answer ends in the middle: a message is longer than 1MiB", 0},
		"many, longer than one's": {strings.Repeat(`{"stream":"`+strings.Repeat("x", 1000)+`"}`, 3000), "", 3000},
	} {
		n := 0
		err := messages(strings.NewReader(tt.given), func(jsonstream.Message) { n++ })
		if n != tt.n || err == nil && tt.want != "" || err != nil && err.Error() != tt.want {
			t.Errorf("%s: %d messages, %v; want %d, %s", name, n, err, tt.n, tt.want)
		}
	}
}

func TestUsage(t *testing.T) {
	const cgroup1 = `{"read":"2026-11-29T12:00:01Z","preread":"2026-11-29T12:00:00Z","pids_stats":{"current":7},
		"cpu_stats":{"cpu_usage":{"total_usage":3000},"system_cpu_usage":12000,"online_cpus":4},
		"precpu_stats":{"cpu_usage":{"total_usage":1000},"system_cpu_usage":8000},
		"memory_stats":{"usage":1000,"limit":4000,"stats":{"total_inactive_file":200,"inactive_file":900}},
		"networks":{"a":{"rx_bytes":1,"tx_bytes":2},"b":{"rx_bytes":10,"tx_bytes":20}},
		"blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":5},{"op":"Write","value":6},{"op":"Total","value":11},{"op":"read","value":1}]}}`
	base := usage{CPU: 2, Memory: 800, MemoryLimit: 4000, MemoryUsed: 0.2, NetworkIn: 11, NetworkOut: 22, DiskRead: 6, DiskWritten: 6, PIDs: 7}
	with := func(change func(*usage)) usage { u := base; change(&u); return u }
	for _, tt := range []struct {
		name, old, new string
		want           usage
	}{
		{"cgroup v1", "", "", base},
		{"cgroup v2", `"total_inactive_file":200,"inactive_file":900`, `"inactive_file":900`, with(func(u *usage) { u.Memory, u.MemoryUsed = 100, 0.025 })},
		{"more cache than memory", `"total_inactive_file":200`, `"total_inactive_file":2000`, with(func(u *usage) { u.Memory, u.MemoryUsed = 1000, 0.25 })},
		{"a counter that went back", `"total_usage":3000`, `"total_usage":500`, with(func(u *usage) { u.CPU = 0 })},
		{"no time has passed", `"system_cpu_usage":12000`, `"system_cpu_usage":8000`, with(func(u *usage) { u.CPU = 0 })},
		{"processors one by one", `"total_usage":3000},"system_cpu_usage":12000,"online_cpus":4`, `"total_usage":3000,"percpu_usage":[1,2]},"system_cpu_usage":12000`, with(func(u *usage) { u.CPU = 1 })},
		{"no limit", `"limit":4000`, `"limit":0`, with(func(u *usage) { u.MemoryLimit, u.MemoryUsed = 0, 0 })},
		{"a huge number", `"rx_bytes":10`, `"rx_bytes":18446744073709551600`, with(func(u *usage) { u.NetworkIn = value.Size(1<<63 - 1) })},
	} {
		text := strings.Replace(cgroup1, tt.old, tt.new, 1)
		var s api.StatsResponse
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, usageOf(s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestDigestOf(t *testing.T) {
	all := []string{"registry.example.com:5000/app@sha256:aa", "nginx@sha256:bb", "no digest", "z@sha256:cc"}
	for image, want := range map[string]string{
		"registry.example.com:5000/app:v1": "sha256:aa", "nginx": "sha256:bb", "docker.io/library/nginx:1": "sha256:bb", "z": "sha256:cc",
		"app:v1": "sha256:bb", "sha256:dd": "sha256:bb",
	} {
		if got := digestOf(all, image); got == nil || *got != want {
			t.Errorf("digestOf(%s) = %v, want %s", image, got, want)
		}
	}
	if got := digestOf(nil, "nginx"); got != nil {
		t.Errorf("digestOf none = %s", *got)
	}
}

// The files of a build are those that docker build would send.
func TestArchive(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"app/Dockerfile": "FROM scratch\n", "app/a.txt": "a", "app/node_modules/x/y.js": "y", "app/docs/a.md": "a", "app/docs/keep.md": "k",
		"app/secret.env": "s", "app/.dockerignore": "# not these\nnode_modules\n*.env\ndocs/*\n!docs/keep.md\n",
		"app/deploy/Dockerfile.prod": "FROM scratch\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "app/link")); err != nil {
		t.Fatal(err)
	}
	h := &builtins.Host{Dir: dir}
	b, err := openContext(t.Context(), h, "app", "Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	got := list(t, b)
	want := []string{".dockerignore", "Dockerfile", "a.txt=a", "deploy/", "deploy/Dockerfile.prod", "docs/", "docs/keep.md=k", "link -> /etc/passwd"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Without exceptions whole folders are left out; the Dockerfile never is.
	os.WriteFile(filepath.Join(dir, "app/.dockerignore"), []byte("*\n"), 0o600)
	b, err = openContext(t.Context(), h, "app", "deploy/Dockerfile.prod")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if diff := cmp.Diff([]string{".dockerignore", "deploy/Dockerfile.prod"}, list(t, b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for file, want := range map[string]string{
		"../Dockerfile": `file is "../Dockerfile", want a Dockerfile within app`,
		"none":          "read app/none: there is no such file",
		"deploy":        "read app/deploy: it is a folder, want a file",
	} {
		if _, err := openContext(t.Context(), h, "app", file); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
	os.WriteFile(filepath.Join(dir, "app/.dockerignore"), []byte("[\n"), 0o600)
	if _, err := openContext(t.Context(), h, "app", "Dockerfile"); err == nil || !strings.Contains(err.Error(), "read app/.dockerignore: ") {
		t.Errorf("a bad pattern: %v", err)
	}
}

// list reads a tar: each file's name, and its content where it is short.
func list(t *testing.T, b *buildContext) []string {
	t.Helper()
	body := b.archive(t.Context())
	defer body.Close()
	var all []string
	for r := tar.NewReader(body); ; {
		head, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if head.Uid != 0 || head.Gname != "" {
			t.Errorf("%s is %d's", head.Name, head.Uid)
		}
		content, _ := io.ReadAll(r)
		switch {
		case head.Linkname != "":
			all = append(all, head.Name+" -> "+head.Linkname)
		case len(content) == 1:
			all = append(all, head.Name+"="+string(content))
		default:
			all = append(all, head.Name)
		}
	}
}

func TestUnbuilt(t *testing.T) {
	e := &engine{at: endpoint{network: "unix", address: "/x"}}
	tail := "Step 1/3 : FROM base\n ---> 0123\nStep 2/3 : RUN make\n ---> Running in 4567\ncc -o app\nmain.c:1: error: x\n"
	for _, tt := range []struct{ tail, why, want string }{
		{"", "no such image", "build app:v1: no such image"},
		{tail, "The command '/bin/sh -c make' returned a non-zero code: 2", "build app:v1 at Step 2/3 : RUN make: The command '/bin/sh -c make' returned a non-zero code: 2: cc -o app main.c:1: error: x"},
		{"", "the --mount option requires BuildKit", "build app:v1: the --mount option requires BuildKit; `$ docker build` has it where the buildx plugin is installed"},
	} {
		if err := e.unbuilt(t.Context(), "app:v1", []byte(tt.tail), errors.New(tt.why)); err.Error() != tt.want {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
}
