"""Listing page by page: cheap rows, oldest change first, so that what changes meanwhile comes again later."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, AnswerUnusable
from muniment_shopify.graphql_answer import Result
from muniment_shopify.listings.kinds import ListingKind
from muniment_shopify.listings.listed import Listed, rows_of
from muniment_shopify.operations import operation


async def pages_of(
    client: AdminClient, kind: ListingKind, *, search: str | None = None
) -> AsyncIterator[Sequence[Listed]]:
    """Yield the rows that ``search`` finds (all, without one), a page at a time.

    One object may come twice, when it changes while it is listed. Raises what ``AdminClient.execute`` raises,
    and ``AccessDenied`` where a field may not be read: half a row cannot be compared.
    """
    after = None
    while True:
        variables = {"query": search or None, "first": kind.page, "after": after}
        sent = {name: value for name, value in variables.items() if value is not None}
        connection = _connection(await client.execute(operation(kind.operation), sent), kind)
        nodes = connection["nodes"]
        rows = [row for node in nodes for row in rows_of(kind, node)]
        if rows:
            yield rows
        page = connection["pageInfo"]
        if not page["hasNextPage"]:
            return
        if not nodes:
            raise AnswerUnusable("Shopify announced another page and sent an empty one; try again.")
        after = page["endCursor"]


def recent_search(kind: ListingKind, since: datetime, until: datetime | None = None) -> str:
    """Return the search for what may have changed at or after ``since`` and, if said, not after ``until``.

    What shows no time of change is found whenever it changed. https://shopify.dev/docs/api/usage/search-syntax
    """
    search = kind.recent.format(since=_text(since))
    if until is None or " OR " in search:
        return search
    return f"{search} AND updated_at:<='{_text(until)}'"


def created_between(begin: datetime, end: datetime) -> str:
    """Return the search for what was created at or after ``begin`` and before ``end``."""
    return f"created_at:>='{_text(begin)}' AND created_at:<'{_text(end)}'"


async def count_of_orders(client: AdminClient, *, search: str = "") -> int:
    """Return how many orders ``search`` finds."""
    sent = {"query": search} if search else {}
    result = await client.execute(operation("orders_count"), sent)
    return int(result.data["ordersCount"]["count"])


def _connection(result: Result, kind: ListingKind) -> Mapping[str, Any]:
    if result.errors:
        if any(error.is_access_denied for error in result.errors):
            raise AccessDenied(f"The app may not read all of what {kind.operation} asks for. Add the scope.")
        raise AnswerUnusable(f"Shopify could not answer all of {kind.operation}; try again.")
    connection: Mapping[str, Any] = result.data[kind.root]
    return connection


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
