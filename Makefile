# `make demo` and `make test` are all the set-up there is. Everything else is for people who change Cairn.
PYTHON ?= python3
UV := .uv/bin/uv
UV_VERSION := 0.13.9
BIN := .venv/bin
CATALOGUES := $(foreach language,zh_Hans ug ky,src/cairn/locale/$(language)/LC_MESSAGES/django.po)
export UV_PYTHON_DOWNLOADS := never
# Whatever environment whoever calls has active, uv installs into this one.
export VIRTUAL_ENV := $(CURDIR)/.venv
# Tests start some hundred processes of Python: what the first has compiled is there for the rest.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test setup check lint types contracts format postgres browser long faults fuzz ray field field-times field-long field-seed field-mutants field-chromium field-chromium-seed field-chromium-mutants field-recorded sbom bench load soak front front-check messages lock docs ci clean

demo: setup
	$(BIN)/cairn demo

test: .venv/.dev
	$(BIN)/pytest -n 2 --dist worksteal

setup: .venv/.run

check: lint types contracts

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

postgres: .venv/.dev
	$(BIN)/python tests/on_postgres.py

browser: .venv/.dev
	$(BIN)/pytest -n 2 --dist worksteal -m browser tests/browser

# With the bench's packages: tests/load has Locust do in little what `make load` does. The record that is tampered
# with has as many entries as its promise names. What Hypothesis draws is the same in each run of CI and another elsewhere.
long: .venv/.bench
	RECORD_ENTRIES=10000 $(BIN)/pytest -n 2 --dist worksteal -m long

faults: .venv/.dev
	$(BIN)/pytest -n 2 --dist worksteal -m faults tests/faults

# The API in one process, for two would both draw up its cases. Of every parser, so many seconds each.
FUZZ_SECONDS ?= 6
fuzz: .venv/.dev
	$(BIN)/pytest -m fuzz tests/web/api
	$(BIN)/python tests/fuzz/parsers.py --seconds $(FUZZ_SECONDS)

# The same over many programmes, on workers of Ray: 75 MB that nothing else needs.
ray: .venv/.ray
	$(BIN)/pytest -m ray tests/many

# The field app's core against a served Cairn and a bad network: its tests, and 500 schedules.
FIELD := $(BIN)/python tests/field/served.py node
field: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) --test front/field/test/*.test.js

# A month's outbox in seconds: no test, a machine with nothing beside it.
field-times: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/times.js

field-long: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/long.js --count 10000

# One of them once more: make field-seed SEED=17
field-seed: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/long.js --seed $(SEED)

# Whether they can fail: the core broken on purpose, and who notices.
field-mutants: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/mutants.js

# The app itself in Debian's Chromium, by its own screens: 60 schedules on a bad network, and each promise alone.
field-chromium: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) --test --test-reporter=spec front/field/test/chromium/*.test.js

field-chromium-seed: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/long.js --in ./chromium/month.js --seed $(SEED)

field-chromium-mutants: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/chromium/mutants.js

# What today's app asks and reads, as it is replayed for good from then on: make field-recorded DAY=2026-11-26
field-recorded: .venv/.dev front/node_modules/.package-lock.json
	$(FIELD) front/field/test/chromium/recorded.js $(DAY)

front/node_modules/.package-lock.json: front/package-lock.json
	cd front && npm ci --silent

# What an installation runs, as CycloneDX, from its lock.
sbom:
	$(PYTHON) .ci/sbom.py > sbom.json

bench: .venv/.bench
	$(BIN)/python -m bench

# What a served Cairn carries at 10⁴ to 10⁷ entries on both databases: hours, on a machine with nothing beside it.
# Less of it: make load LOAD="--sizes 10000 100000 --on sqlite --scenarios public --seconds 30"
load: .venv/.bench
	$(BIN)/python -m bench.load --json bench/load/growth.json --markdown bench/load/growth.md --svg docs/load.svg $(LOAD)

# The mixture while processes are killed and the disk fills up: SOAK_MINUTES=5 in CI; SOAK="--on postgresql" for its faults.
SOAK_MINUTES ?= 120
soak: .venv/.bench
	$(BIN)/python -m bench.load.soak --minutes $(SOAK_MINUTES) $(SOAK)

# Front-end files are committed; this rebuilds them from the npm lock, and front-check says whether they lag.
front:
	cd front && npm ci --silent && npm run --silent build

front-check: front
	git diff --exit-code --stat -- src/cairn/web/static

# Needs Debian's gettext; the compiled catalogues are made by Babel in `make setup`. What it guesses is
# emptied, Kyrgyz in Arabic letters is made from the Cyrillic, and what is left to translate is listed.
messages: .venv/.dev
	cd src/cairn && ../../$(BIN)/django-admin makemessages --settings cairn.config.settings -l zh_Hans -l ug -l ky --no-location --no-wrap
	for po in $(CATALOGUES); do msgattrib --clear-fuzzy --empty --no-obsolete --no-wrap -o $$po $$po; done
	$(BIN)/python -m cairn.ky_arab_po
	$(BIN)/pybabel -q compile -D django -d src/cairn/locale
	@for po in $(CATALOGUES); do echo "$$po lacks:"; msgattrib --untranslated --no-wrap $$po | sed -n '/^msgid ""/d; /^msgid/p; /^msgctxt/p'; done

# What the declarations of facts, the table of rights and the guarantees say; and for a new kind, the bytes it keeps for good.
docs: .venv/.dev
	$(BIN)/python -m cairn.facts_md > docs/facts.md
	$(BIN)/python -m cairn.rights_md > docs/rights.md
	$(BIN)/python -m cairn.meanings_py > .meanings.py && mv .meanings.py src/cairn/web/meanings.py
	$(BIN)/python -m cairn.cli_words_py > .cli_words.py && mv .cli_words.py src/cairn/cli_words.py
	$(BIN)/python tests/contract/golden.py
	$(BIN)/python tests/guarantees/page.py

# Hashes and versions, and no addresses: the lock serves whichever package index a place can reach.
lock: $(UV)
	$(UV) pip compile -q --upgrade --universal --generate-hashes pyproject.toml --group build -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	$(UV) pip compile -q --universal --generate-hashes pyproject.toml --group build --group dev --group bench -c requirements-dev.lock -o bench/requirements.lock
	$(UV) pip compile -q --universal --generate-hashes pyproject.toml --group build --extra ray -c requirements-dev.lock -o requirements-ray.lock

ci:
	bash .ci/run

clean:
	rm -rf .venv .uv front/node_modules

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Cairn needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv .uv
	.uv/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

.venv/pyvenv.cfg: $(UV)
	$(UV) venv -q --python $(PYTHON) .venv

.venv/.run: .venv/pyvenv.cfg requirements.lock pyproject.toml $(wildcard src/cairn/locale/*/LC_MESSAGES/django.po)
	$(UV) pip install -q --compile-bytecode --require-hashes -r requirements.lock
	$(UV) pip install -q --no-deps --no-build-isolation -e .
	if ls src/cairn/locale/*/LC_MESSAGES/django.po >/dev/null 2>&1; then $(BIN)/pybabel -q compile -D django -d src/cairn/locale; fi
	touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(UV) pip install -q --compile-bytecode --require-hashes -r requirements-dev.lock
	touch $@

.venv/.ray: .venv/.dev requirements-ray.lock
	$(UV) pip install -q --require-hashes -r requirements-ray.lock
	touch $@

.venv/.bench: .venv/.dev bench/requirements.lock
	$(UV) pip install -q --require-hashes -r bench/requirements.lock
	touch $@
