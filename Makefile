# Everything happens in .venv; each target installs what it needs, once. `make help` lists the targets.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
SCRIPT ?= examples/two-hosts.md
VENV := .venv
BIN := $(VENV)/bin
# The pins without extras: pip takes none in a constraint, while without them older versions of it ignore a pin.
LOCKED := $(VENV)-lock/constraints.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(VENV)-lock/bin/pip-compile --quiet --upgrade --generate-hashes \
	--no-strip-extras --allow-unsafe --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# Tools of the pipeline, apart from those for developing: they are large, and few need them.
DELIVERY := $(VENV)-delivery/bin
# What the container runs, alone: its licences and its bill of materials.
CARGO := $(VENV)-cargo/bin

.PHONY: help demo test test-infra lint check bench scan audit sbom image-lint image-rehearsal base-image rollback lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/for-local ## make an episode with the offline voice, without a key, and play it
	$(BIN)/python -m voicebooth make $(SCRIPT) --speech offline --out episodes --play

test: $(VENV)/for-dev ## run the tests of the product; ARGS="-k words" picks some
	$(BIN)/python -m pytest -n 4 --dist worksteal --ignore tests/infra --ignore tests/ship $(ARGS)

test-infra: $(VENV)/for-dev ## run the tests of infra/ and of the pipeline; those that need terraform or gcloud say so where it is missing
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal tests/infra tests/ship $(ARGS)

lint: $(VENV)/for-dev ## check style, formatting, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test test-infra ## all that must pass before a change lands

bench: $(VENV)/for-dev ## measure speed, memory and requests
	$(BIN)/python -m bench $(ARGS)

scan: $(VENV)-delivery/made $(VENV)-cargo/made image-lint ## look for secrets, unwanted licences, and slips in infra/ and the Dockerfile
	$(DELIVERY)/checkov --config-file delivery/checkov.yaml
	$(DELIVERY)/checkov --directory infra --framework terraform --var-file delivery/everything.tfvars --skip-download --compact --quiet
	$(DELIVERY)/pip-licenses --python $(CARGO)/python --partial-match --allow-only "$$(grep -v '^#' delivery/licences.txt | paste -sd ';')"

audit: $(VENV)-delivery/made ## ask the vulnerability service of PyPI about every pinned package; needs a network
	for file in requirements*.txt; do $(DELIVERY)/pip-audit --strict --require-hashes --disable-pip --requirement $$file || exit 1; done

sbom: $(VENV)-delivery/made $(VENV)-cargo/made ## write the container's bill of materials, build/sbom.json (CycloneDX)
	@mkdir -p build
	$(DELIVERY)/cyclonedx-py environment --output-reproducible --of JSON -o build/sbom.json $(CARGO)/python

image-lint: $(VENV)-delivery/made ## check the Dockerfile
	$(DELIVERY)/hadolint Dockerfile

image-rehearsal: $(VENV)-delivery/made ## run the Dockerfile's commands without a container engine; needs Linux and root
	$(DELIVERY)/python -m delivery.rehearsal --into build/image $(ARGS)

base-image: ## find today's digest of the base image; needs docker
	@docker buildx imagetools inspect python:3.13-slim-bookworm --format 'python:3.13-slim-bookworm@{{.Manifest.Digest}}'

rollback: ## give all traffic back to the revision before; PLACE=build/production.json
	python3 -m delivery.traffic --place $(PLACE) --back

lock: $(VENV)-lock/made ## pin the newest dependencies that pyproject.toml allows
	$(COMPILE) pyproject.toml --extra cloud --extra offline --extra dev --output-file requirements-dev.txt
	sed 's/^\([A-Za-z0-9._-]*\)\[[^]]*\]==/\1==/' requirements-dev.txt > $(LOCKED)
	$(COMPILE) pyproject.toml --extra cloud --constraint $(LOCKED) --output-file requirements.txt
	$(COMPILE) pyproject.toml --extra offline --constraint $(LOCKED) --output-file requirements-local.txt
	$(COMPILE) pyproject.toml --extra delivery --output-file requirements-delivery.txt

clean: ## remove what these targets made, episodes aside
	rm -rf $(VENV) $(VENV)-lock $(VENV)-delivery $(VENV)-cargo build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "voicebooth needs Python 3.11 or newer: https://www.python.org/downloads/"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/for-local: requirements-local.txt | $(VENV)/made
	$(PIP) install --require-hashes --requirement $<
	@touch $@

$(VENV)/for-dev: requirements-dev.txt | $(VENV)/made
	$(PIP) install --require-hashes --requirement $<
	@touch $@ $(VENV)/for-local

$(VENV)-delivery/made: requirements-delivery.txt | $(VENV)/made
	$(BIN)/python -m venv $(VENV)-delivery
	$(DELIVERY)/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@touch $@

$(VENV)-cargo/made: requirements.txt | $(VENV)/made
	$(BIN)/python -m venv --without-pip $(VENV)-cargo
	$(BIN)/python -m pip --python $(CARGO)/python --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@touch $@

$(VENV)-lock/made: | $(VENV)/made
	$(BIN)/python -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install pip-tools
	@touch $@
