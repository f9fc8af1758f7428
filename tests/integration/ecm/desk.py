"""An archive on a running ECM sandbox, and what is there afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from muniment_ecm import Archive, ContentServer, ContentServerSettings, Filed, FilingPlan
from muniment_kit.clock import SystemClock
from muniment_kit.errors import Retryable
from muniment_kit.http import PeerSettings
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.testing import RunningEcm, running_ecm
from tests.unit.ecm.filing_desk import PDF, WITH_RECORDS

T = TypeVar("T")

PEER = PeerSettings(
    allow_private=True,
    timeout_s=5.0,
    backoff_base_s=0.001,
    backoff_cap_s=0.01,
    breaker_failures=1000,
    retry_budget_tokens=1000.0,
)


class SkippingClock(SystemClock):
    """The machine's time, plus what a test skips instead of waiting."""

    def __init__(self) -> None:
        self._skipped_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._skipped_s

    def skip(self, seconds: float) -> None:
        """Let ``seconds`` have passed."""
        self._skipped_s += seconds


@dataclass(frozen=True)
class Desk:
    """An archive with the server it files into."""

    ecm: RunningEcm
    server: ContentServer
    archive: Archive
    clock: SkippingClock

    @property
    def documents(self) -> list[Node]:
        """All documents where the shop's workspaces are."""
        return self._of_type(Subtype.DOCUMENT)

    @property
    def workspaces(self) -> list[Node]:
        """All workspaces of the shop; templates lie elsewhere."""
        return self._of_type(Subtype.WORKSPACE)

    def content(self, node: Node, version: int = 1) -> bytes:
        """Return the stored bytes of a version."""
        return self.ecm.state.documents.content(node.versions[version - 1])

    async def does_until_done(self, act: Callable[[], Awaitable[T]], *, attempts: int = 6) -> T:
        """Do it as a lane does: again after every ``Retryable``."""
        for _ in range(attempts):
            try:
                return await act()
            except Retryable as trouble:
                self.clock.skip(trouble.after or 0.0)
        raise AssertionError(f"not done in {attempts} attempts")

    async def files_until_done(self, plan: FilingPlan, content: bytes = PDF, *, attempts: int = 5) -> Filed:
        """File as a lane does: again after every ``Retryable``."""
        return await self.does_until_done(partial(self.archive.file, plan, content), attempts=attempts)

    def _of_type(self, subtype: int) -> list[Node]:
        tree = self.ecm.state.tree
        enterprise = tree.volume(Subtype.ENTERPRISE)
        assert enterprise is not None
        shop = tree.child_named(enterprise.id, "Shopify")
        assert shop is not None
        return [node for node in tree.descendants(shop) if node.type == subtype]


def settings(ecm: RunningEcm, *, peer: PeerSettings = PEER) -> ContentServerSettings:
    """Return settings that log in with the seed's password."""
    return ContentServerSettings(
        url=ecm.url, username=ecm.credentials.username, password=ecm.credentials.password, peer=peer
    )


@asynccontextmanager
async def open_desk(
    ecm: RunningEcm, *, peer: PeerSettings = PEER, how: ContentServerSettings | None = None
) -> AsyncIterator[Desk]:
    """Give an archive on ``ecm`` with its own session and memory, as another process would have."""
    clock = SkippingClock()
    server = ContentServer.connect(how or settings(ecm, peer=peer), clock=clock)
    try:
        yield Desk(ecm, server, Archive(server, WITH_RECORDS), clock)
    finally:
        await server.close()


@asynccontextmanager
async def new_desk(*, peer: PeerSettings = PEER) -> AsyncIterator[Desk]:
    """Give an archive on a sandbox of its own."""
    async with running_ecm() as ecm, open_desk(ecm, peer=peer) as desk:
        yield desk
