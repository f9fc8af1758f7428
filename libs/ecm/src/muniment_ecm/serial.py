"""One at a time for each key: writes to one node or workspace wait for each other within the process.

Across processes the server's own tokens and uniqueness decide.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

K = TypeVar("K", bound=Hashable)


class OneAtATime(Generic[K]):
    """Locks by key; a lock lives as long as somebody holds or awaits it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[K, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: K) -> asyncio.Lock:
        """Return the lock of ``key``: ``async with locks.of(node_id): …``."""
        return self._locks.setdefault(key, asyncio.Lock())
