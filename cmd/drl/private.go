package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// privateFolder is a folder for files that this user alone can read, for as
// long as drl is at work. Its lock, which the kernel takes away however drl
// ends, tells the next drl whether it is still wanted; its name is in the
// environment of all commands. It is made when it is first wanted.
type privateFolder struct {
	what string // is doing it, for who finds the folder: "drl run s.drl"

	mu   sync.Mutex
	path string
	lock *os.File // the folder itself
}

const (
	privatePattern = "drl-private-*"
	// privateNote is the file that says whose the folder is.
	privateNote = "drl"
)

// open returns the folder's path.
func (p *privateFolder) open() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.path == "" {
		path, err := os.MkdirTemp("", privatePattern) // 0700
		if err != nil {
			return "", fmt.Errorf("make a private folder: %w", err)
		}
		lock, err := os.Open(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("make a private folder: %w", err)
		}
		// A drl that has just started may have taken it for an old one.
		if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
			lock.Close()
			return "", fmt.Errorf("lock the private folder: %w", err)
		}
		if !sameFile(lock, path) {
			lock.Close()
			continue
		}
		if err := os.WriteFile(filepath.Join(path, privateNote), []byte(p.what), 0o600); err != nil {
			lock.Close()
			return "", fmt.Errorf("write to the private folder: %w", err)
		}
		p.path, p.lock = path, lock
	}
	return filepath.Abs(p.path)
}

// sameFile tells whether f is what stands at the path, and no link to it.
func sameFile(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Lstat(path)
	return err == nil && os.SameFile(a, b)
}

// file keeps content in a file of the folder and returns its path.
func (p *privateFolder) file(content []byte) (string, error) {
	folder, err := p.open()
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp(folder, "secret-*") // 0600
	if err != nil {
		return "", fmt.Errorf("make a private file: %w", err)
	}
	_, err = f.Write(content)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("write a private file: %w", err)
	}
	return f.Name(), nil
}

// close removes the folder and all that is in it.
func (p *privateFolder) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.path != "" {
		os.RemoveAll(p.path)
		p.lock.Close()
		p.path = ""
	}
}
