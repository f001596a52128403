# A front for CMake's presets and the tools: 'make help'. Each target sets up what it needs first
# (tools/setup.sh GROUP: packages through apt as root, and a CPython >= 3.13).
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup run hub test bench bench-check bench-build debug asan tsan lint lint-each format coverage valgrind fuzz arm64 builds check docs reference clean
# One recipe at a time: set-up and CMake already use every core, and two apt calls would collide.
.NOTPARALLEL:

SETUP := tools/setup.sh
# Arguments for run, hub and bench: make hub ARGS='--port 4111'
ARGS ?=
# Seconds for each fuzz harness.
FUZZ_SECONDS ?= 60

# $(call configure,preset) and $(call build,preset,arguments). Configuring again is quick and follows
# changes of the presets, which the build alone would not notice.
configure = echo "Configuring build/$(1)" && cmake --preset $(1) --log-level=WARNING >/dev/null
build = $(call configure,$(1)) && cmake --build --preset $(1) $(2)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the packages and find or build CPython >= 3.13
	@$(SETUP) build test

run: ## Build, and show the demo (ARGS=...)
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
	@ctest --preset release

debug: ## Run the tests of the debug build
	@$(SETUP) build test
	@$(call build,debug)
	@ctest --preset debug

bench: ## Measure everything, write docs/benchmarks.md (ARGS=--benchmark_filter=... runs only that)
	@$(SETUP) build
	@$(call build,bench,--target hookline_bench hookline)
	@$(if $(ARGS),build/bench/hookline_bench $(ARGS),"$$(tools/find-python.sh)" -I tools/bench_report.py run)

bench-check: ## Fail if a ratio got worse than in bench/baseline.json by more than 15%
	@$(SETUP) build
	@$(call build,bench,--target hookline_bench hookline)
	@"$$(tools/find-python.sh)" -I tools/bench_report.py check

bench-build: ## Compile the benchmarks in the release build, to see that they do
	@$(SETUP) build
	@$(call build,release,--target hookline_bench)

asan: ## Run the tests under AddressSanitizer and UBSan
	@$(SETUP) build test
	@$(call build,asan)
	@ctest --preset asan

tsan: ## Run the tests under ThreadSanitizer
	@$(SETUP) build test
	@$(call build,tsan)
	@tools/no-aslr.sh ctest --preset tsan

lint: ## Check the format and clang-tidy's findings; all checks only where a file changed
	@$(SETUP) build lint
	@$(call configure,bench)
	@tools/lint.sh check

lint-each: ## Check the format, and every file with all of clang-tidy's checks
	@$(SETUP) build lint
	@$(call configure,bench)
	@tools/lint.sh each

check: ## Everything there is: .ci/run, and what takes too long for it
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

coverage: ## As asan, and line coverage of src/ must be 85%
	@$(SETUP) build test coverage
	@$(call build,coverage)
	@tools/coverage.sh

valgrind: ## Run a selection of the tests under memcheck
	@$(SETUP) build test valgrind
	@$(call build,release)
	@tools/valgrind.sh

fuzz: ## Run each fuzz harness for FUZZ_SECONDS
	@$(SETUP) build fuzz
	@$(call build,fuzz,--target fuzz_harnesses)
	@tools/fuzz.sh $(FUZZ_SECONDS)

arm64: ## Cross-compile what needs no CPython for ARM64, and run dispatch's tests under qemu
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

reference: ## Write the reference of the public headers to build/reference/html
	@$(SETUP) docs
	@mkdir -p build && doxygen Doxyfile && echo "build/reference/html/index.html"

clean: ## Remove everything that was built (not the cached Python)
	rm -rf build
