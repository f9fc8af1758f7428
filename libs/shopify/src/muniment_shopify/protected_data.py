"""Protected customer data: what of a buyer the app may see. What it may not see comes back empty.

https://shopify.dev/docs/apps/launch/protected-customer-data
"""

from __future__ import annotations

from dataclasses import dataclass

from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable
from muniment_shopify.operations import operation


@dataclass(frozen=True, slots=True)
class ProtectedDataGaps:
    """Fields of the newest order that the app may not read. ``has_order``: without one nothing is known."""

    has_order: bool
    denied: tuple[str, ...]


async def protected_data_gaps(client: AdminClient) -> ProtectedDataGaps:
    """Look at the buyer of the newest order; no value of it is kept. Raises what ``execute`` raises."""
    result = await client.execute(operation("protected_data"))
    if any(not error.is_access_denied for error in result.errors):
        raise AnswerUnusable(f"{client.shop} could not answer all of protected_data; try again.")
    nodes = (result.data.get("orders") or {}).get("nodes") or ()
    paths = (
        ".".join(step for step in error.path if isinstance(step, str) and step not in ("orders", "nodes"))
        for error in result.errors
    )
    return ProtectedDataGaps(bool(nodes), tuple(dict.fromkeys(path or "orders" for path in paths)))
