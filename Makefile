# Everything a developer needs; the work is done by the scripts in tools/. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: setup build demo test bench check fuzz soak clean help

setup:  ## install what everything below needs (root or sudo; idempotent; seconds the second time)
	@tools/setup

build:  ## build/bin/firn, release
	@tools/setup build
	@tools/build

demo:  ## from nothing to a first model on real data, step by step
	@python3 tools/demo.py

test: setup  ## unit tests, real clients, sanitizers, fuzzers; parts of it: make test ONLY="unit api"
	@python3 tools/run_tests.py $(ONLY)

bench:  ## speed beside its peers; one area: make bench ONLY=foundation
	@tools/setup build bench
	@tools/build
	@python3 tools/bench.py $(ONLY)

check:  ## format, lint, layers, types
	@tools/setup build check
	@python3 tools/check.py $(ONLY)

fuzz: export SECONDS_EACH ?= 600
fuzz:  ## the fuzzers for longer: make fuzz SECONDS_EACH=3600
	@tools/setup build test
	@python3 tools/run_tests.py fuzz

soak:  ## the long runs, hours
	@tools/setup build test
	@python3 tools/run_tests.py soak

clean:  ## remove what was built; .deps stays
	rm -rf build

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' Makefile
