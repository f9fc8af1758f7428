"""Builders with good defaults, and one object that plays the archive against the fake server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from muniment_ecm import (
    Archive,
    ArchiveLayout,
    ContentServer,
    Filed,
    FilingPlan,
    Sort,
    Value,
    WorkspacePlan,
)
from muniment_ecm.session import Session
from muniment_kit.errors import Retryable
from muniment_kit.testing import ManualClock
from tests.unit.ecm.fake_content_server import FakeContentServer
from tests.unit.ecm.scripted_transport import LoginStub

PDF = b"%PDF-1.7 invoice 1001"
ACCOUNTING, FULFILMENT = "Accounting documents", "Fulfilment documents"
WITH_RECORDS = ArchiveLayout(classifications=(ACCOUNTING, FULFILMENT))
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def workspace_plan(
    order: str = "5001", *, name: str = "Order #1001", updated_at: datetime = NOON, status: str = "PAID"
) -> WorkspacePlan:
    """Return the plan of an order's workspace."""
    values: Mapping[str, Value] = {
        "Shop": "north",
        "Order id": order,
        "Financial status": status,
        "Total": "10.00",
    }
    return WorkspacePlan(
        business_object_type="order",
        business_object_id=f"north.{order}",
        name=name,
        values=values,
        updated_at=updated_at,
    )


def filing_plan(
    content: bytes = PDF,
    *,
    number: str = "INV-1001",
    kind: str = "invoice",
    sort: Sort = Sort.ISSUED,
    folder: tuple[str, ...] = ("Order",),
    effect_id: str = "effect-1",
    workspace: WorkspacePlan | None = None,
    classification: str | None = None,
) -> FilingPlan:
    """Return the plan of a document with ``content``."""
    return FilingPlan(
        workspace=workspace or workspace_plan(),
        folder=folder,
        name=f"{number}.pdf",
        media_type="application/pdf",
        values={"Kind": kind, "Number": number, "Business date": date(2026, 6, 1), "Event id": "event-1"},
        sort=sort,
        sha256=hashlib.sha256(content).hexdigest(),
        record_date=date(2026, 6, 1),
        effect_id=effect_id,
        classification=classification,
    )


def later(plan: FilingPlan, content: bytes, *, updated_at: datetime, effect_id: str) -> FilingPlan:
    """Return the plan of the same document with another content of another time."""
    return replace(
        plan,
        sha256=hashlib.sha256(content).hexdigest(),
        effect_id=effect_id,
        workspace=replace(plan.workspace, updated_at=updated_at),
    )


class FilingDesk:
    """An archive on a fake server. ``restarted()`` is a new process on the same server."""

    def __init__(self, server: FakeContentServer | None = None, layout: ArchiveLayout | None = None) -> None:
        self.server = server or FakeContentServer()
        self._layout = layout
        self.clock = ManualClock()
        self.archive = Archive(ContentServer(Session(self.server, LoginStub(), clock=self.clock)), layout)

    def restarted(self) -> FilingDesk:
        return FilingDesk(self.server, self._layout)

    async def files(self, plan: FilingPlan, content: bytes = PDF) -> Filed:
        return await self.archive.file(plan, content)

    async def files_until_done(self, plan: FilingPlan, content: bytes = PDF, *, attempts: int = 8) -> Filed:
        """File as a lane does: again after every ``Retryable``."""
        for _ in range(attempts):
            try:
                return await self.archive.file(plan, content)
            except Retryable as trouble:
                await self.clock.advance(trouble.after or 1.0)
        raise AssertionError(f"not filed in {attempts} attempts")
