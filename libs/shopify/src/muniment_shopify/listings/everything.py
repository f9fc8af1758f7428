"""All objects of a kind by one bulk operation: a few points, however many there are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from muniment_kit.clock import Clock
from muniment_shopify.bulk import BulkObject, bulk
from muniment_shopify.client import AdminClient
from muniment_shopify.listings.kinds import ListingKind
from muniment_shopify.listings.listed import Listed, rows_of

BATCH = 500


async def everything_of(
    client: AdminClient,
    kind: ListingKind,
    *,
    search: str = "",
    operation_gid: str | None = None,
    on_started: Callable[[str], None] | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[Sequence[Listed], None]:
    """Yield the rows that ``search`` finds (all, without one), some hundred at a time, as of one moment.

    ``operation_gid`` takes up an operation that was started before, whose gid ``on_started`` heard. Read it
    inside ``contextlib.aclosing``. Raises what reading in bulk raises.
    """
    rows: list[Listed] = []
    found = bulk(
        client,
        bulk_query(kind, search),
        operation_gid=operation_gid,
        on_started=on_started,
        clock=clock,
    )
    async with aclosing(found) as objects:
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
