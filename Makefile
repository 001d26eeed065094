# `make` lists the targets. Each one builds what it needs, and is quick the second time.
SHELL := /bin/bash
PY    := .venv/bin/python
ARGS  ?=
BOOK  ?= synthetic

.PHONY: help demo test check fix bench bench-conduct docs lock setup train-conduct train-playbook mutants screenshots

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## build .venv and fetch the page assets (runs by itself before the others)
	@scripts/setup run

demo: setup ## import the sample book, run a night, open the workspace  (BOOK=uci-cards, ARGS=--no-serve)
	@.venv/bin/arrears demo --book $(BOOK) $(ARGS)

test: ## every test, on SQLite, a real PostgreSQL and a real browser
	@scripts/setup test
	@$(PY) -m pytest -n auto $(ARGS)

check: ## style, types, import layers, house rules
	@scripts/setup check
	@.venv/bin/ruff format --check src tests bench
	@.venv/bin/ruff check src tests bench
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PY) -m pytest -q tests/tidy

fix: ## format and apply the safe fixes
	@scripts/setup check
	@.venv/bin/ruff format src tests bench
	@.venv/bin/ruff check --fix src tests bench

bench: ## the measured claims, written to bench/RESULTS.md  (ARGS="night --rows 1000000")
	@scripts/setup check
	@$(PY) -m bench $(ARGS)

train-conduct: ## train the conduct reader from material/conduct, byte for byte  (ARGS="--cold DIR" for the insults)
	@scripts/setup check
	@$(PY) -m arrears.conduct.train $(ARGS)

train-playbook: ## train the matcher of the playbook from material/playbook, byte for byte
	@scripts/setup check
	@$(PY) -m arrears.playbook.match.train $(ARGS)

mutants: ## faults planted in the code that decides, and whether a test notices  (ARGS="--each 30")
	@scripts/setup check
	@$(PY) -m bench mutants $(ARGS)

bench-conduct: ## the conduct reader: precision, recall, F1 by code and language, false alarms, duties, speed
	@scripts/setup check
	@$(PY) -m bench conduct $(ARGS)

docs: ## generate the reference pages from the code
	@scripts/setup check
	@$(PY) scripts/generate_docs.py

screenshots: ## take the pictures of the docs again, from the pages as they are
	@scripts/setup test
	@$(PY) -m tests.web.take_screenshots docs/screenshots --docs
	@$(PY) -m tests.web.take_tutorial docs/screenshots/tutorial

lock: ## pin every dependency again, with hashes and without registry addresses (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -c requirements/dev.txt -o requirements/run.txt
