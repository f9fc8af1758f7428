"""Stands in for the network: remembers what was sent, answers as told, and lets pauses pass at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import orjson

from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.dispatch import Dispatch
from muniment_sandbox.shopify.state.ledger import Occurrence
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from muniment_sandbox.shopify.state.subscriptions import enum_topics

ADDRESS = "https://muniment.example/hooks"
SECRET = "shpss_secret"

Answer = Callable[[int], int]
"""From the number of the attempt to a status; may raise OSError or TimeoutError."""


@dataclass(frozen=True)
class Sent:
    """One attempt as it arrived."""

    uri: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def topic(self) -> str:
        return self.headers["X-Shopify-Topic"]

    @property
    def webhook_id(self) -> str:
        return self.headers["X-Shopify-Webhook-Id"]

    def json(self) -> dict[str, object]:
        read: dict[str, object] = orjson.loads(self.body)
        return read


@dataclass
class RecordingSender:
    """A sender whose address answers as ``answer`` says."""

    answer: Answer = lambda _attempt: 200
    sent: list[Sent] = field(default_factory=list)
    closed: bool = False

    async def send(self, uri: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.sent.append(Sent(uri, body, headers))
        await asyncio.sleep(0)
        return self.answer(len(self.sent))

    async def close(self) -> None:
        self.closed = True

    @property
    def topics(self) -> list[str]:
        return [each.topic for each in self.sent]


@dataclass
class Pauses:
    """Remembers how long one wanted to sleep, and lets it pass at once."""

    asked: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


def subscribe(shop: Shop, *topics: str, uri: str = ADDRESS) -> None:
    """Subscribe to topics in their header form."""
    for topic in topics:
        shop.subscribe(SubscriptionWish(topic=enum_topics()[topic], uri=uri, name=topic.replace("/", "-")))


def dispatch_of(
    shop: Shop,
    sender: RecordingSender,
    *,
    pauses: Pauses | None = None,
    faults: Faults | None = None,
    time_scale: float = 1.0,
) -> Dispatch:
    """Return the shop's dispatch with a pretended network and pretended pauses."""
    return Dispatch(shop, SECRET, sender, faults or Faults(), time_scale=time_scale, sleep=pauses or Pauses())


def heard_topics(shop: Shop) -> list[str]:
    """Return a list that fills with the topics the shop announces."""
    heard: list[str] = []

    def listen(occurrence: Occurrence) -> None:
        heard.append(occurrence.topic)

    shop.listeners.append(listen)
    return heard
