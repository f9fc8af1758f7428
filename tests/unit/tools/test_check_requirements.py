"""The check that what is declared, pinned and installed is one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_requirements import faults_of_members, faults_of_pins

HASH = f" \\\n    --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small repository in which all agrees."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    (requirements / "runtime.in").write_text("aiohttp>=3.14  # why\nuv>=0.13\n")
    (requirements / "runtime.txt").write_text(f"aiohttp==3.14.5{HASH}uv==0.13.9{HASH}")
    member = tmp_path / "libs" / "kit"
    member.mkdir(parents=True)
    (member / "pyproject.toml").write_text(
        '[project]\nname = "muniment-kit"\ndependencies = ["aiohttp>=3.14"]\n'
    )
    return tmp_path


def test_agreement_is_silent(root: Path) -> None:
    assert [*faults_of_pins(root / "requirements"), *faults_of_members(root)] == []


@pytest.mark.parametrize(
    ("pins", "told"),
    [
        (f"aiohttp==3.14.5{HASH}", "runtime.in asks for uv; runtime.txt lacks it"),
        (
            f"aiohttp==3.13.0{HASH}uv==0.13.9{HASH}",
            "runtime.in asks for aiohttp>=3.14; runtime.txt pins 3.13.0",
        ),
        (f"aiohttp==3.14.5\nuv==0.13.9{HASH}", "runtime.txt has no hash for aiohttp==3.14.5"),
        (f"--index-url https://a.example/\naiohttp==3.14.5{HASH}uv==0.13.9{HASH}", "names an address"),
    ],
    ids=["missing", "too old", "no hash", "address"],
)
def test_a_pin_that_does_not_fit_is_told(root: Path, pins: str, told: str) -> None:
    (root / "requirements" / "runtime.txt").write_text(pins)
    assert told in " ".join(faults_of_pins(root / "requirements"))


def test_included_sources_count_too(root: Path) -> None:
    (root / "requirements" / "dev.in").write_text("-r runtime.in\npytest>=9\n")
    (root / "requirements" / "dev.txt").write_text(f"pytest==9.2.0{HASH}")
    told = " ".join(faults_of_pins(root / "requirements"))
    assert "dev.in asks for aiohttp" in told


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (
            '"aiohttp>=3.14", "httpx>=0.28"',
            "declares httpx>=0.28, which requirements/runtime.in does not have",
        ),
        ('"aiohttp>=3.13"', "declares aiohttp>=3.13, requirements/runtime.in aiohttp>=3.14"),
        ("", "requirements/runtime.in has aiohttp, which no member declares"),
    ],
    ids=["undeclared", "differs", "unused"],
)
def test_a_member_that_says_something_else_is_told(root: Path, declared: str, told: str) -> None:
    manifest = f'[project]\nname = "muniment-kit"\ndependencies = [{declared}]\n'
    (root / "libs" / "kit" / "pyproject.toml").write_text(manifest)
    assert told in " ".join(faults_of_members(root))
