# Keqiao 科桥. `make` lists what there is.
SHELL := /bin/sh
VENV  := .venv
BIN   := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install install-dev browser run test test-full check fmt i18n bench notebooks lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.run: pyproject.toml constraints.txt tools/install.sh
	@sh tools/install.sh $(VENV) run

$(VENV)/.dev: $(VENV)/.run
	@sh tools/install.sh $(VENV) dev

install: $(VENV)/.run ## the virtual environment with what running needs

install-dev: $(VENV)/.dev ## the same with what tests need

browser: ## the Chromium that the browser tests drive
	@sh tools/browser.sh

run: $(VENV)/.run ## install, migrate, load the demo once, serve on 127.0.0.1:8000 with the worker beside it
	@KEQIAO_DEMO=$${KEQIAO_DEMO:-true} $(BIN)/keqiao up

test: $(VENV)/.dev browser check ## lint, types, import contracts and all tests
	@$(BIN)/pytest -n 2 -q -m "not slow"

test-full: $(VENV)/.dev browser check ## the same with the longer proofs
	@$(BIN)/pytest -n 2 -q

check: $(VENV)/.dev ## lint, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: $(VENV)/.dev ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

i18n: $(VENV)/.run ## check and compile the message catalogues
	@$(BIN)/python -m core.i18n

bench: $(VENV)/.dev ## every benchmark, as tables
	@$(BIN)/python -m benchmarks all

notebooks: $(VENV)/.dev ## run the notebooks on the demo catalogue and store what they say
	@$(BIN)/python -m jobs.notebooks

lock: $(VENV)/.dev ## resolve every version anew into constraints.txt
	@$(BIN)/python tools/lock.py

clean: ## remove the virtual environment and caches; data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
