"""What outlives the process: knowledge and progress, on two compacted topics."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from muniment_contracts.codec import Codec
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.headers import event_from
from muniment_contracts.identifiers import key_of
from muniment_contracts.reconciliation import ObjectKnown, ProgressMade
from muniment_contracts.topics import Topic
from muniment_kit.kafka.follower import Follower
from muniment_kit.settings import KitSettings
from shopify_ingest.reconcile.knowledge import Knowledge
from shopify_ingest.reconcile.known import DIGEST_BYTES, Digest, Known

SOURCE = "shopify-ingest"
_POLL_S = 0.2


@dataclass(slots=True)
class ShopMemory:
    """All that is remembered of one shop. ``progress`` is by work and subject."""

    shop: str
    knowledge: Knowledge = field(default_factory=Knowledge)
    progress: dict[tuple[str, str], ProgressMade] = field(default_factory=dict)

    def made(self, work: str, subject: str) -> ProgressMade:
        """Return the progress of one piece of work, empty when none was made."""
        return self.progress.get((work, subject)) or ProgressMade(shop=self.shop, work=work, subject=subject)

    def slices(self) -> list[ProgressMade]:
        """Return the slices of history that were loaded completely."""
        return [made for (work, _), made in self.progress.items() if work == "slice" and made.completed_at]


async def remembered(kit: KitSettings, codec: Codec, shops: Iterable[str]) -> Mapping[str, ShopMemory]:
    """Return what the topics say of ``shops``.

    Progress is read first: what was known when it was written is then surely read too. Raises
    ``BrokerUnavailable`` or ``TopicsMissing``.
    """
    memories = {shop: ShopMemory(shop) for shop in shops}
    async for event in _each_of(Topic.SHOPIFY_PROGRESS, kit, codec, shops=memories):
        made: ProgressMade = event.body
        memories[made.shop].progress[made.work, made.subject] = made
    async for event in _each_of(Topic.SHOPIFY_KNOWN, kit, codec, shops=memories):
        body: ObjectKnown = event.body
        memories[body.shop].knowledge.put(body.kind, body.object_id, _known(body))
    return memories


@asynccontextmanager
async def written_down(memory: ShopMemory) -> AsyncIterator[Sequence[Event[Any]]]:
    """Give what is to be written down of the knowledge that changed; it counts as written if the block ends
    well.
    """
    changed, memory.knowledge.changed = memory.knowledge.changed, set()
    try:
        yield [_known_event(memory, *place) for place in sorted(changed)]
    except BaseException:
        memory.knowledge.changed |= changed
        raise


def progress_event(made: ProgressMade) -> Event[ProgressMade]:
    """Return the event that remembers ``made``."""
    moments = [made.completed_at, made.reached, made.begin]
    times = [moment.isoformat() for moment in moments if moment is not None]
    places = [f"{number}:{offset}" for number, offset in sorted(made.positions.items())]
    id = deterministic_id(made.shop, "progress", made.work, made.subject, *times, *places)
    return Event(
        topic=Topic.SHOPIFY_PROGRESS,
        key=key_of(made.shop, made.work, made.subject),
        id=id,
        type="progress.made",
        source=SOURCE,
        subject=f"{made.work}/{made.subject}",
        time=next((moment for moment in moments if moment is not None), _EPOCH),
        body=made,
        correlation_id=id,
    )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _known_event(memory: ShopMemory, kind: str, id: str) -> Event[ObjectKnown]:
    shop, known = memory.shop, memory.knowledge.of(kind, id) or Known()
    body = ObjectKnown(
        shop=shop,
        kind=kind,
        object_id=id,
        state=known.state,
        updated_at=known.updated_at,
        looks=_joined(known.looks),
        facts=_joined(known.facts),
        lacking=_joined(known.lacking),
    )
    event_id = deterministic_id(shop, "known", kind, id, known.packed().hex())
    return Event(
        topic=Topic.SHOPIFY_KNOWN,
        key=key_of(shop, kind, id),
        id=event_id,
        type="object.known",
        source=SOURCE,
        subject=f"{kind}/{id}",
        time=known.updated_at or _EPOCH,
        body=body,
        correlation_id=event_id,
    )


def _known(body: ObjectKnown) -> Known:
    return Known(
        "gone" if body.state == "gone" else "found",
        body.updated_at,
        _split(body.looks),
        _split(body.facts),
        _split(body.lacking),
    )


def _joined(digests: Iterable[Digest]) -> bytes:
    return b"".join(sorted(digests))


def _split(content: bytes) -> frozenset[Digest]:
    return frozenset(content[n : n + DIGEST_BYTES] for n in range(0, len(content), DIGEST_BYTES))


async def _each_of(
    topic: Topic, kit: KitSettings, codec: Codec, *, shops: Collection[str]
) -> AsyncIterator[Event[Any]]:
    """Yield the events of ``shops`` that are there now, oldest first: the topic has one partition."""
    async with Follower(kit, topics=[f"{kit.topic_prefix}{topic}"], name="muniment-memory") as follower:
        ends = await follower.ends()
        while not await follower.is_at(ends):
            for record in await follower.poll(timeout_s=_POLL_S):
                shop = (record.key or b"").partition(b"/")[0].decode("utf-8", "replace")
                if shop in shops:
                    yield event_from(topic, record.key, record.value, record.headers, codec=codec)
