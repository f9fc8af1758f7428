"""How what we know of an object stands beside the shop's own word: pure."""

from __future__ import annotations

from enum import StrEnum

from muniment_shopify.listings import Listed
from shopify_ingest.reconcile.known import Known


class Standing(StrEnum):
    """How what ``commerce.*`` shows of an object compares with the shop."""

    SEEN = "seen"
    MISSING = "missing"
    STALE = "stale"
    LACKING = "lacking"
    DELETED = "deleted"


def standing(listed: Listed, known: Known | None) -> Standing:
    """Compare one row of a listing with what ``commerce.*`` shows.

    ``MISSING``: nothing was ever told. ``STALE``: an older state was. ``LACKING``: the state is known, and a
    fact that it shows was never told (a refund whose own hook was lost). A row that is older than what we
    know, or of an object we know to be gone, comes from an index that lags.
    """
    if known is None:
        return Standing.MISSING
    if known.state == "gone":
        return Standing.SEEN
    if _is_older(listed, known):
        return Standing.STALE
    return Standing.LACKING if known.lacking else Standing.SEEN


def _is_older(listed: Listed, known: Known) -> bool:
    if not listed.is_dated:
        return _looks_otherwise(listed, known)
    if known.updated_at is None or known.updated_at < listed.updated_at:
        return True
    return known.updated_at == listed.updated_at and _looks_otherwise(listed, known)


def _looks_otherwise(listed: Listed, known: Known) -> bool:
    """Tell whether a second change hid within the same second: ``updatedAt`` has no finer resolution."""
    return listed.looks is not None and bool(known.looks) and listed.looks not in known.looks
