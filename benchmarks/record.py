"""How fast hooks are recorded against the shop sandbox: all hooks of an object together, and one by one.

The sandbox runs in a process of its own and has lived through a morning with every flow. Its hooks are given
to the real handler over the real client, sixteen keys at a time, encoding included, without Kafka. Points are
what the shop charged (``actualQueryCost``). Rounds take turns.

    python -m benchmarks.record --orders 60
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.http import PeerSettings
from muniment_kit.testing import ServiceHarness
from muniment_shopify.client import AdminClient, shop_peer
from muniment_shopify.graphql_answer import Result
from muniment_shopify.operations import Operation
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from shopify_ingest.app import build_record
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.record import ShopObjects

KEYS_AT_ONCE = 16
ROUNDS = 3
_SANDBOX = """
import asyncio, base64, json, sys
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.morning import FLOWS, Morning
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from muniment_sandbox.shopify.state.subscriptions import enum_topics
from muniment_sandbox.shopify.testing import running_shop

async def main(orders):
    async with running_shop(bucket=Bucket(1e9, 1e9)) as shop:
        for topic in ALL_TOPICS:
            which = "type:ecm_document" if topic.startswith("metaobjects/") else None
            wish = SubscriptionWish(topic=enum_topics()[topic], uri="http://127.0.0.1:9", filter=which)
            shop.state.subscribe(wish)
        for step in Morning(orders=orders, flows=frozenset(FLOWS)).steps():
            step.act(shop.state)
        hooks = [[each.headers, base64.b64encode(each.body).decode()] for each in shop.deliveries]
        print(json.dumps({"url": shop.url, "shop": shop.shop, "token": shop.access_token,
                          "secret": shop.webhook_secret, "hooks": hooks}), flush=True)
        await asyncio.Event().wait()

asyncio.run(main(int(sys.argv[1])))
"""


class MeteredClient(AdminClient):
    """The real client; counts its queries and what they cost."""

    queries: int = 0
    points: float = 0.0

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None = None,
        *,
        repeatable: bool | None = None,
    ) -> Result:
        result = await super().execute(operation, variables, repeatable=repeatable)
        self.queries += 1
        if result.cost is not None:
            self.points += result.cost.actual or 0.0
        return result


@dataclass(slots=True)
class Measured:
    """What the rounds of one way came to."""

    hooks_per_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    queries: int = 0
    points: float = 0.0
    events: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=60)
    print(json.dumps(asyncio.run(measure(parser.parse_args().orders))))


async def measure(orders: int) -> dict[str, float]:
    """Return the outcome."""
    sandbox = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SANDBOX, str(orders), stdout=asyncio.subprocess.PIPE, limit=1 << 28
    )
    try:
        assert sandbox.stdout is not None
        told = json.loads(await sandbox.stdout.readline())
        hooks = _received(told)
        together, apart = Measured(), Measured()
        for _ in range(ROUNDS):
            await _round(told, hooks, together, coalesced=True)
            await _round(told, hooks, apart, coalesced=False)
    finally:
        sandbox.kill()
        await sandbox.wait()
    count = sum(map(len, hooks))
    return {
        "orders": orders,
        "hooks": count,
        "keys": len(hooks),
        "coalesced_per_s": round(statistics.median(together.hooks_per_s), 1),
        "one_by_one_per_s": round(statistics.median(apart.hooks_per_s), 1),
        "gain": round(statistics.median(together.hooks_per_s) / statistics.median(apart.hooks_per_s), 2),
        "own_cpu_ms_a_hook": round(statistics.median(together.cpu_s) / count * 1e3, 3),
        "queries_a_hook": round(together.queries / count, 2),
        "queries_a_hook_one_by_one": round(apart.queries / count, 2),
        "points_an_order": round(together.points / orders, 1),
        "points_an_order_one_by_one": round(apart.points / orders, 1),
        "events": together.events,
    }


def _received(told: Mapping[str, Any]) -> list[list[Event[HookReceived]]]:
    """Return the sandbox's hooks by key, as the receiver stores them."""

    gate = Gate({ShopDomain(told["shop"]).handle: [told["secret"].encode()]})
    by_key: dict[str, list[Event[HookReceived]]] = {}
    for headers, body in told["hooks"]:
        judged = gate.judge(headers, base64.b64decode(body), datetime.now(UTC))
        if isinstance(judged, Accepted):
            by_key.setdefault(judged.event.key, []).append(judged.event)
    return list(by_key.values())


async def _round(
    told: Mapping[str, Any],
    hooks: Sequence[Sequence[Event[HookReceived]]],
    measured: Measured,
    *,
    coalesced: bool,
) -> None:
    domain = ShopDomain(told["shop"])
    peer = shop_peer(domain, PeerSettings(allow_private=True), base_url=told["url"])
    client = MeteredClient(domain, peer, FixedToken(told["token"]))
    desk = ServiceHarness(build_record(objects=ShopObjects({domain.handle: client})))
    lanes = asyncio.Semaphore(KEYS_AT_ONCE)

    async def lane(of_key: Sequence[Event[HookReceived]]) -> None:
        async with lanes:
            for batch in [of_key] if coalesced else [[hook] for hook in of_key]:
                await desk.hears(*batch)

    began_s, cpu_s = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for of_key in hooks:
            group.create_task(lane(of_key))
    measured.hooks_per_s.append(sum(map(len, hooks)) / (time.perf_counter() - began_s))
    measured.cpu_s.append(time.process_time() - cpu_s)
    measured.queries, measured.points, measured.events = client.queries, client.points, len(desk.published)
    await client.close()
    if desk.dead_letters:
        raise SystemExit(f"A hook was given up on: {desk.dead_letters[0].reason}")


if __name__ == "__main__":
    main()
