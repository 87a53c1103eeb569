#!/usr/bin/env bash
# Writes the lock files: versions and hashes, no addresses. Usage: tools/lock.sh BIN
set -euo pipefail
bin=$1
"$bin/python" -m pip install --quiet --disable-pip-version-check uv
compile() { "$bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate "$@"; }
compile --extra dev --output-file requirements.lock pyproject.toml
compile --output-file suites/foreign/requirements.lock suites/foreign/requirements.txt
compile --output-file suites/forward_auth/requirements.lock suites/forward_auth/requirements.txt
