"""All objects of a kind by one bulk operation: a few points, however many there are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from muniment_kit.clock import Clock
from muniment_shopify.bulk import bulk
from muniment_shopify.client import AdminClient
from muniment_shopify.listings.kinds import ListingKind
from muniment_shopify.listings.listed import Listed, listed_from

BATCH = 500


async def everything_of(
    client: AdminClient, kind: ListingKind, *, query: str | None = None, clock: Clock | None = None
) -> AsyncGenerator[Sequence[Listed], None]:
    """Yield the rows that ``query`` finds (all, without one), some hundred at a time, as of one moment.

    Read it inside ``contextlib.aclosing``. Raises what ``muniment_shopify.bulk.bulk`` raises.
    """
    rows: list[Listed] = []
    async with aclosing(bulk(client, bulk_query(kind, query), clock=clock)) as objects:
        async for each in objects:
            rows.append(listed_from({"id": each.id, **each.fields}, shown=kind.looks))
            if len(rows) == BATCH:
                yield rows
                rows = []
    if rows:
        yield rows


def bulk_query(kind: ListingKind, query: str | None = None) -> str:
    """Return the document of the bulk query; ``query`` is a search, which is quoted here."""
    wanted = "" if query is None else '(query: "' + query.replace("\\", "\\\\").replace('"', '\\"') + '")'
    return f"{{ {kind.root}{wanted} {{ edges {{ node {{ {' '.join(kind.fields)} }} }} }} }}"
