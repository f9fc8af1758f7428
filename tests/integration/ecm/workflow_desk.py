"""Two accounts at a running sandbox, the writer and the reader, and the people who decide there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from muniment_ecm import ContentServer
from muniment_ecm.creation import Created
from muniment_ecm.workflow_plans import WorkflowPlan
from muniment_ecm.workflows import Workflows
from muniment_kit.errors import Retryable
from muniment_kit.http import PeerSettings
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.upload import Upload
from muniment_sandbox.ecm.state.workflow_processes import Process
from muniment_sandbox.ecm.state.workspace_creation import NewWorkspace
from muniment_sandbox.ecm.state.workspaces import BusinessObject
from muniment_sandbox.ecm.testing import RunningEcm, running_ecm
from tests.integration.ecm.desk import PEER, SkippingClock, settings

KEY = "northwind.5123/fraud-flag"


def workflow_plan(*, documents: tuple[int, ...] = (), key: str = KEY) -> WorkflowPlan:
    """Return the plan of a review of one order."""
    return WorkflowPlan(
        map_name="Exception Review",
        key=key,
        title="Fraud flag on #1042",
        document_ids=documents,
        values={"Order": "#1042", "Customer": "Ana Lima", "Amount": "2480.00", "Currency": "EUR"},
        comment="High risk, value above 1,000",
    )


@dataclass(frozen=True)
class WorkflowDesk:
    """The writer's and the reader's workflows, and the server they are on."""

    ecm: RunningEcm
    writer: Workflows
    reader: Workflows
    clock: SkippingClock

    @property
    def processes(self) -> list[Process]:
        return list(self.ecm.state.workflows.all())

    def member_id(self, name: str) -> int:
        member = self.ecm.state.members.named(name)
        assert member is not None
        return member.id

    def document_of_a_case(self) -> tuple[int, int]:
        """A new case workspace with one document: the ids of both."""
        state, writer = self.ecm.state, self.member_id("muniment-writer")
        key = BusinessObject("SHOPIFY", "case", f"northwind.{state.sequence.next()}")
        case = state.workspace_creation.create(NewWorkspace(name=key.bo_id, business_object=key), writer)
        upload = Upload("a.pdf", "application/pdf", b"%PDF-1.7")
        document = state.creation.create(NewNode(case.id, 144, "a.pdf", upload=upload), writer)
        return case.id, document.id

    def decides(
        self, process_id: int, disposition: str, comment: str = "Checked", *, by: str = "rivera"
    ) -> None:
        """Somebody decides the first step on the spot."""
        state = self.ecm.state
        member = state.members.named(by)
        assert member is not None
        process, task = state.workflows.task(process_id, process_id, 1, member)
        state.workflows.decide(process, task, member, disposition, comment)

    async def starts_until_done(self, plan: WorkflowPlan, *, attempts: int) -> Created[int]:
        """Start as a lane does: again after every ``Retryable``."""
        for _ in range(attempts):
            try:
                return await self.writer.start_once(plan)
            except Retryable as trouble:
                self.clock.skip(trouble.after or 0.0)
        raise AssertionError(f"not started in {attempts} attempts")


@asynccontextmanager
async def new_workflow_desk(*, peer: PeerSettings = PEER) -> AsyncIterator[WorkflowDesk]:
    """Give both accounts on a sandbox of their own."""
    async with running_ecm() as ecm:
        clock, writing = SkippingClock(), settings(ecm, peer=peer)
        reading = replace(writing, username="muniment-reader", password="reader-secret")
        writer = ContentServer.connect(writing, clock=clock)
        reader = ContentServer.connect(reading, clock=clock)
        try:
            yield WorkflowDesk(ecm, writer.workflows, reader.workflows, clock)
        finally:
            await writer.close()
            await reader.close()
