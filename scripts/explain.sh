# shellcheck shell=bash
# Turn the log of a failed set-up into one line that says what to do. Sourced by setup.sh.

matches() {
    grep -qiE "$2" "$1"
}

is_full() {
    matches "$1" 'no space left on device|os error 28|errno 28|disk quota exceeded'
}

is_offline() {
    matches "$1" 'dns error|error sending request|name resolution|name or service not known|network is unreachable|failed to establish a new connection|connection (refused|timed out|error)|operation timed out|could not connect|failed to fetch|\(from versions: none\)'
}

lacks_compiler() {
    matches "$1" "command '?[a-z0-9_/.+-]*(gcc|g\+\+|cc|c\+\+|clang)'? failed|no such file or directory: '(gcc|cc|g\+\+|c\+\+|clang)'|(gcc|g\+\+|cc|clang): (command )?not found|unable to find a compiler|no (working )?c(\+\+)? compiler|xcode-select: (error|note)|compilers? .*(not found|could not be found)|Python\.h: No such file"
}

lacks_venv() {
    matches "$1" 'ensurepip is not available|no module named .?(venv|ensurepip)|python3[0-9.]*-venv'
}

explain_failure() {
    local log=$1 version=$2 last
    if is_full "$log"; then
        die "Disk full while installing. Free 4 GB under $ROOT and run the same command again."
    elif lacks_venv "$log"; then
        die "This Python cannot make environments. On Debian or Ubuntu:" \
            "sudo apt install python$version-venv, then run the same command again."
    elif lacks_compiler "$log"; then
        die "A package must be built here and there is no C compiler. Linux: sudo apt install" \
            "build-essential python$version-dev; macOS: xcode-select --install. Then run it again."
    elif is_offline "$log"; then
        die "No network: the packages cannot be reached. Check the connection or the proxy" \
            "(HTTPS_PROXY) and run the same command again; what is there already is kept."
    fi
    last=$(grep -vE '^ *$' "$log" | tail -n 1 || true)
    die "Set-up failed: ${last:-no message}. The whole story is in build/setup.log."
}
