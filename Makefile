# The commands a person types. Everything is installed into .venv beside this file.

PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null && echo $$p && break; done)
RUN := .venv/bin
PIP := $(RUN)/python -m pip install --quiet --disable-pip-version-check
BOTH := -r requirements.txt -r requirements-dev.txt
CODE := $(wildcard *.py) \
	domain operations analysis storage live data_feeds api reports layouts callbacks tests benchmarks
STAMP = .venv/.installed-$(shell cat $(1) | cksum | cut -d ' ' -f 1)
INSTALLED := $(call STAMP,requirements.txt)
INSTALLED_DEV := $(call STAMP,requirements.txt requirements-dev.txt)-dev

unexport PYTHONDONTWRITEBYTECODE  # what one process has compiled, the next need not

BY_FILE := --dist loadfile --no-loadscope-reorder  # the tests of a file share its servers
TOGETHER := $(MAKE) --no-print-directory --jobs=2 --output-sync=target

.PHONY: run test check tests units scripts stories install programs bench soak clean

run: $(INSTALLED)
	@exec $(RUN)/python app.py

test: | .venv
	@$(TOGETHER) install programs
	@$(TOGETHER) tests check scripts

install: $(INSTALLED_DEV)

programs:
	deploy/setup-tests

check: $(INSTALLED_DEV)
	$(RUN)/ruff format --check $(CODE)
	$(RUN)/ruff check $(CODE)
	$(RUN)/lint-imports
	$(RUN)/mypy

scripts:
	node --test $(wildcard tests/js/*test*.*js)

tests: $(INSTALLED_DEV)  # two processes more than there are cores: the stories wait a good part of their time
	$(RUN)/pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 2)) $(BY_FILE) -m "not soak" $(PYTEST)

units: $(INSTALLED_DEV)
	$(RUN)/pytest -n 2 $(BY_FILE) -m "not (browser or faults or soak)" $(PYTEST)

stories: $(INSTALLED_DEV)
	$(RUN)/pytest -n 3 $(BY_FILE) -m "(browser or faults) and not soak" $(PYTEST)

bench: $(INSTALLED_DEV)
	deploy/setup-tests benchmarks
	$(RUN)/python -m benchmarks

soak: $(INSTALLED_DEV)
	deploy/setup-tests
	$(RUN)/pytest -m soak $(PYTEST)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

$(INSTALLED): | .venv
	@$(PIP) -r requirements.txt
	@touch $@

$(INSTALLED_DEV): | .venv
	@$(PIP) --only-binary :all: uv && $(RUN)/uv pip install --quiet --python $(RUN)/python $(BOTH) || $(PIP) $(BOTH)
	@touch $@ $(INSTALLED)

.venv:
	@test -n "$(PYTHON)" || { echo "zhongshu needs Python 3.11 or 3.12: install it, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv package (on Debian: apt-get install python3-venv)"; exit 1; }
	@echo "Installing into .venv, a minute or two the first time …"
	$(PYTHON) -m venv .venv
