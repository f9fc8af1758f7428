"""Every member of the house is complete."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.repo.checkout import MEMBERS, ROOT, SERVICES, import_name


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_a_member_has_a_manifest_named_like_its_folder(member: Path) -> None:
    name = tomllib.loads((member / "pyproject.toml").read_text())["project"]["name"]
    expected = member.name if member in SERVICES else f"muniment-{member.name}"
    assert name == expected


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_a_member_is_typed(member: Path) -> None:
    assert (member / "src" / import_name(member) / "py.typed").exists()


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_has_a_page_a_command_and_tests(service: Path) -> None:
    assert (service / "README.md").exists()
    scripts = tomllib.loads((service / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {service.name: f"{import_name(service)}.__main__:main"}
    assert list((ROOT / "tests" / "unit" / import_name(service)).glob("test_*.py"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_has_an_owner(service: Path) -> None:
    owned = [
        line.split()[0] for line in (ROOT / "CODEOWNERS").read_text().splitlines() if line.startswith("/")
    ]
    assert f"/services/{service.name}/" in owned
