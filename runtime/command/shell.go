package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	sh "mvdan.cc/sh/v3/syntax"
)

// closedPipe stands behind every producer of a pipe: it turns the code of a
// program that was ended by a closed pipe into 0. No script can write its
// name, because names that begin with __drl_ are refused.
const closedPipe = "__drl_closed_pipe"

const brokenPipe = 128 + int(syscall.SIGPIPE)

// interpret runs a line that needs a shell.
func (j *job) interpret(ctx context.Context, tree *sh.File, pipes bool, dir string, env []string, stdout, stderr *os.File) (int, error) {
	s := &shell{job: j}
	if pipes {
		private, err := os.MkdirTemp(j.folder, "drl-")
		if err != nil {
			return 1, fmt.Errorf("make a private folder: %w", err)
		}
		s.private = private
		s.temporary, s.hasTemporary = expand.ListEnviron(env...).Get("TMPDIR").Str, expand.ListEnviron(env...).Get("TMPDIR").IsSet()
		env = append(env, "TMPDIR="+private)
		defer s.removePipes()
	}
	guardProducers(tree)
	// What is still at work in a <( … ) when the line has ended must not go on.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runner, err := interp.New(
		interp.Env(expand.ListEnviron(env...)),
		interp.Dir(dir),
		interp.StdIO(nil, stdout, stderr),
		interp.Params("-e", "-u", "-o", "pipefail"),
		interp.CallHandler(s.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
		interp.OpenHandler(s.open),
	)
	if err != nil {
		return 1, fmt.Errorf("start the shell: %w", err)
	}
	err = runner.Run(ctx, tree)
	var status interp.ExitStatus
	if errors.As(err, &status) {
		return int(status), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

// shell is what the interpreter does to the world.
type shell struct {
	job          *job
	private      string // folder of the pipes of <( … ); "": none
	temporary    string // the TMPDIR that programs get
	hasTemporary bool
}

// guardProducers puts closedPipe behind each stage of a pipe but the last.
// It stands behind a subshell, so that a loop of many small writes ends too.
func guardProducers(tree *sh.File) {
	sh.Walk(tree, func(n sh.Node) bool {
		b, ok := n.(*sh.BinaryCmd)
		if !ok || b.Op != sh.Pipe && b.Op != sh.PipeAll {
			return true
		}
		if x, ok := b.X.Cmd.(*sh.BinaryCmd); ok && (x.Op == sh.Pipe || x.Op == sh.PipeAll) && len(b.X.Redirs) == 0 && !b.X.Negated {
			x.Y = guarded(x.Y)
		} else {
			b.X = guarded(b.X)
		}
		return true
	})
}

func guarded(s *sh.Stmt) *sh.Stmt {
	return &sh.Stmt{Cmd: &sh.BinaryCmd{
		Op: sh.OrStmt,
		X:  &sh.Stmt{Cmd: &sh.Subshell{Stmts: []*sh.Stmt{s}}},
		Y:  &sh.Stmt{Cmd: &sh.CallExpr{Args: []*sh.Word{{Parts: []sh.WordPart{&sh.Lit{Value: closedPipe}}}}}},
	}}
}

// call makes programs of the built-ins that hide failed writes, and of kill,
// which the interpreter lacks.
func (s *shell) call(ctx context.Context, args []string) ([]string, error) {
	switch args[0] {
	case "echo", "printf", "kill":
		hc := interp.HandlerCtx(ctx)
		if path, err := lookPath(args[0], hc.Dir, hc.Env); err == nil {
			return append([]string{path}, args[1:]...), nil
		}
	}
	return args, nil
}

// exec runs one program.
func (s *shell) exec(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	if args[0] == closedPipe {
		if hc.LastExitStatus == brokenPipe {
			return nil
		}
		return interp.ExitStatus(hc.LastExitStatus)
	}
	code, err := s.job.program(ctx, program{
		argv: args, dir: hc.Dir, env: s.exported(hc.Env), path: hc.Env,
		stdin: hc.Stdin, stdout: hc.Stdout, stderr: hc.Stderr,
	})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if code != 0 {
		return interp.ExitStatus(code)
	}
	return nil
}

// exported returns the environment of a program.
func (s *shell) exported(env expand.Environ) []string {
	vars := map[string]string{}
	env.Each(func(name string, v expand.Variable) bool {
		if v.IsSet() && v.Exported && v.Kind == expand.String {
			vars[name] = v.Str
		} else {
			delete(vars, name)
		}
		return true
	})
	if s.private != "" && vars["TMPDIR"] == s.private {
		delete(vars, "TMPDIR")
		if s.hasTemporary {
			vars["TMPDIR"] = s.temporary
		}
	}
	return pairs(vars)
}

// open opens the file of a redirection.
func (s *shell) open(ctx context.Context, name string, flag int, mode os.FileMode) (io.ReadWriteCloser, error) {
	hc := interp.HandlerCtx(ctx)
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(hc.Dir, path)
	}
	path = filepath.Clean(path)
	for range 20 {
		if f, err, ours := descriptor(hc, path, name); ours {
			return f, err
		}
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = filepath.Clean(to)
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return openPipe(ctx, path, flag)
	}
	return os.OpenFile(path, flag, mode)
}

// descriptor opens what the files of a process's own descriptors stand for:
// those of the line, never drl's own.
func descriptor(hc interp.HandlerContext, path, name string) (f io.ReadWriteCloser, err error, ours bool) {
	var stream any
	switch path {
	case "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0":
		stream = hc.Stdin
		if stream == nil {
			f, err = os.Open(os.DevNull)
			return f, err, true
		}
	case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		stream = hc.Stdout
	case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2":
		stream = hc.Stderr
	default:
		if path == "/dev/tty" {
			return nil, &os.PathError{Op: "open", Path: name, Err: errors.New("a command has no terminal")}, true
		}
		own := fmt.Sprintf("/proc/%d/", os.Getpid())
		for _, prefix := range []string{"/dev/fd/", "/proc/self/", "/proc/thread-self/", own} {
			if strings.HasPrefix(path, prefix) {
				return nil, &os.PathError{Op: "open", Path: name, Err: errors.New("it belongs to drl itself")}, true
			}
		}
		return nil, nil, false
	}
	if file, ok := stream.(*os.File); ok && file != nil {
		fd, err := dup(file)
		if err != nil {
			return nil, &os.PathError{Op: "open", Path: name, Err: err}, true
		}
		return os.NewFile(uintptr(fd), name), nil, true
	}
	if w, ok := stream.(io.Writer); ok {
		return writeOnly{w}, nil, true
	}
	return nil, &os.PathError{Op: "open", Path: name, Err: errors.New("it is closed")}, true
}

// dup returns another descriptor of the file. SyscallConn leaves the file's
// mode as it is, where Fd would make it blocking.
func dup(file *os.File) (fd int, err error) {
	conn, err := file.SyscallConn()
	if err != nil {
		return 0, err
	}
	if outer := conn.Control(func(n uintptr) {
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
		if fd, err = syscall.Dup(int(n)); err == nil {
			syscall.CloseOnExec(fd)
		}
	}); outer != nil {
		return 0, outer
	}
	return fd, err
}

// openPipe opens a named pipe, which waits for its other end: until ctx ends.
func openPipe(ctx context.Context, path string, flag int) (io.ReadWriteCloser, error) {
	type opened struct {
		file *os.File
		err  error
	}
	ch := make(chan opened, 1)
	go func() {
		f, err := os.OpenFile(path, flag, 0)
		ch <- opened{f, err}
	}()
	select {
	case o := <-ch:
		return o.file, o.err
	case <-ctx.Done():
	}
	release, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	o := <-ch
	if err == nil {
		release.Close()
	}
	if o.err == nil {
		o.file.Close()
	}
	return nil, ctx.Err()
}

// removePipes frees what waits for the other end of a <( … ) that nobody has
// read, and removes the folder. The pipes are held open until they are gone:
// whoever comes to one a moment later finds it open, or not at all.
func (s *shell) removePipes() {
	entries, _ := os.ReadDir(s.private)
	for _, e := range entries {
		if f, err := os.OpenFile(filepath.Join(s.private, e.Name()), os.O_RDWR|syscall.O_NONBLOCK, 0); err == nil {
			defer f.Close()
		}
	}
	_ = os.RemoveAll(s.private)
}

// writeOnly is an output that isn't a file: that of a $( … ).
type writeOnly struct{ io.Writer }

func (writeOnly) Read([]byte) (int, error) { return 0, errors.New("it can only be written to") }
func (writeOnly) Close() error             { return nil }
