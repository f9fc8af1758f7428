"""A history is the same each time to the byte, and what an ordinary shop's years look like."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from muniment_sandbox.shopify.bulk.reading import root_of
from muniment_sandbox.shopify.bulk.rows import rows_of
from muniment_sandbox.shopify.bulk.rules import BulkQuery, read_bulk_query
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.schema import executable_schema
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import Occurrence
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.arithmetic import Reckoning
from tests.unit.sandbox_shopify.snapshots import snapshot

NOW = datetime(2026, 11, 23, 12, 34, 56, tzinfo=UTC)
ALL = """{ orders(sortKey: ID) { edges { node { id name confirmationNumber createdAt updatedAt email tags note
  totalPriceSet { presentmentMoney { amount } } displayFinancialStatus displayFulfillmentStatus returnStatus
  customer { id displayName createdAt updatedAt } transactions { id gateway processedAt }
  refunds { id createdAt } fulfillments { id trackingInfo { number } }
  lineItems { edges { node { id sku quantity } } } } } } }"""


def lived(history: History) -> Shop:
    return seeded_shop("history", clock=SetClock(NOW), history=history)


def digest(shop: Shop) -> str:
    schema = executable_schema()
    query = read_bulk_query(schema, ALL)
    assert isinstance(query, BulkQuery)
    rows = rows_of(root_of(query, schema, Request(shop, "2026-10")), grouped=True)
    return hashlib.sha256(b"".join(line for line, _ in rows)).hexdigest()


def test_the_same_history_is_the_same_to_the_byte() -> None:
    history = History(orders=120, years=1)
    assert digest(lived(history)) == digest(lived(history))
    assert digest(lived(history)) != digest(lived(History(orders=120, years=1, seed=8)))


def test_a_history_ends_at_midnight_and_begins_so_many_years_before() -> None:
    shop = lived(History(orders=200, years=2))
    created = sorted(order.created_at for order in shop.orders.values())
    midnight = NOW.replace(hour=0, minute=0, second=0)
    assert created[0] >= midnight - timedelta(days=731)
    assert created[0] <= midnight - timedelta(days=600)
    assert max(order.updated_at for order in shop.orders.values()) <= midnight
    assert created[-1] >= midnight - timedelta(days=60)
    assert shop.clock.now() == NOW


def test_a_history_holds_an_ordinary_shops_mix() -> None:
    shop = lived(History(orders=1_000, years=3, seed=4))
    orders = list(shop.orders.values())
    statuses = Counter(order.display_financial_status for order in orders)
    assert len(orders) >= 1_000
    assert statuses["PAID"] > 0.7 * len(orders)
    assert {"PAID", "PARTIALLY_REFUNDED", "REFUNDED", "VOIDED"} <= set(statuses)
    assert 0.01 < sum(order.cancelled_at is not None for order in orders) / len(orders) < 0.1
    assert any(order.edited for order in orders)
    assert any(order.disputes for order in orders)
    assert any(order.purchasing_company for order in orders)
    assert {"RETURNED", "NO_RETURN"} <= {order.return_status for order in orders}
    assert shop.numbers.issued["Customer"] > 200
    assert shop.numbers.issued["Company"] > 4
    assert shop.numbers.issued["DraftOrder"] > 2
    assert [order.sequence for order in orders] == list(range(1001, 1001 + len(orders)))


def test_the_arithmetic_of_a_history_holds() -> None:
    shop = lived(History(orders=60, years=1, seed=3))
    for order in shop.orders.values():
        taken = snapshot(shop, order)
        assert [*Reckoning(taken).differences(), *Reckoning(taken, "shopMoney").differences()] == []


def test_life_goes_on_where_a_history_ends() -> None:
    shop = lived(History(orders=100, years=0.2))
    heard: list[Occurrence] = []
    shop.listeners.append(heard.append)
    waiting = next(
        order for order in shop.orders.values() if order.display_fulfillment_status == "UNFULFILLED"
    )
    shop.update_note(waiting, "Bitte klingeln")
    assert [each.topic for each in heard] == ["orders/updated"]
    assert waiting.updated_at == NOW


@pytest.mark.parametrize("wrong", [{"orders": 0}, {"years": 0.0}, {"years": 51.0}])
def test_a_history_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="history"):
        History(**wrong)  # type: ignore[arg-type]  # a wrong wish is what this is about
