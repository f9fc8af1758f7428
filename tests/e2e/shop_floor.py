"""A shop that goes on whatever happens, and the processes of shopify-ingest, each of which can be away."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from muniment_kit.kafka.lag import LagReader
from muniment_ops.broker import EmbeddedBroker
from muniment_ops.broker.ports import free_port
from muniment_ops.demo.quiet import CHAIN
from muniment_ops.restart_policy import RestartPolicy
from muniment_ops.roles import roles
from muniment_ops.supervisor import Supervisor
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.morning import FLOWS, Morning, Step
from muniment_sandbox.shopify.testing import running_shop
from muniment_shopify.flows import flows_named, wanted_hooks
from shopify_ingest.settings.shop_access import RECORDED_FLOWS
from tests.integration.reconcile.desk import Desk, Snapshot, desk_of, environment_of
from tests.waiting import eventually, until

FOUR_HOURS_OF_RETRIES_IN_S = 1.5
ROLES = ("receive", "record", "reconcile")
READY_WITHIN_S = 60.0
_AT_ONCE = 8
#: Times shorter than in production, so that a test of seconds sees what happens when they run out.
_SHORT_TIMES = {
    "MUNIMENT_SESSION_TIMEOUT_S": "6",
    "MUNIMENT_REQUEST_TIMEOUT_S": "5",
    "MUNIMENT_RETRY_CAP_S": "0.5",
    "MUNIMENT_RETRY_LANE_BUDGET_S": "2",
    "MUNIMENT_RETRY_OVERDUE_CAP_S": "1",
    "MUNIMENT_DRAIN_S": "2",
    "SHOPIFY_INGEST_ACKNOWLEDGE_WITHIN_S": "0.5",
    "SHOPIFY_INGEST_JOURNAL_AFTER_S": "0.2",
    "SHOPIFY_INGEST_RECONCILE_EVERY_S": "0.5",
    "SHOPIFY_INGEST_RECONCILE_SETTLE_S": "2",
    "SHOPIFY_INGEST_SUBSCRIPTIONS_EVERY_S": "0.5",
}


@dataclass(slots=True)
class ShopFloor:
    """The verbs of the test. ``goes_on`` lets the next part of the shop's life happen."""

    desk: Desk
    broker: EmbeddedBroker
    processes: Supervisor
    life: Iterator[Step]

    async def goes_on(self, steps: int = 12) -> None:
        """Let things happen in the shop, some at a time; returns when no hook of them is on its way."""
        for number, step in zip(range(1, steps + 1), self.life, strict=False):
            step.act(self.desk.shop.state)
            if number % _AT_ONCE == 0:
                await self.desk.shop.hooks_settled()
        await self.desk.shop.hooks_settled()

    async def without(self, role: str) -> None:
        """Kill the role; it stays away."""
        await self.processes.kill(role)

    async def back(self, role: str) -> None:
        """Start the role again, and wait until it is ready."""
        await self.processes.start(role)
        await self.processes.wait_ready(READY_WITHIN_S, [role])

    async def receives_without_journal(self) -> None:
        """Start the receiver again, this time without a journal."""
        await self.processes.stop("receive")
        self.processes.arm("receive", {"SHOPIFY_INGEST_JOURNAL": ""})
        await self.back("receive")

    async def until_subscribed(self) -> None:
        """Return once the shop sends hooks again of everything that the flows hear."""
        wanted = {hook.topic for hook in wanted_hooks(flows_named(RECORDED_FLOWS))}

        def is_subscribed() -> bool:
            return {each.header_topic for each in self.desk.shop.state.subscriptions} >= wanted

        await eventually(is_subscribed, what="what was removed is subscribed to again", timeout_s=30)

    @property
    def removed(self) -> int:
        """How many subscriptions the shop has removed because nobody answered."""
        return self.desk.shop.desk.dispatch.summary()["subscriptions_removed"]

    @property
    def refused(self) -> int:
        """How many hooks the shop has given up on."""
        return sum(each.state == "failed" for each in self.desk.shop.deliveries)

    async def until_recorded(self) -> None:
        """Return once every hook that was received is recorded."""
        group, topics = CHAIN[0]
        prefix = self.desk.kit.topic_prefix
        async with LagReader(self.desk.kit) as lag:

            async def is_recorded() -> bool:
                return not await lag.records_behind(f"{prefix}{group}", [f"{prefix}{t}" for t in topics])

            await until(is_recorded, what="every hook is recorded", timeout_s=60)

    async def differences(self) -> list[str]:
        """Return what the topics show otherwise than the shop does: object by object, field by field."""
        ours, shops = await self.desk.recorded(), await self.desk.in_the_shop()
        return [
            f"{kind} {id}{difference}"
            for kind, id in sorted({*ours, *shops})
            for difference in _differences(ours.get((kind, id)), shops.get((kind, id)))
        ]

    async def until_the_same(self) -> None:
        """Return once the topics show every object as the shop does."""

        compared: Mapping[tuple[str, str], Snapshot] | None = None

        async def is_the_same() -> bool:
            nonlocal compared
            ours = await self.desk.recorded()
            if ours == compared:  # the shop need not be asked again
                return False
            compared = ours
            return ours == await self.desk.in_the_shop()

        try:
            await until(is_the_same, what="the topics show what the shop shows", timeout_s=60)
        except AssertionError as late:
            raise AssertionError(f"{late}: {await self.differences()}") from None


@asynccontextmanager
async def shop_floor(broker: EmbeddedBroker, folder: Path, *, seed: int) -> AsyncIterator[ShopFloor]:
    """Open the shop and start every role of shopify-ingest, the receiver with a journal."""
    port, bucket = free_port(), Bucket(100_000, 100_000)
    time_scale = FOUR_HOURS_OF_RETRIES_IN_S / (4 * 3600)
    async with (
        running_shop(seed="empty", bucket=bucket, time_scale=time_scale) as shop,
        desk_of(shop, broker.bootstrap_servers, "") as desk,
    ):
        environment = {
            "PATH": os.environ["PATH"],
            **environment_of(desk),
            **_SHORT_TIMES,
            "SHOPIFY_INGEST_WEBHOOK_SECRETS": shop.webhook_secret,
            "SHOPIFY_INGEST_PORT": str(port),
            "SHOPIFY_INGEST_HOOKS_URL": f"http://127.0.0.1:{port}/hooks/shopify",
            "SHOPIFY_INGEST_JOURNAL": str(folder / "journal"),
            "MUNIMENT_BLOBS_URL": (folder / "blobs").as_uri(),
        }
        policy = RestartPolicy(first_s=0.1, longest_s=1.0)
        async with Supervisor(roles(ROLES, environment), logs=folder / "logs", policy=policy) as processes:
            await processes.wait_ready(READY_WITHIN_S)
            life = Morning(seed=seed, orders=60, flows=frozenset(FLOWS)).steps()
            floor = ShopFloor(desk, broker, processes, life)
            await floor.until_subscribed()
            yield floor


def _differences(ours: object, shops: object, path: str = "") -> Iterator[str]:
    if isinstance(ours, Mapping) and isinstance(shops, Mapping):
        for name in sorted({*ours, *shops}):
            yield from _differences(ours.get(name), shops.get(name), f"{path}.{name}")
    elif isinstance(ours, list) and isinstance(shops, list) and len(ours) == len(shops):
        for number, (one, other) in enumerate(zip(ours, shops, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif ours != shops:
        yield f"{path}: {str(ours)[:60]} instead of {str(shops)[:60]}"
