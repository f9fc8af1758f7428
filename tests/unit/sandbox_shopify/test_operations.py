"""The operations of the order archive run as they are written, with the cost their authors reckoned."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.reference import REFERENCE, needs_admin_schema
from tests.unit.sandbox_shopify.snapshots import ask

OPERATIONS = REFERENCE / "graphql"
READS = [
    "orders/fulfillment_detail",
    "orders/order_cancel_verify",
    "orders/order_detail",
    "orders/order_events",
    "orders/order_fulfillments",
    "orders/order_line_items_page",
    "orders/order_metafields",
    "orders/order_refunds",
    "orders/order_transactions",
    "orders/orders_reconcile",
    "orders/refund_detail",
    "orders/tender_transactions",
    "shop/app_installation_scopes",
    "shop/locations",
    "shop/public_api_versions",
    "shop/shop_info",
    "webhooks/webhook_subscriptions_list",
]
WRITES = [
    "orders/metafields_set",
    "orders/order_update_note",
    "orders/tags_add",
    "orders/tags_remove",
    "webhooks/webhook_subscription_create",
]


@cache
def shop() -> Shop:
    return seeded_shop("demo")


@cache
def eventful_order() -> Order:
    return next(order for order in shop().orders.values() if order.refund_records and order.parcels)


def variables_for(operation: str, query: str) -> dict[str, Any]:
    order = eventful_order()
    known: dict[str, Any] = {
        "id": order.id,
        "query": "created_at:>='2020-01-01T00:00:00Z'",
        "namespace": "ecm",
        "tags": ["ecm-review"],
    }
    if operation == "orders/refund_detail":
        known["id"] = order.refund_records[0].id
    if operation == "orders/fulfillment_detail":
        known["id"] = order.parcels[0].id
    known = {name: value for name, value in known.items() if f"${name}" in query}
    samples = json.loads((OPERATIONS / "sample_variables.json").read_text())
    text = json.dumps(samples.get(operation, {})).replace("gid://shopify/Order/1", order.id)
    given: dict[str, Any] = json.loads(text)
    return known | given


@needs_admin_schema
@pytest.mark.parametrize("operation", READS + WRITES)
def test_operation_is_answered_without_an_error(operation: str) -> None:
    query = (OPERATIONS / f"{operation}.graphql").read_text()
    answer = ask(shop(), query, variables_for(operation, query))
    assert "errors" not in answer
    for name, value in answer["data"].items():
        assert value is not None, name
        if isinstance(value, dict):
            assert value.get("userErrors", []) == []


@needs_admin_schema
@pytest.mark.parametrize("operation", READS)
def test_operation_costs_what_the_reference_reckoned(operation: str) -> None:
    query = (OPERATIONS / f"{operation}.graphql").read_text()
    answer = ask(shop(), query, variables_for(operation, query))
    cost = answer["extensions"]["cost"]
    assert cost["requestedQueryCost"] == ceilings()[operation]
    assert cost["actualQueryCost"] <= cost["requestedQueryCost"] <= 1_000


@cache
def ceilings() -> dict[str, int]:
    text = Path(OPERATIONS / "README.md").read_text()
    return {
        name: int(cost) for name, cost in re.findall(r"^\| `(\S+)\.graphql` \| (\d+) \|", text, re.MULTILINE)
    }
