# shellcheck shell=bash
# Find a Python that the course runs on. Sourced by setup.sh, after common.sh.

SUPPORTED="3.10 3.11 3.12 3.13"

# Print "3.11" for a working interpreter, nothing for anything else.
python_version() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

is_supported() {
    case " $SUPPORTED " in
        *" ${1:-none} "*) return 0 ;;
        *) return 1 ;;
    esac
}

# The default python3 comes first: it is the one that pyenv, conda or the person chose.
python_candidates() {
    say python3 python python3.13 python3.12 python3.11 python3.10
}

find_python() {
    local candidate version seen=""
    if [[ -n ${PYTHON:-} ]]; then
        version=$(python_version "$PYTHON")
        is_supported "$version" || die "PYTHON=$PYTHON is ${version:-no working Python}." \
            "The course needs Python 3.10 to 3.13, as in: make lab PYTHON=python3.12"
        command -v "$PYTHON"
        return
    fi
    for candidate in $(python_candidates); do
        version=$(python_version "$candidate")
        if is_supported "$version"; then
            command -v "$candidate"
            return
        fi
        [[ -z $version ]] || seen="$seen $candidate is $version,"
    done
    die "No Python 3.10 to 3.13 found (${seen:+seen:$seen }looked for: $(python_candidates))." \
        "Install one, or name it, as in: make lab PYTHON=/path/to/python3.12"
}
