#!/usr/bin/env bash
# Stands in for Python, pip and uv: writes down how it was called and fails the way it is told to.
#   FAKE_VERSION  what it says it is                FAKE_VENV=missing   no ensurepip
#   FAKE_PIP, FAKE_UV  a line to fail with          FAKE_PROBE=fail     no torch index
#   FAKE_CHECK, FAKE_SLEEP  exit code of lab_utils.check; seconds that uv takes
set -eu
me=$0
echo "$(basename "$me") $*" >>"$CALLS"

fail_with() {
    echo "some earlier line"
    echo "$1"
    exit 1
}

make_venv() {
    if [[ ${FAKE_VENV:-} == missing ]]; then
        fail_with "The virtual environment was not created because ensurepip is not available."
    fi
    mkdir -p "$1/bin"
    echo "home = fake" >"$1/pyvenv.cfg"
    cp "$me" "$1/bin/python"
    say_version >"$1/bin/version"
}

# An environment keeps the version that it was made with.
say_version() {
    if [[ -f $(dirname "$me")/version ]]; then
        cat "$(dirname "$me")/version"
    else
        echo "${FAKE_VERSION:-$(basename "$me" | sed 's/[^0-9.]//g')}"
    fi
}

run_uv() {
    [[ -f $(dirname "$me")/uv-is-here ]] || exit 1
    case "$*" in
        *--version*) echo "uv 0" ;;
        *--dry-run*) [[ ${FAKE_PROBE:-} != fail ]] ;;
        *)
            echo "links ${UV_FIND_LINKS:-none}" >>"$CALLS"
            sleep "${FAKE_SLEEP:-0}"
            [[ -z ${FAKE_UV:-} ]] || fail_with "$FAKE_UV"
            ;;
    esac
}

run_pip() {
    case "$*" in
        *--version*) echo "pip 0" ;;
        *" uv")
            [[ -z ${FAKE_PIP:-} ]] || fail_with "$FAKE_PIP"
            touch "$(dirname "$me")/uv-is-here"
            ;;
    esac
}

case "$1 ${2:-}" in
    "-c "*) say_version ;;
    "-m venv") make_venv "$3" ;;
    "-m uv") shift 2 && run_uv "$*" ;;
    "-m pip") shift 2 && run_pip "$*" ;;
    "-m lab_utils.check") exit "${FAKE_CHECK:-0}" ;;
    "-m jupyterlab") env | grep -E '^(JUPYTER|IPYTHON)' >>"$CALLS" ;;
esac
