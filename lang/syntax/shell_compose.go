package syntax

import (
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
	"github.com/drl-lang/drl/lang/source"
)

// composeTrap is what a call of Docker Compose does otherwise than it looks; a
// nil code: nothing.
func composeTrap(words []shellWord) (code *source.Code, message, hint string) {
	programs := programsOf(words)
	call := programs[len(programs)-1]
	v1 := call[0].name() == "docker-compose"
	if !v1 && (call[0].name() != "docker" || second(commandWords(call)) != "compose") {
		return nil, "", ""
	}
	if service, tag, ok := taggedService(call[1:]); ok {
		return composeTag, "a service of a compose file has no tag, so there is none named " + service + ":" + tag + ": the line fails when it is needed",
			"name the version in the file, image: app:${TAG}, and run TAG=" + orVersion(tag) + " docker compose up --detach --wait " + service +
				"; compose.snapshot and compose.rollback go back to what ran, and need no version"
	}
	if !v1 {
		return nil, "", ""
	}
	return composeV1, "docker-compose is Compose v1, which ended in 2023 and breaks on engines from 25 on",
		"write docker compose, with a blank: the plugin docker-compose-plugin; compose.up, compose.services and the others need no spelling"
}

// switches are options of Compose that take no value.
const switches = "-d --detach --wait --no-deps -q --quiet --build --no-build --force-recreate --remove-orphans --include-deps --ignore-pull-failures"

var serviceAndTag = lazy.Regexp(`^([a-zA-Z0-9][a-zA-Z0-9._-]*):([a-zA-Z0-9._-]*)$`)

// taggedService finds a service that is written as an image is.
func taggedService(words []shellWord) (service, tag string, ok bool) {
	verb := false
	for i, w := range words {
		if !verb {
			if containsWord("exec run build logs cp", w.text) {
				return "", "", false // what follows is another's
			}
			verb = containsWord("pull up restart start stop push", w.text)
			continue
		}
		value := words[i-1].option() && !containsWord(switches, words[i-1].text) && !strings.Contains(words[i-1].text, "=")
		if found := serviceAndTag().FindStringSubmatch(w.text); found != nil && !w.option() && !value {
			return found[1], found[2], true
		}
	}
	return "", "", false
}

// orVersion is a tag, or a word for one that isn't known.
func orVersion(tag string) string {
	if tag == "" {
		return "VERSION"
	}
	return tag
}
