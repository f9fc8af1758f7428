"""Memory of the runtime over a million small events: it must stay flat, whatever has gone through.

The records are in Kafka before the process that is measured begins. That one does nothing but consume, with a
handler that publishes nothing, and says its resident memory twice a second. Every tenth key fails once, so
that retries are part of it.

Run it alone: ``python -m benchmarks.memory [--records N]``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import time
import uuid
from random import Random
from typing import Any

from benchmarks.runtime import PARTITIONS, TOPIC, events_of, quiet
from muniment_contracts.events import Event
from muniment_contracts.topics import dead_letter_topic, retry_topic
from muniment_kit.clock import SystemClock
from muniment_kit.consumer import Consumer
from muniment_kit.errors import Retryable
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from muniment_kit.publishing import EventEncoder
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings, read
from muniment_kit.vital_signs import VitalSigns
from muniment_ops.broker import EmbeddedBroker

NAME = "memory"
RECORDS = 1_000_000
DISTINCT = 4_000
LONGEST_S = 1100


async def measure(records: int) -> dict[str, float]:
    """Return resident megabytes: after a tenth of the records, most, at the end, and added in between."""
    async with EmbeddedBroker() as broker:
        settings = KitSettings(
            kafka_bootstrap_servers=broker.bootstrap_servers, topic_prefix=f"memory-{uuid.uuid4().hex[:8]}."
        )
        names = (TOPIC, retry_topic(TOPIC, NAME), dead_letter_topic(TOPIC, NAME))
        plans = [TopicPlan(f"{settings.topic_prefix}{name}", PARTITIONS, {}) for name in names]
        await create_topics(settings, plans)
        await _fill(settings, records)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.memory", "--records", str(records), "--consume",
            env={
                **os.environ,
                "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
                "MUNIMENT_TOPIC_PREFIX": settings.topic_prefix,
            },
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(LONGEST_S):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
    found: dict[str, float] = json.loads(said.decode().splitlines()[-1])
    return found


async def _fill(settings: KitSettings, records: int) -> None:
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    encoder = EventEncoder([TOPIC], topic_prefix=settings.topic_prefix)
    batch = [encoder.encode(event) for event in events_of(DISTINCT)]
    for _ in range(records // DISTINCT):
        await producer.send(batch)
    await producer.stop()


async def _consume(settings: KitSettings, records: int) -> dict[str, float]:
    seen = 0
    failed: set[str] = set()

    async def handler(event: Event[Any]) -> Done:
        nonlocal seen
        if event.key.endswith("0") and event.key not in failed:
            failed.add(event.key)
            raise Retryable("once more")
        seen += 1
        return Done()

    quiet()
    broker, clock = KafkaBroker(settings), SystemClock()
    producer = broker.producer()
    await producer.start([])
    consumer = Consumer(
        Service(NAME, {TOPIC: handler}, publishes=[]),
        broker=broker,
        producer=producer,
        settings=settings,
        clock=clock,
        vital_signs=VitalSigns(clock=clock, stall_s=300, is_consumer=True),
        service_version="0",
        random=Random(1),
    )
    consumer.start()
    began_s = time.perf_counter()
    samples: list[tuple[int, float]] = []
    while seen < records:
        await asyncio.sleep(0.5)
        samples.append((seen, resident_mb()))
    elapsed_s = time.perf_counter() - began_s
    await consumer.stop()
    await producer.stop()
    later = [megabytes for done, megabytes in samples if done >= records // 10]
    return {
        "records": records,
        "records_per_s": round(records / elapsed_s),
        "after_a_tenth_mb": round(later[0], 1),
        "most_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "end_mb": round(later[-1], 1),
        "added_mb": round(later[-1] - later[0], 1),
    }


def resident_mb() -> float:
    """Return the resident memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1024**2


def main() -> None:
    """Measure, or with ``--consume`` be the process that is measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--consume", action="store_true")
    given = parser.parse_args()
    doing = _consume(read(KitSettings), given.records) if given.consume else measure(given.records)
    print(json.dumps(asyncio.run(doing)))


if __name__ == "__main__":
    main()
