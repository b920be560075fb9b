# CareCredit. `make` lists what can be asked for; everything installs what it needs into .venv.

.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -c
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# The first interpreter that is new enough and can make an environment; PYTHON=... chooses another.
PYTHONS := python3.13 python3.12 python3.11 python3.14 python3
FIND_PYTHON = for each in $(PYTHON) $(PYTHONS); do \
	if $$each -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$each; exit; fi; done

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) \
		| awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

.PHONY: venv
venv: .venv/.dev ## Make .venv with the program and the tools to work on it

.PHONY: check
check: .venv/.dev ## Style, types, import rules, schema drift: everything short of the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture tests/carecredit/test_schema.py

.PHONY: test
test: .venv/.dev ## All tests, on SQLite and on a real PostgreSQL and Valkey out of wheels (JOBS at once)
	$(BIN)/pytest -n $(or $(JOBS),auto) --maxprocesses=8

POLICY := tests/carecredit/contact_policy
.PHONY: cover
cover: .venv/.dev ## Every branch of the contact policy's rules, by the tests of the rules alone
	$(BIN)/pytest -n0 -q $(POLICY) -k rules --cov=carecredit.contact_policy.rules --cov-branch \
		--cov-report=term-missing:skip-covered --cov-fail-under=100

.PHONY: edges
edges: .venv/.dev ## Every change of the clocks 2024-2035 in eight places, minute by minute
	CARECREDIT_EDGES=all $(BIN)/pytest -q $(POLICY)/test_rules_edges.py

.PHONY: mutants
mutants: .venv/.dev ## Change the policy's rules in one place at a time: 9 of 10 must be noticed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutants]'
	rm -rf mutants
	$(BIN)/mutmut run --max-children $(or $(JOBS),2) $(ONLY)
	$(BIN)/mutmut results
	$(BIN)/mutmut export-cicd-stats
	$(BIN)/python benchmarks/mutants.py

.PHONY: faults
faults: .venv/.dev ## The main job over LEDGER=folder (from FROM to TO), 20 kills and a broker flush
	@test -n "$(LEDGER)" || { echo "Name a folder with invoices.csv and payments.csv:" \
		"make faults LEDGER=folder FROM=2012-01-03 TO=2013-12-31" >&2; exit 1; }
	cd tests && PYTHONPATH=. ../$(BIN)/python -m faults.main_job \
		--ledger "$(abspath $(LEDGER))" --from $(FROM) --to $(TO) $(FAULTS)

.PHONY: bench
bench: .venv/.dev ## Import, pulse and series, each beside a floor measured in the same run
	$(BIN)/python benchmarks/floors.py

.PHONY: bench-reports
bench-reports: .venv/.dev ## Each report over a million invoices, through HTTP, beside DuckDB
	$(BIN)/python benchmarks/reports.py $(BENCH)

.PHONY: bench-deciding
bench-deciding: .venv/.dev ## Decide for 100,000 customers with their history (BENCH=--help)
	$(BIN)/python benchmarks/deciding.py $(BENCH)

.PHONY: machine
machine: .venv/.dev ## Random books written and read in turn, on both databases: STEPS of them
	CARECREDIT_MACHINE_STEPS=$(or $(STEPS),5000) $(BIN)/pytest -n0 -q \
		tests/carecredit/metrics/test_machine.py

.PHONY: lives
lives: .venv/.dev ## Cases, holds, words, money and talks in any order, on both databases: STEPS of them
	CARECREDIT_LIVES_STEPS=$(or $(STEPS),5000) $(BIN)/pytest -n0 -q tests/carecredit/test_lives.py

.PHONY: load
load: .venv/.dev ## 16 processes at the gate of 200 people, on both databases (LOAD=--help)
	cd tests && PYTHONPATH=. ../$(BIN)/python -m load.gate $(LOAD)

.PHONY: demo
demo: .venv/.runtime ## See it live: a made-up centre with two client companies
	$(BIN)/carecredit demo

.PHONY: serve
serve: .venv/.runtime ## Serve the API of the set-up that CARECREDIT_* variables describe
	$(BIN)/carecredit serve

.PHONY: fix
fix: .venv/.dev ## Put style right where that can be done by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: constraints
constraints: PYTHONS := python3.11 python3.12 python3.13
constraints: ## Write constraints.txt anew, with the newest versions that pyproject.toml allows
	@python="$$($(FIND_PYTHON))"; folder="$$(mktemp -d)"; trap 'rm -rf "$$folder"' EXIT; \
	"$$python" -m venv "$$folder/venv"; \
	"$$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	{ sed -n '/^#/p' constraints.txt; \
	"$$folder/venv/bin/python" -m pip freeze --exclude-editable --exclude pip --exclude setuptools; \
	} > "$$folder/constraints.txt"; \
	cp "$$folder/constraints.txt" constraints.txt

.PHONY: clean
clean: ## Remove .venv, builds and caches
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@python="$$($(FIND_PYTHON))"; if [ -z "$$python" ]; then \
		echo "Python 3.11 or newer with its venv module is needed (on Debian and Ubuntu:" \
			"python3 and python3-venv); PYTHON=/path/to/python names one." >&2; exit 1; fi; \
	echo "Making .venv with $$($$python --version)"; "$$python" -m venv .venv

.venv/.runtime: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ .venv/.runtime
