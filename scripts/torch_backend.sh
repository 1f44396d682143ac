# shellcheck shell=bash
# Choose the torch build. On Linux the default one brings CUDA, several gigabytes that a machine
# without an NVIDIA GPU cannot use. Sourced after common.sh.

PROBE_SECONDS=5

# pip knows where a company keeps its packages by these; uv reads other names.
share_pip_settings() {
    if [[ -z ${UV_FIND_LINKS:-} && -n ${PIP_FIND_LINKS:-} ]]; then
        export UV_FIND_LINKS="${PIP_FIND_LINKS// /,}"
    fi
    if [[ -z ${UV_DEFAULT_INDEX:-} && -n ${PIP_INDEX_URL:-} ]]; then
        export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
    fi
    if [[ -z ${SSL_CERT_FILE:-} && -n ${PIP_CERT:-} ]]; then
        export SSL_CERT_FILE="$PIP_CERT"
    fi
    export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-${PIP_DEFAULT_TIMEOUT:-60}}"
}

has_nvidia() {
    command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q '^GPU'
}

# A folder of wheels that holds torch was put there on purpose: take it.
has_torch_wheel() {
    local folder IFS=,
    for folder in ${UV_FIND_LINKS:-}; do
        compgen -G "$folder/torch-[0-9]*+cpu-*.whl" >/dev/null && return 0
    done
    return 1
}

# Ask for one package without installing it, so that an unreachable index costs seconds.
can_reach_backend() {
    local backend=$1 torch
    torch=$(grep -m 1 '^torch==' "$2" || echo torch)
    UV_HTTP_TIMEOUT=$PROBE_SECONDS UV_HTTP_RETRIES=0 "$VENV_PYTHON" -m uv pip install \
        --dry-run --no-deps --reinstall-package torch --python "$VENV_PYTHON" \
        --torch-backend "$backend" "$torch" >>"$BUILD/torch-backend.log" 2>&1
}

# Print the value for uv's --torch-backend, or "default" for none.
choose_torch_backend() {
    local constraints=$1 wanted=${TORCH_BACKEND:-}
    if [[ -n $wanted ]]; then
        if [[ $wanted != default && $wanted != auto ]] && ! can_reach_backend "$wanted" "$constraints"; then
            die "TORCH_BACKEND=$wanted: that torch index cannot be reached, or has no such build" \
                "(build/torch-backend.log). TORCH_BACKEND=default takes torch from the usual place."
        fi
        say "$wanted"
    elif [[ $(uname -s) != Linux ]] || has_nvidia || has_torch_wheel; then
        say default
    elif can_reach_backend cpu "$constraints"; then
        say cpu
    else
        say "note: the index of CPU-only torch builds cannot be reached; taking the usual build," \
            "which on Linux downloads several gigabytes of CUDA. See README, 'Which torch'." >&2
        say default
    fi
}
