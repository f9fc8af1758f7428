"""Records the current state of an order that hooks are about: all waiting hooks of one order, one fetch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import orjson

from muniment_contracts.bodies import HookReceived, HookReference, OrderChange
from muniment_contracts.events import Event, caused_by, deterministic_id
from muniment_contracts.topics import Topic
from muniment_kit.errors import Rejected
from muniment_kit.outcomes import Done
from muniment_shopify.aggregates import Aggregate, aggregate_of
from muniment_shopify.orders import OrderSnapshot
from shopify_ingest.changes import ANNOUNCED, Change, Hook, changes_of, changes_of_a_gone_order

SOURCE = "shopify-ingest"

_TOPICS: Mapping[str, Topic] = {
    "payment.recorded": Topic.COMMERCE_PAYMENTS,
    "refund.created": Topic.COMMERCE_REFUNDS,
    "shipment.created": Topic.COMMERCE_SHIPMENTS,
}


class Orders(Protocol):
    """Where the current state of an order is asked for."""

    async def fetch(self, shop: str, order_id: str) -> OrderSnapshot | None:
        """Return the order as it is now, or ``None`` when ``shop`` no longer knows it."""


async def record_hooks(hooks: Sequence[Event[HookReceived]], *, orders: Orders) -> Done:
    """Publish what changed on the order that ``hooks`` (of one key) are about, with its state as fetched
    once.

    Hooks that are about something else than an order, or that could not be read, stay in ``shopify.hooks``
    and lead to nothing here.
    """
    about_orders = [hook for hook in hooks if _about(hook) is not None]
    if not about_orders:
        return Done()
    first = about_orders[0]
    about = _about(first)
    assert about is not None
    order = await orders.fetch(first.body.shop, about.id)
    told = [_told(hook) for hook in about_orders]
    changes = changes_of(told, order) if order else changes_of_a_gone_order(told)
    return Done(*(_event(change, about_orders, about.id, order) for change in changes))


def _about(hook: Event[HookReceived]) -> Aggregate | None:
    if hook.body.verdict != "accepted":
        return None
    about = aggregate_of(hook.body.hook, _content(hook))
    return about if about is not None and about.kind == "order" and about.id.isdecimal() else None


def _told(hook: Event[HookReceived]) -> Hook:
    object_id = _content(hook).get("id")
    return Hook(hook.body.hook, None if object_id is None else str(object_id), hook.time)


def _content(hook: Event[HookReceived]) -> Mapping[str, object]:
    try:
        content = orjson.loads(hook.body.body)
    except orjson.JSONDecodeError as error:
        raise Rejected("The hook was accepted as JSON but its body is none.") from error
    if not isinstance(content, dict):
        raise Rejected("The hook was accepted as a JSON object but its body is another kind of value.")
    return content


def _event(
    change: Change, hooks: Sequence[Event[HookReceived]], order_id: str, order: OrderSnapshot | None
) -> Event[OrderChange]:
    """Return the change as an event: the same change of the same order has the same id whenever it is
    recorded.
    """
    cause = _cause_of(change, hooks)
    shop = cause.body.shop
    snapshot = order.content if order else b""
    body = OrderChange(
        shop=shop,
        order_id=order_id,
        order_name=order.name if order else "",
        change=change.name,
        state="found" if order else "gone",
        occurred_at=change.occurred_at,
        updated_at=order.updated_at if order else None,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot).hexdigest(),
        part=change.part,
        hooks=[HookReference(hook=hook.body.hook, webhook_id=hook.body.webhook_id) for hook in hooks],
    )
    return caused_by(
        cause,
        body,
        topic=_TOPICS.get(change.name, Topic.COMMERCE_ORDERS),
        id=deterministic_id(shop, "order", order_id, *change.identity),
        type=change.name,
        source=SOURCE,
        time=change.occurred_at,
    )


def _cause_of(change: Change, hooks: Sequence[Event[HookReceived]]) -> Event[HookReceived]:
    """Return the earliest hook that announced the change, or the earliest of all for a plain update."""
    announcing = [hook for hook in hooks if _announces(hook, change)] or list(hooks)
    return min(announcing, key=_moment)


def _announces(hook: Event[HookReceived], change: Change) -> bool:
    return ANNOUNCED.get(hook.body.hook, "order.updated") == change.name


def _moment(hook: Event[HookReceived]) -> tuple[datetime, str]:
    return hook.time, hook.id
