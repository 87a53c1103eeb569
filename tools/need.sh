#!/usr/bin/env bash
# Installs Debian packages where it may, otherwise says what to run. Usage: tools/need.sh PACKAGE...
set -euo pipefail
missing=()
for package in "$@"; do
  command -v "$package" >/dev/null || dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")  # fonts are no commands
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
else
  echo "This needs ${missing[*]}. Run:  sudo apt-get install ${missing[*]}" >&2
  exit 4
fi
