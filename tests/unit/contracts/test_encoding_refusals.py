"""A body or event that breaks its own contract is refused before it leaves, and its content is not quoted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from muniment_contracts import UnencodableEvent, encode, to_record
from tests.builders.events import document_filed, document_produced, hook_received, order_change

NAIVE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  # what must be refused


def broken(whole: Any, **changes: object) -> Any:
    """Return ``whole`` with values that its type checker would refuse."""
    return replace(whole, **changes)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (broken(order_change().body, occurred_at=NAIVE), "occurred_at"),
        (broken(order_change().body, updated_at=NAIVE), "updated_at"),
        (broken(order_change().body, order_id=5001), "order_id"),
        (broken(order_change().body, reconciled=1), "reconciled"),
        (broken(document_produced().body, size_bytes=1.5), "size_bytes"),
        (broken(document_produced().body, business_date=datetime.now().astimezone()), "business_date"),
        (broken(document_filed().body, node_id=True), "node_id"),
        (broken(document_filed().body, record_date=None), "record_date"),
    ],
)
def test_value_of_the_wrong_type_is_refused_by_name(body: Any, field: str) -> None:
    with pytest.raises(UnencodableEvent, match=rf"\b{field}\b"):
        encode(body)


@pytest.mark.parametrize(
    "body",
    [
        broken(hook_received().body, headers={"x": "secret\ud800"}),
        broken(hook_received().body, headers={"x": 1}),
        broken(hook_received().body, headers=["secret"]),
        broken(hook_received().body, body="secret"),
        broken(hook_received().body, event_id=b"secret"),
        broken(document_filed().body, node_id=2**63),
    ],
    ids=["surrogate", "number-in-map", "list-for-map", "text-for-bytes", "bytes-for-text", "too-large"],
)
def test_value_no_schema_can_carry_is_refused_without_its_content(body: Any) -> None:
    with pytest.raises(UnencodableEvent) as caught:
        encode(body)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "field", ["key", "id", "type", "source", "subject", "correlation_id", "causation_id"]
)
@pytest.mark.parametrize("text", ["", "\ud800"], ids=["empty", "surrogate"])
def test_event_with_an_empty_or_unsayable_attribute_is_refused_by_name(field: str, text: str) -> None:
    event = broken(order_change(), **{field: text})
    with pytest.raises(UnencodableEvent) as caught:
        to_record(event)
    assert caught.value.field == field


def test_event_whose_time_has_no_zone_is_refused() -> None:
    with pytest.raises(UnencodableEvent, match="time zone"):
        to_record(broken(order_change(), time=NAIVE))
