"""A member declares every distribution that it imports, so that its image has what it needs."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repo.checkout import MEMBERS, import_name

DISTRIBUTIONS = packages_distributions()


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_what_is_imported_is_declared(member: Path) -> None:
    undeclared = {
        name: sorted(distributions)
        for name in _imported(member)
        if not (distributions := _distributions(name)) & _declared(member)
    }
    assert undeclared == {}


def _imported(member: Path) -> set[str]:
    """Return the top-level names that the member's code imports, its own and the standard library's aside."""
    names = {
        name.partition(".")[0]
        for path in (member / "src").rglob("*.py")
        for name in _imports_of(ast.parse(path.read_text(encoding="utf-8")))
    }
    return names - set(sys.stdlib_module_names) - {import_name(member)}


def _imports_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _distributions(name: str) -> set[str]:
    return {canonicalize_name(distribution) for distribution in DISTRIBUTIONS.get(name, [name])}


def _declared(member: Path) -> set[str]:
    project = tomllib.loads((member / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
    return {canonicalize_name(Requirement(line).name) for line in (*project["dependencies"], *extras)}
