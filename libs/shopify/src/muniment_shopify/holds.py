"""Holds on fulfilment: every part of an order is held under one handle, and only our holds are released.

The handle is unique for app and fulfilment order, so a hold is placed once, however often it is asked for: a
lost answer is simply sent again. https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/fulfillmentOrderHold
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from muniment_shopify.asking import Node, ask_all, change, given, made
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, ChangeRefused

HoldReason = Literal[
    "AWAITING_PAYMENT",
    "AWAITING_RETURN_ITEMS",
    "HIGH_RISK_OF_FRAUD",
    "INCORRECT_ADDRESS",
    "INVENTORY_OUT_OF_STOCK",
    "ONLINE_STORE_POST_PURCHASE_CROSS_SELL",
    "OTHER",
    "UNKNOWN_DELIVERY_DATE",
]
HANDLE_PREFIX = "ecm:"
_LONGEST_HANDLE = 64
_OVER = frozenset({"CANCELLED", "CLOSED"})
_ALREADY = "DUPLICATE_FULFILLMENT_HOLD_HANDLE"
_TOO_LATE = frozenset({"TAKEN"})


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold. ``is_ours`` is Shopify's own word that this app has placed it."""

    gid: str
    handle: str | None
    reason: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class FulfillmentOrder:
    """What is to be sent from one place, and what of it may be done now."""

    gid: str
    status: str
    request_status: str
    actions: frozenset[str]
    holds: tuple[Hold, ...]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is to be sent by it any more."""
        return self.status in _OVER

    def held_by(self, handle: str) -> tuple[Hold, ...]:
        """Return our holds under ``handle``."""
        return tuple(hold for hold in self.holds if hold.is_ours and hold.handle == handle)


@dataclass(frozen=True, slots=True)
class HoldOutcome:
    """What stands still now. ``too_late`` are fulfilment orders on which work has begun: a person must act.

    Without any fulfilment order yet ``is_routed`` is false: hold it again once it is routed.
    """

    held: tuple[str, ...]
    too_late: tuple[str, ...]
    is_routed: bool

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing of the order can leave."""
        return self.is_routed and not self.too_late


def hold_handle(workflow: str, order_id: str) -> str:
    """Return the handle of our hold: ``ecm:<workflow>:<order id>``. ``ValueError`` if it gets too long."""
    handle = f"{HANDLE_PREFIX}{workflow}:{order_id}"
    if len(handle) > _LONGEST_HANDLE or not handle.isascii():
        raise ValueError(f"A hold's handle has at most {_LONGEST_HANDLE} ASCII characters.")
    return handle


async def fulfillment_orders(client: AdminClient, order: str) -> list[FulfillmentOrder]:
    """Return every fulfilment order of the order, none if it is not routed yet or not there."""
    nodes = await ask_all(
        client, "order_holds", lambda data: (data["order"] or {}).get("fulfillmentOrders"), id=order
    )
    return [_read(node) for node in nodes]


async def hold_order(
    client: AdminClient,
    order: str,
    handle: str,
    *,
    reason: HoldReason = "OTHER",
    notes: str | None = None,
    external_id: str | None = None,
) -> HoldOutcome:
    """Hold all that is still to be sent of the order, under our ``handle``. May be repeated.

    Call it again when fulfilment orders were split, merged or moved. Raises ``ChangeRefused`` (ten holds of
    the app are there already, …) and what ``AdminClient.execute`` raises.
    """
    _check(handle)
    hold = given(
        reason=reason, reasonNotes=notes, handle=handle, externalId=external_id, notifyMerchant=False
    )
    held, too_late = [], []
    there = await fulfillment_orders(client, order)
    for each in there:
        if each.is_over:
            continue
        if each.held_by(handle) or ("HOLD" in each.actions and await _hold(client, each, hold)):
            held.append(each.gid)
        else:
            too_late.append(each.gid)
    return HoldOutcome(tuple(held), tuple(too_late), bool(there))


async def release_order(client: AdminClient, order: str, handle: str) -> tuple[str, ...]:
    """Release our holds under ``handle`` on the order, and no others; return the ids of those released now.

    May be repeated: what is released already is not looked for again.
    """
    _check(handle)
    released: list[str] = []
    for each in await fulfillment_orders(client, order):
        ids = [hold.gid for hold in each.held_by(handle)]
        if ids:
            await _release(client, order, each, ids)
            released += ids
    return tuple(released)


async def _hold(client: AdminClient, target: FulfillmentOrder, hold: Node) -> bool:
    """Place the hold; false when work on it has begun since it was read."""
    variables = {"id": target.gid, "hold": hold}
    try:
        await change(client, "fulfillment_order_hold", variables, repeatable=True)
    except ChangeRefused as refused:
        if _ALREADY in refused.codes:
            return True
        if _TOO_LATE & set(refused.codes):
            return False
        raise
    return True


async def _release(client: AdminClient, order: str, target: FulfillmentOrder, ids: list[str]) -> None:
    name = "fulfillment_order_release_hold"
    try:
        payload = await change(client, name, {"id": target.gid, "holdIds": ids}, repeatable=True)
        made(client, name, payload, "fulfillmentOrder")
    except (ChangeRefused, AccessDenied):  # also said of holds that are gone, as after a lost answer
        there = {hold.gid for each in await fulfillment_orders(client, order) for hold in each.holds}
        if there & set(ids):
            raise


def _check(handle: str) -> None:
    if not handle.startswith(HANDLE_PREFIX):
        raise ValueError(f"Our holds have handles that begin with {HANDLE_PREFIX!r}; others are not touched.")


def _read(node: Node) -> FulfillmentOrder:
    return FulfillmentOrder(
        gid=node["id"],
        status=node["status"],
        request_status=node["requestStatus"],
        actions=frozenset(each["action"] for each in node["supportedActions"]),
        holds=tuple(
            Hold(each["id"], each["handle"], each["reason"], bool(each["heldByRequestingApp"]))
            for each in node["fulfillmentHolds"]
        ),
    )
