"""From a hook to its documents read back from the ECM, at a steady rate of orders, all on this machine.

Every process is real and shares the machine: the broker, both sandboxes, the four roles and this driver.
Each order placed is one hook and two documents: the order confirmation and the source event. The time runs
from ``received_at`` of the hook until the broker took the receipt of the document, and is told stop by stop.

The shop's bucket of query points is made larger than any plan's: one order costs about 150 points, so a shop
on Plus (1,000 points a second) would be the limit at about 6 orders a second, whoever asks.

Run it alone: ``python -m benchmarks.end_to_end [ORDERS_A_SECOND …]``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

import aiohttp

from muniment_contracts.headers import event_from
from muniment_contracts.topics import Topic
from muniment_kit.kafka.follower import Follower
from muniment_kit.kafka.lag import LagReader
from muniment_ops.demo.quiet import until_quiet
from muniment_ops.demo.stage import Stage, stage

RATES = (10.0, 25.0, 50.0)
SECONDS = 15.0
SETTLE_WITHIN_S = 300.0
SHOP = ("--seed", "empty", "--points-per-second", "100000")

#: The stops in the order of the way; the time of each is that of the record on its topic.
STOPS = {
    "recorded": Topic.COMMERCE_ORDERS,
    "rendered": Topic.DOCUMENTS_PRODUCED,
    "filed": Topic.ARCHIVE_RECEIPTS,
}


async def measure(bootstrap_servers: str = "", *, rates: Sequence[float] = RATES) -> dict[str, float | str]:
    """Return the latency at each of ``rates`` (orders a second), in milliseconds; the broker is our own."""
    del bootstrap_servers  # the stage starts everything itself, as the demo does
    results: dict[str, float | str] = {"aim": "p95 of at most 1,000 ms at 50 orders/s"}
    with tempfile.TemporaryDirectory(prefix="muniment-bench-") as folder:
        async with stage(Path(folder), shop_arguments=SHOP) as scene:
            await _round(scene, rate=5.0, seconds=4.0)  # first calls resolve names, log in, load fonts
            for rate in rates:
                for name, value in (await _round(scene, rate=rate, seconds=SECONDS)).items():
                    results[f"{name}_at_{rate:g}_orders_a_second"] = value
    return results


async def _round(scene: Stage, *, rate: float, seconds: float) -> dict[str, float]:
    began_ms = time.time() * 1000
    placed = await _place(scene.shop_url, rate=rate, seconds=seconds)
    async with LagReader(scene.kit) as lag:
        await until_quiet(lag, timeout_s=SETTLE_WITHIN_S)
    settled_s = time.time() - began_ms / 1000
    received = await _received(scene, began_ms)
    found = {"orders": float(placed), "settled_s": round(settled_s, 1)}
    for name, topic in STOPS.items():
        found |= _percentiles(name, await _ages_ms(scene, topic, received))
    return found


async def _place(url: str, *, rate: float, seconds: float) -> int:
    """Place orders at fixed moments, whether or not earlier ones have been answered."""
    count = int(rate * seconds)
    began = time.monotonic()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            group.create_task(_post(session, f"{url}/_sandbox/orders"))
    return count


async def _post(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(url) as answer:
        answer.raise_for_status()


async def _received(scene: Stage, since_ms: float) -> dict[str, float]:
    """Return when the hooks of this round were received, by correlation id, in milliseconds since 1970."""
    found: dict[str, float] = {}
    async with Follower(scene.kit, topics=[Topic.SHOPIFY_HOOKS]) as follower:
        while records := await follower.poll(timeout_s=1.0):
            for record in records:
                event = event_from(Topic.SHOPIFY_HOOKS, record.key, record.value, record.headers)
                received_ms = event.body.received_at.timestamp() * 1000
                if received_ms >= since_ms:
                    found.setdefault(event.correlation_id, received_ms)
    return found


async def _ages_ms(scene: Stage, topic: Topic, received: dict[str, float]) -> list[float]:
    ages: list[float] = []
    async with Follower(scene.kit, topics=[topic]) as follower:
        while records := await follower.poll(timeout_s=1.0):
            for record in records:
                headers = dict(record.headers)
                began = received.get(headers["ce_correlationid"].decode())
                if began is not None:
                    ages.append(record.timestamp - began)
    return ages


def _percentiles(name: str, ages: list[float]) -> dict[str, float]:
    if len(ages) < 2:
        return {}
    p95 = quantiles(ages, n=20, method="inclusive")[-1]
    return {f"{name}_p50_ms": round(median(ages), 1), f"{name}_p95_ms": round(p95, 1)}


if __name__ == "__main__":
    chosen = [float(text) for text in sys.argv[1:]] or RATES
    print(json.dumps(asyncio.run(measure(rates=chosen)), indent=2))
