"""The snapshot is read strictly: the first thing wrong is named by its path, never by its value."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document_renderer.snapshot_fields import SnapshotFault
from document_renderer.snapshot_reading import read_snapshot
from tests.unit.document_renderer.orders import Draft, Given, canonical, fulfillment, transaction

FULL = Draft(
    payments=[transaction()],
    refunds=[Given({0: 1})],
    fulfillments=[fulfillment()],
    edits=[30],
    company="Contoso",
)


def _change(path: str, value: Any) -> bytes:
    snapshot = FULL.build()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = snapshot
    for step in steps:
        place = place[step]
    place[last] = value
    return canonical(snapshot)


def test_a_whole_order_is_read() -> None:
    snapshot = read_snapshot(FULL.bytes())
    assert snapshot.order.number == "5001"
    assert snapshot.order.buyer.company == "Contoso"
    assert [line.title for line in snapshot.order.lines] == ["Walnut desk"]
    assert (len(snapshot.transactions), len(snapshot.refunds), len(snapshot.fulfillments)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("order.lineItems.nodes.0.quantity", None, "order.lineItems.nodes[0].quantity is missing"),
        (
            "order.lineItems.nodes.0.quantity",
            -1,
            "order.lineItems.nodes[0].quantity should be a whole number",
        ),
        (
            "order.lineItems.nodes.0.quantity",
            True,
            "order.lineItems.nodes[0].quantity should be a whole number",
        ),
        ("order.lineItems.nodes", {}, "order.lineItems.nodes should be a list"),
        ("order.createdAt", "yesterday", "order.createdAt should be an ISO 8601 time"),
        ("order.createdAt", "2026-03-02T09:00:00", "order.createdAt should say its offset"),
        ("order.taxesIncluded", "yes", "order.taxesIncluded should be true or false"),
        ("order.totalPriceSet", None, "order.totalPriceSet is missing"),
        ("order.totalPriceSet.presentmentMoney.amount", "12.345", "presentmentMoney.amount is no amount"),
        (
            "order.totalPriceSet.presentmentMoney.currencyCode",
            "USD",
            "is not the order's presentment currency",
        ),
        ("order.taxLines.0.rate", "much", "order.taxLines[0].rate should be a rate"),
        ("order.taxLines.0.rate", 19, "order.taxLines[0].rate should be a rate between"),
        ("order.discountCodes", [1], "order.discountCodes[0] should be a text"),
        ("transactions.0.kind", None, "transactions[0].kind is missing"),
        ("refunds.0.refundLineItems", None, "refunds[0].refundLineItems should be an object"),
        ("fulfillments.0.trackingInfo", None, "fulfillments[0].trackingInfo is missing"),
        ("edits.0.happenedAt", None, "edits[0].happenedAt is missing"),
    ],
)
def test_a_wrong_field_is_named(path: str, value: Any, named: str) -> None:
    with pytest.raises(SnapshotFault) as fault:
        read_snapshot(_change(path, value))
    assert named in fault.value.reason


def test_a_fault_never_repeats_the_value() -> None:
    with pytest.raises(SnapshotFault) as fault:
        read_snapshot(_change("order.createdAt", "Anna Schmidt, Lindenallee 12"))
    assert "Anna" not in fault.value.reason


@given(st.binary(max_size=40))
def test_bytes_that_are_no_snapshot_give_a_fault_and_nothing_else(content: bytes) -> None:
    with pytest.raises(SnapshotFault):
        read_snapshot(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=3,
)


@given(st.data(), JSON)
def test_any_value_in_any_place_is_read_or_is_a_fault(data: st.DataObject, value: object) -> None:
    paths = list(_paths(FULL.build(), ""))
    with contextlib.suppress(SnapshotFault):
        read_snapshot(_change(data.draw(st.sampled_from(paths)), value))


def _paths(value: Any, path: str) -> list[str]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found = [path] if path else []
    for name, child in children:
        found += _paths(child, f"{path}.{name}" if path else str(name))
    return found
