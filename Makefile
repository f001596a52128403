# Runs CMake's presets and the tools; 'make help' lists the targets. Each target first installs what it needs
# (tools/setup.sh GROUP installs packages through apt as root, and finds or builds a CPython >= 3.13).
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup run hub test bench bench-check bench-build debug asan tsan lint lint-all lint-each format coverage valgrind fuzz simulate mutate soak arm64 builds check docs reference try-install clean
# Recipes run one at a time, because set-up and CMake already use every core, and two apt calls would collide.
.NOTPARALLEL:

SETUP := tools/setup.sh
# The arguments for run, hub and bench, as in: make hub ARGS='--port 4111'
ARGS ?=
# The number of seconds for each fuzz harness.
FUZZ_SECONDS ?= 60
# The number of interleavings for the simulation, and the seed of one that it prints.
SEEDS ?= 100000
SEED ?=
# The number of tests that run at a time: many of them wait, so that one for each core would leave cores idle.
JOBS ?= $(shell expr $$(nproc) + 1)
# The minutes of the soak.
MINUTES ?= 10

# Used as $(call configure,preset) and $(call build,preset,arguments). Configuring again is quick, and follows
# changes of the presets, which the build alone would not notice.
configure = echo "Configuring build/$(1)" && cmake --preset $(1) --log-level=WARNING >/dev/null
build = $(call configure,$(1)) && cmake --build --preset $(1) $(2)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the packages and find or build CPython >= 3.13
	@$(SETUP) build test

run: ## Build, and run the demo (ARGS=...)
	@$(SETUP) build
	@$(call build,release,--target hookline)
	@build/release/hookline demo $(ARGS)

hub: ## Build, and run the embedded hub until interrupted (ARGS=...)
	@$(SETUP) build
	@$(call build,release,--target hookline)
	@exec build/release/hookline hub --scripts examples/scripts $(ARGS)

test: ## Build, and run all tests
	@$(SETUP) build test docs
	@$(call build,release)
	@ctest --preset release --parallel $(JOBS)

debug: ## Run the tests of the debug build
	@$(SETUP) build test
	@$(call build,debug)
	@ctest --preset debug --parallel $(JOBS)

bench: ## Measure everything and write docs/benchmarks.md (ARGS=--benchmark_filter=... only runs a part)
	@$(SETUP) build
	@$(call build,bench,--target hookline_bench hookline_bench_public hookline)
	@$(if $(ARGS),build/bench/hookline_bench $(ARGS) && build/bench/bench/public/hookline_bench_public $(ARGS),"$$(tools/find-python.sh)" -I tools/bench_report.py run)

bench-check: ## Fail if a ratio is more than 15% worse than in bench/baseline.json
	@$(SETUP) build
	@$(call build,bench,--target hookline_bench hookline_bench_public hookline)
	@"$$(tools/find-python.sh)" -I tools/bench_report.py check

bench-build: ## Check that the benchmarks compile, in the release build
	@$(SETUP) build
	@$(call build,release,--target hookline_bench hookline_bench_public)

asan: ## Run the tests under AddressSanitizer and UBSan
	@$(SETUP) build test sanitize
	@$(call build,asan)
	@ctest --preset asan --parallel $(JOBS)

tsan: ## Run the tests under ThreadSanitizer
	@$(SETUP) build test sanitize
	@$(call build,tsan)
	@tools/no-aslr.sh ctest --preset tsan --parallel $(JOBS)

lint: ## Check the format and the headers, and run clang-tidy on changed files
	@$(SETUP) build lint
	@$(call configure,bench)
	@tools/lint.sh check

lint-all: ## Do the same, and run the quick checks of clang-tidy on all files
	@$(SETUP) build lint
	@$(call configure,bench)
	@tools/lint.sh groups

lint-each: ## Check the format and run clang-tidy with all its checks on every file
	@$(SETUP) build lint
	@$(call configure,bench)
	@tools/lint.sh each

try-install: ## As root: follow docs/install.md to the letter, into /opt/hookline, and build the projects that it shows
	@tools/try-install.sh

check: ## Run all checks: .ci/run, and those that take too long for it
	@.ci/run
	@$(MAKE) debug
	@$(MAKE) lint-each
	@$(MAKE) valgrind
	@$(MAKE) fuzz
	@$(MAKE) builds
	@$(MAKE) arm64

format: ## Rewrite the C++ files in the project's format
	@$(SETUP) build lint
	@tools/lint.sh format

coverage: ## Run the tests as asan does, and fail if line coverage of src/ is below 85%
	@$(SETUP) build test sanitize
	@$(call build,coverage)
	@tools/coverage.sh $(JOBS)

valgrind: ## Run a selection of the tests under memcheck
	@$(SETUP) build test valgrind
	@$(call build,release)
	@tools/valgrind.sh

fuzz: ## Run each fuzz harness for FUZZ_SECONDS
	@$(SETUP) build fuzz
	@$(call build,fuzz,--target fuzz_harnesses)
	@tools/fuzz.sh $(FUZZ_SECONDS)

simulate: ## Run the dispatcher in SEEDS chosen interleavings, and find the planted bugs; or print one (SEED=...)
	@$(SETUP) build
	@$(call build,release,--target simulate)
	@build/release/tests/simulate $(if $(SEED),--replay $(SEED),--seeds $(SEEDS))
	@$(if $(SEED),:,build/release/tests/simulate --planted --seeds 500000)

mutate: ## Plant faults one at a time, and fail if the tests notice less than 95% (ARGS='--only NAME', --list, --json)
	@$(SETUP) build test
	@$(call build,release,--target simulate)
	@"$$(tools/find-python.sh)" -I tools/mutate.py . --simulate build/release/tests/simulate $(ARGS)

soak: ## Let scripts misbehave in a hub for MINUTES, from a random seed or SEED=..., and look for lines that are lost
	@$(SETUP) build
	@$(call build,release,--target hookline)
	@"$$(tools/find-python.sh)" -I tools/soak.py build/release/hookline --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) --output build/soak.json $(ARGS)

arm64: ## Cross-compile the files without CPython for ARM64, and run their tests under qemu
	@$(SETUP) build arm64
	@tools/check-arm64.sh

builds: ## Compile everything with GCC and clang, as Debug, RelWithDebInfo and Release
	@$(SETUP) build fuzz
	@tools/check-builds.sh

docs: ## Write docs/scripting.md and share/vh.pyi from the tables of hooks and functions
	@$(SETUP) build
	@$(call build,release,--target hookline)
	@build/release/hookline reference --template docs/templates/scripting.md >docs/scripting.md
	@build/release/hookline reference --format=pyi >share/vh.pyi

reference: ## Write the reference of the public headers to docs/reference/html
	@$(SETUP) docs
	@mkdir -p docs/reference && doxygen Doxyfile && echo "docs/reference/html/index.html"

clean: ## Remove everything that was built (not the cached Python)
	rm -rf build
