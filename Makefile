# Every target sets up what it needs first; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: .venv/ready ## the bot, a Slack workspace and an AWS on this machine; prints one address
	@$(PY) -m bot demo

test: .venv/ready .venv/chromium lint ## lint, then every test, the browser's too
	$(PY) -m pytest -n 2 --dist loadgroup

lint: .venv/ready ## style, types, directions of imports, generated pages
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m cogapp --check -I . -r README.md docs/*.md

docs: .venv/ready ## write the generated parts of the pages again
	$(PY) -m cogapp -I . -r README.md docs/*.md

bench: .venv/ready ## the measurements, each beside a floor or a peer
	$(PY) -m bench

bench-audit: .venv/ready ## an audit, beside its floor and beside Prowler and ScoutSuite
	$(PY) -m bench audit
	$(PY) -m bench peers

bench-growth: .venv/ready ## one audit of 1, 10, 100 and 1,000 accounts
	$(PY) -m bench growth

bench-parity: .venv/ready ## the same questions to Prowler, in an environment of its own
	$(PY) -m bench.parity

bench-relay: .venv/ready ## ten thousand events through the queue, beside a bare loop
	$(PY) -m bench relay

bench-storm: .venv/ready ## ten thousand events in a minute: all accounted for, few calls, criticals at once
	$(PY) -m bench storm

lock: ## choose newer versions: writes the requirements files (needs uv)
	uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11 --extra demo --extra scale --group dev pyproject.toml -o requirements-dev.txt

clean: ## remove what the targets made
	rm -rf .venv .venv-prowler .venv-scoutsuite build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .picket

.venv/ready: requirements-dev.txt pyproject.toml
	@bin/setup
	@touch $@

.venv/chromium: .venv/ready
	@bin/chromium
	@touch $@

.PHONY: help demo test lint docs bench bench-audit bench-growth bench-parity bench-relay bench-storm lock clean
