"""Values take the form of their attribute."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm import InvalidValue, Value
from muniment_ecm.attributes import Attribute, AttributeType, Written, is_same_value

TIME = datetime(2026, 6, 1, 23, 30, 5, 250000, tzinfo=UTC)


def attribute(kind: AttributeType, **more: object) -> Attribute:
    return Attribute(
        key="5_2",
        name="Total",
        type=kind,
        is_multi_value=bool(more.get("many")),
        max_length=10 if more.get("short") else None,
    )


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (AttributeType.TEXT, "plain", "plain"),
        (AttributeType.TEXT, Decimal("10.50"), "10.50"),
        (AttributeType.TEXT, date(2026, 6, 1), "2026-06-01"),
        (AttributeType.TEXT, TIME, "2026-06-01T23:30:05.250Z"),
        (AttributeType.TEXT, True, "true"),
        (AttributeType.INTEGER, "12", 12),
        (AttributeType.INTEGER, Decimal("12.0"), 12),
        (AttributeType.REAL, "12.5", 12.5),
        (AttributeType.BOOLEAN, "False", False),
        (AttributeType.BOOLEAN, True, True),
        (AttributeType.DATE, date(2026, 6, 1), "2026-06-01"),
        (AttributeType.DATE, TIME, "2026-06-01"),
        (AttributeType.DATE, "2026-06-01T10:00:00Z", "2026-06-01"),
        (AttributeType.DATE_TIME, TIME, "2026-06-01T23:30:05"),
        (AttributeType.DATE_TIME, "2026-06-02T01:30:05+02:00", "2026-06-01T23:30:05"),
        (AttributeType.DATE_TIME, date(2026, 6, 1), "2026-06-01T00:00:00"),
        (AttributeType.OTHER, 1000, 1000),
        (AttributeType.INTEGER, None, None),
    ],
)
def test_a_value_is_written_as_its_attribute_takes_it(
    kind: AttributeType, value: Value, written: Written
) -> None:
    assert attribute(kind).written(value) == written


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (AttributeType.INTEGER, "many"),
        (AttributeType.INTEGER, "1.5"),
        (AttributeType.REAL, "NaN"),
        (AttributeType.BOOLEAN, "perhaps"),
        (AttributeType.DATE, "tomorrow"),
        (AttributeType.DATE_TIME, "tomorrow"),
        (AttributeType.TEXT, ["one", "two"]),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_quoting_it(kind: AttributeType, value: Value) -> None:
    with pytest.raises(InvalidValue, match='"Total"') as refused:
        attribute(kind).written(value)
    assert str(value) not in str(refused.value)


def test_several_values_go_into_a_multi_value_attribute() -> None:
    several = attribute(AttributeType.TEXT, many=True)
    assert several.written(["a", "b"]) == ["a", "b"]
    assert several.written("a") == ["a"]
    assert several.written(None) == []


@given(st.text(max_size=40))
def test_long_text_is_cut_to_what_the_attribute_holds(text: str) -> None:
    written = attribute(AttributeType.TEXT, short=True).written(text)
    assert isinstance(written, str)
    assert len(written) <= 10
    assert written == text or written.endswith("…")


@pytest.mark.parametrize(
    ("stored", "written", "is_same"),
    [
        (None, "", True),
        ([], None, True),
        ("2026-06-01T00:00:00", "2026-06-01", True),
        (5, 5, True),
        ("a", "b", False),
        (None, "a", False),
        ("a", None, False),
        (["a"], ["a"], True),
    ],
)
def test_what_is_stored_is_compared_with_what_was_written(
    stored: object, written: Written, is_same: bool
) -> None:
    assert is_same_value(stored, written) is is_same
