# What a person types. Everything works from a clean clone, in a path with spaces, as root or not,
# and changes nothing outside this folder and a cache folder of the user's.

PYTHON ?= python3
VENV = .venv/bin/python
# Tests and demo start many processes that import the same modules: each would compile them again.
unexport PYTHONDONTWRITEBYTECODE
MEMBERS = libs/contracts libs/common libs/testing services/gateway services/identity services/content services/scheduler services/publisher services/billing sandbox
# What deptry can't guess: distributions whose package has another name. Members take the platform's libraries through
# common, hence --ignore DEP003 below.
MODULES = pulseworks-common=common,pulseworks-contracts=pulseworks_contracts,pulseworks-testing=testing,pulseworks-sandbox=sandbox,pillow=PIL,pyjwt=jwt
# Programs that tests run on the specifications. They are installed apart: their dependencies are not ours.
GENERATORS = tests-e2e/contracts/generators
# The plug-in, or docker-compose 1.29 where there is none.
COMPOSE = $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
K8S_TOOLS = tests-e2e/k8s/tools
PROJECTS = pyproject.toml $(MEMBERS:%=%/pyproject.toml)

.PHONY: help setup demo run doctor dashboards service-levels images sbom compose-env compose-demo compose-faults example-subscriber approvals test test-slow lint invariants faults faults-mutants upgrade schema-snapshot bench-dispatch bench-gateway bench-slow-clients bench-websites bench-unit-costs bench-lists capacity k8s-test k8s-measure k8s-local-secrets specs lock clean

help:
	@echo "make demo        watch a month of posts go from a brief to the right accounts"
	@echo "make run         the same system, stays up and prints its addresses; Ctrl-C stops it"
	@echo "make doctor      beside make run: checks each service and what it depends on, with the cure"
	@echo "make example-subscriber  beside make run: prints each approved post; LANGUAGE=faststream, aio-pika or javascript"
	@echo "make approvals   beside make run: a business signs up and approves a month of posts"
	@echo "make compose-env     writes .env for docker-compose.yml: new secrets, and the sandbox where there is no key"
	@echo "make compose-demo    builds the images, starts the containers and plays the demo on them"
	@echo "make compose-faults  kills, stops and restarts each of these containers while posts are due"
	@echo "make images      builds all images; make sbom lists what they contain (CycloneDX)"
	@echo "make test        the tests, on servers of their own"
	@echo "make test-slow   the tests that take long for what they guard"
	@echo "make lint        style, types, import rules, structure, spelling, dependencies"
	@echo "make invariants  which tests guard which invariant"
	@echo "make faults      1,000 posts through everything that can go wrong, counted at the provider, twice"
	@echo "make faults-mutants  the same with the checks that matter most taken out: it must fail"
	@echo "make upgrade     the former version and this one side by side under load, with migrations between, and back"
	@echo "make schema-snapshot  stores schema and rows of this version; the next one's migrations are tested on them"
	@echo "make bench-dispatch  how late posts are and how fast they drain, beside others, in one run"
	@echo "make bench-gateway  the gateway beside the services called directly and beside nginx"
	@echo "make bench-slow-clients  the gateway's other clients beside 1,000 slow connections of each sort"
	@echo "make bench-websites  forty websites: what is read of each and what should be, with the picture drawn from it"
	@echo "make bench-unit-costs  what an operation costs each process and each table, for the capacity model"
	@echo "make bench-lists  pages of lists at the gateway with 1,000,000 posts"
	@echo "make capacity    the tables of docs/scaling.md, from these unit costs"
	@echo "make k8s-test    everything about k8s/ that can be checked without a cluster; CRD_DIR=… for operators' own kinds"
	@echo "make k8s-measure  what each process needs of memory and processor, for the requests and limits of k8s/"
	@echo "make k8s-local-secrets  prints the Secrets of k8s/overlays/local, for kubectl apply -f -"
	@echo "make specs       write the OpenAPI, AsyncAPI and JSON Schema files and docs/events.md again"
	@echo "make dashboards  write the Grafana dashboards again"
	@echo "make service-levels  write the rules of the service levels again"
	@echo "make lock        resolve the dependencies again into requirements.lock"

demo: setup
	@$(VENV) -m sandbox demo

run: setup
	@$(VENV) -m sandbox run

doctor: setup
	@$(VENV) -m sandbox doctor

example-subscriber: setup
	@$(VENV) -m sandbox subscriber --language $(or $(LANGUAGE),faststream)

approvals: setup
	@$(VENV) -m sandbox approvals

images: .env
	@PULSEWORKS_REVISION=$$(git rev-parse HEAD) $(COMPOSE) --profile sandbox build

sbom: images
	@mkdir -p .pulseworks/sbom
	@for name in gateway identity billing content scheduler publisher sandbox; do \
	  docker run --rm --entrypoint cat pulseworks/$$name:$${PULSEWORKS_VERSION:-local} /app/sbom.cdx.json \
	  > .pulseworks/sbom/$$name.cdx.json && echo ".pulseworks/sbom/$$name.cdx.json" || exit 1; done

compose-env .env: | setup
	@$(VENV) -m sandbox compose-env

compose-demo: setup .env
	@$(COMPOSE) --profile sandbox up --detach --build
	@$(VENV) -m sandbox compose-demo

compose-faults: setup
	@cd tests-e2e && ../$(VENV) -m containers $(ARGS)

# Three workers: much of the time is waiting for servers and clocks. Each has servers of its own. The seed lets all
# collect the tests in one order.
test: setup
	@PYTHONHASHSEED=0 $(VENV) -m pytest -m "not slow" --numprocesses 3 --dist loadgroup --no-loadscope-reorder \
	  --cov --cov-report= $(ARGS)
	@echo "Lines that ran in the tests' own processes (programs that tests start are not counted):"
	@for member in libs/contracts libs/common services/* sandbox; do \
	  share=$$(.venv/bin/coverage report --format=total --include="$$member/*" 2>/dev/null) \
	  && printf '  %-20s %3s %%\n' "$$member" "$$share"; done; true

test-slow: setup
	@PYTHONHASHSEED=0 $(VENV) -m pytest -m slow --numprocesses 2 --dist loadgroup --no-loadscope-reorder $(ARGS)

lint: setup
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check --quiet .
	@$(VENV) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(VENV) tools/structure
	@.venv/bin/typos
	@for member in $(MEMBERS); do (cd $$member && "$(CURDIR)/.venv/bin/deptry" src --no-ansi --ignore DEP003 --package-module-name-map "$(MODULES)") \
	  > .venv/deptry.txt 2>&1 || { echo "$$member:"; cat .venv/deptry.txt; exit 1; }; done

invariants: setup
	@$(VENV) -m pytest --collect-only --quiet --invariants

faults: setup
	@cd tests-e2e && ../$(VENV) -m faults run $(ARGS)

faults-mutants: setup
	@cd tests-e2e && ../$(VENV) -m faults mutants $(ARGS)

upgrade: setup
	@cd tests-e2e && ../$(VENV) -m upgrade $(ARGS)

schema-snapshot: setup
	@cd tests-e2e && ../$(VENV) -m upgrade.snapshot $(ARGS)

bench-dispatch: setup
	@cd bench && ../$(VENV) -m dispatch $(ARGS)

bench-gateway: setup
	@cd bench && ../$(VENV) -m gateway_overhead $(ARGS)

bench-slow-clients: setup
	@cd bench && ../$(VENV) -m slow_clients $(ARGS)

bench-websites: setup
	@cd bench && ../$(VENV) -m websites $(ARGS)

bench-unit-costs: setup
	@cd bench && ../$(VENV) -m capacity.measure

bench-lists: setup
	@cd bench && ../$(VENV) -m lists $(ARGS)

capacity: setup
	@cd bench && ../$(VENV) -m capacity

k8s-test: setup
	@CRD_DIR="$(CRD_DIR)" $(VENV) -m pytest tests-e2e/k8s/test_*.py tests-e2e/k8s/check_*.py $(ARGS)

k8s-measure: setup
	@cd tests-e2e && ../$(VENV) -m k8s.measure

k8s-local-secrets: setup
	@$(VENV) tools/k8s/local_secrets.py

specs: setup
	@$(VENV) -m pulseworks_contracts.specs
	@$(VENV) tests-e2e/contracts/specs.py

dashboards: setup
	@$(VENV) monitoring/dashboard_files.py

service-levels: setup
	@$(VENV) monitoring/service_levels.py

setup: .venv/complete

.venv/complete: requirements.lock $(PROJECTS)
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "PulseWorks needs Python 3.11 or newer; say which with: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv, then try again." >&2; exit 1; }
	@test -x $(VENV) || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@$(VENV) -m uv --version >/dev/null 2>&1 || $(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@echo "Installing what requirements.lock names ..."
	@VIRTUAL_ENV="$$PWD/.venv" $(VENV) -m uv pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV="$$PWD/.venv" $(VENV) -m uv pip install --quiet --offline --no-deps --no-build-isolation $(MEMBERS:%=-e ./%)
	@touch .venv/complete

lock:
	@VIRTUAL_ENV="$$PWD/.venv" $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-package pulseworks $(foreach m,$(notdir $(MEMBERS)),--no-emit-package pulseworks-$(m)) \
	  pyproject.toml --group dev $(MEMBERS:%=%/pyproject.toml) -o requirements.lock
	@VIRTUAL_ENV="$$PWD/.venv" $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate $(GENERATORS)/requirements.in -o $(GENERATORS)/requirements.lock
	@for name in schemas checkov kubectl; do VIRTUAL_ENV="$$PWD/.venv" $(VENV) -m uv pip compile --quiet --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate $$(test $$name = kubectl && echo --no-deps) \
	  $(K8S_TOOLS)/$$name.in -o $(K8S_TOOLS)/$$name.lock || exit 1; done

clean:
	@rm -rf .coverage .venv .pulseworks .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
