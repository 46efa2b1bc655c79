package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/drl-lang/drl/builtins"
)

const howToInstall = "install the plugin (docker-compose-plugin of Docker's packages, https://docs.docker.com/compose/install/linux/), so that `docker compose version` answers"

// oldest is the oldest version of Compose 2 that has what is called here:
// pull --ignore-buildable came last.
var oldest = [2]int{2, 17}

// tool is the words that Compose is called by, found out once a run.
type tool struct {
	mu    sync.Mutex
	words []string
}

type toolKey struct{}

// Close is for [builtins.Kept]: nothing is open.
func (*tool) Close() error { return nil }

// findTool returns the words that Compose is called by: docker and compose,
// or the program docker-compose where that is version 2 or later.
func findTool(ctx context.Context, h *builtins.Host) ([]string, error) {
	kept, err := h.Keep(toolKey{}, func() (io.Closer, error) { return &tool{}, nil })
	if err != nil {
		return nil, err
	}
	t := kept.(*tool)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.words == nil {
		if t.words, err = lookForTool(ctx, h); err != nil {
			return nil, err
		}
	}
	return t.words, nil
}

func lookForTool(ctx context.Context, h *builtins.Host) ([]string, error) {
	plugin, err := h.Start(ctx, builtins.Program{Argv: []string{"docker", "compose", "version", "--short"}})
	if err != nil {
		return nil, err
	}
	if plugin.Code == 0 {
		return []string{"docker", "compose"}, supported(plugin.Stdout)
	}
	if plugin.Code == 127 {
		return nil, errors.New("there is no program docker on PATH, which compose is a part of: install Docker's command line, and " + howToInstall)
	}
	alone, err := h.Start(ctx, builtins.Program{Argv: []string{"docker-compose", "version", "--short"}})
	if err != nil {
		return nil, err
	}
	if alone.Code == 0 {
		return []string{"docker-compose"}, supported(alone.Stdout)
	}
	return nil, fmt.Errorf("docker has no compose here (%s): %s", said(plugin.Stderr), howToInstall)
}

// supported refuses versions that lack what is needed. What is no version,
// as of a build of one's own, is taken at its word.
func supported(text string) error {
	version := strings.TrimPrefix(strings.TrimSpace(text), "v")
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, err := strconv.Atoi(major)
	if err != nil {
		return nil
	}
	b, _ := strconv.Atoi(minor)
	switch {
	case a < 2:
		return fmt.Errorf("this is Compose v1 (%s), which ended in 2023: it can't wait for health or say in JSON what runs, and fails on engines from 25 on, in the middle of a deployment, with KeyError: 'ContainerConfig'; %s",
			builtins.Short(version), howToInstall)
	case a == oldest[0] && b < oldest[1]:
		return fmt.Errorf("this is Compose %s, want %d.%d or later: %s", builtins.Short(version), oldest[0], oldest[1], howToInstall)
	}
	return nil
}
