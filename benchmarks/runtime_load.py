"""The runtime under load: two processes, latency at half load, and a retry storm beside healthy keys.

- Two processes share a topic whose handler waits 10 ms for a peer, against one with the same settings.
- At half of what the runtime does a second, how long after it was sent a record reaches its handler (p99),
  against a bare ``getmany`` loop at the same rate.
- Every fifth key fails always: how many healthy records a second are left, against the same without failures.

Run it alone: ``python -m benchmarks.runtime_load [BOOTSTRAP_SERVERS]``.
"""

from __future__ import annotations

import asyncio
import json
import signal
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from benchmarks.runtime import (
    KEYS,
    PARTITIONS,
    PUBLISHED,
    TOPIC,
    Assigned,
    events_of,
    fill,
    quiet,
)
from muniment_contracts.events import Event
from muniment_contracts.topics import dead_letter_topic, retry_topic
from muniment_kit import log
from muniment_kit.clock import SystemClock
from muniment_kit.consumer import Consumer
from muniment_kit.errors import Retryable
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from muniment_kit.producer import RecordProducer
from muniment_kit.publishing import EventEncoder
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings
from muniment_kit.vital_signs import VitalSigns
from tests.waiting import eventually

Found = dict[str, float | str]
Handler = Callable[[Event[Any]], Awaitable[Done]]

NAME = "bench"
SHARED_RECORDS = 6_000
PEER_S = 0.01
PEER_CONCURRENCY = 8
STORM_RECORDS = 30_000
LATENCY_S = 8.0
HALF_LOAD_PER_S = 3_000
TICK_S = 0.01


async def measure(bootstrap_servers: str) -> Found:
    """Return the figures, each with its reference of the same run."""
    return {
        **await two_processes(bootstrap_servers),
        **await latency(bootstrap_servers),
        **await retry_storm(bootstrap_servers),
    }


async def two_processes(bootstrap_servers: str) -> Found:
    """Return records a second of one and of two processes of one group."""
    rates = {1: await _shared(bootstrap_servers, 1), 2: await _shared(bootstrap_servers, 2)}
    return {
        "one_process_records_per_s": round(rates[1]),
        "two_processes_records_per_s": round(rates[2]),
        "two_processes_of_one": round(rates[2] / rates[1], 2),
    }


async def latency(bootstrap_servers: str) -> Found:
    """Return the p99 from sending to the handler, and to a bare loop, at the same rate."""
    loop_ms = await _latencies_ms(bootstrap_servers, is_bare=True)
    runtime_ms = await _latencies_ms(bootstrap_servers, is_bare=False)
    return {
        "latency_rate_per_s": HALF_LOAD_PER_S,
        "loop_p99_ms": round(_p99(loop_ms), 2),
        "runtime_p99_ms": round(_p99(runtime_ms), 2),
        "added_p99_ms": round(_p99(runtime_ms) - _p99(loop_ms), 2),
        "added_p50_ms": round(statistics.median(runtime_ms) - statistics.median(loop_ms), 2),
    }


async def retry_storm(bootstrap_servers: str) -> Found:
    """Return healthy records a second while every fifth key fails, and while none does."""
    calm, _ = await _healthy_rate(bootstrap_servers, is_stormy=False)
    stormy, parked = await _healthy_rate(bootstrap_servers, is_stormy=True)
    return {
        "calm_healthy_per_s": round(calm),
        "storm_healthy_per_s": round(stormy),
        "storm_of_calm": round(stormy / calm, 3),
        "storm_parked_records": parked,
    }


async def _set_up(bootstrap_servers: str, **given: Any) -> KitSettings:
    prefix = f"bench-{uuid.uuid4().hex[:8]}."
    settings = KitSettings(kafka_bootstrap_servers=bootstrap_servers, topic_prefix=prefix, **given)
    names = (TOPIC, PUBLISHED, retry_topic(TOPIC, NAME), dead_letter_topic(TOPIC, NAME))
    await create_topics(settings, [TopicPlan(f"{prefix}{name}", PARTITIONS, {}) for name in names])
    return settings


def _consumer(settings: KitSettings, handler: Handler, broker: KafkaBroker, producer: Any) -> Consumer:
    clock = SystemClock()
    return Consumer(
        Service(NAME, {TOPIC: handler}, publishes=[]),
        broker=broker,
        producer=producer,
        settings=settings,
        clock=clock,
        vital_signs=VitalSigns(clock=clock, stall_s=300, is_consumer=True),
        service_version="0",
        random=Random(1),
    )


async def _shared(bootstrap_servers: str, processes: int) -> float:
    settings = await _set_up(bootstrap_servers)
    await fill(settings, SHARED_RECORDS)
    members = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.runtime_load", "--member",
            bootstrap_servers, settings.topic_prefix, str(PARTITIONS // processes),
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(processes)
    ]  # fmt: skip
    try:
        async with asyncio.timeout(120):
            for member in members:  # each has its share of the partitions
                assert await _line(member) == "ready\n"
            started_s = time.perf_counter()
            for member in members:
                member.send_signal(signal.SIGUSR1)
            done = 0
            while done < SHARED_RECORDS:
                done = sum([int((await _line(member)).split()[0]) for member in members])
            return SHARED_RECORDS / (time.perf_counter() - started_s)
    finally:
        for member in members:
            member.kill()
            await member.communicate()


async def _line(member: asyncio.subprocess.Process) -> str:
    assert member.stdout is not None
    return (await member.stdout.readline()).decode()


async def _member(bootstrap_servers: str, prefix: str, share: int) -> None:
    """Be one process of the group: wait for ``share`` partitions, then for SIGUSR1; say how far it is."""
    settings = KitSettings(
        kafka_bootstrap_servers=bootstrap_servers, topic_prefix=prefix, concurrency=PEER_CONCURRENCY
    )
    log.configure(level="error", format="json", service=NAME, stream=sys.stderr)
    go, done = asyncio.Event(), 0

    async def handler(_: Event[Any]) -> Done:
        nonlocal done
        await go.wait()
        await asyncio.sleep(PEER_S)
        done += 1
        return Done()

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go.set)
    broker = KafkaBroker(settings)
    consumer = _consumer(settings, handler, broker, broker.producer())
    consumer.start()
    await eventually(lambda: len(consumer.partitions) == share, timeout_s=60)
    print("ready", flush=True)
    await go.wait()
    while True:
        await asyncio.sleep(0.02)
        print(done, flush=True)


class Latencies:
    """Sends records at a steady rate, and notes how long after that each is heard."""

    def __init__(self, settings: KitSettings) -> None:
        encoder = EventEncoder([TOPIC], topic_prefix=settings.topic_prefix)
        self.records = [encoder.encode(event) for event in events_of(int(HALF_LOAD_PER_S * LATENCY_S))]
        self._sent_s: dict[str, float] = {}
        self.found_ms: list[float] = []

    def heard(self, event_id: str) -> None:
        """Note that the record with this event's id was received."""
        self.found_ms.append((time.perf_counter() - self._sent_s[event_id]) * 1000)

    async def send(self, producer: RecordProducer) -> None:
        """Send all, some each tick, without waiting for acknowledgements; return when all were heard."""
        per_tick = int(HALF_LOAD_PER_S * TICK_S)
        next_s = time.perf_counter()
        async with asyncio.TaskGroup() as sending:
            for at in range(0, len(self.records), per_tick):
                tick = self.records[at : at + per_tick]
                now_s = time.perf_counter()
                self._sent_s.update((event_id, now_s) for record in tick for event_id in _ids(record))
                sending.create_task(producer.send(tick))
                next_s += TICK_S
                await asyncio.sleep(max(0.0, next_s - time.perf_counter()))
        await eventually(lambda: len(self.found_ms) >= len(self.records), timeout_s=60)


async def _latencies_ms(bootstrap_servers: str, *, is_bare: bool) -> list[float]:
    settings = await _set_up(bootstrap_servers)
    broker = KafkaBroker(settings)
    producer = broker.producer()
    await producer.start([])
    latencies = Latencies(settings)

    async def handler(event: Event[Any]) -> Done:
        latencies.heard(event.id)
        return Done()

    async def bare_loop() -> None:
        topic = f"{settings.topic_prefix}{TOPIC}"
        member = broker.member(group=f"{settings.topic_prefix}bare", topics=[topic])
        await member.start(Assigned())
        try:
            while len(latencies.found_ms) < len(latencies.records):
                for batch in (await member.poll(timeout_s=0.5, max_records=500)).values():
                    for event_id in (event_id for record in batch for event_id in _ids(record)):
                        latencies.heard(event_id)
        finally:
            await member.stop()

    consumer = _consumer(settings, handler, broker, producer)
    reading = asyncio.create_task(bare_loop()) if is_bare else None
    if reading is None:
        consumer.start()
    await asyncio.sleep(6)  # the group is settled
    await latencies.send(producer)
    await (consumer.stop() if reading is None else reading)
    await producer.stop()
    return latencies.found_ms[len(latencies.found_ms) // 10 :]  # the first tenth warms up


async def _healthy_rate(bootstrap_servers: str, *, is_stormy: bool) -> tuple[float, int]:
    """Return healthy records a second, and how many records were parked."""
    settings = await _set_up(bootstrap_servers, retry_lane_budget_s=2.0, retry_cap_s=1.0)
    await fill(settings, STORM_RECORDS)
    sick = {event.key for event in events_of(KEYS) if int(event.key.rpartition("/")[2]) % 5 == 0}
    healthy = STORM_RECORDS * 4 // 5
    began_s, seen, finished = 0.0, 0, asyncio.Event()

    async def handler(event: Event[Any]) -> Done:
        nonlocal began_s, seen
        began_s = began_s or time.perf_counter()
        if event.key in sick:
            if is_stormy:
                raise Retryable("peer away")
            return Done()
        seen += 1
        if seen == healthy:
            finished.set()
        return Done()

    broker = KafkaBroker(settings)
    producer = broker.producer()
    await producer.start([])
    consumer = _consumer(settings, handler, broker, producer)
    consumer.start()
    async with asyncio.timeout(120):
        await finished.wait()
    rate = healthy / (time.perf_counter() - began_s)
    parked = sum(len(partition.parked) for partition in consumer.partitions)
    await consumer.stop()
    await producer.stop()
    return rate, parked


def _ids(record: Any) -> list[str]:
    return [value.decode() for name, value in record.headers if name == "ce_id"]


def _p99(found: list[float]) -> float:
    return statistics.quantiles(found, n=100)[98]


async def _main(arguments: list[str]) -> None:
    from muniment_ops.broker import EmbeddedBroker

    if arguments[:1] == ["--member"]:
        await _member(arguments[1], arguments[2], int(arguments[3]))
        return
    quiet()
    if arguments:
        print(json.dumps(await measure(arguments[0]), indent=2))
    else:
        async with EmbeddedBroker() as broker:
            print(json.dumps(await measure(broker.bootstrap_servers), indent=2))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
