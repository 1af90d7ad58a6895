# The portal's commands. `make help` lists them; docs/operations.md explains them.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test setup services-up services-down reset lock messages lint bench backup restore

PYTHON := $(shell command -v python3.11 || command -v python3)
EMBEDDED := .venv/bin/python -m portal.embedded

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

run: setup ## everything from nothing, then the portal on 127.0.0.1:8000 (PORT= changes it) until Ctrl-C
	@$(EMBEDDED) run

test: setup ## everything from nothing, then the whole test suite (ARGS= adds to pytest's arguments)
	@$(EMBEDDED) with .venv/bin/pytest -n 2 --dist loadgroup $(ARGS)

setup: ## Debian packages, Python environment, front-end packages, translations: what is missing
	@$(PYTHON) bin/setup

services-up: setup ## start the embedded PostgreSQL, broker and mail catcher, and leave them running
	@$(EMBEDDED) up

services-down: ## stop the embedded PostgreSQL, broker and mail catcher
	@$(EMBEDDED) down

reset: setup ## throw away the demonstration's database, broker, mails and files
	@$(EMBEDDED) reset

lock: setup ## write the lock files anew, with the newest versions that fit
	@$(PYTHON) bin/setup lock

messages: setup ## bring the translation catalogues up to date and show what is not translated
	@bin/words missing

lint: setup ## every check of the code: style, types, imports, templates, translations, migrations
	.venv/bin/ruff check . bin/setup bin/words
	.venv/bin/ruff format --check . bin/setup bin/words
	.venv/bin/djlint --check templates
	.venv/bin/mypy portal enterprises scheme
	.venv/bin/lint-imports
	bin/words check
	.venv/bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

bench: setup ## the ratios of the design's section 10
	@$(EMBEDDED) with .venv/bin/python -m bench

backup: setup ## database, uploaded files and keys in one checked file below .data/backups
	@$(EMBEDDED) with .venv/bin/python -m portal.embedded backup

restore: setup ## put back a backup: make restore FILE=…
	@$(EMBEDDED) with .venv/bin/python -m portal.embedded restore "$(FILE)"
