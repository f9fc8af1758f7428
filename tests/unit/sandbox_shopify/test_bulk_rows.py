"""The rows of a bulk query: each object once, after its parent, with what an ordinary query says of it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_sandbox.shopify.bulk.reading import root_of
from muniment_sandbox.shopify.bulk.rows import ROOTS_A_PAGE, rows_of
from muniment_sandbox.shopify.bulk.rules import BulkQuery, read_bulk_query
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.schema import executable_schema
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.shop import Shop
from tests.reference import REFERENCE, needs_admin_schema
from tests.unit.sandbox_shopify.snapshots import data

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount } }"
ORDER = f"""id name createdAt tags currentTotalPriceSet {MONEY} displayFinancialStatus cancelReason
  customer {{ id displayName }} transactions {{ id kind amountSet {MONEY} paymentDetails {{ __typename
    ... on CardPaymentDetails {{ number }} }} }}"""
LINE = f"id sku quantity originalTotalSet {MONEY}"
RETURN = "id name status"
RETURNED = "id ... on ReturnLineItem { quantity }"


@cache
def shop() -> Shop:
    history = History(orders=ROOTS_A_PAGE * 2 + 17, years=0.4, seed=8, until=NOON)
    return seeded_shop("history", clock=SetClock(NOON), history=history)


def rows(query: str, *, grouped: bool, of: Shop | None = None) -> list[dict[str, Any]]:
    schema = executable_schema()
    read = read_bulk_query(schema, query)
    assert isinstance(read, BulkQuery), read
    root = root_of(read, schema, Request(of or shop(), "2026-10"))
    return [json.loads(line) for line, _at_root in rows_of(root, grouped=grouped)]


def connection(name: str, fields: str, *nested: str) -> str:
    return f"{name} {{ edges {{ node {{ {fields} {' '.join(nested)} }} }} }}"


def assembled(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Put children below their parents, as a reader of the file does; each parent must be there already."""
    known: dict[str, dict[str, Any]] = {}
    for row in found:
        parent = row.pop("__parentId", None)
        assert row["id"] not in known
        known[row["id"]] = {"row": row, "children": [], "parent": parent}
        if parent is not None:
            known[parent]["children"].append(row["id"])
    return known


@pytest.mark.parametrize("grouped", [False, True])
def test_rows_say_what_an_ordinary_query_says(grouped: bool) -> None:
    query = f"{{ {connection('orders(sortKey: ID)', ORDER, connection('lineItems', LINE))} }}"
    known = assembled(rows(query, grouped=grouped))
    for order in list(shop().orders.values())[::9]:
        fields = f"{ORDER} lineItems(first: 50) {{ nodes {{ {LINE} }} }}"
        asked = data(shop(), f"query($id: ID!) {{ order(id: $id) {{ {fields} }} }}", id=order.id)["order"]
        lines = asked.pop("lineItems")["nodes"]
        assert known[order.id]["row"] == asked
        assert [known[child]["row"] for child in known[order.id]["children"]] == lines
    roots = [each for each, entry in known.items() if entry["parent"] is None]
    assert roots == [order.id for order in sorted(shop().orders.values(), key=lambda each: each.number)]


PARTS = {
    "lineItems": connection("lineItems", LINE),
    "shippingLines": connection("shippingLines", "id title"),
    "returns": connection("returns", RETURN),
    "returns with lines": connection("returns", RETURN, connection("returnLineItems", RETURNED)),
    "metafields": connection("metafields", "id key"),
}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(sorted(PARTS)), max_size=3, unique_by=lambda each: each.split()[0]))
def test_grouped_and_flat_rows_are_the_same_objects_under_the_same_parents(parts: list[str]) -> None:
    query = f"{{ {connection('orders', 'id name', *(PARTS[part] for part in parts))} }}"
    grouped, flat = rows(query, grouped=True), rows(query, grouped=False)
    assert Counter(map(json.dumps, grouped)) == Counter(map(json.dumps, flat))
    assert assembled(grouped).keys() == assembled(flat).keys()


def test_grouped_children_follow_their_parent_and_flat_ones_their_parents_page() -> None:
    query = f"{{ {connection('orders(sortKey: ID)', 'id', PARTS['lineItems'])} }}"
    latest = ""
    for row in rows(query, grouped=True):
        assert row.get("__parentId", latest) == latest
        latest = latest if "__parentId" in row else row["id"]
    kinds = ["child" if "__parentId" in row else "parent" for row in rows(query, grouped=False)]
    assert kinds[: ROOTS_A_PAGE + 1] == ["parent"] * ROOTS_A_PAGE + ["child"]


def test_a_connection_inside_a_single_object_belongs_to_the_node_around_it() -> None:
    query = f"{{ {connection('orders', 'id customer { id ' + connection('addressesV2', 'id') + ' }')} }}"
    children = [row for row in rows(query, grouped=True) if "__parentId" in row]
    assert len(children) >= len(shop().orders)
    for row in children:
        customer = shop().order_of(int(row["__parentId"].rpartition("/")[2])).customer
        assert customer is not None
        assert row["id"] in [each.id for each in customer.addresses]


def test_an_order_that_changes_while_it_is_listed_is_told_once() -> None:
    clock = SetClock(NOON)
    busy = seeded_shop("history", clock=clock, history=History(orders=300, years=0.4, seed=8, until=NOON))
    schema = executable_schema()
    read = read_bulk_query(schema, "{ orders(sortKey: UPDATED_AT) { edges { node { id note } } } }")
    assert isinstance(read, BulkQuery)
    seen = []
    for line, _at_root in rows_of(root_of(read, schema, Request(busy, "2026-10")), grouped=False):
        seen.append(json.loads(line)["id"])
        clock.advance(1)
        order = busy.order_of(int(seen[-1].rpartition("/")[2]))
        busy.update_note(order, "changed after it was told")
    assert sorted(seen) == sorted(order.id for order in busy.orders.values())


@needs_admin_schema
@pytest.mark.parametrize("name", ["orders", "customers_consent", "companies"])
def test_the_queries_of_the_reference_yield_every_object(name: str) -> None:
    text = (REFERENCE / "graphql" / "bulk" / f"inner_{name}_backfill.graphql").read_text()
    text = text.replace('query: "created_at:>=2026-01-01 AND created_at:<2026-02-01", ', "")
    known = assembled(rows(text, grouped=False))
    of_kind = Counter(each.split("/")[3] for each in known)
    kinds = {"orders": "Order", "customers_consent": "Customer", "companies": "Company"}
    numbers = shop().numbers.issued
    assert of_kind[kinds[name]] == numbers[kinds[name]]
    if name == "orders":
        assert of_kind["LineItem"] == sum(len(order.lines) for order in shop().orders.values())
        assert of_kind["Return"] == numbers["Return"]
