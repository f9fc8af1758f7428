from __future__ import annotations

import copy
import hashlib
from typing import Any

import orjson
import pytest

from muniment_ops.chaos.states import SourceEvent, never_was, not_newest, out_of_order

EARLY, LATE = "2026-03-02T09:00:00Z", "2026-03-02T09:05:00Z"


def order_now() -> dict[str, Any]:
    money = {"presentmentMoney": {"amount": "12.50", "currencyCode": "EUR"}}
    return {
        "order": {
            "id": "gid://shopify/Order/1",
            "name": "#1001",
            "createdAt": EARLY,
            "updatedAt": LATE,
            "presentmentCurrencyCode": "EUR",
            "displayFinancialStatus": "PAID",
            "displayFulfillmentStatus": "FULFILLED",
            "totalPriceSet": money,
        },
        "edits": [],
        "transactions": [
            {"id": "t1", "kind": "SALE", "amountSet": money, "createdAt": EARLY},
            {"id": "t2", "kind": "REFUND", "amountSet": money, "createdAt": LATE},
        ],
        "refunds": [{"id": "r1", "createdAt": LATE, "totalRefundedSet": money}],
        "fulfillments": [{"id": "f1", "createdAt": LATE}],
    }


def earlier() -> dict[str, Any]:
    state = order_now()
    state["order"] |= {"updatedAt": EARLY, "displayFinancialStatus": "PENDING"}
    state["transactions"], state["refunds"], state["fulfillments"] = state["transactions"][:1], [], []
    return state


def event(node_id: int, snapshot: dict[str, Any] | None, type: str = "order.updated") -> SourceEvent:
    raw = b"" if snapshot is None else orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)
    told = {
        "event": {"type": type},
        "snapshot": snapshot,
        "snapshot_sha256": hashlib.sha256(raw).hexdigest(),
    }
    return SourceEvent.read(node_id, orjson.dumps(told))


def shown(**changes: str) -> dict[str, object]:
    return {
        "Order name": "#1001",
        "Financial status": "PAID",
        "Fulfilment status": "FULFILLED",
        "Total": "12.5",
        "Updated at": "2026-03-02T09:05:00",
        **changes,
    }


def test_the_present_and_every_earlier_state_could_have_been() -> None:
    assert list(never_was(order_now(), order_now())) == []
    assert list(never_was(earlier(), order_now())) == []


def test_a_state_newer_than_the_present_never_was() -> None:
    assert list(never_was(order_now(), earlier())) == [
        "it is newer than the order is now",
        "it has more transactions than the order has now",
        "it has more refunds than the order has now",
        "it has more fulfillments than the order has now",
    ]


def test_another_amount_of_a_payment_never_was() -> None:
    forged = copy.deepcopy(earlier())
    forged["transactions"][0]["amountSet"]["presentmentMoney"]["amount"] = "99.00"
    assert list(never_was(forged, order_now())) == ["number 1 of its transactions is another one"]


def test_another_order_never_was_this_one() -> None:
    other = earlier()
    other["order"]["id"] = "gid://shopify/Order/2"
    assert list(never_was(other, order_now())) == ["id differs"]


def test_a_workspace_that_shows_the_present_is_the_newest() -> None:
    assert list(not_newest(shown(), order_now())) == []


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Financial status", "PENDING"),
        ("Fulfilment status", "UNFULFILLED"),
        ("Total", "12.51"),
        ("Updated at", "2026-03-02T09:00:00"),
        ("Updated at", ""),
        ("Order name", "#1002"),
    ],
)
def test_a_workspace_that_shows_anything_else_is_not(attribute: str, value: str) -> None:
    (said,) = not_newest(shown(**{attribute: value}), order_now())
    assert said.startswith(attribute)


def test_events_filed_in_the_order_of_their_states_are_in_order() -> None:
    assert list(out_of_order([event(2, order_now()), event(1, earlier())])) == []


def test_an_older_state_filed_later_is_out_of_order() -> None:
    ((before, after),) = out_of_order([event(1, order_now()), event(2, earlier())])
    assert (before.node_id, after.node_id) == (1, 2)


def test_events_of_other_topics_and_of_orders_that_are_gone_promise_no_order() -> None:
    assert list(out_of_order([event(1, order_now()), event(2, earlier(), "payment.recorded")])) == []
    assert list(out_of_order([event(1, order_now()), event(2, None, "order.deleted")])) == []


def test_a_source_event_is_true_to_its_hash_or_not() -> None:
    assert event(1, earlier()).is_true_to_its_hash
    told = orjson.dumps({"event": {"type": "x"}, "snapshot": earlier(), "snapshot_sha256": "0" * 64})
    assert not SourceEvent.read(1, told).is_true_to_its_hash


def test_what_is_no_source_event_is_refused() -> None:
    with pytest.raises(ValueError, match="node 7"):
        SourceEvent.read(7, b"%PDF-1.7")
