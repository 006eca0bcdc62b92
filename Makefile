# What a person types here. `make` alone explains.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export SIZES REQUESTS
.PHONY: help setup demo test crash-test bench pictures fuzz patterns sqlx sqlx-check train-reader

# Rust may be installed for this user without being on the search path of this shell.
export PATH := $(PATH):$(HOME)/.cargo/bin
export CARGO_TARGET_DIR := $(or $(CARGO_TARGET_DIR),$(shell scripts/target-folder))
# The statements are checked against .sqlx, never against a database that happens to be around.
export SQLX_OFFLINE := true

help: ## Show what can be done
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; \
	  do printf 'make %-12s %s\n' "$$name" "$$what"; done

setup: ## Install what this machine lacks; says first what that is
	@scripts/setup

demo: setup ## Build the service and show a day of its work with real mail servers
	cargo build --release --locked
	@"$$CARGO_TARGET_DIR/release/mailtriage" demo

test: setup ## Run all tests
	@if cargo nextest --version >/dev/null 2>&1; \
	  then set -x; cargo nextest run --locked --no-fail-fast; \
	  else set -x; cargo test --locked; fi

crash-test: setup ## Kill the service KILLS=500 times at every point of its work; SEED= repeats a plan
	@KILLS="$(KILLS)" SEED="$(SEED)" LANES="$(LANES)" PROGRAM="$(PROGRAM)" cargo test --locked \
	  --test crash -- --exact it_survives_being_killed_at_every_point_for_as_long_as_you_like \
	  --ignored --nocapture

bench: ## Measure speed and memory, end to end; SIZES=200 REQUESTS=1000 makes it short
	@scripts/setup isync
	cargo bench --locked

pictures: ## Draw the letters anew for docs/pictures; needs the package chromium
	@scripts/pictures

fuzz: ## Read EXECUTIONS=100000 strange mails for each fuzz target
	@scripts/fuzz

patterns: ## Read mails of 100 KB that repeat themselves, and name those that take over 50 ms
	cd fuzz && cargo run --release --locked --bin patterns -- $(PATTERNS)

train-reader: setup ## Teach the reader model anew; takes most of an hour and needs Python 3.11
	@training/train

sqlx: setup ## Renew .sqlx after a change of a statement or of the tables
	@scripts/sqlx write

sqlx-check: setup ## Check that .sqlx fits the statements and the tables
	@scripts/sqlx check
