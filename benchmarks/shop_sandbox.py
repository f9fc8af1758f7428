"""How the shop sandbox carries a large shop: the history seed, a page of its lists, a bulk operation's rows,
its pages for people, a played life.

Each page is asked for in turn in a small shop and in a large one. Times are the process's own (CPU).
Run it alone: ``python -m benchmarks.shop_sandbox``.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from muniment_sandbox.shopify.bulk.reading import root_of
from muniment_sandbox.shopify.bulk.rows import rows_of
from muniment_sandbox.shopify.bulk.rules import BulkQuery, read_bulk_query
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.engine import Engine
from muniment_sandbox.shopify.graphql.schema import executable_schema
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.occasions import OCCASIONS, befall
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.server import opened
from muniment_sandbox.shopify.shop_desk import open_desk
from muniment_sandbox.shopify.state.shop import Shop

SMALL, LARGE = 1_000, 20_000
FIRST, ROUNDS = 5, 60
STEPS, SHOWN_ROUNDS = 1_000, 15
SHOWN = ("/", "/?show=unsent", "/?show=unpaid", "/accounts", "/hooks", "/_sandbox/orders?limit=50")
PAGE = """query Page($after: String) { orders(first: 100, after: $after, sortKey: UPDATED_AT) {
  nodes { id legacyResourceId name createdAt updatedAt cancelledAt closedAt displayFinancialStatus
    displayFulfillmentStatus returnStatus tags test } pageInfo { hasNextPage endCursor } } }"""
MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
BULK = f"""{{ orders(sortKey: CREATED_AT) {{ edges {{ node {{ id name createdAt updatedAt
  displayFinancialStatus currentTotalPriceSet {MONEY} totalTaxSet {MONEY} totalRefundedSet {MONEY}
  customer {{ id }}
  transactions {{ id kind status amountSet {MONEY} }}
  lineItems {{ edges {{ node {{ id sku name quantity originalTotalSet {MONEY} }} }} }}
  shippingLines {{ edges {{ node {{ id title discountedPriceSet {MONEY} }} }} }}
  returns {{ edges {{ node {{ id name status }} }} }} }} }} }} }}"""


def main() -> None:
    small = seeded_shop("history", history=History(orders=SMALL))
    before = _resident_bytes()
    began = time.process_time()
    large = seeded_shop("history", history=History(orders=LARGE))
    seeded_s = time.process_time() - began
    grown = _resident_bytes() - before
    gc.freeze()
    pages = {shop: _Pages(shop) for shop in (small, large)}
    took: dict[Shop, list[float]] = {small: [], large: []}
    for _ in range(ROUNDS):
        for shop, asked in pages.items():
            took[shop].append(_timed(asked.next))
    rows, rows_s = _bulk(large)
    outcome = {
        "history_s": round(seeded_s, 2),
        "history_orders": LARGE,
        "bytes_an_order": round(grown / LARGE),
        "page_small_ms": round(median(took[small]) * 1e3, 3),
        "page_large_ms": round(median(took[large]) * 1e3, 3),
        "page_growth": round(median(took[large]) / median(took[small]), 2),
        "bulk_rows": rows,
        "bulk_rows_per_s": round(rows / rows_s),
        "occasions_per_s": round(_occasions_per_s(large)),
        "shown_ms": asyncio.run(_shown(small, large)),
    }
    print(json.dumps(outcome))


class _Pages:
    """Reads the first pages of a shop's orders over and over."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._engine = Engine()
        self._bucket = Bucket(1e12, 1e12)
        self._after: str | None = None
        self._read = 0
        for _ in range(FIRST):
            self.next()

    def next(self) -> None:
        request = Request(self._shop, "2026-10")
        answer: dict[str, Any] = self._engine.answer(
            request, PAGE, {"after": self._after}, None, self._bucket
        )
        self._read += 1
        end: str = answer["data"]["orders"]["pageInfo"]["endCursor"]
        self._after = end if self._read % FIRST else None


def _bulk(shop: Shop) -> tuple[int, float]:
    schema = executable_schema()
    query = read_bulk_query(schema, BULK)
    if not isinstance(query, BulkQuery):
        raise SystemExit(query[0])
    rows = rows_of(root_of(query, schema, Request(shop, "2026-10")), grouped=False)
    began = time.process_time()
    return sum(1 for _ in rows), time.process_time() - began


def _occasions_per_s(shop: Shop) -> float:
    """Return how many steps of a played life happen in a second, without HTTP and without hooks."""
    names = sorted(OCCASIONS)
    took = _timed(lambda: [befall(shop, names[place % len(names)], str(place)) for place in range(STEPS)])
    return STEPS / took


async def _shown(small: Shop, large: Shop) -> dict[str, list[float]]:
    """Return for each address the milliseconds an answer takes in the small and in the large shop."""
    async with (
        opened(open_desk(shop=small)) as first,
        opened(open_desk(shop=large)) as second,
        aiohttp.ClientSession() as session,
    ):
        return {
            path: [round(await _answer_s(session, shop.url + path) * 1e3, 2) for shop in (first, second)]
            for path in SHOWN
        }


async def _answer_s(session: aiohttp.ClientSession, url: str) -> float:
    took = []
    for _ in range(SHOWN_ROUNDS):
        began = time.process_time()
        async with session.get(url) as answer:
            await answer.read()
        took.append(time.process_time() - began)
    return median(took)


def _timed(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


if __name__ == "__main__":
    main()
