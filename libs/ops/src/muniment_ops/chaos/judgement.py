"""The verdict on a drill, from the shop's and the ECM's state alone; dead letters only to explain them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import orjson

from muniment_contracts.identifiers import business_object_id
from muniment_ecm import ArchiveLayout, ContentServer
from muniment_ecm.categories import Category
from muniment_ops.audit.archive import ArchivedOrder, ArchiveReader
from muniment_ops.audit.comparison import ArchivedDocument, compare_order
from muniment_ops.audit.expected import expected_documents
from muniment_ops.audit.shop import read_orders
from muniment_ops.chaos.attachments import embedded_files
from muniment_ops.chaos.states import Snapshot, SourceEvent, never_was, not_newest, out_of_order
from muniment_shopify.client import AdminClient
from muniment_shopify.orders import OrderSnapshot

_ORDERS_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be."""

    order: str
    what: str


@dataclass(slots=True)
class Judgement:
    """Everything that was compared and found; a drill is passed when all five lists are empty."""

    orders: int = 0
    documents: int = 0
    read_closely: int = 0
    lost: list[Finding] = field(default_factory=list)
    doubled: list[Finding] = field(default_factory=list)
    out_of_order: list[Finding] = field(default_factory=list)
    wrong_content: list[Finding] = field(default_factory=list)
    unexplained: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost, doubled, out of order, wrong or unexplained."""
        return not any(self.by_kind().values())

    def by_kind(self) -> dict[str, list[Finding]]:
        """Return the findings by what they are."""
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "out of order": self.out_of_order,
            "wrong content": self.wrong_content,
            "unexplained": self.unexplained,
        }


class Judge:
    """Compares every order, and reads a sample of them closely: every document opened."""

    def __init__(
        self,
        shop: AdminClient,
        server: ContentServer,
        *,
        sample: float,
        seed: int,
        judgement: Judgement,
    ) -> None:
        self._shop = shop
        self._server = server
        self._archive = ArchiveReader(server)
        self._layout = ArchiveLayout()
        self._sample = sample
        self._chance = Random(seed)  # noqa: S311 - repeatable, nothing secret
        self._category: Category | None = None
        self.judgement = judgement

    async def judge(self) -> Judgement:
        """Compare everything."""
        await self._archive.prepare()
        wanted = self._layout.workspaces[0].category
        self._category = (await self._server.categories.require({wanted.name: wanted.attributes}))[
            wanted.name
        ]
        permits = asyncio.Semaphore(_ORDERS_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            async for order in read_orders(self._shop):
                await permits.acquire()
                is_close = self._chance.random() < self._sample
                task = group.create_task(self._judge(order, is_close=is_close))
                task.add_done_callback(lambda _: permits.release())
        return self.judgement

    async def _judge(self, order: OrderSnapshot, *, is_close: bool) -> None:
        now = orjson.loads(order.content)
        held = await self._archive.read_order(business_object_id(self._shop.shop.handle, order.order_id))
        self._compare(order, now, held)
        if held.workspace_id is not None:
            await self._compare_workspace(order.name, held.workspace_id, now)
        if is_close:
            await self._read_closely(order.name, held.documents, now)

    def _compare(self, order: OrderSnapshot, now: Snapshot, held: ArchivedOrder) -> None:
        judgement, name = self.judgement, order.name
        finding = compare_order(
            order.order_id, name, expected_documents(now), held.documents, held.workspaces
        )
        judgement.orders += 1
        judgement.documents += len(held.documents)
        judgement.lost += [Finding(name, f"{key.kind} {key.number} is not there") for key in finding.missing]
        judgement.doubled += [
            Finding(name, f"{key.kind} {key.number} is there twice") for key in finding.duplicates
        ]
        judgement.wrong_content += [
            Finding(name, f"node {document.node_id} holds other bytes than were filed")
            for document in finding.altered
        ]
        judgement.unexplained += [
            Finding(name, f"{key.kind} {key.number} is there, and nothing in the shop calls for it")
            for key in finding.unexpected
        ]
        if held.workspaces == 0:
            judgement.lost.append(Finding(name, "it has no workspace"))
        elif held.workspaces > 1:
            judgement.doubled.append(Finding(name, f"it has {held.workspaces} workspaces"))

    async def _compare_workspace(self, name: str, workspace_id: int, now: Snapshot) -> None:
        assert self._category is not None
        node = await self._server.nodes.get(workspace_id, with_categories=True)
        shown = self._category.by_name(node.category_values) or {}
        self.judgement.out_of_order += [
            Finding(name, f"its workspace does not show the newest state: {what}")
            for what in not_newest(shown, now)
        ]

    async def _read_closely(self, name: str, documents: Sequence[ArchivedDocument], now: Snapshot) -> None:
        judgement = self.judgement
        events = []
        for document in documents:
            if document.key.kind == "source-event":
                try:
                    events.append(
                        SourceEvent.read(
                            document.node_id, await self._server.documents.read(document.node_id)
                        )
                    )
                except ValueError as error:
                    judgement.wrong_content.append(Finding(name, str(error)))
        for event in events:
            judgement.wrong_content += self._faults_of_event(name, event, now)
        judgement.out_of_order += [
            Finding(
                name, f"node {after.node_id} was filed after {before.node_id} and tells of an older state"
            )
            for before, after in out_of_order(events)
        ]
        known = {event.snapshot_sha256 for event in events}
        for document in documents:
            if document.key.kind != "source-event":
                judgement.wrong_content += await self._faults_of_pdf(name, document, known, now)
        judgement.read_closely += len(documents)

    def _faults_of_event(self, name: str, event: SourceEvent, now: Snapshot) -> list[Finding]:
        faults = [] if event.is_true_to_its_hash else ["its snapshot has another hash than it says"]
        if event.snapshot is not None:
            faults += never_was(event.snapshot, now)
        return [Finding(name, f"source event {event.node_id}: {fault}") for fault in faults]

    async def _faults_of_pdf(
        self, name: str, document: ArchivedDocument, known: set[str], now: Snapshot
    ) -> list[Finding]:
        """The state a document was made from is inside it: one that the shop had, and that we kept."""
        pdf = await self._server.documents.read(document.node_id)
        try:
            (snapshot,) = embedded_files(pdf)
            faults = list(never_was(orjson.loads(snapshot), now))
            if hashlib.sha256(snapshot).hexdigest() not in known:
                faults.append("the state inside it is that of none of the order's source events")
        except (ValueError, KeyError) as error:
            faults = [f"the state inside it cannot be read ({type(error).__name__})"]
        return [Finding(name, f"{document.key.number} (node {document.node_id}): {f}") for f in faults]
