#!/usr/bin/env bash
# Usage: bootstrap.sh <directory> <lock>
# Makes a virtual environment that holds uv, with the newest Python on this machine that will do.
set -euo pipefail

folder=$(dirname "${BASH_SOURCE[0]}")

suits() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null
}

for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
  # A version manager may have a command for a version that is not active: it has to run.
  if command -v "$name" >/dev/null && suits "$name"; then
    found=$name
    status=0
    "$name" "$folder/bootstrap.py" "$@" || status=$?
    ((status == 3)) || exit "$status" # 3: this Python cannot make virtual environments
  fi
done

if [[ -n ${found:-} ]]; then
  echo "error: $found cannot make virtual environments: install python3-venv" >&2
else
  echo "error: Darkroom needs Python 3.11 to 3.14: install python3 and python3-venv" >&2
fi
exit 1
