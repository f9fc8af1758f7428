"""Which hooks were delivered before: the log of hooks itself says it, this remembers the end of it.

Shopify delivers a hook more than once, under one webhook id, so the deliveries of one hook are records of one
key in ``shopify.hooks``. The first of them counts. A record that is given to the handler again, after a crash
or a retry, is no repetition: it was received at the same time as itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from muniment_contracts.bodies import HookReceived
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.events import Event
from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit import log
from muniment_kit.broker import BrokerUnavailable, TopicsMissing
from muniment_kit.kafka.lag import LagReader
from muniment_kit.kafka.window import WindowGone, WindowReader
from muniment_kit.records import Record, TopicPartition
from muniment_kit.settings import KitSettings

logger = log.logger(__name__)


class Deliveries:
    """The first delivery of each hook, of at most so many hooks: the oldest are forgotten first."""

    def __init__(self, *, at_most: int = 100_000) -> None:
        self._at_most = at_most
        self._first: OrderedDict[str, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._first)

    def repeats(self, hook: Event[HookReceived]) -> bool:
        """Say whether another delivery of this hook was there before; the first one is remembered."""
        received_at = hook.body.received_at
        first = self._first.setdefault(hook.id, received_at)
        if len(self._first) > self._at_most:
            self._first.popitem(last=False)
        return first != received_at


async def remember(deliveries: Deliveries, kit: KitSettings, *, service: str, records: int) -> None:
    """Fill ``deliveries`` from the log: the last ``records`` of each partition that ``service`` has finished.

    A broker that does not answer, or a topic that is not there yet, leaves it as it is: then a repetition
    costs a question to the shop, and its events have the ids of those that are there.
    """
    topic = f"{kit.topic_prefix}{Topic.SHOPIFY_HOOKS}"
    try:
        async with LagReader(kit) as lag:
            finished = await lag.committed(f"{kit.topic_prefix}{service}", topic)
        async with WindowReader(kit, name="shopify-ingest-deliveries") as reader:
            held = await reader.bounds(topic)
            for partition, end in finished.items():
                start = max(held[partition].start, end - records)
                async for batch in reader.read(TopicPartition(topic, partition), start, end):
                    _note(deliveries, batch)
    except (BrokerUnavailable, TopicsMissing, WindowGone) as error:
        logger.warning("earlier deliveries are not known", reason=str(error))
    else:
        logger.info("earlier deliveries are known", hooks=len(deliveries))


def _note(deliveries: Deliveries, batch: Iterable[Record]) -> None:
    for record in batch:
        try:
            hook = event_from(Topic.SHOPIFY_HOOKS, record.key, record.value, record.headers)
        except UndecodableRecord:
            continue
        deliveries.repeats(hook)
