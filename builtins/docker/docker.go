// Package docker holds the builtins for a Docker Engine: what its containers
// and images are and do, and the writes of a release. Podman's compatible API
// serves too. It speaks to the engine itself; builtins/compose runs docker
// compose, which is a program.
package docker

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "docker",
		Doc: "The containers and images of a Docker Engine, which is found as the docker program finds it: host:, else DOCKER_HOST, DOCKER_CONTEXT, " +
			"the context of the configuration, unix:///var/run/docker.sock. DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, DOCKER_API_VERSION and DOCKER_CONFIG count as they do there. " +
			"Logins of registries come from the same configuration, and from the helpers that it names.",
		Funcs: []*builtins.Func{
			containers, container, stats, logs, image, wait,
			exec, build, tag, push, pull, start, restart, stop,
		},
	}}
}
