#!/usr/bin/env bash
# Make .venv with the pinned packages. Does nothing, in well under a second, when that is done.
# An interrupted run leaves no stamp, so the next one takes up where it stopped.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$ROOT/scripts/find_python.sh"
source "$ROOT/scripts/explain.sh"
source "$ROOT/scripts/torch_backend.sh"

STAMP=$VENV/.setup-stamp
CONSTRAINTS=$ROOT/requirements/constraints.txt
[[ -z ${NEWEST:-} ]] || CONSTRAINTS=/dev/null # the newest releases, to see what the pins hide
EXTRAS=labs,dev
FREE_MB_CPU=4000
FREE_MB_CUDA=14000
FREE_MB_RESUME=500

# What a finished environment was made from. The path is in it because a moved folder breaks it.
fingerprint() {
    printf '%s ' "$ROOT"
    cat "$ROOT/pyproject.toml" "$CONSTRAINTS" | cksum
}

# Whether the environment is finished and made the way that this call asks for.
is_ready() {
    [[ -x $VENV_PYTHON && -f $STAMP ]] || return 1
    local made from backend
    { read -r from && read -r made && read -r backend; } <"$STAMP" || return 1
    [[ $from == "$(fingerprint)" ]] || return 1
    [[ -z ${TORCH_BACKEND:-} || $TORCH_BACKEND == "$backend" ]] || return 1
    [[ -z ${PYTHON:-} || $(python_version "$PYTHON") == "$made" ]] || return 1
}

free_mb() {
    df -Pk "$ROOT" | awk 'NR == 2 {print int($4 / 1024)}'
}

check_space() {
    local needed=$1 free
    free=$(free_mb)
    if ((free < needed)); then
        die "Disk full: set-up needs $needed MB free under $ROOT, and $free MB are." \
            "Free some space and run the same command again."
    fi
}

# An environment that was begun with another Python, moved, or cut short before pip was there.
is_usable() {
    [[ -f $VENV/pyvenv.cfg && -x $VENV_PYTHON ]] || return 1
    [[ ! -f $VENV/.made-in || $(<"$VENV/.made-in") == "$ROOT" ]] || return 1
    [[ $(python_version "$VENV_PYTHON") == "$1" ]] || return 1
    "$VENV_PYTHON" -m uv --version >/dev/null 2>&1 || "$VENV_PYTHON" -m pip --version >/dev/null 2>&1
}

make_environment() {
    local python=$1 version=$2
    if is_usable "$version"; then
        return
    fi
    if [[ -e $VENV && ! -f $VENV/pyvenv.cfg && -n $(ls -A "$VENV") ]]; then
        die "$VENV is in the way and is no Python environment. Move it elsewhere and try again."
    fi
    say "Making the environment .venv with Python $version ($python)"
    rm -rf "$VENV"
    if ! "$python" -m venv "$VENV" >>"$LOG" 2>&1; then
        rm -rf "$VENV"
        explain_failure "$LOG" "$version"
    fi
    say "$ROOT" >"$VENV/.made-in"
}

# Fails where uv cannot be had; pip then does the work, more slowly.
install_uv() {
    "$VENV_PYTHON" -m uv --version >/dev/null 2>&1 && return
    say "Installing uv, which installs the rest"
    "$VENV_PYTHON" -m pip install --progress-bar off -c "$CONSTRAINTS" uv >>"$LOG" 2>&1
}

# Show what takes time (resolving, downloads, builds) and leave the long list to the log.
show_steps() {
    tee -a "$LOG" | { grep --line-buffered -vE '^ [-+~] |already satisfied|^ *(hint|warning):' || true; }
}

install_with_uv() {
    local backend=$1 flags=()
    if [[ $backend != default ]]; then
        flags=(--torch-backend "$backend")
    fi
    "$VENV_PYTHON" -m uv pip install --python "$VENV_PYTHON" ${flags[@]+"${flags[@]}"} \
        -c "$CONSTRAINTS" -b "$CONSTRAINTS" -e ".[$EXTRAS]" 2>&1 | show_steps
}

install_with_pip() {
    PIP_CONSTRAINT="$CONSTRAINTS" "$VENV_PYTHON" -m pip install --progress-bar off \
        -e ".[$EXTRAS]" 2>&1 | show_steps
}

install_packages() {
    local version=$1 backend
    if install_uv; then
        backend=$(choose_torch_backend "$CONSTRAINTS") || exit 1
        [[ -f $STAMP.begun ]] || check_space "$(space_needed "$backend")"
        : >"$STAMP.begun"
        say "Installing the pinned packages (a few minutes the first time; full log in build/setup.log)"
        install_with_uv "$backend" || explain_failure "$LOG" "$version"
    else
        is_offline "$LOG" && explain_failure "$LOG" "$version"
        say "uv cannot be installed here, so pip does the work: allow ten minutes"
        backend=${TORCH_BACKEND:-default}
        install_with_pip || explain_failure "$LOG" "$version"
    fi
    printf '%s\n' "$(fingerprint)" "$version" "$backend" >"$STAMP"
}

space_needed() {
    if [[ $1 == default && $(uname -s) == Linux ]] && ! has_torch_wheel; then
        echo "$FREE_MB_CUDA"
    else
        echo "$FREE_MB_CPU"
    fi
}

main() {
    if is_ready; then
        return
    fi
    trap 'echo; die "Set-up was interrupted. Run the same command again: it goes on from here."' INT
    local python version
    python=$(find_python) || exit 1
    version=$(python_version "$python")
    check_space "$FREE_MB_RESUME"
    mkdir -p "$BUILD"
    : >"$LOG"
    rm -f "$STAMP"
    share_pip_settings
    make_environment "$python" "$version"
    install_packages "$version"
    say "The environment is ready."
}

main
