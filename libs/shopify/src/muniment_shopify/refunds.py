"""Refunds of orders: made once for each effect, by Shopify's idempotency key and by a mark in the note.

The key is the effect's id; Shopify demands it since 2026-04 and forgets it after a while. The note keeps the
same id for good, and is looked for first. So a lost answer is simply sent again.
https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/refundCreate

Goods that come back by a return are refunded by ``returns.process_return``; a refund here has no return.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from muniment_kit.errors import Rejected
from muniment_shopify.asking import Node, ask, change, given, made
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ObjectGone, StateForbids
from muniment_shopify.money import Money

Restock = Literal["NO_RESTOCK", "CANCEL", "RETURN"]
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """Units of one line of the order. ``location`` is where they are put back, unless ``NO_RESTOCK``."""

    line_item: str
    quantity: int
    restock: Restock = "NO_RESTOCK"
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTransfer:
    """Money that goes back the way it came: ``payment`` is the sale or capture, with its ``gateway``."""

    payment: str
    gateway: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund that was made; ``total`` in the buyer's currency. Not ``is_new`` if it was there before."""

    gid: str
    total: Money
    note: str | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class SuggestedRefund:
    """What Shopify would refund, and the most it would."""

    total: Money
    most: Money
    transfers: tuple[RefundTransfer, ...]


async def refund_order(
    client: AdminClient,
    order: str,
    effect_id: str,
    *,
    lines: Sequence[RefundLine] = (),
    transfers: Sequence[RefundTransfer] = (),
    shipping: Money | None = None,
    note: str = "",
    notify: bool = False,
) -> Refund:
    """Refund once for ``effect_id``, whatever is lost on the way; the same id with other lines is refused.

    The money is what ``transfers`` say, whatever the lines are worth. Raises ``ChangeRefused`` and what
    ``AdminClient.execute`` raises.
    """
    earlier = await _made_for(client, order, effect_id)
    if earlier is not None:
        return earlier
    wanted = given(
        orderId=order,
        note=f"{note} {_mark(effect_id)}".strip(),
        notify=notify,
        currency=transfers[0].amount.currency if transfers else None,
        refundLineItems=[_line(line) for line in lines] or None,
        shipping={"amount": shipping.text} if shipping else None,
        transactions=[_transfer(order, each) for each in transfers] or None,
    )
    variables = {"input": wanted, "idempotencyKey": effect_id}
    payload = await change(client, "refund_create", variables, repeatable=True)
    node = made(client, "refund_create", payload, "refund")
    return Refund(node["id"], Money.presented(node["totalRefundedSet"]), node["note"], is_new=True)


async def suggested_refund(
    client: AdminClient, order: str, lines: Sequence[RefundLine] = (), *, full: bool = False
) -> SuggestedRefund:
    """Ask what Shopify would refund for ``lines``, or for all that is left. Nothing is refunded.

    Raises ``ObjectGone``, and ``StateForbids`` when nothing of the order can be refunded.
    """
    wanted = [_line(line) for line in lines]
    answer = await ask(client, "suggested_refund", id=order, refundLineItems=wanted or None, full=full)
    node = (answer["order"] or {}).get("suggestedRefund")
    if answer["order"] is None:
        raise ObjectGone(f"{client.shop} does not have the order that is to be refunded.")
    if node is None:
        raise StateForbids(f"{client.shop} has nothing of the order to refund.")
    return SuggestedRefund(
        total=Money.presented(node["amountSet"]),
        most=Money.presented(node["maximumRefundableSet"]),
        transfers=tuple(
            RefundTransfer(
                payment=each["parentTransaction"]["id"],
                gateway=each["gateway"],
                amount=Money.presented(each["amountSet"]),
            )
            for each in node["suggestedTransactions"]
            if each["parentTransaction"]
        ),
    )


async def _made_for(client: AdminClient, order: str, effect_id: str) -> Refund | None:
    node = (await ask(client, "order_refund_notes", id=order))["order"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the order that is to be refunded.")
    if len(node["refunds"]) >= _MOST:
        raise Rejected(f"The order has {_MOST} or more refunds: a person must look at it.")
    for each in node["refunds"]:
        if (each["note"] or "").endswith(_mark(effect_id)):
            return Refund(each["id"], Money.presented(each["totalRefundedSet"]), each["note"], is_new=False)
    return None


def _mark(effect_id: str) -> str:
    return f"[ecm:{effect_id}]"


def _line(line: RefundLine) -> Node:
    return given(
        lineItemId=line.line_item,
        quantity=line.quantity,
        restockType=line.restock,
        locationId=line.location,
    )


def _transfer(order: str, each: RefundTransfer) -> Node:
    return {
        "orderId": order,
        "gateway": each.gateway,
        "kind": "REFUND",
        "amount": each.amount.text,
        "parentId": each.payment,
    }
