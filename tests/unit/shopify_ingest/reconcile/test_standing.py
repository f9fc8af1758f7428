"""How a row of a listing stands beside what is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muniment_shopify.listings import Listed
from shopify_ingest.reconcile.known import Known
from shopify_ingest.reconcile.standing import Standing, standing

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
OPEN, PAID = b"unpaid..", b"paid...."


def row(second: int, looks: bytes = OPEN, *, is_dated: bool = True) -> Listed:
    return Listed("1", T0 + timedelta(seconds=second), T0, looks, is_dated)


def known(second: int, *looks: bytes, lacking: bool = False, state: str = "found") -> Known:
    return Known(
        "gone" if state == "gone" else "found",
        T0 + timedelta(seconds=second),
        frozenset(looks or {OPEN}),
        frozenset(),
        frozenset({b"refund.."}) if lacking else frozenset(),
    )


@pytest.mark.parametrize(
    ("listed", "ours", "expected"),
    [
        (row(5), None, Standing.MISSING),
        (row(5), known(4), Standing.STALE),
        (row(5), known(5), Standing.SEEN),
        (row(5, PAID), known(5), Standing.STALE),
        (row(5, PAID), known(5, OPEN, PAID), Standing.SEEN),
        (row(5, PAID), known(6), Standing.SEEN),
        (row(5), known(5, lacking=True), Standing.LACKING),
        (row(5), known(4, lacking=True), Standing.STALE),
        (row(5), known(0, state="gone"), Standing.SEEN),
        (row(99, is_dated=False), known(9), Standing.SEEN),
        (row(5, PAID, is_dated=False), known(9), Standing.STALE),
    ],
    ids=[
        "never told",
        "an older state told",
        "the same state",
        "a second change within the same second",
        "two states of one second, both told",
        "an index that lags",
        "a fact was not told",
        "older, and a fact was not told",
        "known to be gone, an index that lags",
        "no time of its own, the same looks",
        "no time of its own, other looks",
    ],
)
def test_a_row_beside_what_is_known(listed: Listed, ours: Known | None, expected: Standing) -> None:
    assert standing(listed, ours) is expected
