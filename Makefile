# Needs GNU make, git and Python 3.11 or newer, nothing else. `make PYTHON=python3.12 ...` picks the Python.
.DEFAULT_GOAL := help
.PHONY: help compile check fmt test proofs hooks bench bench-full lint types format docs workflows golden cases lock clean

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq
# The programs that tests drive run one after the other, in one of these.
TEST_PROCESSES ?= 2
RUFF := $(BIN)/python -m ruff
UV_COMPILE := $(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--group build --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# Personal settings may say where packages come from, but not where they go or whether they are checked.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_REQUIRE_VIRTUALENV := 0
export PIP_USER := 0
unexport PIP_PREFIX PIP_PYTHON PIP_ROOT PIP_TARGET PYTHONHOME PYTHONPATH

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name text; do \
		printf 'make %-10s %s\n' "$$name" "$$text"; done

compile: .venv/.core ## write rendered/ from apps/ and environments/; PORTICO_ARGS=--no-cache adds options
	@$(BIN)/portico compile $(PORTICO_ARGS)

check: .venv/.core ## check rendered/ against the specs, the schemas and the policies
	@$(BIN)/portico check $(PORTICO_ARGS)

fmt: .venv/.core ## lay out apps/ and environments/ in the canonical way
	@$(BIN)/portico fmt

test: .venv/.dev ## run the tests; PYTEST_ARGS="-k name" chooses among them
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup $(PYTEST_ARGS)

proofs: .venv/.dev ## hold the laws of the language to hundreds of specs, for a quarter of an hour
	@EXAMPLES=$(or $(EXAMPLES),300) $(BIN)/python -m pytest -q tests/test_language.py

hooks: .venv/.dev ## lay out, compile and check what is staged before each commit
	@$(BIN)/pre-commit install

bench: .venv/.core ## measure speed on a small estate, in two minutes
	@mkdir -p build
	@$(BIN)/python -m bench --size 50x4 --rounds 3 --portico '$(CURDIR)/$(BIN)/portico' \
		--peers --profiles --json build/bench.json $(BENCH_ARGS)

bench-full: .venv/.dev ## measure 1,000 and 10,000 apps, and peers from PyPI; BENCH_ARGS="--rounds 9" adds options
	@mkdir -p build
	@$(BIN)/python -m bench --size 1000x4 --size 10000x4 --portico '$(CURDIR)/$(BIN)/portico' \
		--peers --install-peers --profiles --json build/bench-full.json $(BENCH_ARGS)

lint: .venv/.dev ## ruff: rules and format
	@$(RUFF) check --quiet
	@$(RUFF) format --check --quiet

types: .venv/.dev ## mypy, strict
	@$(BIN)/python -m mypy --no-error-summary

format: .venv/.dev ## let ruff fix and format
	@$(RUFF) check --fix --quiet
	@$(RUFF) format --quiet

docs: .venv/.core ## write the reference pages of docs/ from the code
	@$(BIN)/python -m compiler.spec.reference docs
	@$(BIN)/python -m compiler.rules_reference docs

workflows: .venv/.core ## write the files of GitHub Actions and GitLab CI
	@$(BIN)/python -m compiler.scaffold.ci .

golden: .venv/.dev ## write the golden repositories of the tests anew; read the diff
	@REGENERATE=1 $(BIN)/python -m pytest -q tests/test_golden.py tests/test_workloads.py

cases: .venv/.dev ## write the expected texts of the test cases anew; read the diff
	@REGENERATE=1 $(BIN)/python -m pytest -q tests/test_cases.py tests/test_fields.py tests/diagnostics tests/review

lock: .venv/.folder ## resolve pyproject.toml into the lock files; LOCK_ARGS=--upgrade takes newer releases
	@test -x $(BIN)/uv || $(PIP) install uv
	@$(UV_COMPILE) --extra dev $(LOCK_ARGS) -o requirements-dev.lock
	@$(UV_COMPILE) -c requirements-dev.lock $(LOCK_ARGS) -o requirements.lock
	@sed '/^ *#/d; /--hash=/d; s/ *\\$$//' requirements.lock > constraints.txt

clean: ## remove .venv, caches and build output
	@rm -rf .venv .hypothesis .mypy_cache .portico-cache .pytest_cache .ruff_cache build dist
	@find . -name .git -prune -o -name __pycache__ -prune -exec rm -rf {} +

# A virtual environment holds absolute paths: one made for another folder, or whose Python is gone, is made anew.
# Of a link only the link is replaced: what it leads to is somebody else's.
ifneq ($(shell test -x $(BIN)/python && cat .venv/.folder 2>/dev/null),$(CURDIR))
.PHONY: .venv/.folder
endif

.venv/.folder:
	@if [ ! -e $@ ] && $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then pwd -P > $@; exit; fi; \
	python=; bare=; \
	for name in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
		"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if "$$name" -c 'import ensurepip, venv' 2>/dev/null; then python=$$name; break; fi; \
		bare=$$name; \
	done; \
	if [ -z "$$python$$bare" ]; then \
		echo 'portico needs Python 3.11 or newer and found none; name one with: make PYTHON=/path/to/python' >&2; exit 1; \
	elif [ -z "$$python" ]; then \
		echo "$$bare cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	[ ! -L .venv ] || rm .venv; \
	"$$python" -m venv --clear .venv && pwd -P > $@

.venv/.core: requirements.lock pyproject.toml .venv/.folder
	@echo 'Installing requirements.lock into .venv' >&2
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.core
	@echo 'Installing requirements-dev.lock into .venv' >&2
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
