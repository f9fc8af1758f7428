"""How much of a bare aiokafka loop's speed the runtime leaves, with a handler that does nothing.

Readers of the same records in alternating rounds, each in a consumer group of its own:

- ``loop``: ``getmany`` and nothing else. Reads bytes, commits once at the end.
- ``decoding loop``: the same, and every record decoded into an event, as any consumer of ours must.
- ``runtime``: lanes, order a key, health, metrics, commits every 200 ms, decoding, and an empty handler.
- ``publishing``: the same with a handler that publishes one event for each, acknowledged by the broker.
- ``faust``: faust-streaming counting keys in a table, raw bytes, in a process of its own; like ``publishing``
  it writes one record for each that it reads. It reads a third of the records, in a third of the rounds.

Beside records a second it gives the CPU time of this process a record, which other work on the machine
disturbs less, and the shares by both.

Run it alone: ``python -m benchmarks.runtime [BOOTSTRAP_SERVERS]``.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks import faust_reference
from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.topics import Topic, dead_letter_topic, retry_topic
from muniment_kit import log
from muniment_kit.clock import SystemClock
from muniment_kit.consumer import Consumer
from muniment_kit.garbage import set_aside_what_stays
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from muniment_kit.publishing import EventEncoder
from muniment_kit.records import OutgoingRecord, TopicPartition
from muniment_kit.routes import routes_of
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings
from muniment_kit.vital_signs import VitalSigns
from tests.builders.events import START, document_filed

TOPIC = Topic.SHOPIFY_HOOKS
PUBLISHED = Topic.ARCHIVE_RECEIPTS
PARTITIONS = 4
_SLOW = ("faust",)
KEYS = 2000
BODY_BYTES = 1024

Reader = Callable[[KitSettings, int, str], Awaitable["Cost"]]


class Cost(NamedTuple):
    """What reading took, in seconds of the clock and of this process's CPU."""

    wall_s: float
    cpu_s: float


class Stopwatch:
    """Started at the first record, read after the last."""

    def __init__(self) -> None:
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()

    def cost(self) -> Cost:
        return Cost(time.perf_counter() - self._wall_s, time.process_time() - self._cpu_s)


async def measure(
    bootstrap_servers: str, *, records: int = 60_000, rounds: int = 5
) -> dict[str, float | str]:
    """Return records a second of each reader, medians over ``rounds``, and the runtime's shares."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}."
    settings = KitSettings(kafka_bootstrap_servers=bootstrap_servers, topic_prefix=prefix)
    await create_topics(
        settings,
        [TopicPlan(f"{prefix}{name}", PARTITIONS, {}) for name in (TOPIC, PUBLISHED)],
    )
    python = await asyncio.to_thread(faust_reference.prepare)
    await fill(settings, records)
    readers: dict[str, Reader] = {
        "loop": _loop,
        "decoding_loop": _decoding_loop,
        "runtime": _runtime,
        "publishing": _publishing,
        "faust": partial(_faust, python),
    }
    costs: dict[str, dict[int, Cost]] = {name: {} for name in readers}
    set_aside_what_stays()  # as every role does when it starts; the loops gain by it too
    for number in range(rounds + 1):
        for name, reader in readers.items():
            gc.collect()
            if name in _SLOW and number % 3 != 1:
                continue
            count = records // 3 if name in _SLOW else records
            cost = await reader(settings, count, f"{prefix}{name}-{number}")
            cost = Cost(cost.wall_s * records / count, cost.cpu_s * records / count)
            if number:  # the first round warms up
                costs[name][number] = cost
    return _summary(costs, records)


def _summary(costs: dict[str, dict[int, Cost]], records: int) -> dict[str, float | str]:
    found: dict[str, float | str] = {"records": records}
    for name, measured in costs.items():
        rates = [records / cost.wall_s for cost in measured.values()]
        found[f"{name}_records_per_s"] = round(statistics.median(rates))
        found[f"{name}_records_per_s_spread"] = f"{min(rates):.0f}..{max(rates):.0f}"
        found[f"{name}_cpu_us"] = round(
            statistics.median(cost.cpu_s for cost in measured.values()) / records * 1e6, 1
        )
    for name in ("loop", "decoding_loop"):
        pairs = _of_one_round(costs[name], costs["runtime"])
        for kind, shares in (
            ("", [bare.wall_s / runtime.wall_s for bare, runtime in pairs]),
            ("_cpu", [bare.cpu_s / runtime.cpu_s for bare, runtime in pairs]),
        ):
            found[f"share_of_{name}{kind}"] = round(statistics.median(shares), 3)
            found[f"share_of_{name}{kind}_spread"] = f"{min(shares):.3f}..{max(shares):.3f}"
    for name in ("runtime", "publishing"):
        pairs = _of_one_round(costs["faust"], costs[name])
        for kind, ratios in (
            ("", [faust.wall_s / own.wall_s for faust, own in pairs]),
            ("_cpu", [faust.cpu_s / own.cpu_s for faust, own in pairs]),
        ):
            found[f"{name}_of_faust{kind}"] = round(statistics.median(ratios), 2)
    return found


def _of_one_round(reference: dict[int, Cost], own: dict[int, Cost]) -> list[tuple[Cost, Cost]]:
    """Return both costs of each round in which both were measured."""
    return [(cost, own[number]) for number, cost in reference.items() if number in own]


async def _loop(settings: KitSettings, records: int, group: str) -> Cost:
    return await _read(settings, records, group, lambda _: None)


async def _decoding_loop(settings: KitSettings, records: int, group: str) -> Cost:
    route = next(iter(routes_of(_service("bench", _do_nothing), topic_prefix=settings.topic_prefix).values()))
    return await _read(settings, records, group, route.decode)


async def _read(settings: KitSettings, records: int, group: str, act: Callable[[Any], object]) -> Cost:
    member = KafkaBroker(settings).member(group=group, topics=[f"{settings.topic_prefix}{TOPIC}"])
    assigned = Assigned()
    await member.start(assigned)
    seen = 0
    watch = None
    ends: dict[TopicPartition, int] = {}
    while seen < records:
        batches = await member.poll(timeout_s=0.5, max_records=settings.poll_records)
        if batches and watch is None:
            watch = Stopwatch()
        for id, batch in batches.items():
            for record in batch:
                act(record)
            seen += len(batch)
            ends[TopicPartition(*id)] = batch[-1].offset + 1
    await member.commit(ends)
    assert watch is not None
    cost = watch.cost()
    await member.stop()
    return cost


async def _publishing(settings: KitSettings, records: int, group: str) -> Cost:
    filed = document_filed()
    return await _runtime(settings, records, group, lambda event: Done(replace(filed, key=event.key)))


async def _faust(python: Path, settings: KitSettings, records: int, group: str) -> Cost:
    topic = f"{settings.topic_prefix}{TOPIC}"
    servers = settings.kafka_bootstrap_servers
    return Cost(*await faust_reference.count(python, servers, topic, records, group, PARTITIONS))


async def _runtime(
    settings: KitSettings, records: int, group: str, answer: Callable[[Event[Any]], Done] = lambda _: Done()
) -> Cost:
    name = group.removeprefix(settings.topic_prefix)
    beside = [retry_topic(TOPIC, name), dead_letter_topic(TOPIC, name)]
    await create_topics(
        settings, [TopicPlan(f"{settings.topic_prefix}{topic}", PARTITIONS, {}) for topic in beside]
    )
    seen = 0
    watch = Stopwatch()
    finished = asyncio.Event()

    async def handler(event: Event[Any]) -> Done:
        nonlocal seen, watch
        if not seen:
            watch = Stopwatch()
        seen += 1
        if seen == records:
            finished.set()
        return answer(event)

    broker = KafkaBroker(settings)
    producer = broker.producer()
    clock = SystemClock()
    consumer = Consumer(
        _service(name, handler),
        broker=broker,
        producer=producer,
        settings=settings,
        clock=clock,
        vital_signs=VitalSigns(clock=clock, stall_s=300, is_consumer=True),
        service_version="0",
        random=Random(1),
    )
    await producer.start([])
    consumer.start()
    await finished.wait()
    cost = watch.cost()
    await consumer.stop()
    await producer.stop()
    return cost


def _service(name: str, handler: Callable[[Event[Any]], Awaitable[Done]]) -> Service:
    return Service(name, {TOPIC: handler}, publishes=[PUBLISHED])


async def _do_nothing(_: Event[Any]) -> Done:
    return Done()


class Assigned:
    """A listener with nothing to do."""

    def assigned(self, partitions: object) -> None:
        """Nothing is to be done."""

    async def revoked(self, partitions: object) -> None:
        """Nothing is to be done."""


async def fill(settings: KitSettings, records: int) -> None:
    """Write the first ``records`` of the benchmark's events."""
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    encoder = EventEncoder([TOPIC], topic_prefix=settings.topic_prefix)
    batch: list[OutgoingRecord] = []
    for event in events_of(records):
        batch.append(encoder.encode(event))
        if len(batch) == 1000:
            await producer.send(batch)
            batch = []
    await producer.send(batch)
    await producer.stop()


def events_of(count: int) -> Iterator[Event[HookReceived]]:
    """Yield the first ``count`` events: hooks of ``KEYS`` orders, in turn."""
    for number in range(count):
        key = f"northwind/order/{number % KEYS}"
        body = HookReceived(
            shop="northwind",
            hook="orders/updated",
            webhook_id=str(number),
            verdict="accepted",
            received_at=START,
            headers={"content-type": "application/json", "x-shopify-topic": "orders/updated"},
            body=b"x" * BODY_BYTES,
        )
        yield Event(
            topic=TOPIC,
            key=key,
            id=deterministic_id("hook", str(number)),
            type="hook.received",
            source="shopify/northwind",
            subject=key,
            time=START,
            body=body,
            correlation_id=key,
        )


def quiet() -> None:
    """Log as in production, into nothing."""
    log.configure(level="info", format="json", service="bench", stream=Path(os.devnull).open("w"))  # noqa: SIM115 - open as long as the process


async def _main() -> None:
    from muniment_ops.broker import EmbeddedBroker

    quiet()
    if len(sys.argv) > 1:
        print(json.dumps(await measure(sys.argv[1]), indent=2))
        return
    async with EmbeddedBroker() as broker:
        print(json.dumps(await measure(broker.bootstrap_servers), indent=2))


if __name__ == "__main__":
    asyncio.run(_main())
