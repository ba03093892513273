# `make` without a target prints the help.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test coverage test-fast bench lighthouse lint format lock messages screenshots

MANAGE = .venv/bin/python manage.py

help:
	@echo "make demo        serve the demo on http://127.0.0.1:8000 (PORT=8001 selects another port)"
	@echo "make demo-reset  delete the data of the demo"
	@echo "make test        run all tests on all cores (ARGS='-k name' selects some)"
	@echo "make coverage    the same with branch coverage, which takes 50 % longer"
	@echo "make test-fast   run the tests closest to your change, without a browser, for about 90 seconds"
	@echo "make bench       run benchmarks with 100,000 services (KEEP=1 keeps the data for the next run)"
	@echo "make lighthouse  measure pages with Lighthouse, and transfer sizes (needs Node; RUNS=3 takes the median of three)"
	@echo "make lint        check style, sizes, imports, templates, migrations and translations"
	@echo "make format      format Python code"
	@echo "make messages    extract messages into locale/ (needs GNU gettext)"
	@echo "make screenshots take the screenshots of the README"
	@echo "make audit       check the locked dependencies for known vulnerabilities (needs network access)"
	@echo "make lock        update the lock files to the newest versions that pyproject.toml allows"

demo:
	@tools/prepare requirements.lock
	@exec $(MANAGE) demo

demo-reset:
	@tools/prepare requirements.lock
	@exec $(MANAGE) demo --reset

test:
	@tools/prepare requirements-dev.lock
	@tools/test $(ARGS)

coverage:
	@tools/prepare requirements-dev.lock
	@COVERAGE=1 tools/test $(ARGS)

test-fast:
	@tools/prepare requirements-dev.lock
	@.venv/bin/python tools/test_fast.py

bench:
	@tools/prepare requirements-dev.lock
	@.venv/bin/python -m tests.benchmarks

lighthouse:
	@tools/prepare requirements-dev.lock
	@.venv/bin/python tools/lighthouse.py

lint:
	@tools/prepare requirements-dev.lock
	@tools/lint

format:
	@tools/prepare requirements-dev.lock
	.venv/bin/python -m ruff check --fix-only --quiet .
	.venv/bin/python -m ruff format --quiet .

messages:
	@tools/prepare requirements-dev.lock
	$(MANAGE) makemessages --locale fi --locale sv --locale en --no-location --no-wrap --ignore .venv --ignore var --ignore tests

screenshots:
	@tools/prepare requirements-dev.lock
	.venv/bin/python tools/screenshots.py

lock:
	@tools/prepare requirements-dev.lock
	@tools/lock

# The development lock holds every dependency. An audit that could not look a package up fails.
.PHONY: audit
audit:
	@tools/prepare requirements-dev.lock
	@.venv/bin/python -m pip_audit --strict --require-hashes --disable-pip --requirement requirements-dev.lock
