// Package compose holds the builtins for Docker Compose. They run the docker
// program, with words and never a shell, and read the JSON that it writes:
// Compose as a library would be four times the size of drl. What runs is asked
// of the same program, so that both speak to the same engine, whatever it is
// reached by.
package compose

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "compose",
		Doc: "The services of a compose file. It wants docker with the compose plugin, 2.17 or later: Compose v1, whose program is docker-compose, ended in 2023 and is refused. " +
			"It reads what docker compose reads: COMPOSE_FILE, COMPOSE_PROJECT_NAME, DOCKER_HOST, .env and the others. A release is compose.snapshot, compose.up, and compose.rollback as its undo: std/compose has it as a rule.",
		Funcs: []*builtins.Func{services, snapshot, up, rollback, pull, build, restart, down, exec},
	}}
}
