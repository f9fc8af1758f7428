"""A real Apicurio for the tests of this folder. Without its archive they fail, and say why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from muniment_contracts import FileResolver
from muniment_contracts.registry_client import RegistryAccess, RegistryClient
from muniment_ops.registry import EmbeddedRegistry, register_schemas

_T = TypeVar("_T")


@pytest.fixture(scope="package")
def filled_registry() -> Iterator[str]:
    """The address of a registry that holds what is released, as ``muniment topics apply`` leaves it."""
    registry = EmbeddedRegistry()
    _run(registry.start())
    try:
        register_schemas(RegistryClient(RegistryAccess(url=registry.url)), FileResolver().released())
        yield registry.url
    finally:
        _run(registry.stop())


@pytest.fixture
async def empty_registry() -> AsyncIterator[EmbeddedRegistry]:
    """A registry of the test's own."""
    async with EmbeddedRegistry() as registry:
        yield registry


def _run(work: Coroutine[object, object, _T]) -> _T:
    """Run in an event loop of a thread of its own, so that no test's loop is touched."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
