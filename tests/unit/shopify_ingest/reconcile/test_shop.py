"""What is expected of a shop, and what its own word settles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from muniment_contracts.reconciliation import ProgressMade
from muniment_shopify.client import AdminClient
from muniment_shopify.listings import Listed
from shopify_ingest.reconcile.kinds import ORDERS
from shopify_ingest.reconcile.known import Known
from shopify_ingest.reconcile.memory import ShopMemory
from shopify_ingest.reconcile.shop import WatchedShop

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LOOKS, REFUND = b"it looks", b"a refund"


def shop() -> WatchedShop:
    nobody = cast("AdminClient", None)  # nothing is asked here
    return WatchedShop("northwind", nobody, ShopMemory("northwind"), BEGIN)


def row(updated: datetime, created: datetime | None = None) -> Listed:
    return Listed("1", updated, created or updated, LOOKS)


def test_what_did_not_change_since_the_shop_is_watched_is_not_expected() -> None:
    watched = shop()
    assert watched.compare(ORDERS, [row(BEGIN - DAY)], now_s=0.0, hooks={}) == 0
    assert watched.compare(ORDERS, [row(BEGIN)], now_s=0.0, hooks={}) == 1


def test_what_was_loaded_as_history_is_expected() -> None:
    watched = shop()
    made = ProgressMade(
        shop="northwind",
        work="slice",
        subject="october",
        begin=BEGIN - 31 * DAY,
        reached=BEGIN,
        completed_at=BEGIN,
    )
    watched.memory.progress["slice", "october"] = made
    assert watched.compare(ORDERS, [row(BEGIN - DAY)], now_s=0.0, hooks={}) == 1


def test_a_lacking_fact_that_the_shop_does_not_show_is_not_asked_for_again() -> None:
    watched = shop()
    known = Known("found", BEGIN, frozenset({LOOKS}), frozenset(), frozenset({REFUND}))
    watched.memory.knowledge.put(ORDERS.name, "1", known)
    watched.compare_facts(ORDERS, now_s=0.0, hooks={})
    (suspect,) = watched.suspects.of(ORDERS.name)
    watched.accept(suspect)
    watched.compare_facts(ORDERS, now_s=1.0, hooks={})
    assert len(watched.suspects) == 0


def test_an_object_of_which_there_is_nothing_to_tell_is_asked_for_once() -> None:
    watched = shop()
    watched.compare(ORDERS, [row(BEGIN)], now_s=0.0, hooks={})
    (suspect,) = watched.suspects.of(ORDERS.name)
    watched.accept(suspect)
    assert watched.compare(ORDERS, [row(BEGIN)], now_s=1.0, hooks={}) == 0
    assert watched.compare(ORDERS, [row(BEGIN + DAY)], now_s=1.0, hooks={}) == 1


def test_an_object_stays_open_since_it_was_first_suspected_however_often_it_was_repaired() -> None:
    watched = shop()
    watched.compare(ORDERS, [row(BEGIN)], now_s=10.0, hooks={})
    (suspect,) = watched.suspects.of(ORDERS.name)
    watched.suspects.repaired(suspect, now_s=50.0)
    watched.compare(ORDERS, [row(BEGIN + DAY)], now_s=60.0, hooks={})
    (suspect,) = watched.suspects.of(ORDERS.name)
    assert (suspect.open_since_s, suspect.since_s) == (10.0, 50.0)
