# Teal's tasks. `make` alone lists them; each installs what it needs first.

SHELL := /bin/bash
export PATH := $(CURDIR)/.build-venv/bin:$(PATH)

ARGS ?=
SEED ?= 1
FUZZ_SECONDS ?= 60
SWIFT_FILES := Package.swift Sources Tests
SCRIPTS := .ci/run .ci/setup
EMPTY_TREE := $(shell git hash-object -t tree /dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup up test check build bench simulate fuzz fmt clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## install what building and testing need (Debian)
	@.ci/setup test

up:  ## build and start Teal with a sample service; ARGS='--data DIR …' goes to `teal up`
	@.ci/setup run
	@$(MAKE) --no-print-directory build
	@exec .build/release/teal up --config config/quickstart.yaml $(ARGS)

build:  ## build the release programs
	swift build -c release --product teal
	swift build -c release --product teal-shim
	swift build -c release --product teal-hello

test:  ## build and run every test
	@.ci/setup test
	swift build --build-tests
	@# What failed is said again at the end, where a reader of a long log looks first.
	swift test --skip-build --disable-xctest --no-parallel 2>&1 | tee .build/test.log; \
	    status=$${PIPESTATUS[0]}; [ $$status = 0 ] || grep --text '^✘' .build/test.log; \
	    exit $$status

check:  ## format, house rules, whitespace, scripts; changes nothing
	@.ci/setup test
	swift format lint --strict --recursive --parallel $(SWIFT_FILES)
	git diff --check $(EMPTY_TREE)
	for script in $(SCRIPTS); do bash -n $$script || exit 1; done
	python3 -c 'import ast, sys; [ast.parse(open(f).read(), f) for f in sys.argv[1:]]' Tests/Bench/*.py
	swift build --build-tests
	swift test --skip-build --disable-xctest --filter TidyTests

bench:  ## measure balancer and name server beside their peers; writes bench.json
	@.ci/setup bench
	swift build -c release --product proxy-bench
	swift build -c release --product nameserver-bench
	python3 Tests/Bench $(ARGS)

simulate:  ## run the deterministic simulation from SEED; ARGS='--runs 100', '--trace'
	@.ci/setup test
	swift run simulate --seed $(SEED) $(ARGS)

FUZZER := .build-fuzz/release/fuzz
fuzz: export SWIFT_BACKTRACE := enable=no
fuzz: export ASAN_OPTIONS := detect_leaks=0
fuzz:  ## fuzz every parser for FUZZ_SECONDS each, from SEED
	@.ci/setup run
	TEAL_FUZZ=1 swift build -c release --product fuzz --scratch-path .build-fuzz \
	    -Xswiftc -sanitize=fuzzer,address
	for target in $$($(FUZZER)); do \
	    mkdir -p .build-fuzz/corpus/$$target; \
	    $(FUZZER) $$target .build-fuzz/corpus/$$target -seed=$(SEED) -print_final_stats=1 \
	        -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=.build-fuzz/$$target- || exit 1; \
	done

fmt:  ## format every Swift file in place
	swift format --in-place --recursive --parallel $(SWIFT_FILES)

clean:  ## remove everything that was built
	rm -rf .build .build-fuzz .build-venv bench.json
