# make demo   sets everything up on a fresh machine and renders the demo film
# make test   sets everything up and runs the tests
# make lint   ruff, mypy, the import contract, spelling, phrases, shaders
# make help   lists the rest

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Benchmarks have one of their own: MoviePy wants an older Pillow than the tests are run with.
BENCH := .venv-bench
# IRIS judges flashes in the tests. Its OpenCV clashes with Qt, so it has one of its own.
IRIS := .venv-iris
# Each worker begins with files of its own, so that their fixtures are made once, and takes from the other at the end.
PYTEST_ARGS ?= -n 2 --dist worksteal
# Readers that `make fuzz` fuzzes, none for all, and seconds of computing for each.
READER ?=
SECONDS ?= 600
# A test that hangs fails after these seconds, says where it hung, and the others go on. The slowest takes a minute.
HANGS_AFTER ?= 300
# What tests must not skip, whatever the machine lacks.
export CORTICAST_EXPECT ?= gl,iris
# Tests start hundreds of processes: each would compile the package again where a shell forbids bytecode.
test test-all: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: demo test test-all lint format options bench fuzz clean help system-run system-lint system-test

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: system-run $(VENV)/.demo ## render the demo film, corticast-demo.mp4
	$(BIN)/corticast demo -o corticast-demo.mp4 --overwrite

test: system-test $(VENV)/.dev $(IRIS)/.iris ## run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS) -o faulthandler_timeout=$(HANGS_AFTER) -o faulthandler_exit_on_timeout=true

test-all: system-test $(VENV)/.dev $(IRIS)/.iris ## run the tests, those that take hours and every case of large grids; writes docs/fidelity.md
	CORTICAST_EXPECT=gl,glslang,ffprobe,poppler,raqm,chromium,xvfb,pulse,iris $(BIN)/python -m pytest $(PYTEST_ARGS) --hours --thorough --fidelity-table docs/fidelity.md

lint: system-lint $(VENV)/.dev ## check style, types, import directions, spelling, phrases and shaders
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python tools/check_files.py
	$(BIN)/python tools/check_language.py
	$(BIN)/python tools/check_shaders.py
	$(BIN)/python tools/options_table.py --check
	$(BIN)/python tools/library_warnings_table.py --check

format: $(VENV)/.dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

options: $(VENV)/.dev ## write the tables of options and of warnings into docs and docstrings
	$(BIN)/python tools/options_table.py
	$(BIN)/python tools/library_warnings_table.py

bench: system-run $(BENCH)/.bench ## measure speed, alone and beside other software; takes an hour or more
	$(BENCH)/bin/corticast bench --json benchmarks/results/bench.json --overwrite
	$(BENCH)/bin/corticast bench peers --json benchmarks/results/peers.json --overwrite

fuzz: system-run $(VENV)/.fuzz ## fuzz readers of files by coverage: make fuzz READER=edf SECONDS=600
	$(BIN)/python -m tests.fuzz $(READER) --seconds $(SECONDS)

clean: ## remove what make has made
	rm -rf $(VENV) $(BENCH) $(IRIS) corticast-demo.mp4 build dist golden-differences .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz

system-run:
	@tools/system-packages.sh run

system-lint:
	@tools/system-packages.sh lint

system-test:
	@PYTHON="$(PYTHON)" tools/system-packages.sh test

$(VENV)/bin/python $(BENCH)/bin/python $(IRIS)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "corticast needs Python 3.11 or later; say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@PYTHON="$(PYTHON)" tools/system-packages.sh python
	@$(PYTHON) -m venv $(@:/bin/python=) || { rm -rf $(@:/bin/python=); exit 1; }

# One stamp per set of extras: installed again when pyproject.toml changes.
$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[demo]'
	@touch $@

# PyAudio has no wheel for Linux: where it cannot be built, tests of live sound are skipped.
$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,demo]'
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[live]' || echo "live sound is not tested: no PyAudio" >&2
	@touch $@

# Without a display, OpenCV's headless wheel serves; the package asks for the other one.
$(IRIS)/.iris: Makefile | $(IRIS)/bin/python
	$(IRIS)/bin/pip install --quiet --disable-pip-version-check numpy scipy opencv-python-headless
	$(IRIS)/bin/pip install --quiet --disable-pip-version-check --no-deps iris-pse-detection==1.1.2
	@touch $@

# atheris has wheels for Linux alone.
$(VENV)/.fuzz: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	@touch $@

$(BENCH)/.bench: pyproject.toml | $(BENCH)/bin/python
	$(BENCH)/bin/pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@
