# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONSTRAINTS ?= constraints.txt
# Files in the order of tests/conftest.py, not by how many tests they have. Three on two cores, since
# many tests wait: for a browser, a kernel, LibreOffice, another process.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test test-quick test-long test-min test-new test-wheel test-sdist dist lint types fuzz bench docs sandbox format clean

help:  ## List the commands.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# pip learned dependency groups in 25.1; Debian's venv starts with an older one.
$(BIN)/.installed: pyproject.toml $(CONSTRAINTS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade --constraint $(CONSTRAINTS) pip
	$(BIN)/python -m pip install --quiet --constraint $(CONSTRAINTS) --group dev --editable ".[all,dask]"
	touch $@

# The tests drive a real browser and a real spreadsheet, which pip cannot install.
.PHONY: programs libreoffice
programs: libreoffice
	@command -v chromium >/dev/null || { $(call apt_get,chromium); }

libreoffice:
	@command -v soffice >/dev/null || { $(call apt_get,--no-install-recommends libreoffice-calc); }

apt_get = echo "Installing for the tests: $(1)"; \
  SUDO=$$(test "$$(id -u)" = 0 || echo sudo); \
  $$SUDO apt-get update -qq && $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null

demo: $(BIN)/.installed  ## Clean and send the sample file to a local PangoCDP; say what became of every row.
	$(BIN)/python -m pangoprep demo

test: lint types programs  ## Every test, the linters and the type checker.
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-quick: $(BIN)/.installed  ## The tests without notebooks and browser.
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not notebook and not browser and not long"

test-long: $(BIN)/.installed  ## The long versions: thousands of steps and kills, and random examples.
	PANGOPREP_LONG=1 $(BIN)/python -m pytest -m "long or hypothesis"

test-min:  ## The tests on the oldest versions allowed.
	$(MAKE) VENV=.venv-min CONSTRAINTS=constraints-min.txt test-quick

# tools/pythons.py starts each that it finds: a pyenv shim on the PATH may lead nowhere.
test-new:  ## The tests on the newest Python at hand and the newest versions of everything.
	$(MAKE) VENV=.venv-new PYTHON="$$($(PYTHON) -m tools.pythons newest)" CONSTRAINTS=/dev/null test-quick

test-wheel: dist  ## The docs' examples with the wheel alone: oldest Python and versions, and newest.
	$(BIN)/python -m tools.try_wheel

test-sdist: dist  ## The tests, without notebooks and browser, in the unpacked source archive.
	rm -rf out/sdist && mkdir -p out/sdist
	tar -xzf out/dist/pangoprep-*.tar.gz -C out/sdist --strip-components 1
	cd out/sdist && PYTHONPATH="$$PWD" "$(abspath $(BIN))/python" -m pytest $(SIDE_BY_SIDE) -m "not notebook and not browser and not long" $(TESTS)

# With ADDRESS, where the repository is, the package's page points there.
dist: $(BIN)/.installed  ## A wheel and a source archive, into out/dist.
	rm -rf out/dist
	PANGOPREP_ADDRESS="$(ADDRESS)" $(BIN)/python -m hatchling build -d out/dist

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.installed
	$(BIN)/mypy

format: $(BIN)/.installed  ## Format the code.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Write what it finds into the tests, as an `@example` or a line of tests/cases.
fuzz: $(BIN)/.installed  ## A million made-up cells through every normalizer; random examples for the tests.
	$(BIN)/python -m tests.normalizers.fuzz --cells 1000000
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile random

bench: $(BIN)/.installed  ## Measure against read_csv, the usual per-cell way, and bare httpx.
	$(BIN)/python -m benchmarks

docs: $(BIN)/.installed  ## The docs site, into out/docs; a broken link fails.
	$(BIN)/python -m zensical build --clean --strict

sandbox: $(BIN)/.installed  ## A PangoCDP on this machine, at port 8077.
	$(BIN)/pangoprep sandbox --port 8077

clean:  ## Remove what the commands above made.
	rm -rf $(VENV) .venv-min .venv-new out .cache .pytest_cache .ruff_cache .mypy_cache .hypothesis
