"""`scripts/pin.py` keeps names, versions and Python markers, and nothing else."""

from __future__ import annotations

import pytest

from scripts.pin import simplify


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["numpy==2.0"], ["numpy==2.0"], id="plain"),
        pytest.param(["torch==2.13.0+cpu"], ["torch==2.13.0"], id="a build of one index only"),
        pytest.param(
            ["nvidia-nccl==2 ; sys_platform == 'linux'"],
            ["nvidia-nccl==2"],
            id="platforms say nothing",
        ),
        pytest.param(
            ["b==1", "a==2 ; python_full_version >= '3.11'", "a==1 ; python_full_version < '3.11'"],
            ["a==1 ; python_full_version < '3.11'", "a==2 ; python_full_version >= '3.11'", "b==1"],
            id="two versions, sorted",
        ),
        pytest.param(
            [
                "a==1 ; python_full_version < '3.11' and sys_platform == 'linux'",
                "a==2 ; python_full_version >= '3.11' and sys_platform == 'linux'",
            ],
            ["a==1 ; python_full_version < '3.11'", "a==2 ; python_full_version >= '3.11'"],
            id="only the Python clause stays",
        ),
        pytest.param(
            ["a==1 ; python_full_version < '3.11'", "a==2 ; python_full_version == '3.11.*'"],
            [
                "a==1 ; python_full_version < '3.11'",
                "a==2 ; python_full_version >= '3.11' and python_full_version < '3.12'",
            ],
            id="one minor version is a range",
        ),
        pytest.param(["# note", "--index-url https://host", ""], [], id="comments and options"),
    ],
)
def test_simplify(lines: list[str], expected: list[str]) -> None:
    assert simplify(lines) == expected


def test_versions_that_differ_by_platform_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a has 2 versions .*sys_platform"):
        simplify(["a==1 ; sys_platform == 'linux'", "a==2 ; sys_platform == 'darwin'"])
