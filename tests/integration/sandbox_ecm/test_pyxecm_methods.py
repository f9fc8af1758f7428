"""The list of OpenText's methods that work here names tests and methods that exist, and enough of them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pyxecm

from tests.integration.sandbox_ecm.recorded import METHODS, listed

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("test_pyxecm*.py"))


def test_every_listed_test_is_there_and_gets_a_client() -> None:
    assert sorted({test for area in METHODS.values() for test in area} - _with_a_client()) == []


def test_every_listed_method_is_public() -> None:
    names = {name for area in METHODS.values() for test in area for name in listed(test)}
    for name in names:
        owner, _, method = name.partition(".")
        assert not method.startswith("_")
        assert callable(getattr(getattr(pyxecm, owner), method))
    assert len(names) >= 180


def _with_a_client() -> set[str]:
    found: set[str] = set()
    for module in MODULES:
        content = vars(importlib.import_module(f"tests.integration.sandbox_ecm.{module}"))
        found |= {
            name
            for name, value in content.items()
            if name.startswith("test_") and {"otcs", "otds", "log_in"} & set(value.__annotations__)
        }
    return found
