"""Listings for reconciliation: which objects the shop has, as of when, at the least price."""

from __future__ import annotations

from muniment_shopify.listings.everything import everything_of
from muniment_shopify.listings.kinds import LISTINGS, ListingKind
from muniment_shopify.listings.listed import Listed, listed_from, looks_of
from muniment_shopify.listings.pages import changed_since, count_of_orders, created_between, pages_of

__all__ = [
    "LISTINGS",
    "Listed",
    "ListingKind",
    "changed_since",
    "count_of_orders",
    "created_between",
    "everything_of",
    "listed_from",
    "looks_of",
    "pages_of",
]
