# Twogate. Every target does its own set-up: a virtual environment in .venv with wheels by name from PyPI, and, as
# root on Debian or Ubuntu, the Debian packages that are missing. `make` alone prints this file's own help.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PEERS  := .venv-peers
PROXIES := .venv-proxies
# Debian packages that the suites play with: the browser people use, an OATH implementation and a
# proxy that are not ours.
OUTSIDE := chromium oathtool nginx
# A short folder of our own: the sockets that tests make must fit in 108 bytes.
# Suites wait for servers two fifths of their time: one worker more than cores keeps the cores at work.
WORKERS := $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
PYTEST = $(BIN)/python -m pytest --basetemp="$$(mktemp -d)"

.DEFAULT_GOAL := help
.PHONY: help setup demo test check check-types check-rules suites night bench screens docs lock format clean

help: ## Show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  \033[1mmake %-8s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Install everything the other targets need
	@echo "Ready: $(BIN)/twogate --help"

$(VENV)/.ready: pyproject.toml requirements.lock tools/setup.sh
	@tools/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

$(PEERS)/.ready: suites/foreign/requirements.lock | $(VENV)/.ready
	@tools/setup_peers.sh "$(PYTHON)" "$(PEERS)" suites/foreign/requirements.lock
	@touch $@

$(PROXIES)/.ready: suites/forward_auth/requirements.lock | $(VENV)/.ready
	@tools/setup_peers.sh "$(PYTHON)" "$(PROXIES)" suites/forward_auth/requirements.lock
	@touch $@

demo: $(VENV)/.ready ## Start a protected sample API and walk its story (ONCE=1: end after the story)
	@$(BIN)/twogate demo $(if $(ONCE),--once)

# Types take one core about as long as the unit tests take the other, so they run beside each other.
check: $(VENV)/.ready ## Lint, types, import contracts and the unit tests of rules/
	$(BIN)/ruff check src tests suites examples
	$(BIN)/ruff format --check src tests suites examples
	@$(MAKE) --no-print-directory -j2 -Otarget check-types check-rules

check-types: $(VENV)/.ready
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check-rules: $(VENV)/.ready
	$(PYTEST) -q -n 2 tests/rules tests/terms

test: $(VENV)/.ready $(PEERS)/.ready check ## Every test and every suite with its real servers (about ten minutes)
	@tools/need.sh $(OUTSIDE)
	$(PYTEST) -q -m "not slow" -n $(WORKERS) --ignore=tests/rules --ignore=tests/terms tests suites --durations=15

suites: $(VENV)/.ready $(PEERS)/.ready $(PROXIES)/.ready ## Everything `make test` runs and the slow suites too
	@tools/need.sh $(OUTSIDE)
	$(PYTEST) -q -n $(WORKERS) tests suites --durations=30

night: $(VENV)/.ready ## The long walks and the big races: 10,000 steps, 10,000 pairs for everything that counts once (hours)
	TWOGATE_STEPS=10000 TWOGATE_PAIRS=10000 $(PYTEST) -q -n 2 --timeout=14400 --durations=0 \
	  suites/walk suites/push/test_races.py suites/recovery/test_races.py tests/services/test_passkey_races.py tests/services/test_races.py

bench: $(VENV)/.ready ## Measure the gateway beside bare HAProxy, sign-in beside bare Argon2id
	@tools/need.sh wrk
	$(BIN)/twogate bench gateway
	$(BIN)/twogate bench sign-in
	$(BIN)/twogate bench forward-auth

screens: $(VENV)/.ready ## Take the pictures in docs/screens anew
	@tools/need.sh $(OUTSIDE) fonts-wqy-microhei
	TWOGATE_SCREENS=1 $(PYTEST) -q -n 2 suites/portal suites/recovery/test_pages.py suites/push \
	  suites/webauthn/test_passkeys.py suites/messages/test_in_chromium.py suites/place/test_typing.py

docs: $(VENV)/.ready ## Write docs/reference anew from the code
	@$(BIN)/python tools/write_reference.py

lock: $(VENV)/.ready ## Pin every dependency anew, by version and hash
	@tools/lock.sh "$(BIN)"

format: $(VENV)/.ready ## Format the code
	$(BIN)/ruff format src tests suites examples
	$(BIN)/ruff check --fix src tests suites examples

clean: ## Remove what make made
	rm -rf $(VENV) $(PEERS) $(PROXIES) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache src/*.egg-info
