"""Records that no service can read, put on the topics the roles read; each must become a dead letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self

from muniment_contracts.topics import Topic
from muniment_kit.kafka.broker import KafkaBroker
from muniment_kit.producer import PublishFailed
from muniment_kit.records import OutgoingRecord
from muniment_kit.settings import KitSettings

HEADER = "muniment_drill_poison"
_TRIES = 5

#: What each role reads.
TOPICS: Mapping[str, Sequence[Topic]] = {
    "record": (Topic.SHOPIFY_HOOKS,),
    "render": (
        Topic.COMMERCE_ORDERS,
        Topic.COMMERCE_PAYMENTS,
        Topic.COMMERCE_REFUNDS,
        Topic.COMMERCE_SHIPMENTS,
    ),
    "archive": (Topic.DOCUMENTS_PRODUCED,),
}


@dataclass(frozen=True, slots=True)
class Poisoned:
    """One poison record that the broker took."""

    id: str
    topic: str
    form: str


class Poison:
    """Puts poison on topics and remembers which. Use it as an async context manager."""

    def __init__(self, kit: KitSettings, seed: int) -> None:
        self._producer = KafkaBroker(kit).producer()
        self._seed = seed
        self.put: list[Poisoned] = []

    async def __aenter__(self) -> Self:
        await self._producer.start([topic for topics in TOPICS.values() for topic in topics])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def give(self, role: str) -> Poisoned:
        """Put one record on a topic that ``role`` reads; return it once the broker has it for sure."""
        id = f"{self._seed}-{len(self.put) + 1}"
        chance = Random(id)  # noqa: S311 - repeatable, nothing secret
        topic = chance.choice(TOPICS[role])
        form = chance.choice(tuple(FORMS))
        poisoned = Poisoned(id, topic, form)
        self.put.append(poisoned)
        key = f"drill/order/{chance.randrange(10_000)}".encode()
        record = OutgoingRecord(topic, key, FORMS[form](chance), [(HEADER, id.encode())])
        for attempt in range(1, _TRIES + 1):
            try:
                await self._producer.send([record])
            except PublishFailed:
                if attempt == _TRIES:
                    raise
            else:
                break
        return poisoned


def _noise(chance: Random) -> bytes:
    return chance.randbytes(chance.randint(1, 4000))


def _framed_noise(chance: Random) -> bytes:
    return b"\x00\x00\x00\x00\x01" + chance.randbytes(chance.randint(0, 40))


FORMS: Mapping[str, Callable[[Random], bytes | None]] = {
    "noise": _noise,
    "noise after the head of a known schema": _framed_noise,
    "a schema nobody knows": lambda chance: b"\x00\x7f\xff\xff\xff" + chance.randbytes(60),
    "a head cut short": lambda _: b"\x00\x00\x00",
    "an empty value": lambda _: b"",
    "no value at all": lambda _: None,
    "JSON": lambda _: b'{"order": "1001", "paid": true}',
    "half a megabyte of noise": lambda chance: chance.randbytes(500_000),
}
