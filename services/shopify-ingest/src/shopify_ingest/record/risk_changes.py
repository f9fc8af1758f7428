"""That an order's risk was assessed: known by what the assessments say. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from muniment_shopify.snapshots import Snapshot, canonical
from shopify_ingest.record.change import Change, each_once, of_content
from shopify_ingest.record.hook import Hook

_SHOPIFY = "shopify"


def changes_of(hooks: Iterable[Hook], shown: Snapshot) -> list[Change]:
    """Return the assessment that ``hooks`` announce."""
    return each_once(_assessed(shown) for _ in hooks)


def changes_of_state(shown: Snapshot, moment: datetime) -> list[Change]:
    """Return the assessment; nothing of an order that nobody assessed."""
    del moment  # an assessment has no time of its own
    return [_assessed(shown)] if providers_of(shown) else []


def recommendation_of(shown: Snapshot) -> str | None:
    """Return what the assessments recommend together, ``None`` if that may not be read."""
    found: str | None = (shown.node.get("risk") or {}).get("recommendation")
    return found


def providers_of(shown: Snapshot) -> list[str]:
    """Return the gids of the apps that assessed the order, each once; Shopify itself is ``shopify``."""
    assessments = (shown.node.get("risk") or {}).get("assessments") or ()
    return list(dict.fromkeys((each.get("provider") or {}).get("id") or _SHOPIFY for each in assessments))


def _assessed(shown: Snapshot) -> Change:
    said = {name: shown.node.get(name) for name in ("risk", "shopifyProtect")}
    return of_content("risk.assessed", canonical(said), shown.updated_at)
