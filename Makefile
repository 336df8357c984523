# Can I? - bare `make` prints the targets. Nothing is installed outside .venv/ and var/.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
CODE := adapters bot knowledge tests app.py

.DEFAULT_GOAL := help
.PHONY: help run test lint check-policies pytest soak bench vocabulary families format clean

help:  ## print these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The first of PYTHON that starts and is new enough; a name on the path may belong to a version that is not installed.
$(BIN)/python:
	@for python in $(PYTHON); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -m venv $(VENV) && exit 0; \
	  rm -rf $(VENV); \
	  echo "The virtual environment could not be made. On Debian or Ubuntu: apt install python3-venv"; exit 2; \
	done; \
	echo "Can I? needs Python 3.11 or later, and none was found. Install one, or name it: make PYTHON=/path/to/python3 run"; exit 2

$(RUN_STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing what the bot needs into $(VENV)/ (once; it takes a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . || { echo "Installing failed; the lines above say why. Run the same command again once that is mended."; exit 2; }
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing what checks and tests need into $(VENV)/ ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,postgres,train]'
	@touch $@ $(RUN_STAMP)

run: $(RUN_STAMP)  ## start the bot with a demo school on http://127.0.0.1:3978 (Ctrl-C ends it)
	@exec $(BIN)/python app.py serve --demo

test: lint check-policies pytest  ## run every check and every test

lint: $(DEV_STAMP)  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-policies: $(DEV_STAMP)  ## look for faults in every policy pack
	$(BIN)/python app.py policy check

pytest: $(DEV_STAMP)
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

soak: $(DEV_STAMP)  ## the long tests: thousands of crashes, floods, races
	$(BIN)/python -m pytest -m soak

bench: $(DEV_STAMP)  ## measure start-up, answering and the outbox
	$(BIN)/python -m tests.bench

vocabulary: $(DEV_STAMP)  ## train the reader anew from the labelled phrasings
	$(BIN)/python -m knowledge.training

families: $(DEV_STAMP)  ## find the families of words anew (fetches gigabytes of libraries), then run `make vocabulary`
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[semantic]'
	$(BIN)/python -m knowledge.clustering

format: $(DEV_STAMP)  ## put the code into its standard form
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

clean:  ## remove what the checks leave behind (never var/, which holds the data)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
