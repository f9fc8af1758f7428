"""Listings for reconciliation: which objects the shop has, as of when, at the least price."""

from __future__ import annotations

from muniment_shopify.listings.everything import everything_of
from muniment_shopify.listings.kinds import LISTINGS, ListingKind
from muniment_shopify.listings.listed import Listed, looks_of, rows_of
from muniment_shopify.listings.pages import count_of_orders, created_between, pages_of, recent_search

__all__ = [
    "LISTINGS",
    "Listed",
    "ListingKind",
    "count_of_orders",
    "created_between",
    "everything_of",
    "looks_of",
    "pages_of",
    "recent_search",
    "rows_of",
]
