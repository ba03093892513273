# `make` alone tells what there is.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test bench lighthouse lint format lock messages screenshots

MANAGE = .venv/bin/python manage.py

help:
	@echo "make demo        serve the demonstration directory on http://127.0.0.1:8000 (PORT=8001: another port)"
	@echo "make demo-reset  remove the demonstration's data"
	@echo "make test        run the tests (ARGS='-k name': some of them)"
	@echo "make bench       measure speed with 100,000 services (KEEP=1: keep them for the next run)"
	@echo "make lighthouse  measure the pages as on a phone, and what goes over the wire (needs node; RUNS=3: thrice)"
	@echo "make lint        check style, imports, templates, migrations and translations"
	@echo "make format      bring Python into the style that lint asks for"
	@echo "make messages    gather the texts to translate into locale/ (needs GNU gettext)"
	@echo "make screenshots the pictures of the README"
	@echo "make audit       look for known vulnerabilities in the locked dependencies (needs the network)"
	@echo "make lock        choose the newest dependencies that pyproject.toml allows"

demo:
	@tools/prepare requirements.lock
	@exec $(MANAGE) demo

demo-reset:
	@tools/prepare requirements.lock
	@exec $(MANAGE) demo --reset

test:
	@tools/prepare requirements-dev.lock
	@.venv/bin/python -m pytest $(ARGS)

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
