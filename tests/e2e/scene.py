"""The stage as end-to-end tests see it: mornings to play, processes to kill, an audit that must be clean."""

from __future__ import annotations

import os
import random
import signal
from dataclasses import dataclass

from muniment_kit.kafka.lag import LagReader
from muniment_ops.audit.auditing import audit
from muniment_ops.audit.comparison import Comparison
from muniment_ops.demo.morning import ShopControl
from muniment_ops.demo.quiet import until_quiet
from muniment_ops.demo.run import MORNING_FAULTS, peers_of
from muniment_ops.demo.stage import Stage
from tests.waiting import until

ARRIVE_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A running stage with the verbs of the tests."""

    stage: Stage

    async def begin_morning(
        self, shop: ShopControl, *, orders: int, seed: int, steps_per_s: float = 30.0
    ) -> None:
        """Begin a morning with duplicates, reordering and delays."""
        await shop.switch(**MORNING_FAULTS)
        await shop.begin(orders=orders, seed=seed, steps_per_s=steps_per_s)

    async def until_some_arrived(self, shop: ShopControl, share: float) -> None:
        """Return once about ``share`` of the planned orders are placed."""

        async def reached() -> bool:
            status = await shop.status()
            return status.is_played or status.orders >= share * status.orders_planned

        await until(reached, what=f"{share:.0%} of the orders placed", timeout_s=ARRIVE_WITHIN_S)

    async def until_all_arrived(self, shop: ShopControl) -> None:
        """Return once every hook is delivered and nothing is under way."""

        async def settled() -> bool:
            return (await shop.status()).is_settled

        await until(settled, what="every hook delivered", timeout_s=ARRIVE_WITHIN_S)
        async with LagReader(self.stage.kit) as lag:
            await until_quiet(lag, timeout_s=ARRIVE_WITHIN_S)

    async def crash(self, role: str) -> None:
        """Kill a role with SIGKILL; its supervisor starts it again. Returns when it is ready again."""
        starts, pid = self.stage.processes.starts(role), self.stage.processes.pid(role)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        async def restarted() -> bool:
            return self.stage.processes.starts(role) > starts

        await until(restarted, what=f"{role} started again", timeout_s=30)
        await self.stage.processes.wait_ready(60, [role])

    async def audit(self) -> Comparison:
        """Compare every order of the shop with the ECM."""
        async with peers_of(self.stage) as (shop, archive):
            return await audit(shop, archive)


def random_moments(seed: int, count: int) -> list[float]:
    """Return ``count`` shares of a morning, in order, chosen by ``seed``."""
    chance = random.Random(seed)
    return sorted(chance.uniform(0.1, 0.9) for _ in range(count))
