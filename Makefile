# Every daily command. Continuous integration calls the same targets a person does.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
CODE := $(wildcard libs/*/src) $(wildcard services/*/src) tests tools benchmarks

.PHONY: help setup demo test test-unit test-connected chaos check format bench docs requirements clean

##@ Start
help: ## show this
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n\033[1m%s\033[0m\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  \033[36m%-15s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo

setup: ## make everything ready: environment, packages, Java libraries (the others call it)
	@$(PYTHON) tools/setup.py

demo: setup ## a shop's morning, from signed hooks to documents in the archive: ARGS="--once"
	@$(BIN)/muniment demo $(ARGS)

##@ Test
test: setup ## all tests, the fast ones first; or T=tests/unit/ops for some
ifdef T
	$(BIN)/pytest $(T)
else
	$(BIN)/pytest tests/unit tests/contract
	$(BIN)/pytest tests/repo tests/integration tests/e2e
endif

test-unit: setup ## the tests that need no socket, in seconds
	$(BIN)/pytest tests/unit tests/contract

test-connected: setup ## the tests on a real Kafka
	$(BIN)/pytest tests/integration tests/e2e

chaos: setup ## the long drill: kill, cut, freeze and poison everything, then compare: ARGS="--seed 7"
	$(BIN)/muniment chaos --events 20000 --report build/chaos $(ARGS)

bench: setup ## measure, compare with the references, write benchmarks/results/latest.json: ARGS="runtime"
	$(BIN)/python -m benchmarks $(ARGS)

##@ Check
check: setup ## formatting, lint, types, imports, schemas, generated pages, requirements, house rules
	@failed=0; run() { echo "+ $$*"; "$$@" || failed=1; }; \
	run $(BIN)/ruff format --check .; \
	run $(BIN)/ruff check .; \
	run $(BIN)/mypy $(CODE); \
	run $(BIN)/lint-imports --no-logo; \
	run $(BIN)/python -m tools.check_schemas; \
	run $(BIN)/python -m tools.generate_reference --check; \
	run $(BIN)/python tools/check_requirements.py; \
	run $(BIN)/python tools/check_docs.py; \
	run $(BIN)/python tools/check_house.py; \
	exit $$failed

format: setup ## format the code and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

##@ Maintain
docs: setup ## write the generated reference pages
	$(BIN)/python -m tools.generate_reference

requirements: setup ## pin third-party packages anew from requirements/*.in, with hashes
	$(BIN)/python tools/pin_requirements.py

clean: ## remove the environment and everything made by tools (not the cache of Java libraries)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .muniment build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
