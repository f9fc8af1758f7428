"""What ``muniment reconcile`` and ``backfill`` say at the end, in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_ops.commands.backfill import sentence as loaded_sentence
from muniment_ops.commands.reconcile import moment, sentence
from muniment_ops.exit_codes import WrongUse
from shopify_ingest.backfill.loading import Loaded
from shopify_ingest.reconcile.repairing import Finding
from shopify_ingest.reconcile.standing import Standing
from shopify_ingest.reconcile.window import Comparison, Window

WINDOW = Window(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
BETWEEN = "compared between 2026-11-20 00:00:00Z and 2026-11-21 08:30:00Z."


def compared(*, lost: int = 0, waiting: int = 0, published: bool = False) -> Comparison:
    finding = Finding("order", "5001", Standing.MISSING, None, WINDOW.end, ())
    return Comparison(
        "northwind",
        {"order": 1204, "company": 1, "draft-order": 2, "return": 0},
        [finding] * lost,
        waiting,
        is_published=published,
    )


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (compared(), f"Nothing is missing: 1,204 orders, 1 company, 2 draft orders {BETWEEN}"),
        (compared(lost=1), "1 object was missing and nothing was published: 1,204 orders"),
        (compared(lost=3, published=True), "3 objects were missing and published: 1,204 orders"),
        (compared(waiting=4), "Nothing is known to be missing, but of 4 it cannot be said yet, because"),
        (compared(lost=1, waiting=2), "1 object was missing and nothing was published; of 2 it cannot be"),
    ],
)
def test_sentence_of_a_comparison(comparison: Comparison, expected: str) -> None:
    assert sentence([comparison], WINDOW).startswith(expected)


def test_where_nothing_changed_it_says_so() -> None:
    between = "between 2026-11-20 00:00:00Z and 2026-11-21 08:30:00Z."
    assert sentence([Comparison("northwind", {"order": 0})], WINDOW) == (
        f"Nothing is missing: nothing changed {between}"
    )


def test_kinds_that_the_app_may_not_read_are_named() -> None:
    comparison = compared()
    comparison.denied = ["dispute"]
    assert sentence([comparison], WINDOW).endswith("Z, but not disputes: the app may not read them.")


def test_sentence_of_a_backfill() -> None:
    loaded = Loaded(rows=30, passed_over=5, months_before=1, known=10, orders=20, events=81)
    assert loaded_sentence("northwind", loaded, dry_run=False) == (
        "northwind: 20 orders loaded as 81 events; 10 were complete, 5 orders and 1 month had been "
        "done by an earlier run."
    )


def test_times_are_utc_unless_they_say_otherwise() -> None:
    assert moment("2026-03-02") == datetime(2026, 3, 2, tzinfo=UTC)
    assert moment("2026-03-02T09:00+01:00") == datetime(2026, 3, 2, 8, tzinfo=UTC)
    with pytest.raises(WrongUse, match="is no time"):
        moment("yesterday")
