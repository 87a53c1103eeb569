#!/usr/bin/env bash
# Makes an environment of its own for the servers the suites protect and that we did not write: their pins are theirs.
# Usage: tools/setup_peers.sh PYTHON VENV REQUIREMENTS
set -euo pipefail
python=$1 venv=$2 requirements=$3
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
printf '\033[2mInstalling the foreign servers of the suites\033[0m\n' >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --prefer-binary --require-hashes \
  --requirement "$requirements"
