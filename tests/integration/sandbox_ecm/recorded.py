"""Which public methods of OpenText's client the tests call, held against the list the docs are made from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: By area and test, the methods that the test calls: ``{"Workflows": {"test_…": ["OTCS.get_node"]}}``.
METHODS: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    (Path(__file__).parent / "pyxecm_methods.toml").read_text(encoding="utf-8")
)


def listed(test: str) -> frozenset[str]:
    """Return the methods listed for a test."""
    return frozenset(name for area in METHODS.values() for name in area.get(test, ()))


class Recorder:
    """Notes the public methods that tests call on clients; what clients call of themselves does not count."""

    def __init__(self) -> None:
        self.called: set[str] = set()

    def watch(self, client: object) -> Any:
        """Return the client, noting from now on what is called on it."""
        return _Watched(client, self.called)


class _Watched:
    def __init__(self, client: object, called: set[str]) -> None:
        self._client = client
        self._called = called

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._client, name)
        if not callable(value):
            return value

        def call(*arguments: object, **options: object) -> object:
            self._called.add(f"{type(self._client).__name__}.{name}")
            return value(*arguments, **options)

        return call
