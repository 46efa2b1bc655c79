package command

import (
	"bytes"
	"io"
	"maps"
	"os"
	"os/user"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// becomeReaper makes orphans of what this process started its own children:
// none can hide behind a parent that ended.
var becomeReaper = sync.OnceFunc(func() {
	// It can fail only on kernels older than 3.4; then sessions and marks are left.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
})

var ownSession = sync.OnceValue(func() int {
	id, err := unix.Getsid(0)
	if err != nil {
		return -1
	}
	return id
})

// alive returns the job's processes that have not ended, and takes note of
// the end of those that it has to wait for.
func (j *job) alive() []process {
	programs.Lock()
	defer programs.Unlock()
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.running) == 0 && !strangers() {
		return nil // every child is a program that another job waits for
	}
	table := allProcesses()
	mine := map[int]bool{}
	for pid := range j.running {
		mine[pid] = true
	}
	self := os.Getpid()
	for _, p := range table {
		if p.parent == self && !programs.pids[p.pid] && j.owns(p) {
			mine[p.pid] = true
		}
	}
	descend(table, mine)
	var out []process
	for _, p := range table {
		if !mine[p.pid] {
			continue
		}
		j.seen[p.key()] = true
		switch {
		case !p.zombie:
			out = append(out, p)
		case p.parent == self && !programs.pids[p.pid]:
			var status syscall.WaitStatus
			_, _ = syscall.Wait4(p.pid, &status, syscall.WNOHANG, nil)
		}
	}
	return out
}

// reapLeft waits for the processes that jobs have left at work, and for their
// orphans, as they end: else a program that was left and forks for a
// day would fill the system's table of processes. It ends once nothing is
// left, or with the process.
func reapLeft() {
	look := time.NewTicker(reapEvery)
	defer look.Stop()
	for range look.C {
		programs.Lock()
		if programs.reaped = reap(); !programs.reaped {
			programs.Unlock()
			return
		}
		programs.Unlock()
	}
}

// reap waits for the children that have ended, and tells whether there are
// others. It leaves alone those that a job waits for, and those in this
// process's own session: somebody else has started them, and waits for them.
func reap() (more bool) {
	for _, p := range adopted() {
		switch {
		case p.session == ownSession():
		case p.zombie:
			var status syscall.WaitStatus
			_, _ = syscall.Wait4(p.pid, &status, syscall.WNOHANG, nil)
		default:
			more = true
		}
	}
	return more
}

// everybody returns the processes of all jobs that have not ended.
func everybody() []process {
	programs.Lock()
	defer programs.Unlock()
	table := allProcesses()
	mine := maps.Clone(programs.pids)
	self := os.Getpid()
	for _, p := range table {
		if p.parent == self && !programs.before[p.key()] && p.session != ownSession() {
			mine[p.pid] = true
		}
	}
	descend(table, mine)
	return slices.DeleteFunc(table, func(p process) bool { return p.zombie || !mine[p.pid] })
}

// descend adds the descendants of those in mine, in whatever order the table
// lists them.
func descend(table []process, mine map[int]bool) {
	for grown := true; grown; {
		grown = false
		for _, p := range table {
			if !mine[p.pid] && mine[p.parent] {
				mine[p.pid] = true
				grown = true
			}
		}
	}
}

// owns tells whether a child that nobody waits for came from this job. One
// that has dropped its session, its environment and its parents belongs to
// the last job that is at work, since it may belong to any.
func (j *job) owns(p process) bool {
	if programs.before[p.key()] {
		return false
	}
	if j.sessions[p.session] || j.seen[p.key()] || markOf(p.pid) == j.mark {
		return true
	}
	return len(programs.jobs) == 1 && p.session != ownSession()
}

// markOf is the mark that the process was started with; "" is none.
func markOf(pid int) string {
	environ, err := environOf(pid)
	if err != nil {
		return ""
	}
	for pair := range bytes.SplitSeq(environ, []byte{0}) {
		if mark, ok := bytes.CutPrefix(pair, []byte(markName+"=")); ok {
			return string(mark)
		}
	}
	return ""
}

// environOf is the environment that the process was started with. In the middle
// of execve it has none for a moment, or what is read of it breaks off; one
// that is looked at then would be nobody's, and outlive its line. So what looks
// like that has to do so for a while.
func environOf(pid int) ([]byte, error) {
	same := 0 // looks in a row
	for range 1000 {
		environ, err := readEnviron(pid)
		if err != nil {
			return nil, err
		}
		if len(environ) > 0 && environ[len(environ)-1] == 0 {
			return environ, nil
		}
		start, end, alive := environmentAt(pid)
		if !alive {
			return nil, nil
		}
		same++
		if len(environ) == 0 && (start != end || end == "0") {
			same = 0 // the kernel sets both to one address, then moves the end
		}
		if same == 8 {
			return environ, nil
		}
		time.Sleep(500 * time.Microsecond)
	}
	return nil, nil
}

// readEnviron reads most environments at once: between two reads, a process can
// become another.
func readEnviron(pid int) ([]byte, error) {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	environ := make([]byte, 32<<10)
	n, err := f.Read(environ)
	if n < len(environ) {
		if err == io.EOF {
			err = nil
		}
		return environ[:n], err
	}
	rest, err := io.ReadAll(f)
	return append(environ, rest...), err
}

// environmentAt is where the environment of a process that has not ended starts
// and ends: fields 50 and 51, 0 in the middle of execve.
func environmentAt(pid int) (start, end string, alive bool) {
	_, fields := statOf(pid)
	if len(fields) < 49 || ended(fields[0]) {
		return "", "", false
	}
	return string(fields[47]), string(fields[48]), true
}

// children returns the numbers of this process's children. Not every kernel
// tells (CONFIG_PROC_CHILDREN); then known is false.
func children() (pids []int, known bool) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return nil, false
	}
	for _, t := range tasks {
		list, err := os.ReadFile("/proc/self/task/" + t.Name() + "/children")
		if err != nil {
			continue // the thread has ended
		}
		known = true
		for field := range bytes.FieldsSeq(list) {
			if pid, err := strconv.Atoi(string(field)); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids, known
}

// strangers tells whether there may be children that no job waits for.
func strangers() bool {
	pids, known := children()
	return !known || slices.ContainsFunc(pids, func(pid int) bool { return !programs.pids[pid] })
}

// adopted returns the children that no job waits for.
func adopted() []process {
	if !strangers() {
		return nil
	}
	self := os.Getpid()
	return slices.DeleteFunc(allProcesses(), func(p process) bool { return p.parent != self || programs.pids[p.pid] })
}

// ownerOf is the name of the user that a process belongs to; "" is unknown.
func ownerOf(pid int) string {
	info, err := os.Stat("/proc/" + strconv.Itoa(pid))
	if err != nil {
		return ""
	}
	id := strconv.Itoa(int(info.Sys().(*syscall.Stat_t).Uid))
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "user " + id
}

func allProcesses() []process {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var out []process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if p, ok := readProcess(pid); ok {
			out = append(out, p)
		}
	}
	return out
}

func readProcess(pid int) (process, bool) {
	name, fields := statOf(pid)
	if len(fields) < 20 {
		return process{}, false
	}
	number := func(i int) int {
		n, _ := strconv.Atoi(string(fields[i]))
		return n
	}
	return process{
		pid:     pid,
		name:    name,
		zombie:  ended(fields[0]),
		parent:  number(1),
		session: number(3),
		start:   uint64(number(19)),
	}, true
}

// statOf reads /proc/PID/stat: "PID (name) state parent group session …", where
// the name may hold blanks and brackets. The first of fields is the third of
// proc_pid_stat(5), the state; there are none of a process that is gone.
func statOf(pid int) (name string, fields [][]byte) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", nil
	}
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return "", nil
	}
	return string(stat[open+1 : end]), bytes.Fields(stat[end+1:])
}

// ended tells it by the state of a process.
func ended(state []byte) bool { return state[0] == 'Z' || state[0] == 'X' }
