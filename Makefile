# What each target checks is in CONTRIBUTING.md.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Downloads stay outside the checkout, so that a second run is quick; nothing relies on them being there.
TEST_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/broll-test
TOOLS := $(TEST_CACHE)/tools
BROLL := $(or $(CARGO_TARGET_DIR),target)/debug/broll
RUN_WITH_TOOLS := scripts/with-tools.sh "$(TOOLS)"

.PHONY: help build release test test-unit image-test demo stills bench lint deny generated clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build for development
	cargo build --locked

release: ## Build what is shipped, target/release/broll
	cargo build --locked --release

test: ## Install what is missing and run every test
	scripts/install-tools.sh "$(TOOLS)" --tests
	$(RUN_WITH_TOOLS) cargo test --locked --no-fail-fast --lib --test cli --test conformance --test real -- --test-threads 2

test-unit: ## Only the tests that need neither Blender nor ffmpeg
	cargo test --locked --lib --test cli

image-test: ## Build the container's image and let it work, on the processor (KERNELS=sm_90 builds kernels as well)
	scripts/image-test.sh "$(TEST_CACHE)" $(if $(IF_CHANGED),--if-changed)

demo: release ## Install what is missing and render the bundled template to demo.mp4
	scripts/demo.sh

stills: ## Render the stills of the bundled templates anew (NAMES="a b" for some)
	scripts/install-tools.sh "$(TOOLS)"
	$(RUN_WITH_TOOLS) scripts/stills.sh $(BROLL) $(NAMES)

bench: release ## Print broll's time against the plain way of doing the same work
	scripts/install-tools.sh "$(TOOLS)" --tests
	$(RUN_WITH_TOOLS) python3 benches/run.py

lint: ## Formatting and clippy, warnings are errors
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings

deny: ## Licences, bans and sources of all dependencies
	@command -v cargo-deny >/dev/null || { echo "cargo-deny is missing: cargo install --locked cargo-deny"; exit 1; }
	cargo deny --all-features check licenses bans sources

generated: ## Write completions/ and man/ anew from the command line
	cargo build --locked
	for pair in bash:broll.bash zsh:_broll fish:broll.fish elvish:broll.elv powershell:_broll.ps1; do \
		$(BROLL) completions "$${pair%%:*}" > "completions/$${pair#*:}"; done
	rm -rf man && $(BROLL) man man >/dev/null

clean: ## Remove what was built
	cargo clean
	rm -f demo.mp4
