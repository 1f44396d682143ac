#!/usr/bin/env bash
# Run the labs' set-up cell alone, as Colab would: in an environment with torch and nothing else of
# ours, with this checkout standing in for the public address. Then read a page.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$ROOT/scripts/find_python.sh"
source "$ROOT/scripts/torch_backend.sh"

STAGE=$BUILD/colab
VENV_PYTHON=$STAGE/env/bin/python
CONSTRAINTS=$ROOT/requirements/constraints.txt
TAG=colab-cell

# The cell installs what is committed, so a clone of the last commit is what it gets.
make_stage() {
    rm -rf "$STAGE"
    mkdir -p "$STAGE/home"
    "$1" -m venv "$STAGE/env"
    git clone --quiet --bare "$ROOT" "$STAGE/course.git"
    git -C "$STAGE/course.git" tag --force "$TAG" >/dev/null
}

# Colab has torch; without this step a Linux machine would fetch the CUDA build.
install_torch() {
    local backend flags=()
    "$VENV_PYTHON" -m pip install --quiet -c "$CONSTRAINTS" uv
    backend=$(choose_torch_backend "$CONSTRAINTS")
    [[ $backend == default ]] || flags=(--torch-backend "$backend")
    "$VENV_PYTHON" -m uv pip install --quiet --python "$VENV_PYTHON" ${flags[@]+"${flags[@]}"} \
        -c "$CONSTRAINTS" torch
}

python=$(find_python)
share_pip_settings
make_stage "$python"
install_torch
PYTHONPATH=$ROOT "$python" -c 'from lab_utils.setup_cell import setup_source; print(setup_source())' \
    >"$STAGE/cell.py"
cd "$STAGE/home"
HOME=$STAGE/home LABS_SETUP=always LABS_ADDRESS=file://$STAGE/course.git LABS_VERSION=$TAG \
    "$VENV_PYTHON" "$STAGE/cell.py"
"$VENV_PYTHON" -c 'import lab_utils, text_recognizer; print("imported from", text_recognizer.__path__[0])'
PYTHONPATH=$STAGE/home/course/scripts \
    "$VENV_PYTHON" -c 'from first_page import read_first_page; print(read_first_page())'
