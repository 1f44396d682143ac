#!/usr/bin/env bash
# Set up, show what this machine has, read a page of handwriting, open JupyterLab on the labs.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The course's own folders, so that nothing in the home folder is read or written.
use_own_jupyter_folders() {
    local state=$BUILD/jupyter
    export JUPYTER_CONFIG_PATH=$ROOT/scripts/jupyter
    export JUPYTER_CONFIG_DIR=$state/config JUPYTER_DATA_DIR=$state/data
    export JUPYTER_RUNTIME_DIR=$state/runtime IPYTHONDIR=$state/ipython
    export JUPYTERLAB_SETTINGS_DIR=$state/settings JUPYTERLAB_WORKSPACES_DIR=$state/workspaces
    mkdir -p "$IPYTHONDIR"
}

open_labs() {
    local flags=(--ServerApp.root_dir="$ROOT" --LabApp.default_url=/lab/tree/labs)
    if [[ $(id -u) == 0 ]]; then
        flags+=(--allow-root)
    fi
    say "Opening JupyterLab on labs/. It answers at the address below; stop it with Ctrl-C twice."
    exec "$VENV_PYTHON" -m jupyterlab "${flags[@]}" "$@"
}

"$ROOT/scripts/setup.sh"
export PATH="$VENV/bin:$PATH" VIRTUAL_ENV="$VENV"
"$VENV_PYTHON" -m lab_utils.check
say ""
"$VENV_PYTHON" "$ROOT/scripts/first_page.py"
say ""
use_own_jupyter_folders
open_labs "$@"
