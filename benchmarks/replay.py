"""How fast a window is verified, and how much a live consumer on the same broker notices of it.

- ``documents``: produced documents against their receipts. The handler is cheap, so this is the machinery:
  two topics read, both sides decoded, the answer encoded, everything hashed and written down durably.
- ``hooks``: hooks against the changes recorded of them; every change carries a whole order.
- ``rendering``: changes of orders against their documents. Typesetting bounds it: each page is made anew.
- ``live``: a live runtime gets events at a steady rate and notes how old each is when its handler begins,
  in turn alone and while another process verifies a window at a limited rate.

Run it alone: ``python -m benchmarks.replay [BOOTSTRAP_SERVERS]``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.topics import Topic
from muniment_kit import log
from muniment_kit.clock import SystemClock
from muniment_kit.consumer import Consumer
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.outcomes import Done
from muniment_kit.service import Service
from muniment_kit.vital_signs import VitalSigns
from muniment_ops.broker import EmbeddedBroker
from muniment_ops.replay.progress import RunFolder
from tests.builders.events import document_produced
from tests.builders.orders import snapshot
from tests.integration.replay.yesterday import Yesterday, delivered, renderer_environment
from tests.unit.document_renderer.desk import changed, money
from tests.unit.document_renderer.orders import Draft, transaction
from tests.waiting import eventually

CONTENT_BYTES = 1024
LIVE_PER_S = 200
LIVE = "bench-live"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. ``documents`` must keep a replay at ``replay_per_s`` busy for ``live_s``."""

    documents: int = 20_000
    hooks: int = 4_000
    changes: int = 150
    rounds: int = 3
    live_s: float = 8.0
    replay_per_s: float = 1000.0


async def measure(bootstrap_servers: str, size: Size = Size()) -> dict[str, float | str]:
    """Return events a second of each verification, and a live runtime's latency alone and beside one."""
    os.environ.update(renderer_environment())
    found: dict[str, float | str] = {}
    async with Yesterday(bootstrap_servers, f"bench-{uuid.uuid4().hex[:8]}.") as yesterday:
        with tempfile.TemporaryDirectory(prefix="muniment-bench-") as name:
            folder = Path(name)
            await _fill_documents(yesterday, size.documents)
            found |= await _verify_rounds(
                yesterday, Topic.DOCUMENTS_PRODUCED, folder / "documents", size.documents, size.rounds
            )
            await _fill_hooks(yesterday, size.hooks)
            found |= await _verify_rounds(
                yesterday, Topic.SHOPIFY_HOOKS, folder / "hooks", size.hooks, size.rounds
            )
            found |= await _rendering(yesterday, folder / "rendering", size)
            found |= await _live_rounds(yesterday, folder, size)
    return found


async def _rendering(yesterday: Yesterday, folder: Path, size: Size) -> dict[str, float | str]:
    """Verify payments of orders, each with its payment record."""
    await yesterday.rendered(*(_change(number) for number in range(size.changes)))
    return await _verify_rounds(yesterday, Topic.COMMERCE_PAYMENTS, folder, size.changes, size.rounds)


async def _fill_documents(yesterday: Yesterday, count: int) -> None:
    """Publish documents of many orders, each with its receipt."""
    for begin in range(0, count, _CHUNK):
        documents = [
            document_produced(
                f"INV-{number}",
                content=b"%08d" % number + bytes(CONTENT_BYTES),
                order_id=str(10_000 + number % 3000),
            )
            for number in range(begin, min(begin + _CHUNK, count))
        ]
        await yesterday.tell(*documents)
        await yesterday.receipts_of(*documents)


async def _fill_hooks(yesterday: Yesterday, count: int) -> None:
    yesterday.shop.known = snapshot()
    for number in range(count // 2):
        pair = (f"{number}-created", "orders/create"), (f"{number}-updated", "orders/updated")
        await yesterday.recorded([delivered(hook, webhook_id=id) for id, hook in pair])


def _change(number: int) -> Event[Any]:
    """Return the change of a paid order, on a topic that the hooks of this benchmark lead nothing to."""
    draft = Draft(name=f"#{1001 + number}", id=str(5001 + number), payments=(transaction(),))
    return changed("payment.recorded", draft, money(1))


async def _verify_rounds(
    yesterday: Yesterday, topic: Topic, folder: Path, records: int, rounds: int
) -> dict[str, float | str]:
    """Verify the same window ``rounds`` times; at least ``records`` must match, and nothing else come out."""
    rates = []
    plan = await yesterday.plan(topic)
    for number in range(rounds):
        began = time.perf_counter()
        counts = (await yesterday.run(plan, folder / str(number)))["counts"]
        seconds = time.perf_counter() - began
        if counts["matched"] < records or counts["matched"] != counts["read"]:
            raise AssertionError(f"{topic}: {counts}")
        rates.append(counts["matched"] / seconds)
    return {
        f"{folder.name}_events_per_s": round(median(rates)),
        f"{folder.name}_events_per_s_spread": f"{min(rates):.0f}..{max(rates):.0f}",
    }


async def _live_rounds(yesterday: Yesterday, folder: Path, size: Size) -> dict[str, float | str]:
    plan = await yesterday.plan(Topic.DOCUMENTS_PRODUCED)
    assert plan.estimate.records / size.replay_per_s > size.live_s
    own = [f"{kind}.{LIVE}" for kind in ("dlq", "retry")]
    names = [yesterday.physical(f"{Topic.SHOPIFY_HOOKS}.{name}") for name in own]
    await create_topics(yesterday.settings, [TopicPlan(name, yesterday.partitions, {}) for name in names])
    path = folder / "plan.json"
    plan.write(path)
    alone: list[float] = []
    beside: list[float] = []
    for number in range(size.rounds + 1):
        one = await _live_ages_ms(yesterday, f"alone-{number}", size.live_s)
        async with _replaying(yesterday, path, folder / f"beside-{number}", size.replay_per_s):
            other = await _live_ages_ms(yesterday, f"beside-{number}", size.live_s)
        if number:  # the first round warms up
            alone += one
            beside += other
    return {
        "live_alone_p50_ms": round(median(alone), 2),
        "live_alone_p99_ms": round(quantiles(alone, n=100)[-1], 2),
        "live_beside_replay_p50_ms": round(median(beside), 2),
        "live_beside_replay_p99_ms": round(quantiles(beside, n=100)[-1], 2),
        "live_events_per_s": LIVE_PER_S,
        "replay_limit_per_s": size.replay_per_s,
    }


@asynccontextmanager
async def _replaying(yesterday: Yesterday, path: Path, report: Path, rate: float) -> AsyncIterator[None]:
    """Run a verification in a process of its own while inside; it is longer than a round."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", "replay", "run", str(path)),
        *("--report", str(report), "--rate", str(rate)),
        env=os.environ
        | {
            "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": yesterday.settings.kafka_bootstrap_servers,
            "MUNIMENT_TOPIC_PREFIX": yesterday.settings.topic_prefix,
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    await eventually(
        lambda: RunFolder(report).is_begun, what="a replay beside the live runtime", timeout_s=30
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _live_ages_ms(yesterday: Yesterday, tag: str, seconds: float) -> Sequence[float]:
    """Give a live runtime events at a steady rate; return how old each was when its handler began."""
    ages: list[float] = []

    async def note(event: Event[HookReceived]) -> Done:
        if event.correlation_id == tag:
            ages.append((time.time() - float(event.subject)) * 1000)
        return Done()

    settings, clock = yesterday.settings, SystemClock()
    vital_signs = VitalSigns(clock=clock, stall_s=300, is_consumer=True)
    broker = KafkaBroker(settings)
    consumer = Consumer(
        Service(LIVE, {Topic.SHOPIFY_HOOKS: note}, publishes=[]),
        broker=broker,
        producer=yesterday.producer,
        settings=settings,
        clock=clock,
        vital_signs=vital_signs,
        service_version="1.0.0",
        random=Random(7),
    )
    consumer.start()
    try:
        count = int(LIVE_PER_S * seconds)
        began: float | None = None
        for number in range(count):
            if began is None:
                await _hook(yesterday, tag, number)
                await eventually(lambda: bool(ages), what="the first event", timeout_s=60)
                began = time.monotonic()
            await asyncio.sleep(max(0.0, began + number / LIVE_PER_S - time.monotonic()))
            await _hook(yesterday, tag, number)
        await eventually(lambda: len(ages) > count, what="every event", timeout_s=60)
    finally:
        await consumer.stop()
    return ages[1:]


async def _hook(yesterday: Yesterday, tag: str, number: int) -> None:
    event = delivered("products/update", webhook_id=f"{tag}-{number}", body=b'{"id":77}')
    key = f"northwind/product/{number % 50}"
    told = replace(
        event,
        key=key,
        id=deterministic_id(tag, str(number)),
        correlation_id=tag,
        subject=str(time.time()),
    )
    await yesterday.tell(told)


async def _alone() -> dict[str, float | str]:
    if len(sys.argv) > 1:
        return await measure(sys.argv[1])
    async with EmbeddedBroker() as broker:
        return await measure(broker.bootstrap_servers)


if __name__ == "__main__":
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # new topics have no leader for a moment
    log.configure(level="error", format="json", service="benchmark")
    print(json.dumps(asyncio.run(_alone()), indent=2))
