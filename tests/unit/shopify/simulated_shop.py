"""Several processes on one simulated shop: each has its own client, all pay from one bucket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from muniment_kit.http import Answer, Data, Peer
from muniment_kit.testing import ManualClock
from muniment_kit.testing.manual_clock import settle
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import Throttled
from muniment_shopify.operations import operation
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, answered, cost, throttled

LATENCY_S = 0.1
SHOP_INFO = operation("shop_info")


class SimulatedShop(Peer):
    """Answers after ``LATENCY_S``; a query costs what its variable ``points`` says, the cheap question 1."""

    def __init__(self, *, maximum: float = 1000, rate: float = 50) -> None:
        super().__init__("shopify", f"https://{SHOP}")
        self.clock = ManualClock()
        self.maximum, self.rate = maximum, rate
        self.throttled = 0
        self.asked_cheaply = 0
        self._available = maximum
        self._as_of = 0.0

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | Sequence[tuple[str, str | int]] | None = None,
        data: Data | None = None,
        json: Any = None,
        timeout_s: float | None = None,
    ) -> Answer:
        assert isinstance(data, bytes)
        points = float(orjson.loads(data).get("variables", {}).get("points", 1))
        self.asked_cheaply += points == 1
        await self.clock.sleep(LATENCY_S / 2)
        answer = self._answer(points)
        await self.clock.sleep(LATENCY_S / 2)
        return answer

    def client(self, priority: Priority, *, max_wait_s: float = 1e6) -> AdminClient:
        """Return the client of a process of its own."""
        return AdminClient(
            ShopDomain(SHOP),
            self,
            FixedToken("t"),
            priority=priority,
            max_wait_s=max_wait_s,
            clock=self.clock,
            random=Random(0),
        )

    def _answer(self, points: float) -> Answer:
        now = self.clock.monotonic()
        self._available = min(self.maximum, self._available + (now - self._as_of) * self.rate)
        self._as_of = now
        told = {"requested": points, "maximum": self.maximum, "rate": self.rate}
        if points > self._available:
            self.throttled += 1
            return throttled(available=self._available, **told)
        self._available -= points
        extensions = cost(available=self._available, **told)
        return answered({"data": {"shop": {"id": "1"}}, "extensions": extensions})


@dataclass
class Traffic:
    """What one process asks for: how long each query took, and when it was answered."""

    client: AdminClient
    points: int
    waits_s: list[float] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)

    async def query(self, clock: ManualClock) -> None:
        began = clock.monotonic()
        while True:
            try:
                await self.client.execute(SHOP_INFO, {"points": self.points})
                break
            except Throttled as error:
                await clock.sleep(error.after or 1.0)
        self.waits_s.append(clock.monotonic() - began)
        self.sent_at.append(clock.monotonic())


async def flood(shop: SimulatedShop, traffic: Traffic, *, workers: int = 8) -> None:
    """Ask again as soon as there is an answer, as many at once as there are workers."""

    async def work() -> None:
        while True:
            await traffic.query(shop.clock)

    await asyncio.gather(*(work() for _ in range(workers)))


async def bursts(shop: SimulatedShop, traffic: Traffic, *, size: int, every_s: float) -> None:
    """Ask ``size`` at once, again and again, whether the last were answered or not."""
    async with asyncio.TaskGroup() as group:
        while True:
            await shop.clock.sleep(every_s)
            for _ in range(size):
                group.create_task(traffic.query(shop.clock))


async def simulate(shop: SimulatedShop, *running: Any, seconds: float) -> None:
    """Let the traffic run for ``seconds`` of the shop's clock, then stop it."""
    tasks = [asyncio.create_task(each) for each in running]
    await settle()
    await shop.clock.advance(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
