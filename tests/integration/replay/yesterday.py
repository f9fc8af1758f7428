"""Yesterday: what the services published, made by their own handlers, on a real Kafka with few partitions."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from ecm_archiver.app import build_app as build_archiver
from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.topics import Topic
from muniment_ecm.filing_plan import Filed, FilingOutcome, FilingPlan
from muniment_kit.blobs import Blobs
from muniment_kit.kafka import KafkaBroker, KafkaProducer, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.kafka.window import WindowReader
from muniment_kit.publishing import EventEncoder
from muniment_kit.records import OutgoingRecord, Record, TopicPartition
from muniment_kit.service import Coalesced, Service
from muniment_kit.settings import KitSettings
from muniment_ops.replay.conducting import Order, conduct
from muniment_ops.replay.flows import FLOWS
from muniment_ops.replay.manifest import Manifest
from muniment_ops.replay.plan import Plan
from muniment_ops.replay.planning import Wish, make_plan
from muniment_ops.replay.progress import Progress, RunFolder
from shopify_ingest.app import build_record
from tests.builders.events import hook_received
from tests.builders.kit_settings import kit_settings
from tests.builders.shop_objects import PaperShop
from tests.unit.document_renderer.desk import SETTINGS, Desk

PARTITIONS = 3


class FilingArchive:
    """An archive that files everything, or says what a test wants it to."""

    def __init__(self) -> None:
        self.outcome = FilingOutcome.FILED
        self.read_back: str | None = None
        self._nodes: dict[str, int] = {}

    async def file(self, plan: FilingPlan, content: bytes) -> Filed:
        node_id = self._nodes.setdefault(plan.name, 3000 + len(self._nodes))
        return Filed(
            workspace_id=2000,
            folder_id=2001,
            node_id=node_id,
            version_number=1,
            name=plan.name,
            outcome=self.outcome,
            sha256=self.read_back or plan.sha256,
            requests_made=2,
        )


class Yesterday:
    """The topics of a test with their records. Use it as an async context manager."""

    def __init__(self, kafka: str, prefix: str, *, partitions: int = PARTITIONS) -> None:
        self.settings: KitSettings = kit_settings(
            kafka_bootstrap_servers=kafka, topic_prefix=prefix, request_timeout_s=10.0
        )
        self.archive = FilingArchive()
        self.shop = PaperShop()
        self.producer = KafkaProducer(self.settings)
        self.partitions = partitions
        self._encoder = EventEncoder(list(Topic), topic_prefix=prefix)
        self._renderer = Desk().app

    async def __aenter__(self) -> Self:
        names = {*Topic, *(flow.dead_letters for flow in FLOWS.values())}
        kept = {"retention.ms": "-1"}  # records are written with old times; the broker looks every 5 min
        plans = [TopicPlan(self.physical(name), self.partitions, kept) for name in names]
        await create_topics(self.settings, plans)
        await self.producer.start([])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.producer.stop()

    def physical(self, topic: str) -> str:
        return f"{self.settings.topic_prefix}{topic}"

    async def tell(self, *events: Event[Any]) -> None:
        """Publish events as they are."""
        await self.producer.send([self._encoder.encode(event) for event in events])

    async def send(self, topic: str, *, value: bytes, key: bytes | None = None, **headers: str) -> None:
        """Publish a record of any bytes."""
        pairs = [(name, text.encode()) for name, text in headers.items()]
        await self.producer.send([OutgoingRecord(self.physical(topic), key, value, pairs)])

    async def rendered(self, *changes: Event[Any]) -> None:
        """Publish changes, each with the documents that the renderer makes of it."""
        for change in changes:
            await self._handled(self._renderer, change)

    async def filed(self, *documents: Event[Any]) -> None:
        """Publish documents, each with the receipt of the archiver."""
        archiver = build_archiver(archive=self.archive, blobs=Blobs("memory://"))
        for document in documents:
            await self._handled(archiver, document)

    async def receipts_of(self, *documents: Event[Any]) -> None:
        """Publish only the receipts of documents."""
        archiver = build_archiver(archive=self.archive, blobs=Blobs("memory://"))
        entry = archiver.table[Topic.DOCUMENTS_PRODUCED]
        assert not isinstance(entry, Coalesced)
        for document in documents:
            await self.tell(*(await entry(document)).events)

    async def recorded(self, hooks: Sequence[Event[HookReceived]]) -> None:
        """Publish hooks and the changes that are recorded of all of them together."""
        entry = build_record(objects=self.shop).table[Topic.SHOPIFY_HOOKS]
        assert isinstance(entry, Coalesced)
        await self.tell(*hooks)
        await self.tell(*(await entry.handle(hooks)).events)

    async def _handled(self, service: Service, event: Event[Any]) -> None:
        entry = service.table[event.topic]
        assert not isinstance(entry, Coalesced)
        await self.tell(event)
        await self.tell(*(await entry(event)).events)

    async def records(self, topic: str) -> list[Record]:
        """Return every record of a topic, partition after partition."""
        async with WindowReader(self.settings) as reader:
            bounds = await reader.bounds(self.physical(topic))
            found: list[Record] = []
            for number, held in bounds.items():
                place = TopicPartition(self.physical(topic), number)
                async for batch in reader.read(place, held.start, held.end):
                    found.extend(batch)
        return found

    async def ends(self) -> dict[str, dict[int, int]]:
        """Return where every topic ends."""
        async with WindowReader(self.settings) as reader:
            return {
                topic: {n: held.end for n, held in (await reader.bounds(self.physical(topic))).items()}
                for topic in Topic
            }

    async def partition_with_records(self, topic: str) -> int:
        """Return the number of the first partition that has records."""
        return (await self.records(topic))[0].partition

    async def committed(self, group: str, partition: TopicPartition, offset: int) -> None:
        """Let a live group have committed ``offset``; it has no member afterwards."""
        member = KafkaBroker(self.settings).member(group=group, topics=[partition.topic])
        listening = _Listening()
        await member.start(listening)
        try:
            await asyncio.wait_for(listening.assignment.wait(), timeout=20)
            await member.poll(timeout_s=0.1, max_records=1)
            await member.commit({partition: offset})
        finally:
            await member.stop()

    async def cancelled_after(self, plan: Plan, folder: Path, *, records: int) -> None:
        """Run ``plan`` slowly, and cancel it once so many records are done."""

        def watch(progress: Progress) -> None:
            if progress.done(plan) >= records:
                RunFolder(folder).cancel()

        order = Order(rate_per_s=50.0)
        assert await conduct(plan, order, self.settings, folder, on_progress=watch) is None

    async def plan(self, topic: Topic, **wish: Any) -> Plan:
        return await make_plan(Wish(topic, **wish), self.settings)

    async def replay(self, topic: Topic, folder: Path, **order: Any) -> Manifest:
        """Plan the whole topic, run it, and return the manifest."""
        return await self.run(await self.plan(topic), folder, **order)

    async def run(self, plan: Plan, folder: Path, **order: Any) -> Manifest:
        manifest = await conduct(plan, Order(**order), self.settings, folder)
        assert manifest is not None
        return manifest


class _Listening:
    """Hears that partitions were assigned."""

    def __init__(self) -> None:
        self.assignment = asyncio.Event()

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        self.assignment.set()

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        self.assignment.clear()


def delivered(
    hook: str, *, webhook_id: str, body: bytes = b'{"id":5001}', key: str | None = None
) -> Event[HookReceived]:
    """A hook with the event id that the receiver gives it."""
    event = hook_received(hook, webhook_id=webhook_id, body=body, key=key)
    return replace(event, id=deterministic_id(event.body.shop, "hook", webhook_id))


def renderer_environment() -> dict[str, str]:
    """Return the settings of the renderer of yesterday, as variables."""
    return {
        f"DOCUMENT_RENDERER_{name.upper()}": value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in SETTINGS.items()
    }


def differences(folder: Path) -> list[dict[str, Any]]:
    """Return the first differences of a report."""
    return [orjson.loads(line) for line in (folder / "differences.jsonl").read_bytes().splitlines()]


def lines(folder: Path) -> list[dict[str, Any]]:
    """Return all lines of a report, by partition and offset."""
    paths = sorted(folder.glob("records-*.jsonl"))
    return [orjson.loads(line) for path in paths for line in path.read_bytes().splitlines()]
