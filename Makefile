# make        the gate: what a change must pass, here and in CI
# make demo   the embedded ticketing stack: a good release, a bad one, its rollback
# make test   the tests
# make bench  speed and memory
# make peers  speed beside other languages; whole processes beside bare Go
# make fuzz   each fuzz target for FUZZTIME
# make docs   builtins/README.md and the other generated pages

FUZZTIME ?= 20s
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: gate build demo test race vet format docs scripts bench peers fuzz

gate: format vet docs scripts race
	@git diff --exit-code --stat -- builtins/README.md || (echo 'builtins/README.md was out of date: commit what make docs wrote'; exit 1)

build:
	go build -o drl ./cmd/drl

demo:
	@go run ./cmd/drl demo

# These watch the machine's processes and clocks, and share them with nobody.
ALONE = ./cmd/drl ./runtime/command/...

define tested # FLAGS
	go test $(1) $$(go list ./... | grep -vxF "$$(go list $(ALONE))")
	go test $(1) -p=1 $(ALONE)
endef

test:
	$(call tested)

# The race detector would sleep for a second at the end of each process, and the
# tests start hundreds of drl.
race: export GORACE = atexit_sleep_ms=0
race:
	$(call tested,-race -timeout 20m)

format:
	@test -z "$$(gofmt -l .)" || (echo 'not formatted by gofmt:'; gofmt -l .; exit 1)
	go run ./cmd/drl fmt -l stdlib examples
	go run ./cmd/drl check stdlib examples

scripts:
	go run ./cmd/drl test examples stdlib

vet:
	go vet ./...
	go run $(STATICCHECK) ./...

docs:
	go run ./cmd/drl doc --markdown > builtins/README.md.new
	mv builtins/README.md.new builtins/README.md

bench:
	go test -run '^$$' -bench . -benchmem ./...

# A module of its own: drl depends on none of the peers.
peers:
	cd lang/compile/bench && go test -run '^$$' -bench . ./...
	cd lang/compile/bench && go run ./process

# go test -fuzz takes one target of one package at a time, and half of it is
# building: two at a time, on a processor each.
fuzz:
	@grep -r '^func Fuzz' --include='*_test.go' . | sed -E 's|^(.*)/[^/]*:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' | \
	    xargs -P 2 -n 2 .ci/fuzz $(FUZZTIME)
