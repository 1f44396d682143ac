#!/usr/bin/env bash
# Remove what the tools left behind. The environment, fonts, downloads and progress stay.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rm -rf "$BUILD" .mypy_cache .pytest_cache .ruff_cache .hypothesis lightning_logs
find . \( -name .venv -o -name node_modules -o -name .git \) -prune -o \
    \( -name __pycache__ -o -name .ipynb_checkpoints -o -name '*.egg-info' \) -type d -print0 |
    xargs -0 rm -rf
