# make run    set up, crawl the demo site, publish, export, serve: the whole product on one machine
# make help   the other targets

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := data
PORT ?= 8001
PAGES ?= 100000
KILLS ?= 100
CRAWLED ?= 20000
SCRAPY := $(BIN)/scrapy

.DEFAULT_GOAL := help
.PHONY: help setup run crawl serve test check bench score floors soak memory fuzz thresholds format lock clean

help:  ## what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed  ## the virtual environment with the pinned packages, nothing else

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(DATA)/procedures.db  ## crawl the demo site (the first time), publish, export, then serve
	@$(MAKE) --no-print-directory serve

$(DATA)/procedures.db: | $(VENV)/.installed
	@$(MAKE) --no-print-directory crawl

crawl: setup  ## crawl the demo site again, publish and export, without serving
	$(SCRAPY) crawl articles -a site=demo -s DATA_DIR=$(DATA)
	$(SCRAPY) publish -s DATA_DIR=$(DATA)
	$(SCRAPY) export -s DATA_DIR=$(DATA)

serve: setup  ## serve what is published; PORT=8001 unless you say otherwise
	@$(SCRAPY) serve --port $(PORT) -s DATA_DIR=$(DATA)

test: $(VENV)/.installed-dev  ## all tests, four files at a time: many of them wait for a server or a clock
	$(BIN)/python -m pytest -n 4 --dist loadfile

check: $(VENV)/.installed-dev  ## ruff, mypy, the vocabulary and the lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pipelines.vocabulary.check
	@! grep -nE 'https?://' requirements.txt requirements-dev.txt || { echo "a lock file names a host" >&2; exit 1; }

bench: $(VENV)/.installed-dev  ## how fast a page is read, beside lxml and trafilatura
	$(BIN)/python -m tests.bench_reading

score: $(VENV)/.installed-dev  ## how well the labelled corpus is read; PAGE=shebaowang/36 for the misses of a page
	@$(BIN)/python -m tests.score $(if $(PAGE),--page $(PAGE))

floors: $(VENV)/.installed-dev  ## raise the floors of the scores to what is reached; LOWER=1 to lower them too
	@$(BIN)/python -m tests.floors $(if $(LOWER),--lower)

soak: $(VENV)/.installed-dev  ## crawls killed at random moments lose and double nothing; KILLS=100 unless you say otherwise
	$(BIN)/python -m tests.soak --kills $(KILLS)

memory: $(VENV)/.installed-dev  ## the memory of a crawl of 20,000 pages stays flat; CRAWLED=20000 unless you say otherwise
	$(BIN)/python -m tests.memory --pages $(CRAWLED)

fuzz: $(VENV)/.installed-dev  ## broken pages through the reader; PAGES=100000 unless you say otherwise
	$(BIN)/python -m tests.fuzz --pages $(PAGES)

thresholds: $(VENV)/.installed-dev  ## move every threshold of the reader by a fifth: no score may hang on one
	$(BIN)/python -m tests.thresholds

format: $(VENV)/.installed-dev  ## ruff's formatting and its safe fixes
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.installed-dev  ## pin the newest versions that pyproject.toml allows, hashed, without naming a host
	$(BIN)/uv pip compile pyproject.toml $(LOCK_OPTIONS) --upgrade -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev -c requirements.txt $(LOCK_OPTIONS) --upgrade -o requirements-dev.txt

LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

clean:  ## remove the environment and all data
	rm -rf $(VENV) $(DATA)
