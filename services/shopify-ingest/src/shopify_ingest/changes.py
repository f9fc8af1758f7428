"""What changed on an order, named from the hooks that arrived and the order as Shopify told it: pure.

One fact has one identity, whichever hook brought it and however often: creation, cancellation, each edit,
transaction, refund and fulfilment by its own id, a full payment by the last edit it paid for, any other
update by the state it led to (``updatedAt`` alone has a resolution of one second). So a duplicate or late
hook names a change that is already known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from muniment_kit.errors import Retryable
from muniment_shopify.orders import OrderSnapshot, Part

#: Seconds to wait before asking again for a part that Shopify announced but does not show yet.
NOT_SHOWN_YET_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class Hook:
    """What the naming of changes needs of one hook: its topic, the object id in its body, when it was
    triggered.
    """

    topic: str
    object_id: str | None
    triggered_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One named change. ``identity`` tells it from every other change of the order."""

    name: str
    identity: tuple[str, ...]
    occurred_at: datetime
    part: str | None = None


#: Which change a hook announces; every other order hook says only that the order was updated.
ANNOUNCED: Mapping[str, str] = {
    "orders/create": "order.created",
    "orders/paid": "order.paid",
    "orders/edited": "order.edited",
    "orders/cancelled": "order.cancelled",
    "orders/delete": "order.deleted",
    "order_transactions/create": "payment.recorded",
    "refunds/create": "refund.created",
    "fulfillments/create": "shipment.created",
}


def changes_of(hooks: Iterable[Hook], order: OrderSnapshot) -> list[Change]:
    """Return the changes that ``hooks`` announce, each once, oldest first.

    Raises ``Retryable`` when a hook names a refund, transaction or fulfilment that ``order`` does not show
    yet.
    """
    found = {change.identity: change for hook in hooks for change in _named_by(hook, order)}
    return sorted(found.values(), key=lambda change: (change.occurred_at, change.identity))


def changes_of_a_gone_order(hooks: Iterable[Hook]) -> list[Change]:
    """Return what can still be said of an order that Shopify no longer knows: what was announced."""
    found: dict[tuple[str, ...], Change] = {}
    for hook in sorted(hooks, key=lambda hook: hook.triggered_at):
        name = ANNOUNCED.get(hook.topic, "order.updated")
        identity = (name, "gone", hook.object_id or "")
        found.setdefault(identity, Change(name, identity, hook.triggered_at))
    return list(found.values())


def _named_by(hook: Hook, order: OrderSnapshot) -> Iterator[Change]:
    match ANNOUNCED.get(hook.topic, "order.updated"):
        case "order.created":
            yield Change("order.created", ("order.created",), order.created_at)
        case "order.cancelled":
            yield Change("order.cancelled", ("order.cancelled",), order.cancelled_at or hook.triggered_at)
        case "order.deleted":
            yield Change("order.deleted", ("order.deleted",), hook.triggered_at)
        case "order.paid":
            yield _paid(hook, order)
        case "order.edited":
            yield from (_of_part("order.edited", edit) for edit in order.edits)
        case "payment.recorded":
            yield _of_part("payment.recorded", _shown(hook, order.transactions, "transaction"))
        case "refund.created":
            yield _of_part("refund.created", _shown(hook, order.refunds, "refund"))
        case "shipment.created":
            yield _of_part("shipment.created", _shown(hook, order.fulfillments, "fulfilment"))
        case _:
            identity = ("order.updated", order.updated_at.isoformat(), sha256(order.content).hexdigest())
            yield Change("order.updated", identity, order.updated_at)


def _paid(hook: Hook, order: OrderSnapshot) -> Change:
    """Name the full payment that the hook announces by the last edit it paid for."""
    payments = order.payments
    first = payments[0].at if payments else order.created_at
    paid_for = [edit for edit in order.edits if first < edit.at <= hook.triggered_at]
    after = paid_for[-1].at if paid_for else None
    # the first payment, not the last: what comes in later must not move the time of a change already named
    moments = [p.at for p in payments if after is None or p.at >= after]
    part = paid_for[-1].gid if paid_for else None
    return Change("order.paid", ("order.paid", part or ""), moments[0] if moments else after or first, part)


def _of_part(name: str, part: Part) -> Change:
    return Change(name, (name, part.gid), part.at, part.gid)


def _shown(hook: Hook, parts: Iterable[Part], what: str) -> Part:
    for part in parts:
        if part.number == hook.object_id:
            return part
    raise Retryable(
        f"The order as fetched does not yet show the {what} that {hook.topic} announced; it is asked again.",
        after=NOT_SHOWN_YET_AFTER_S,
    )
