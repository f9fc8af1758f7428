"""All objects of a kind by one bulk operation: a few points, however many there are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from muniment_kit.clock import Clock
from muniment_shopify.bulk import BulkObject, bulk
from muniment_shopify.client import AdminClient
from muniment_shopify.listings.kinds import ListingKind
from muniment_shopify.listings.listed import Listed, rows_of

BATCH = 500


async def everything_of(
    client: AdminClient, kind: ListingKind, *, search: str = "", clock: Clock | None = None
) -> AsyncGenerator[Sequence[Listed], None]:
    """Yield the rows that ``search`` finds (all, without one), some hundred at a time, as of one moment.

    Read it inside ``contextlib.aclosing``. Raises what reading in bulk raises.
    """
    rows: list[Listed] = []
    async with aclosing(bulk(client, bulk_query(kind, search), clock=clock)) as objects:
        async for each in objects:
            rows += rows_of(kind, {"id": each.id, **each.fields}, _nested(each))
            if len(rows) >= BATCH:
                yield rows
                rows = []
    if rows:
        yield rows


def bulk_query(kind: ListingKind, search: str) -> str:
    """Return the document of the bulk query; ``search`` is quoted here."""
    quoted = search.replace("\\", "\\\\").replace('"', '\\"')
    wanted = f'(query: "{quoted}")' if search else ""
    return f"{{ {kind.root}{wanted} {{ edges {{ node {{ {kind.bulk} }} }} }} }}"


def _nested(each: BulkObject) -> list[dict[str, object]]:
    return [{"id": child.id, **child.fields} for children in each.children.values() for child in children]
