"""Plays a morning inside the server, quickly or with pauses, and says how far it is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from muniment_sandbox.shopify.morning import Morning
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import NotPossible


@dataclass
class Play:
    """One morning being played. ``rate`` is steps a second, 0 as fast as possible.

    With ``start`` the shop's clock is set step by step, so that the same morning has the same times;
    without it the
    shop keeps its own clock.
    """

    desk: ShopDesk
    morning: Morning
    rate: float = 0.0
    start: datetime | None = None
    played: int = 0
    refused: int = 0
    orders: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start playing in the background."""
        self._task = asyncio.get_running_loop().create_task(self.run())

    async def run(self) -> None:
        """Play all steps."""
        steps = list(self.morning.steps())
        clock = SetClock(self.start) if self.start else None
        if clock is not None:
            self.desk.shop.clock = clock
        for step in steps:
            if clock is not None and self.start is not None:
                clock.set(self.start + timedelta(seconds=step.at_s))
            try:
                order = step.act(self.desk.shop)
            except (NotPossible, LookupError):
                self.refused += 1
            else:
                if order.name not in self.orders:
                    self.orders.append(order.name)
            self.played += 1
            await asyncio.sleep(1 / self.rate if self.rate else 0)

    @property
    def finished(self) -> bool:
        """Whether all steps were played; hooks may still be on their way."""
        return self._task is not None and self._task.done()

    async def stop(self) -> None:
        """Stop playing."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def status(self) -> dict[str, object]:
        """Return how far it is, with the counts of hooks."""
        hooks = self.desk.dispatch.summary()
        return {
            "finished": self.finished,
            "steps_played": self.played,
            "steps_refused": self.refused,
            "orders": len(self.orders),
            "order_names": self.orders,
            "elapsed_s": round(time.monotonic() - self._began, 3),
            "hooks": hooks,
            "settled": self.finished and hooks["pending"] == 0,
        }
