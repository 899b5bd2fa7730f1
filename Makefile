# Entry point for all tasks. Each target calls a script; nothing is compiled here directly.

KERNEL ?= 6.1
export KERNEL

.DEFAULT_GOAL := help
.PHONY: help setup build demo test soak matrix bench bench-native fuzz style deb test-packages test-compilers install uninstall clean

help: ## this list
	@echo 'ghostmem: who holds the memory that no line of /proc/meminfo counts'
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
	@echo
	@echo 'KERNEL=NAME chooses the kernel of demo and bench; scripts/vm --list names them.'

setup: ## install what a Debian 12 host lacks (asks sudo if need be), fetch the stock kernel
	@scripts/setup

build: setup ## build leakctl, and the module for the stock kernel
	@scripts/build

demo: build ## boot a stock kernel in QEMU, leak at a real hot-unplug, see leakctl name it
	@scripts/demo

test: build ## prove every feature once: unit, native, KUnit, real kernels in QEMU, style
	@tests/run

MINUTES ?= 60
soak: build ## run what is long, for MINUTES (60), or CASE="NAME..." alone
	@tests/soak --minutes $(MINUTES) $(CASE)

matrix: build ## run every VM test on every kernel that users run, or on KERNELS="5.10 6.1"
	@tests/matrix/run $(KERNELS)

bench: build ## what tracking costs, in instructions an allocation
	@tests/bench/run

bench-native: setup ## what the page map and the site table cost, in nanoseconds of this host
	@tests/kmod-native/run bench

FUZZ_SECONDS ?= 600
fuzz: setup ## page map and site table against a naive model, for FUZZ_SECONDS (600)
	@tests/kmod-native/run fuzz $(FUZZ_SECONDS)

style: setup ## checkpatch, sparse, W=1, clang-format
	@tests/style/run

SUITE ?= bookworm
deb: setup ## Debian packages of SUITE (bullseye, bookworm, trixie) into build/deb/SUITE
	@packaging/build-deb $(SUITE)

test-packages: setup ## packages: built, installed, booted, upgraded and purged on Debian 11, 12, 13
	@tests/packages/run

test-compilers: setup ## leakctl built, and tested, by g++ 10, 12, 14, 16 and clang
	@tests/compilers/run

install: ## install leakctl and, through DKMS, the module on this host (as root)
	@scripts/install

uninstall: ## undo install
	@scripts/install --remove

clean: ## remove build/; downloads and built kernels stay in the cache
	rm -rf build
