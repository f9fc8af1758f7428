"""What it costs to find that nothing is missing, and how fast history is loaded.

- ``sweep``: all orders of a shop compared with what is known, of which nothing is missing: seconds, requests
  and points of the Admin API, by one bulk operation; the reference lists the same orders page by page.
- ``remember``: a new process reads from Kafka what is known of all these orders.
- ``backfill``: orders a second, from the bulk operation to the broker's acknowledgement, each asked for in
  full; and the most memory that it took.

The shop is a process of its own, and so is each measurement: its peak memory is its own.

    python -m benchmarks.reconcile --orders 100000 --backfill 2000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from muniment_contracts.topics import Topic
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.settings import KitSettings, read
from muniment_ops.broker import EmbeddedBroker
from muniment_ops.shop_work import reconciler_for
from muniment_shopify.cost_bucket import Cost
from muniment_shopify.listings import LISTINGS, pages_of
from muniment_shopify.priority import Priority
from shopify_ingest.backfill.loading import Backfill
from shopify_ingest.backfill.pace import Pace
from shopify_ingest.backfill.slices import Slice
from shopify_ingest.reconcile.kinds import ORDERS
from shopify_ingest.reconcile.known import Known
from shopify_ingest.reconcile.reconciler import Reconciler
from shopify_ingest.reconcile.shop import WatchedShop
from shopify_ingest.settings import ReconcileSettings

WAYS = ("fill", "bulk", "pages", "backfill")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_FACT = b"created."
_POINTS_PER_S = 10_000


@dataclass(slots=True)
class Spent:
    """Requests that had a price, and their points."""

    requests: int = 0
    points: float = 0.0

    def pay(self, cost: Cost) -> None:
        """Count one."""
        self.requests += 1
        self.points += cost.actual or 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--backfill", type=int, default=500)
    parser.add_argument("--way", choices=WAYS)
    asked = parser.parse_args()
    if asked.way:
        outcome = asyncio.run(one_way(asked.way, asked.backfill))
    else:
        outcome = asyncio.run(measure(asked.orders, asked.backfill))
    print("\n" + json.dumps(outcome))


async def measure(orders: int, backfill: int) -> dict[str, float | int]:
    """Return the figures of every way."""
    async with EmbeddedBroker() as broker:
        kit = KitSettings(kafka_bootstrap_servers=broker.bootstrap_servers)
        await create_topics(kit, plan_topics(list(Topic)))
        with running_shop(orders) as ready:
            environment = {
                "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
                "SHOPIFY_INGEST_SHOP": str(ready["shop"]),
                "SHOPIFY_INGEST_ACCESS_TOKEN": str(ready["access_token"]),
                "SHOPIFY_INGEST_ADMIN_URL": str(ready["url"]),
                "SHOPIFY_INGEST_ALLOW_PRIVATE_ADDRESSES": "true",
            }
            found: dict[str, float | int] = {"orders": orders, "backfilled": backfill}
            for way in ("backfill", "fill", "bulk", "pages"):
                for name, value in run_way(way, backfill, environment).items():
                    found[f"{way}_{name}"] = value
    found["bulk_points_share"] = found["bulk_points"] / found["pages_points"]
    found["bulk_gain"] = found["pages_s"] / found["bulk_s"]
    return found


@contextmanager
def running_shop(orders: int) -> Iterator[dict[str, Any]]:
    """Open a shop with a history; yield its ready line."""
    command = [sys.executable, "-m", "muniment_ops", "sandbox", "shopify", "--json", "--port", "0"]
    history = ["--seed", "history", "--orders", str(orders), "--points-per-second", str(_POINTS_PER_S)]
    shop = subprocess.Popen([*command, *history], stdout=subprocess.PIPE)
    try:
        assert shop.stdout is not None
        yield orjson.loads(shop.stdout.readline())
    finally:
        shop.terminate()
        shop.wait()


def run_way(way: str, backfill: int, environment: dict[str, str]) -> dict[str, float | int]:
    """Measure one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.reconcile", "--way", way, "--backfill", str(backfill)]
    done = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, **environment}, check=True)
    found: dict[str, float | int] = json.loads(done.stdout.splitlines()[-1])
    return found


async def one_way(way: str, backfill: int) -> dict[str, float | int]:
    """Measure one way in this process."""
    began_s = time.monotonic()
    async with reconciler_for(read(KitSettings), read(ReconcileSettings), begin=LONG_AGO) as reconciler:
        (shop,) = reconciler.shops.values()
        spent = Spent()
        shop.client = shop.client.at(Priority.BACKFILL, max_wait_s=600.0, on_cost=spent.pay)
        remembered_s = time.monotonic() - began_s
        began_s = time.monotonic()
        found = await _MEASURES[way](reconciler, shop, backfill)
        took_s = time.monotonic() - began_s
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "s": took_s,
        "remembered_s": remembered_s,
        "requests": spent.requests,
        "points": spent.points,
        "peak_mib": peak_mib,
        **found,
    }


async def fill(reconciler: Reconciler, shop: WatchedShop, _: int) -> dict[str, float | int]:
    """Remember every order of the shop as seen: afterwards nothing is missing."""
    knowledge = shop.memory.knowledge
    async for page in pages_of(shop.client, LISTINGS["order"]):
        for row in page:
            looks = frozenset({row.looks}) if row.looks is not None else frozenset()
            knowledge.put(ORDERS.name, row.id, Known("found", row.updated_at, looks, frozenset({_FACT})))
            knowledge.changed.add((ORDERS.name, row.id))
    await reconciler.remember(shop, [])
    return {"known": knowledge.count(ORDERS.name)}


async def bulk(reconciler: Reconciler, shop: WatchedShop, _: int) -> dict[str, float | int]:
    """Compare all orders as the role does it every day."""
    count = await reconciler.complete_sweep(shop, ORDERS)
    assert len(shop.suspects) == 0, "nothing is missing"
    return {"compared": count}


async def pages(reconciler: Reconciler, shop: WatchedShop, _: int) -> dict[str, float | int]:
    """Compare all orders by listing them page by page."""
    count = 0
    async for page in pages_of(shop.client, LISTINGS["order"]):
        shop.compare(ORDERS, page, now_s=reconciler.clock.monotonic(), hooks={})
        count += len(page)
    assert len(shop.suspects) == 0, "nothing is missing"
    return {"compared": count}


async def backfill(reconciler: Reconciler, shop: WatchedShop, orders: int) -> dict[str, float | int]:
    """Load about so many of the newest orders."""
    shop.begin = datetime.now(UTC)  # as in a shop that is watched from now on
    until = datetime.now(UTC).replace(microsecond=0)
    work = Backfill(reconciler, shop, Pace(None, reconciler.clock), at_once=8)
    days = 1
    while (await work.counts([Slice(until - timedelta(days=days), until)])).popitem()[1] < orders:
        days += 1
    began_s = time.monotonic()
    loaded = await work.run([Slice(until - timedelta(days=days), until)])
    took_s = time.monotonic() - began_s
    return {"rows": loaded.rows, "rows_per_s": loaded.rows / took_s, "events": loaded.events}


_MEASURES = {"fill": fill, "bulk": bulk, "pages": pages, "backfill": backfill}


if __name__ == "__main__":
    main()
