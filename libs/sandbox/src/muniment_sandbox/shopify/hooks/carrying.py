"""Carries deliveries to their addresses: in turn, with retries, by Shopify's rules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.deliveries import Attempt, Delivery, DeliveryState
from muniment_sandbox.shopify.hooks.hook_log import HookLog
from muniment_sandbox.shopify.hooks.pauses import Pauses
from muniment_sandbox.shopify.hooks.retries import retry_delays_s
from muniment_sandbox.shopify.hooks.sending import Sender

_AT_ONCE = 64
NOBODY_THERE = "connection refused: an outage is switched on"


class Carrier:
    """Everything that is on its way.

    ``happens`` throws the dice for a fault. ``given_up`` hears of a delivery that failed to the last retry
    while its subscription answered nothing else.
    """

    def __init__(
        self,
        log: HookLog,
        sender: Sender,
        pauses: Pauses,
        happens: Callable[[float], bool],
        faults: Faults,
        given_up: Callable[[Delivery], None],
    ) -> None:
        self._log = log
        self._sender = sender
        self._pauses = pauses
        self._happens = happens
        self._faults = faults
        self._given_up = given_up
        self._tasks: set[asyncio.Task[None]] = set()
        self._ahead: dict[int, asyncio.Event] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    @property
    def pending(self) -> int:
        """How many are on their way."""
        return len(self._tasks)

    def send(self, delivery: Delivery) -> None:
        """Send it in the background: after its delay, or where its attempts have got to."""
        task = asyncio.get_running_loop().create_task(self._carry(delivery, self._turn(delivery)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Return when nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop everything that is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _turn(self, delivery: Delivery) -> tuple[asyncio.Event | None, asyncio.Event]:
        """Return whom this delivery waits for and what it sets after its first attempt."""
        mine = asyncio.Event()
        if delivery.delay_s or delivery.attempts or delivery.order_number is None:
            return None, mine
        before = self._ahead.get(delivery.order_number)
        self._ahead[delivery.order_number] = mine
        return before, mine

    async def _carry(self, delivery: Delivery, turn: tuple[asyncio.Event | None, asyncio.Event]) -> None:
        if delivery.attempts:
            await self._retry(delivery, _age_s(delivery.attempts[-1]))
        elif not await self._first_attempt(delivery, turn):
            await self._retry(delivery)

    async def _first_attempt(
        self, delivery: Delivery, turn: tuple[asyncio.Event | None, asyncio.Event]
    ) -> bool:
        before, mine = turn
        try:
            if before is not None:
                await before.wait()
            if delivery.delay_s:
                await self._pauses.rest(delivery.delay_s, is_late=delivery.is_late)
            return await self._attempt(delivery)
        finally:
            mine.set()
            if delivery.order_number is not None and self._ahead.get(delivery.order_number) is mine:
                del self._ahead[delivery.order_number]

    async def _retry(self, delivery: Delivery, rested_s: float = 0.0) -> None:
        """Try again after each pause that is left; ``rested_s`` of the first one has passed already."""
        for pause_s in retry_delays_s()[len(delivery.attempts) - 1 :]:
            await self._pauses.rest(pause_s, passed_s=rested_s)
            rested_s = 0.0
            if await self._attempt(delivery):
                return
        self._log.end(delivery, DeliveryState.FAILED)
        if self._log.answered.get(delivery.subscription_number, -1) < delivery.since:
            self._given_up(delivery)

    async def _attempt(self, delivery: Delivery) -> bool:
        async with self._slots:
            tick, began, at = self._log.tally.tick(), time.perf_counter(), datetime.now(UTC)
            status, trouble = await self._answer(delivery)
            attempt = Attempt(at, time.perf_counter() - began, status, trouble)
        delivery.since = delivery.since or tick
        delivery.attempts.append(attempt)
        self._log.tally.add("attempts")
        if attempt.succeeded:
            self._log.answered[delivery.subscription_number] = self._log.tally.tick()
            self._log.end(delivery, DeliveryState.DELIVERED)
        return attempt.succeeded

    async def _answer(self, delivery: Delivery) -> tuple[int | None, str | None]:
        """Return the status, or None and what stood in the way of one."""
        if self._happens(self._faults.outage):
            return None, NOBODY_THERE
        try:
            return await self._sender.send(delivery.uri, delivery.body, delivery.headers), None
        except TimeoutError:
            return None, "no answer in time"
        except OSError as error:
            return None, str(error) or type(error).__name__


def _age_s(attempt: Attempt) -> float:
    return (datetime.now(UTC) - attempt.at).total_seconds() - attempt.elapsed_s
