"""Rows of listings: whose they are, as of when, and whether they look as the snapshot does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment_shopify import OPERATIONS
from muniment_shopify.listings import LISTINGS, created_between, looks_of, recent_search, rows_of
from muniment_shopify.listings.everything import bulk_query

SINCE, UNTIL = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDER = {
    "id": "gid://shopify/Order/5001",
    "createdAt": "2026-11-21T09:00:00Z",
    "updatedAt": "2026-11-22T09:00:00Z",
    "displayFinancialStatus": "PAID",
    "tags": ["vip"],
}


def test_an_order_is_listed_with_its_times_and_looks_as_its_snapshot_does() -> None:
    (row,) = rows_of(LISTINGS["order"], ORDER)
    assert (row.id, row.is_dated) == ("5001", True)
    assert row.updated_at == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert row.looks == looks_of(LISTINGS["order"], {**ORDER, "lineItems": {"nodes": []}})
    assert row.looks != looks_of(LISTINGS["order"], {**ORDER, "displayFinancialStatus": "REFUNDED"})
    assert row.looks != looks_of(LISTINGS["order"], {**ORDER, "tags": []})


def test_returns_are_listed_through_their_order_whose_time_stands_in() -> None:
    returned = {"id": "gid://shopify/Return/7", "status": "OPEN", "createdAt": "2026-11-21T10:00:00Z"}
    (row,) = rows_of(LISTINGS["return"], {**ORDER, "returns": {"nodes": [returned]}})
    assert (row.id, row.is_dated) == ("7", False)
    assert row.updated_at == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert list(rows_of(LISTINGS["return"], {**ORDER, "returns": {"nodes": []}})) == []


def test_orders_that_nobody_assessed_and_customers_that_never_consented_are_no_rows() -> None:
    unassessed = {**ORDER, "risk": {"recommendation": "NONE", "assessments": []}}
    assert list(rows_of(LISTINGS["risk"], unassessed)) == []
    silent = {
        **ORDER,
        "defaultEmailAddress": {"marketingState": "NOT_SUBSCRIBED", "marketingUpdatedAt": None},
    }
    assert list(rows_of(LISTINGS["consent"], {**silent, "defaultPhoneNumber": None})) == []


def test_a_location_is_a_row_of_its_company() -> None:
    location = {
        **ORDER,
        "id": "gid://shopify/CompanyLocation/3",
        "company": {"id": "gid://shopify/Company/9"},
    }
    (row,) = rows_of(LISTINGS["company-location"], location)
    assert (row.id, row.looks) == ("9", None)


def test_searches_are_bounded_by_the_moments_asked_for() -> None:
    assert recent_search(LISTINGS["order"], SINCE, UNTIL) == (
        "updated_at:>='2026-11-22T00:00:00Z' AND updated_at:<='2026-11-23T12:00:00Z'"
    )
    assert "updated_at" not in recent_search(LISTINGS["dispute"], SINCE, UNTIL)
    assert created_between(SINCE, UNTIL) == (
        "created_at:>='2026-11-22T00:00:00Z' AND created_at:<'2026-11-23T12:00:00Z'"
    )


def test_a_search_is_quoted_in_a_bulk_query() -> None:
    assert '(query: "name:\\"a\\\\b\\"")' in bulk_query(LISTINGS["order"], 'name:"a\\b"')


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_what_is_compared_is_asked_for_by_pages_and_in_bulk_alike(name: str) -> None:
    kind = LISTINGS[name]
    for path in (*kind.looks, kind.row_id):
        field = path.rpartition(".")[2]
        assert field in OPERATIONS[kind.operation].text.split()
        assert field in kind.bulk.split()
