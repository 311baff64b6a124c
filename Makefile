BIN := .venv-dev/bin

.PHONY: setup check test docs bench

setup:
	python3 -m venv .venv-dev
	$(BIN)/pip install --quiet --editable ".[dev]"

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python docs/generate.py --check

test:
	$(BIN)/coverage erase
	COVERAGE_PROCESS_START=pyproject.toml $(BIN)/python -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

docs:
	$(BIN)/python docs/generate.py

bench:
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/sizes.py
