"""Order snapshots as small as they can be: only what the naming of changes and the audit look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from muniment_shopify.orders import OrderSnapshot

Node = dict[str, Any]


def gid(kind: str, number: int) -> str:
    """Return the global id of one thing in the shop."""
    return f"gid://shopify/{kind}/{number}"


def transaction(
    number: int, at: str, *, kind: str = "SALE", status: str = "SUCCESS", amount: str = "10.00"
) -> Node:
    """A transaction processed ``at``."""
    return {
        "id": gid("OrderTransaction", number),
        "kind": kind,
        "status": status,
        "createdAt": at,
        "processedAt": at,
        "amountSet": {"presentmentMoney": {"amount": amount, "currencyCode": "EUR"}},
    }


def refund(number: int, at: str, *, amount: str = "5.00") -> Node:
    """A refund created ``at``."""
    money = {"amount": amount, "currencyCode": "EUR"}
    return {"id": gid("Refund", number), "createdAt": at, "totalRefundedSet": {"presentmentMoney": money}}


def fulfillment(number: int, at: str) -> Node:
    """A fulfilment created ``at``."""
    return {"id": gid("Fulfillment", number), "createdAt": at}


def edit(number: int, at: str) -> Node:
    """An edit committed ``at``."""
    return {"id": gid("OrderEditAgreement", number), "happenedAt": at}


def snapshot(
    *,
    name: str = "#1001",
    order_id: int = 5001,
    created: str = "2026-03-02T09:00:00Z",
    updated: str = "2026-03-02T09:30:00Z",
    cancelled: str | None = None,
    financial: str = "PENDING",
    total: str = "10.00",
    edits: Sequence[Node] = (),
    transactions: Sequence[Node] = (),
    refunds: Sequence[Node] = (),
    fulfillments: Sequence[Node] = (),
) -> OrderSnapshot:
    """The order with its history; times are ISO 8601 in UTC."""
    tree = {
        "order": {
            "id": gid("Order", order_id),
            "name": name,
            "createdAt": created,
            "updatedAt": updated,
            "cancelledAt": cancelled,
            "displayFinancialStatus": financial,
            "originalTotalPriceSet": {"presentmentMoney": {"amount": total, "currencyCode": "EUR"}},
        },
        "edits": list(edits),
        "transactions": list(transactions),
        "refunds": list(refunds),
        "fulfillments": list(fulfillments),
    }
    return OrderSnapshot.from_content(orjson.dumps(tree, option=orjson.OPT_SORT_KEYS))
