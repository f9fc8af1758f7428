"""Cancelling an order: irreversible, done in the background, and not known to Shopify by any key of ours.

So the order is looked at before and after. A lost answer is looked up: the order is cancelled or it is not.
https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/orderCancel
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from muniment_kit.clock import Clock
from muniment_shopify.asking import ask, change, done_or_seen
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ChangeNotDone, ObjectGone, StateForbids
from muniment_shopify.pauses import Pauses
from muniment_shopify.user_errors import error_of

CancelReason = Literal["CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"]
_LONGEST_NOTE = 255
_LOST_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Cancellation:
    """An order that is cancelled. ``is_new`` is false when it was before we asked."""

    at: datetime
    reason: str | None
    note: str | None
    is_new: bool


async def cancellation_of(client: AdminClient, order: str) -> Cancellation | None:
    """Return when and why the order was cancelled, ``None`` if it is not. Raises ``ObjectGone``."""
    node = (await ask(client, "order_cancellation", id=order))["order"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the order that is to be cancelled.")
    if node["cancelledAt"] is None:
        return None
    note = (node["cancellation"] or {}).get("staffNote")
    return Cancellation(datetime.fromisoformat(node["cancelledAt"]), node["cancelReason"], note, is_new=False)


async def cancel_order(
    client: AdminClient,
    order: str,
    *,
    reason: CancelReason,
    restock: bool,
    refund: bool,
    note: str | None = None,
    notify: bool = False,
    within_s: float = 60.0,
    clock: Clock | None = None,
) -> Cancellation:
    """Cancel the order and return once it is; one that is cancelled already is left as it is.

    ``refund`` gives the money back the way it came. Of ``note`` Shopify keeps 255 characters. Raises
    ``ChangeRefused`` (open returns, pending payments), ``ChangeNotDone`` when it takes longer than
    ``within_s``, ``OutcomeUnknown`` when the answer was lost and nothing is cancelled yet: each next try
    looks first.
    """
    before = await cancellation_of(client, order)
    if before is not None:
        return before
    variables = {
        "orderId": order,
        "reason": reason,
        "restock": restock,
        "refundMethod": {"originalPaymentMethodsRefund": True} if refund else None,
        "notifyCustomer": notify,
        "staffNote": note[:_LONGEST_NOTE] if note else None,
    }

    async def begin_and_wait() -> Cancellation:
        payload = await change(
            client, "order_cancel", variables, repeatable=False, errors="orderCancelUserErrors"
        )
        result: Mapping[str, Any] = payload["jobResult"] or {}
        if result.get("errors"):
            raise error_of(str(client.shop), "order_cancel", result["errors"])
        job = (payload["job"] or {}).get("id")
        return _new(await _cancelled(client, order, job, Pauses(within_s, clock=clock, first_s=0.3)))

    async def look() -> Cancellation | None:
        pauses = Pauses(_LOST_WITHIN_S, clock=clock, first_s=0.5)
        while (seen := await cancellation_of(client, order)) is None and await pauses.pause():
            pass
        return _new(seen) if seen else None

    return await done_or_seen(begin_and_wait, look)


async def _cancelled(client: AdminClient, order: str, job: str | None, pauses: Pauses) -> Cancellation:
    while True:
        is_done = job is None or await _is_done(client, job)
        seen = await cancellation_of(client, order)
        if seen is not None:
            return seen
        if is_done and job is not None:
            raise StateForbids(
                f"{client.shop} ended the cancellation without cancelling the order: look for open returns "
                "and pending payments."
            )
        if not await pauses.pause():
            raise ChangeNotDone(
                f"{client.shop} is still cancelling the order; it is looked at again.", after=30.0
            )


async def _is_done(client: AdminClient, job: str) -> bool:
    node = (await ask(client, "job_done", id=job))["job"]
    return bool(node and node["done"])


def _new(seen: Cancellation) -> Cancellation:
    return Cancellation(seen.at, seen.reason, seen.note, is_new=True)
