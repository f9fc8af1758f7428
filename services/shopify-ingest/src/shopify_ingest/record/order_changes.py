"""What changed on an order, named from the hooks that arrived and the order as Shopify told it: pure.

One fact has one identity, whichever hook brought it and however often, and also when it is found by asking:
creation, cancellation, each edit, transaction, refund, fulfilment and delivery event by its own id, a full
payment by the last edit it paid for, any other update by the state it led to. So a duplicate or late hook
names a change that is already known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from muniment_kit.errors import Retryable
from muniment_shopify.orders import OrderSnapshot, Part
from muniment_shopify.snapshots import canonical
from shopify_ingest.record.change import Change, each_once, of_part, of_state, since
from shopify_ingest.record.full_payment import FullPayment, full_payment_by, full_payments
from shopify_ingest.record.gone import deletion
from shopify_ingest.record.hook import Hook

#: Seconds to wait before asking again for a part that Shopify announced but does not show yet.
NOT_SHOWN_YET_AFTER_S = 1.0

_REPORTED = "delivery.reported"
_DELIVERIES: Mapping[str, str] = {
    "FAILURE": "delivery.failed",
    "DELAYED": "delivery.delayed",
    "ATTEMPTED_DELIVERY": "delivery.attempted",
}


def changes_of(hooks: Iterable[Hook], order: OrderSnapshot) -> list[Change]:
    """Return the changes that ``hooks`` announce, each once, oldest first.

    Raises ``Retryable`` when a hook names a refund, transaction or fulfilment that ``order`` does not show
    yet.
    """
    return each_once(change for hook in hooks for change in _named_by(hook, order))


def changes_of_state(order: OrderSnapshot, moment: datetime) -> list[Change]:
    """Return all facts that the snapshot shows and that happened at or after ``moment``, and the update.

    They have the identities that hooks give them. What only a hook can tell is not among them: a tender
    transaction, a payment between two edits of an order.
    """
    return since(moment, _facts(order), _update(order))


def _facts(order: OrderSnapshot) -> Iterator[Change]:
    yield _created(order)
    if order.cancelled_at is not None:
        yield Change("order.cancelled", ("order.cancelled",), order.cancelled_at)
    yield from map(_paid, full_payments(order))
    yield from _edits(order)
    yield from (of_part("payment.recorded", part.gid, part.at) for part in order.transactions)
    yield from (of_part("refund.created", part.gid, part.at) for part in order.refunds)
    for shipment in order.fulfillments:
        yield of_part("shipment.created", shipment.gid, shipment.at)
        yield from _later_on(shipment)
    yield from _of_terms(order)


def _named_by(hook: Hook, order: OrderSnapshot) -> Iterator[Change]:
    if hook.change in _TOLD:
        yield _TOLD[hook.change](hook)
    elif hook.change in _SHOWN:
        yield _SHOWN[hook.change](hook, order)
    elif hook.change == "order.created":
        yield _created(order)
    elif hook.change == "order.edited":
        yield from _edits(order)
    else:
        yield _update(order)


def _edits(order: OrderSnapshot) -> Iterator[Change]:
    return (of_part("order.edited", edit.gid, edit.at) for edit in order.edits)


def _created(order: OrderSnapshot) -> Change:
    return Change("order.created", ("order.created",), order.created_at)


def _cancelled(hook: Hook, order: OrderSnapshot) -> Change:
    return Change("order.cancelled", ("order.cancelled",), order.cancelled_at or hook.triggered_at)


def _paid(payment: FullPayment) -> Change:
    part = payment.edit.gid if payment.edit else None
    return Change("order.paid", ("order.paid", part or ""), payment.at, part)


def _update(order: OrderSnapshot) -> Change:
    return of_state("order.updated", order.content, order.updated_at)


def _payment(hook: Hook, order: OrderSnapshot) -> Change:
    part = _shown(hook, order.transactions, "transaction")
    return of_part("payment.recorded", part.gid, part.at)


def _tender(hook: Hook) -> Change:
    at = hook.moment("processed_at") or hook.triggered_at
    return of_part("payment.tendered", hook.part_gid("TenderTransaction"), at)


def _refund(hook: Hook, order: OrderSnapshot) -> Change:
    part = _shown(hook, order.refunds, "refund")
    return of_part("refund.created", part.gid, part.at)


def _shipment(hook: Hook, order: OrderSnapshot) -> Change:
    part = _shown(hook, order.fulfillments, "fulfilment")
    return of_part("shipment.created", part.gid, part.at)


def _shipment_update(hook: Hook, order: OrderSnapshot) -> Change:
    part = _shown(hook, order.fulfillments, "fulfilment")
    return _updated(part)


def _delivery(hook: Hook) -> Change:
    """Name a delivery event by what the hook says: it never changes, and may have been deleted since."""
    at = hook.moment("happened_at") or hook.triggered_at
    return of_part(_delivery_name(hook.text("status")), hook.part_gid("FulfillmentEvent"), at)


def _withdrawn(hook: Hook) -> Change:
    return of_part("delivery.withdrawn", hook.part_gid("FulfillmentEvent"), hook.triggered_at)


def _delivery_name(status: object) -> str:
    return _DELIVERIES.get(status.upper(), _REPORTED) if isinstance(status, str) else _REPORTED


def _later_on(shipment: Part) -> Iterator[Change]:
    if shipment.node.get("updatedAt") not in (None, shipment.node.get("createdAt")):
        yield _updated(shipment)
    for event in (shipment.node.get("events") or {}).get("nodes") or ():
        at = datetime.fromisoformat(event["happenedAt"])
        yield of_part(_delivery_name(event.get("status")), event["id"], at)


def _updated(shipment: Part) -> Change:
    """Return the update that led to the shipment's state."""
    told = shipment.node.get("updatedAt")
    at = datetime.fromisoformat(told) if told else shipment.at
    return of_state("shipment.updated", canonical(shipment.node), at, shipment.gid)


def _of_terms(order: OrderSnapshot) -> Iterator[Change]:
    terms: Mapping[str, Any] | None = order.node.get("paymentTerms")
    if not terms:
        return
    schedules = (terms.get("paymentSchedules") or {}).get("nodes") or ()
    issued = [datetime.fromisoformat(each["issuedAt"]) for each in schedules if each.get("issuedAt")]
    yield of_part("payment-terms.created", terms["id"], min(issued, default=order.created_at))
    for each in schedules if terms.get("due") or terms.get("overdue") else ():
        due_at = datetime.fromisoformat(each["dueAt"]) if each.get("dueAt") else None
        if due_at is not None and due_at <= order.updated_at and not each.get("completedAt"):
            yield _due(each["id"], due_at)


def _due(gid: str, at: datetime) -> Change:
    return Change("payment.due", ("payment.due", gid, at.astimezone(UTC).isoformat()), at, gid)


def _due_by(hook: Hook) -> Change:
    return _due(hook.part_gid("PaymentSchedule"), hook.moment("due_at") or hook.triggered_at)


def _terms_created(hook: Hook, order: OrderSnapshot) -> Change:
    gid = hook.part_gid("PaymentTerms")
    shown = {change.part: change for change in _of_terms(order) if change.name == "payment-terms.created"}
    return shown.get(gid) or of_part("payment-terms.created", gid, hook.triggered_at)


def _terms_changed(hook: Hook) -> Change:
    gid = hook.part_gid("PaymentTerms")
    return Change(hook.change, (hook.change, gid, hook.action), hook.triggered_at, gid)


def _shown(hook: Hook, parts: Iterable[Part], what: str) -> Part:
    for part in parts:
        if part.number == hook.number:
            return part
    raise Retryable(
        f"The order as fetched does not yet show the {what} that {hook.topic} announced; it is asked again.",
        after=NOT_SHOWN_YET_AFTER_S,
    )


#: What the hook alone says, since it never changes or is not in the snapshot.
_TOLD: Mapping[str, Callable[[Hook], Change]] = {
    "order.deleted": lambda hook: deletion("order.deleted", hook.triggered_at),
    "payment.tendered": _tender,
    "payment.due": _due_by,
    "payment-terms.updated": _terms_changed,
    "payment-terms.deleted": _terms_changed,
    _REPORTED: _delivery,
    "delivery.withdrawn": _withdrawn,
}
#: What the snapshot shows of what the hook announced.
_SHOWN: Mapping[str, Callable[[Hook, OrderSnapshot], Change]] = {
    "order.cancelled": _cancelled,
    "order.paid": lambda hook, order: _paid(full_payment_by(order, hook.triggered_at)),
    "payment.recorded": _payment,
    "payment-terms.created": _terms_created,
    "refund.created": _refund,
    "shipment.created": _shipment,
    "shipment.updated": _shipment_update,
}
