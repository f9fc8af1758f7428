"""Lists found through indexes are those a look at every object finds, whatever happens between two pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.snapshots import ask, data

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORDERS = """query Find($query: String, $first: Int, $last: Int, $after: String, $before: String,
    $reverse: Boolean, $sort: OrderSortKeys) {
  orders(first: $first, last: $last, after: $after, before: $before, query: $query, sortKey: $sort,
      reverse: $reverse) {
    edges { cursor } nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
SORTS: Mapping[str, Callable[[Order], Any]] = {
    "CREATED_AT": lambda order: (order.created_at, order.number),
    "ID": lambda order: order.number,
    "TOTAL_PRICE": lambda order: (order.totals.total_price_set.shop_money.minor, order.number),
    "UPDATED_AT": lambda order: (order.updated_at, order.number),
}


def busy_shop() -> tuple[Shop, SetClock]:
    """Return a shop with a dozen orders, an hour apart."""
    clock = SetClock(NOON)
    shop, chance = seeded_shop("empty", clock=clock), dice(3)
    for _ in range(12):
        shop.place_order(random_cart(shop.stock, chance))
        clock.advance(3600)
    return shop, clock


def everything(shop: Shop, sort: str, *, reverse: bool, query: str = "", first: int = 5) -> list[str]:
    """Return all ids, page by page."""
    ids: list[str] = []
    after = None
    while True:
        page = data(shop, ORDERS, first=first, after=after, reverse=reverse, sort=sort, query=query)["orders"]
        ids += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return ids
        after = page["pageInfo"]["endCursor"]


class Deeds:
    """What happens between two looks at the lists."""

    def __init__(self, shop: Shop, clock: SetClock) -> None:
        self.shop = shop
        self.clock = clock

    def do(self, kind: str, which: int) -> None:
        orders = list(self.shop.orders.values())
        if kind == "wait":
            self.clock.advance(60 * which)
        elif kind == "place" or not orders:
            self.shop.place_order(random_cart(self.shop.stock, dice(which)))
        elif kind == "delete":
            self.shop.delete_order(orders[which % len(orders)])
        else:
            self.shop.set_tags(orders[which % len(orders)], [f"t{which % 3}"])


@settings(max_examples=25, deadline=None)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(["wait", "place", "delete", "tag"]), st.integers(0, 50)), max_size=8
    ),
    sort=st.sampled_from(sorted(SORTS)),
    reverse=st.booleans(),
    hours=st.tuples(st.integers(0, 14), st.integers(0, 14)),
)
def test_a_list_is_right_after_anything_that_happened(
    deeds: list[tuple[str, int]], sort: str, reverse: bool, hours: tuple[int, int]
) -> None:
    shop, clock = busy_shop()
    low, high = (NOON + timedelta(hours=each) for each in hours)
    query = f"updated_at:>='{low.isoformat()}' AND created_at:<'{high.isoformat()}' AND -tag:t1"
    acts = Deeds(shop, clock)
    for deed in [("wait", 1), *deeds]:
        acts.do(*deed)
        wanted = sorted(
            (
                each
                for each in shop.orders.values()
                if each.updated_at >= low and each.created_at < high and "t1" not in each.tags
            ),
            key=SORTS[sort],
            reverse=reverse,
        )
        assert everything(shop, sort, reverse=reverse, query=query) == [each.id for each in wanted]


@pytest.mark.parametrize("sort", ["UPDATED_AT", "TOTAL_PRICE"])
@pytest.mark.parametrize("reverse", [False, True])
def test_a_list_is_read_backwards_with_last_and_before(sort: str, reverse: bool) -> None:
    shop, _ = busy_shop()
    forwards = everything(shop, sort, reverse=reverse)
    last = data(shop, ORDERS, last=4, sort=sort, reverse=reverse)["orders"]
    assert [node["id"] for node in last["nodes"]] == forwards[-4:]
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)
    before = data(shop, ORDERS, last=20, before=last["edges"][0]["cursor"], sort=sort, reverse=reverse)
    assert [node["id"] for node in before["orders"]["nodes"]] == forwards[:-4]
    assert before["orders"]["pageInfo"]["hasPreviousPage"] is False
    assert before["orders"]["pageInfo"]["hasNextPage"] is True


def test_a_cursor_of_another_kind_of_list_is_refused() -> None:
    shop, _ = busy_shop()
    by_name = "{ customers(first: 1, sortKey: NAME) { edges { cursor } } }"
    cursor = data(shop, by_name)["customers"]["edges"][0]["cursor"]
    answer = ask(shop, ORDERS, {"first": 1, "after": cursor, "sort": "UPDATED_AT"})
    assert answer["errors"][0]["message"] == "Invalid cursor for current pagination sort."


def test_ids_are_found_by_range_without_losing_a_digit() -> None:
    shop, _ = busy_shop()
    numbers = sorted(shop.orders)
    query = f"id:>{numbers[3]} AND id:<={numbers[6]}"
    assert everything(shop, "ID", reverse=False, query=query) == [
        f"gid://shopify/Order/{each}" for each in numbers[4:7]
    ]


HISTORY = seeded_shop(
    "history", clock=SetClock(NOON), history=History(orders=200, years=0.5, seed=8, until=NOON)
)
TRUTHS: Mapping[str, Callable[[Order], bool]] = {
    "status:open": lambda order: order.closed_at is None and order.cancelled_at is None,
    "status:not_closed": lambda order: order.closed_at is None,
    "status:closed": lambda order: order.closed_at is not None and order.cancelled_at is None,
    "status:cancelled": lambda order: order.cancelled_at is not None,
    "financial_status:partially_refunded": lambda o: o.display_financial_status == "PARTIALLY_REFUNDED",
    "financial_status:paid,voided": lambda o: o.display_financial_status in ("PAID", "VOIDED"),
    "fulfillment_status:unshipped": lambda o: o.display_fulfillment_status in ("UNFULFILLED", "ON_HOLD"),
    "fulfillment_status:shipped": lambda o: o.display_fulfillment_status == "FULFILLED",
    "return_status:returned": lambda order: order.return_status == "RETURNED",
    "-return_status:no_return": lambda order: bool(order.returns) and order.return_status != "NO_RETURN",
    "risk_level:high": lambda order: order.risk.level == "HIGH",
    "gateway:paypal": lambda order: "paypal" in order.gateways,
    "tag_not:vip": lambda order: "vip" not in order.tags,
    "sku:PEN-GOE-M": lambda order: any(line.sku == "PEN-GOE-M" for line in order.lines),
}


@pytest.mark.parametrize("query", sorted(TRUTHS))
def test_a_search_term_finds_what_is_true_and_nothing_else(query: str) -> None:
    wanted = sorted(order.id for order in HISTORY.orders.values() if TRUTHS[query](order))
    assert sorted(everything(HISTORY, "UPDATED_AT", reverse=False, query=query, first=250)) == wanted
    assert data(HISTORY, "query($q: String) { ordersCount(query: $q) { count } }", q=query)[
        "ordersCount"
    ] == {"count": len(wanted)}
    assert wanted or query == "-return_status:no_return"


LISTS = {
    "companies": ("updated_at", "companies"),
    "companyLocations": ("updated_at", "companyLocations"),
    "customers": ("updated_at", "customers"),
    "disputes": ("initiated_at", "disputes"),
    "draftOrders": ("updated_at", "draftOrders"),
    "tenderTransactions": ("processed_at", "tenderTransactions"),
}


@pytest.mark.parametrize("root", sorted(LISTS))
def test_what_reconciliation_lists_is_found_by_its_moment(root: str) -> None:
    """Two halves, split at a moment in the middle, are the whole."""
    term, name = LISTS[root]
    middle = "2026-09-20T00:00:00Z"
    query = f"query($q: String) {{ {name}(first: 250, query: $q) {{ nodes {{ id }} }} }}"

    def found(search: str) -> set[str]:
        return {node["id"] for node in data(HISTORY, query, q=search)[name]["nodes"]}

    early, late, whole = found(f"{term}:<'{middle}'"), found(f"{term}:>='{middle}'"), found("")
    assert early.isdisjoint(late)
    assert early | late == whole
    assert whole


def test_nodes_are_found_by_their_ids_whatever_they_are() -> None:
    known = [*list(HISTORY.orders.values())[:3], HISTORY.stock.buyers[0].customer]
    ids = [each.id for each in known]
    answer = data(HISTORY, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[*ids, f"{ids[0]}1"])
    assert [node and node["id"] for node in answer["nodes"]] == [*ids, None]
