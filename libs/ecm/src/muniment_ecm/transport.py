"""What this client needs of the kit's outbound ``Peer``; tests give it a fake of the same shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from muniment_kit.http import Answer, StreamingAnswer

Params = Sequence[tuple[str, str | int]]


class Transport(Protocol):
    """Sends requests below one base URL; raises ``PeerUnavailable``, ``CircuitOpen``, ``OutcomeUnknown``."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        data: bytes | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """Return the whole answer, whatever its status, unless that is transient."""

    def stream(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        timeout_s: float | None = None,
    ) -> AbstractAsyncContextManager[StreamingAnswer]:
        """Give the answer with its body still to be read."""

    async def close(self) -> None:
        """Close all connections."""
