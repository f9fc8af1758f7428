"""Publishes what happens in a shop to its subscriptions, by Shopify's rules, and with the faults that are
switched on.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.bodies import encoded, hook_body
from muniment_sandbox.shopify.hooks.carrying import Carrier
from muniment_sandbox.shopify.hooks.deliveries import Delivery, DeliveryState
from muniment_sandbox.shopify.hooks.hook_log import HookLog, Removal
from muniment_sandbox.shopify.hooks.pauses import Pauses, Sleep
from muniment_sandbox.shopify.hooks.payloads import payload_for
from muniment_sandbox.shopify.hooks.sending import Sender
from muniment_sandbox.shopify.hooks.signing import headers_for
from muniment_sandbox.shopify.state.ledger import Occurrence
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription

__all__ = ["Dispatch", "Sleep"]

_MOST_PENDING = 50_000
DEBOUNCE_S = 60.0
"""Within so many seconds a payload of chosen fields is not sent twice in a row. Shopify's documentation
says "a small time window".
"""


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
        self.pauses = Pauses(self.sleep, self.time_scale)
        self._carrier = Carrier(
            self.log, self.sender, self.pauses, self._happens, self.faults, self._given_up
        )
        self._told: dict[int, tuple[bytes, datetime]] = {}
        self._late_until: datetime | None = None
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
            payload = payload_for(subscription, body, occurrence.subject, self.shop.merchant.timezone)
            if payload is None:
                continue
            raw = encoded(payload)
            if subscription.include_fields and self._is_told_already(subscription, raw):
                self.log.tally.add("debounced")
                continue
            delivery = self._delivery(subscription, occurrence, raw)
            self._start(delivery)
            if self._happens(self.faults.duplicate):
                again = replace(delivery, number=self._next_number(), duplicate=True, attempts=[])
                again.is_late = False
                self._start(again)

    def resume(self) -> None:
        """Send what was on its way when the shop was closed: each retry when it is due, or at once."""
        now = datetime.now(UTC)
        for delivery in list(self.log.waiting.values()):
            if delivery.delay_s:
                waited_s = (now - delivery.published_at).total_seconds() / self.time_scale
                delivery.delay_s = max(0.0, delivery.delay_s - waited_s)
            self._carrier.send(delivery)

    async def idle(self) -> None:
        """Return when nothing is on its way any more."""
        await self._carrier.idle()

    async def close(self) -> None:
        """Stop everything that is on its way."""
        await self._carrier.close()
        await self.sender.close()

    def summary(self) -> dict[str, int]:
        """Return counts: published, duplicates, attempts, and deliveries by state."""
        states = [state.value for state in DeliveryState if state != DeliveryState.PENDING]
        names = ("published", "duplicates", "debounced", "attempts", "subscriptions_removed", *states)
        return {name: self.log.tally.of(name) for name in names} | {"pending": self._carrier.pending}

    def of_order(self, order: Order) -> list[Delivery]:
        """Return the kept deliveries about one order, oldest first."""
        return [each for each in self.log if each.order_number == order.number]

    @property
    def deliveries(self) -> list[Delivery]:
        """The latest deliveries, oldest first."""
        return list(self.log)

    def _is_told_already(self, subscription: WebhookSubscription, raw: bytes) -> bool:
        """Say whether the last payload of a subscription to chosen fields was this one, a moment ago."""
        now, digest = datetime.now(UTC), hashlib.sha256(raw).digest()
        last = self._told.get(subscription.number)
        self._told[subscription.number] = (digest, now)
        return last is not None and last[0] == digest and (now - last[1]).total_seconds() < DEBOUNCE_S

    def _delivery(self, subscription: WebhookSubscription, occurrence: Occurrence, raw: bytes) -> Delivery:
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
        if self._carrier.pending >= self.most_pending:
            self.log.end(delivery, DeliveryState.DROPPED)
            return
        if self._happens(self.faults.late):
            delivery.is_late, delivery.delay_s = True, self._late_s(delivery.published_at)
        elif self._happens(self.faults.delay):
            delivery.delay_s = self.faults.delay_s
        elif delivery.duplicate or self._happens(self.faults.reorder):
            delivery.delay_s = self.chance.uniform(0, self.faults.reorder_window_s)
        self._carrier.send(delivery)

    def _late_s(self, now: datetime) -> float:
        """Return how long a late hook has to wait: all of one burst until the same moment."""
        wait_s = self.faults.late_s * self.time_scale
        if self._late_until is None or self._late_until <= now:
            self._late_until = now + timedelta(seconds=wait_s)
        left_s = min((self._late_until - now).total_seconds(), wait_s)
        return left_s / self.time_scale

    def _given_up(self, delivery: Delivery) -> None:
        """Remove a subscription whose every attempt failed for four hours, as Shopify does.

        Those of the app's own configuration stay.
        """
        for subscription in self.shop.subscriptions:
            if subscription.number == delivery.subscription_number:
                self.shop.unsubscribe(subscription)
                last = delivery.attempts[-1]
                self.log.removed(
                    Removal(
                        subscription_number=subscription.number,
                        topic=subscription.header_topic,
                        uri=subscription.uri,
                        name=subscription.name,
                        removed_at=self.shop.clock.now(),
                        attempts=len(delivery.attempts),
                        trouble=last.trouble or f"status {last.status}",
                    )
                )
                return

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self.chance.random() < probability

    def _next_number(self) -> int:
        return self.log.tally.add("numbered")


def _order_number(occurrence: Occurrence) -> int | None:
    subject = occurrence.subject
    if isinstance(subject, Order):
        return subject.number
    edited = getattr(subject, "order", None)
    if isinstance(edited, Order):
        return edited.number
    number = getattr(subject, "order_number", None)
    return number if isinstance(number, int) else None
