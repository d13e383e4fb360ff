# Needs only Debian's python3 (3.11 or newer), python3-venv and make. `make help` lists what there is.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv --quiet
SYNC   := $(UV) pip sync --python $(BIN)/python --require-hashes --no-build
LOCK   := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header \
          --no-annotate --no-emit-index-url $(if $(UPGRADE),--upgrade)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/messages.po))
CHROMIUM ?= $(firstword $(shell command -v chromium chromium-browser google-chrome 2>/dev/null))
NO_CHROMIUM := No Chromium found: the browser journeys are left out.
export CHROMIUM
# Compiled once and kept: without that each process of a run would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test quick deep mutate check format bench lock screenshots translations clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	  printf '  make %-13s %s\n' "$$name" "$$text"; done

install: $(VENV)/.run $(CATALOGUES) ## install what the portal needs, and compile the translations

run: install ## set up and serve the portal at http://127.0.0.1:8000 (or PORT)
	@$(BIN)/flask --app wsgi portal prepare
	@exec $(BIN)/python -m portal.serve

# A journey waits for a browser half of its time, so three share two cores.
test: $(VENV)/.dev $(CATALOGUES) ## the whole suite, on SQLite and on PostgreSQL
	@$(if $(CHROMIUM),,echo "$(NO_CHROMIUM)")
	@exec $(BIN)/python -m pytest -n 3 --dist worksteal -m "$(if $(CHROMIUM),,not browser and )not deep"

quick: $(VENV)/.dev $(CATALOGUES) ## the quick part of the suite, on SQLite only
	@TEST_DATABASES=sqlite exec $(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow and not browser and not deep"

deep: $(VENV)/.dev $(CATALOGUES) ## what takes long: rules broken on purpose, ten thousand steps of an attacker, two hundred cities
	@ATTACK_STEPS=10000 ATTACKED_CITIES=200 exec $(BIN)/python -m pytest -rP tests/house/test_nobody_passes.py \
	  tests/house/test_nobody_learns_at_work.py tests/impact/attack

mutate: $(VENV)/.dev $(CATALOGUES) ## break each module that decides, and see that its tests notice (what changed since, or ALL=1)
	@$(BIN)/python -m tests.mutate $(ALL)

check: $(VENV)/.dev $(CATALOGUES) ## lint, format, types, templates, import contracts, migration head
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports
	$(BIN)/flask --app wsgi portal check-migrations

format: $(VENV)/.dev ## put imports and layout of the Python files right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev $(CATALOGUES) ## measure; a table and bench/results.json (LINES="list my" measures only those)
	@exec $(BIN)/python -m bench $(LINES)

lock: $(VENV)/.uv ## write the lock files from pyproject.toml (UPGRADE=1 takes newer versions)
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock

screenshots: $(VENV)/.dev $(CATALOGUES) ## make the README's pictures again (needs a Chromium)
	@$(if $(CHROMIUM),exec $(BIN)/python -m tests.browser.screenshots,echo "$(NO_CHROMIUM)"; exit 1)

translations: $(VENV)/.run ## bring new and changed texts into the translation files
	@$(BIN)/pybabel -q extract -F babel.cfg --ignore-dirs '.*' -k _l -k lazy_gettext \
	  --no-location --sort-output --no-wrap \
	  -o $(VENV)/messages.pot .
	@$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d portal/translations --no-fuzzy-matching \
	  --ignore-obsolete --ignore-pot-creation-date --no-wrap

clean: ## remove the environment and all caches, never the data in instance/
	rm -rf $(VENV) mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@

# The lock file pins uv too, so it is fetched by pip from there and checked by its hash.
$(VENV)/.uv: requirements-dev.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' $< > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@touch $@

# Where the tools are installed already, running the portal must not take them away.
$(VENV)/.run: requirements.lock $(VENV)/.uv
	@$(SYNC) $(if $(wildcard $(VENV)/.dev),requirements-dev.lock,$<)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.uv
	@$(SYNC) $<
	@touch $(VENV)/.run $@
