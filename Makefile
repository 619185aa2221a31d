# A thin front: everything is done by CMake and Ninja.  `make help` lists the targets.
.PHONY: all build demo cards test lint asan clang coverage fuzz bench install clean help
PREFIX ?= /usr/local

all: build ## build the release in build/
build: packages-build
	@mkdir -p build
	@cmake --preset release -DCMAKE_INSTALL_PREFIX=$(PREFIX) >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build build

# SKIP_PACKAGES=1 leaves the system alone.
packages-%:
	@[ -n "$(SKIP_PACKAGES)" ] || sh scripts/install_packages.sh $*

demo: build ## build, characterise the model library and a measured device, open a passport
	@sh scripts/demo.sh build/hysteron build/demo

cards: build ## write docs/models/ anew: a card a model, with figure and reproduced values
	@build/hysteron device card --all -o docs/models

test: packages-test build ## build and run all tests
	@ctest --test-dir build --output-on-failure -j2

asan: packages-test packages-lint ## all tests under AddressSanitizer and UBSan
	@cmake --preset asan >/dev/null && cmake --build build/asan
	@ctest --test-dir build/asan --output-on-failure -j2

clang: packages-test packages-lint ## all tests, built with clang
	@cmake --preset clang >/dev/null && cmake --build build/clang
	@ctest --test-dir build/clang --output-on-failure -j2

lint: packages-build packages-test packages-lint ## clang-format, clang-tidy, cppcheck, codespell, the rule of rooms
	@sh scripts/lint.sh

coverage: packages-test packages-lint ## line coverage by room
	@cmake --preset coverage >/dev/null && cmake --build build/coverage
	@ctest --test-dir build/coverage -j2
	@gcovr --root . --filter src/ --print-summary build/coverage

fuzz: packages-build packages-lint ## run each fuzzer for FUZZ_SECONDS (60)
	@cmake --preset fuzz >/dev/null && cmake --build build/fuzz
	@sh scripts/fuzz.sh build/fuzz $${FUZZ_SECONDS:-60}

bench: packages-bench build ## benchmarks against peers, ratios side by side
	@cmake --build build --target benches
	@sh bench/run.sh build

install: build ## install under PREFIX (and DESTDIR)
	@cmake --install build --prefix $(PREFIX)

clean: ## remove build/
	@rm -rf build

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile
