# shellcheck shell=bash
# Sourced by the scripts beside it. Written for bash 3.2, the one that macOS has.
# shellcheck disable=SC2034  # used where it is sourced
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
VENV_PYTHON=$VENV/bin/python
BUILD=$ROOT/build
LOG=$BUILD/setup.log
cd "$ROOT"

# No library reports to anybody, and none asks the network at start. onnxruntime 1.29 and later
# otherwise keeps a device id in the home folder and sends events about each model.
export DVC_NO_ANALYTICS=1 GRADIO_ANALYTICS_ENABLED=False GX_ANALYTICS_ENABLED=false
export ORT_DISABLE_TELEMETRY=1
export HF_HUB_OFFLINE=${HF_HUB_OFFLINE:-1} PIP_DISABLE_PIP_VERSION_CHECK=1

say() {
    printf '%s\n' "$*"
}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
