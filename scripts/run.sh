#!/usr/bin/env bash
# Set the environment up if needed, then run a command in it: scripts/run.sh python -m pytest
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$ROOT/scripts/setup.sh"
export PATH="$VENV/bin:$PATH" VIRTUAL_ENV="$VENV"
exec "$@"
