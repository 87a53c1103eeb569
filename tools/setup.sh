#!/usr/bin/env bash
# Makes the virtual environment. Usage: tools/setup.sh PYTHON VENV
set -euo pipefail
python=$1 venv=$2

say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }

# Debian splits venv from Python; the rest of what we need comes in wheels.
need=()
command -v "$python" >/dev/null || need+=(python3)
"$python" -c 'import venv, ensurepip' 2>/dev/null || need+=(python3-venv)
if [ ${#need[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Debian packages: ${need[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${need[@]}" >/dev/null
  else
    echo "Twogate needs ${need[*]}. Run:  sudo apt-get install ${need[*]}" >&2
    exit 4
  fi
fi
"$python" - <<'PY' || { echo "Twogate needs Python 3.11 or newer. Say which one:  make PYTHON=python3.12" >&2; exit 4; }
import sys
sys.exit(sys.version_info < (3, 11))
PY

[ -x "$venv/bin/python" ] || { say "Making $venv"; "$python" -m venv "$venv"; }
say "Installing what Twogate needs: wheels, each held to the hash in requirements.lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --prefer-binary --require-hashes \
  --requirement requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
