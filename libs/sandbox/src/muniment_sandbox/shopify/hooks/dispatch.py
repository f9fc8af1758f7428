"""Publishes what happens in a shop to its subscriptions, by Shopify's rules, and with the faults that are
switched on.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.graphql.search import matching
from muniment_sandbox.shopify.hooks.bodies import encoded, hook_body, trimmed
from muniment_sandbox.shopify.hooks.deliveries import Attempt, Delivery, DeliveryState
from muniment_sandbox.shopify.hooks.hook_log import HookLog
from muniment_sandbox.shopify.hooks.rest_values import Body
from muniment_sandbox.shopify.hooks.retries import retry_delays_s
from muniment_sandbox.shopify.hooks.sending import Sender
from muniment_sandbox.shopify.hooks.signing import headers_for
from muniment_sandbox.shopify.state.ledger import Occurrence
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription

_MOST_PENDING = 50_000
_AT_ONCE = 64

Sleep = Callable[[float], Awaitable[None]]


@dataclass
class Dispatch:
    """The hook side of one shop. ``time_scale`` shortens the pauses of retries and faults, never the
    timeouts.

    Hooks of one order go out one after another in the order they happened, unless a fault says otherwise;
    hooks of different orders go out together. With ``most_pending`` on their way, further ones are dropped.
    """

    shop: Shop
    secret: str
    sender: Sender
    faults: Faults = field(default_factory=Faults)
    time_scale: float = 1.0
    most_pending: int = _MOST_PENDING
    sleep: Sleep = asyncio.sleep
    chance: random.Random = field(default_factory=lambda: dice("hooks"))
    log: HookLog = field(default_factory=HookLog)

    def __post_init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._ahead: dict[int, asyncio.Event] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self.shop.listeners.append(self.publish)

    # what happened -> deliveries --------------------------------------------------------------------------

    def publish(self, occurrence: Occurrence) -> None:
        """Make the deliveries of one occurrence and start them."""
        known = (*self.shop.subscriptions, *self.shop.app_subscriptions)
        wanted = [each for each in known if each.header_topic == occurrence.topic]
        if not wanted:
            return
        body = hook_body(occurrence, self.shop)
        for subscription in wanted:
            if subscription.filter and not _passes(subscription.filter, body):
                continue
            delivery = self._delivery(
                subscription, occurrence, trimmed(body, list(subscription.include_fields))
            )
            self._start(delivery)
            if self._happens(self.faults.duplicate):
                self._start(replace(delivery, number=self._next_number(), duplicate=True, attempts=[]))

    def resume(self) -> None:
        """Send what was on its way when the shop was closed: each retry when it is due, or at once."""
        now = datetime.now(UTC)
        for delivery in list(self.log.waiting.values()):
            if delivery.delay_s:
                waited_s = (now - delivery.published_at).total_seconds() / self.time_scale
                delivery.delay_s = max(0.0, delivery.delay_s - waited_s)
            self._send(delivery)

    async def idle(self) -> None:
        """Return when nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop everything that is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sender.close()

    def summary(self) -> dict[str, int]:
        """Return counts: published, duplicates, attempts, and deliveries by state."""
        states = [state.value for state in DeliveryState if state != DeliveryState.PENDING]
        names = ("published", "duplicates", "attempts", "subscriptions_removed", *states)
        return {name: self.log.tally.of(name) for name in names} | {"pending": len(self._tasks)}

    def of_order(self, order: Order) -> list[Delivery]:
        """Return the kept deliveries about one order, oldest first."""
        return [each for each in self.log if each.order_number == order.number]

    @property
    def deliveries(self) -> list[Delivery]:
        """The latest deliveries, oldest first."""
        return list(self.log)

    def _delivery(self, subscription: WebhookSubscription, occurrence: Occurrence, body: Body) -> Delivery:
        raw = encoded(body)
        secret = f"not-{self.secret}" if self._happens(self.faults.wrong_signature) else self.secret
        headers = headers_for(
            subscription,
            self.shop.merchant.myshopify_domain,
            raw,
            secret=secret,
            webhook_id=str(uuid.uuid4()),
            event_id=occurrence.event_id,
            triggered_at=occurrence.triggered_at,
        )
        return Delivery(
            number=self._next_number(),
            subscription_number=subscription.number,
            topic=occurrence.topic,
            subject=occurrence.subject.id,
            order_number=_order_number(occurrence),
            uri=subscription.uri,
            body=raw,
            headers=headers,
            published_at=datetime.now(UTC),
        )

    def _start(self, delivery: Delivery) -> None:
        self.log.begin(delivery)
        if self._happens(self.faults.lose):
            self.log.end(delivery, DeliveryState.LOST)
            return
        if len(self._tasks) >= self.most_pending:
            self.log.end(delivery, DeliveryState.DROPPED)
            return
        if self._happens(self.faults.delay):
            delivery.delay_s = self.faults.delay_s
        elif delivery.duplicate or self._happens(self.faults.reorder):
            delivery.delay_s = self.chance.uniform(0, self.faults.reorder_window_s)
        self._send(delivery)

    def _send(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(delivery, self._turn(delivery)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # on its way ---------------------------------------------------------------------------------------------

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
                await self.sleep(delivery.delay_s * self.time_scale)
            return await self._attempt(delivery)
        finally:
            mine.set()
            if delivery.order_number is not None and self._ahead.get(delivery.order_number) is mine:
                del self._ahead[delivery.order_number]

    async def _retry(self, delivery: Delivery, rested_s: float = 0.0) -> None:
        """Try again after each pause that is left; ``rested_s`` of the first one has passed already."""
        for pause in retry_delays_s()[len(delivery.attempts) - 1 :]:
            await self.sleep(max(0.0, pause * self.time_scale - rested_s))
            rested_s = 0.0
            if await self._attempt(delivery):
                return
        self.log.end(delivery, DeliveryState.FAILED)
        if self.log.answered.get(delivery.subscription_number, -1) < delivery.since:
            self._remove(delivery.subscription_number)

    async def _attempt(self, delivery: Delivery) -> bool:
        async with self._slots:
            tick, began, at = self.log.tally.tick(), time.perf_counter(), datetime.now(UTC)
            status, trouble = None, None
            try:
                status = await self.sender.send(delivery.uri, delivery.body, delivery.headers)
            except TimeoutError:
                trouble = "no answer in time"
            except OSError as error:
                trouble = str(error) or type(error).__name__
            attempt = Attempt(at, time.perf_counter() - began, status, trouble)
        delivery.since = delivery.since or tick
        delivery.attempts.append(attempt)
        self.log.tally.add("attempts")
        if attempt.succeeded:
            self.log.answered[delivery.subscription_number] = self.log.tally.tick()
            self.log.end(delivery, DeliveryState.DELIVERED)
        return attempt.succeeded

    def _remove(self, number: int) -> None:
        """Remove a subscription whose every attempt failed for four hours, as Shopify does."""
        for subscription in self.shop.subscriptions:
            if subscription.number == number:
                self.shop.unsubscribe(subscription)
                self.log.tally.add("subscriptions_removed")
                return

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self.chance.random() < probability

    def _next_number(self) -> int:
        return self.log.tally.add("numbered")


def _age_s(attempt: Attempt) -> float:
    return (datetime.now(UTC) - attempt.at).total_seconds() - attempt.elapsed_s


def _order_number(occurrence: Occurrence) -> int | None:
    subject = occurrence.subject
    if isinstance(subject, Order):
        return subject.number
    edited = getattr(subject, "order", None)
    if isinstance(edited, Order):
        return edited.number
    number = getattr(subject, "order_number", None)
    return number if isinstance(number, int) else None


def _passes(query: str, body: Body) -> bool:
    terms = {name: (lambda whole, name=name: whole.get(name)) for name in body}
    return matching(query, terms, [])(body)
