"""Reads whole orders: few calls, every page, one consistent state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from muniment_kit.errors import Rejected, Retryable
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, AnswerUnusable
from muniment_shopify.graphql_answer import GraphqlError, Result
from muniment_shopify.operations import operation
from muniment_shopify.order_snapshot import Gathered, OrderSnapshot, Part, snapshot_of

__all__ = ["OrderSnapshot", "Part", "fetch_order"]

_TRIES = 3
TRANSACTIONS_AT_ONCE = 40
_FULFILLMENTS_AT_ONCE = 5
_REFUNDS_AT_ONCE = 50
_REFUND_LINES_FIRST = 10
_REFUND_LINES_MORE = 40
_HIGHEST_LIST = 250
_PARTS = frozenset(
    {
        "order",
        "lineItems",
        "agreements",
        "edited",
        "transactions",
        "hasTransactions",
        "refunds",
        "hasRefunds",
        "refund",
        "refundLineItems",
        "fulfillments",
        "hasFulfillments",
        "fulfillment",
        "fulfillmentLineItems",
        "events",
        "nodes",
    }
)
"""What a snapshot cannot do without."""
_HINTS = ("hasTransactions", "hasFulfillments", "hasRefunds")

Node = Mapping[str, Any]


async def fetch_order(client: AdminClient, order_gid: str) -> OrderSnapshot | None:
    """Return the order as it is now, or ``None`` when the shop does not know it (any more).

    One call for a new order; further calls only for what the first says is there, and at the same time. Every
    call also reads the order's ``updatedAt``: when it moved between two of them, all is read again, up to
    three times, then ``Retryable`` is raised. ``updatedAt`` has a resolution of one second, so a change
    within the same second can stay unseen here; its own hook leads to another fetch. A field the app may not
    read becomes a gap, an unreadable list of transactions, refunds, fulfilments, lines or agreements raises
    ``AccessDenied``. Raises what ``AdminClient.execute`` raises, and ``Rejected`` for an order with longer
    lists than can be read.
    """
    for _ in range(_TRIES):
        try:
            return await _Reading(client, order_gid).read()
        except _Moved:
            continue
    raise Retryable("The order keeps changing while it is read; it is read again a little later.", after=1.0)


class _Moved(Exception):
    """The order changed between two calls of one reading."""


@dataclass(slots=True)
class _Reading:
    """One pass over one order."""

    client: AdminClient
    gid: str
    updated_at: str = ""
    gaps: set[str] = field(default_factory=set)

    async def read(self) -> OrderSnapshot | None:
        first = await self._execute("order_detail", id=self.gid)
        order = first.data.get("order")
        if order is None:
            return None
        self.updated_at = order["updatedAt"]
        async with _at_once() as group:
            lines = group.create_task(self._lines(order["lineItems"]))
            transactions = group.create_task(self._transactions(_count(order["hasTransactions"])))
            refunds = group.create_task(self._refunds(has_some=bool(order["hasRefunds"])))
            fulfillments = group.create_task(self._fulfillments(_count(order["hasFulfillments"])))
            agreements = group.create_task(self._agreements(has_some=bool(order["edited"])))
        whole = {name: value for name, value in order.items() if name not in _HINTS}
        whole["lineItems"] = {"nodes": lines.result()}
        gathered = Gathered(
            order=whole,
            agreements=agreements.result(),
            transactions=transactions.result(),
            refunds=refunds.result(),
            fulfillments=fulfillments.result(),
        )
        return snapshot_of(gathered, gaps=self.gaps)

    async def _lines(self, first: Node) -> list[Node]:
        return await self._rest(
            first, lambda after: self._connection("order_line_items_page", "lineItems", after)
        )

    async def _agreements(self, *, has_some: bool) -> list[Node]:
        if not has_some:
            return []
        first = await self._connection("order_agreements", "agreements", None)
        return await self._rest(
            first, lambda after: self._connection("order_agreements", "agreements", after)
        )

    async def _transactions(self, count: int) -> list[Node]:
        if count == 0:
            return []
        if count <= TRANSACTIONS_AT_ONCE:
            return list((await self._order("order_transactions", first=count))["transactions"])
        ids = _ids((await self._order("order_transaction_ids"))["transactions"])
        batches = [ids[n : n + TRANSACTIONS_AT_ONCE] for n in range(0, len(ids), TRANSACTIONS_AT_ONCE)]
        async with _at_once() as group:
            answers = [group.create_task(self._execute("transactions_by_id", ids=batch)) for batch in batches]
        return [_there(node) for answer in answers for node in answer.result().data["nodes"]]

    async def _refunds(self, *, has_some: bool) -> list[Node]:
        if not has_some:
            return []
        refunds = (await self._order("order_refunds", first=_REFUNDS_AT_ONCE))["refunds"]
        if len(refunds) == _REFUNDS_AT_ONCE:
            refunds = (await self._order("order_refunds", first=_HIGHEST_LIST))["refunds"]
        async with _at_once() as group:
            whole = [group.create_task(self._refund(gid)) for gid in _ids(refunds)]
        return [refund.result() for refund in whole]

    async def _refund(self, gid: str) -> Node:
        refund = await self._refund_page(gid, None, _REFUND_LINES_FIRST)

        async def more(after: str) -> Node:
            return _connection_in(await self._refund_page(gid, after, _REFUND_LINES_MORE), "refundLineItems")

        lines = await self._rest(refund["refundLineItems"], more)
        of_order = {name: value for name, value in refund["order"].items() if name != "updatedAt"}
        return {**refund, "order": of_order, "refundLineItems": {"nodes": lines}}

    async def _refund_page(self, gid: str, after: str | None, lines: int) -> Node:
        answer = await self._execute("refund_detail", id=gid, after=after, lines=lines)
        refund = _there(answer.data["refund"])
        self._check(refund["order"])
        return refund

    async def _fulfillments(self, count: int) -> list[Node]:
        if count == 0:
            return []
        found = await self._listed_fulfillments(count)
        async with _at_once() as group:
            whole = [group.create_task(self._whole_fulfillment(node)) for node in found]
        return [fulfillment.result() for fulfillment in whole]

    async def _listed_fulfillments(self, count: int) -> list[Node]:
        if count <= _FULFILLMENTS_AT_ONCE:
            return list((await self._order("order_fulfillments", first=count))["fulfillments"])
        ids = _ids((await self._order("order_fulfillment_ids"))["fulfillments"])
        async with _at_once() as group:
            answers = [group.create_task(self._execute("fulfillment_detail", id=gid)) for gid in ids]
        return [_there(answer.result().data["fulfillment"]) for answer in answers]

    async def _whole_fulfillment(self, node: Node) -> Node:
        more_lines = self._pages_of(node["id"], "fulfillment_lines_page", "fulfillmentLineItems")
        more_events = self._pages_of(node["id"], "fulfillment_events_page", "events")
        lines = await self._rest(node["fulfillmentLineItems"], more_lines)
        events = await self._rest(node["events"], more_events)
        return {**node, "fulfillmentLineItems": {"nodes": lines}, "events": {"nodes": events}}

    def _pages_of(self, gid: str, name: str, connection: str) -> Callable[[str], Awaitable[Node]]:
        async def more(after: str) -> Node:
            page = _there((await self._execute(name, id=gid, after=after)).data["fulfillment"])
            return _connection_in(page, connection)

        return more

    async def _connection(self, name: str, connection: str, after: str | None) -> Node:
        return _connection_in(await self._order(name, after=after), connection)

    async def _rest(self, first: Node, more: Callable[[str], Awaitable[Node]]) -> list[Node]:
        """Return the nodes of a connection, all its pages joined."""
        nodes = list(first["nodes"])
        page = first
        while page["pageInfo"]["hasNextPage"]:
            page = await more(page["pageInfo"]["endCursor"])
            if not page["nodes"]:
                raise AnswerUnusable("Shopify announced another page and sent an empty one; try again.")
            nodes += page["nodes"]
        return nodes

    async def _order(self, name: str, **variables: object) -> Node:
        order = _there((await self._execute(name, id=self.gid, **variables)).data["order"])
        self._check(order)
        return order

    def _check(self, order: Node) -> None:
        if order["updatedAt"] != self.updated_at:
            raise _Moved

    async def _execute(self, name: str, **variables: object) -> Result:
        sent = {key: value for key, value in variables.items() if value is not None}
        result = await self.client.execute(operation(name), sent)
        self.gaps.update(_gap(error, name) for error in result.errors)
        return result


def _gap(error: GraphqlError, name: str) -> str:
    """Return the path of a field that may not be read. Raises for any other error, and when the field is a
    part.
    """
    fields = [step for step in error.path if isinstance(step, str)]
    if not error.is_access_denied:
        raise AnswerUnusable(f"Shopify could not answer all of {name}; try again.")
    if not fields or fields[-1] in _PARTS:
        raise AccessDenied(f"The app may not read what {name} asks for. Add the missing access scope.")
    return ".".join(fields)


def _there(node: Node | None) -> Node:
    if node is None:  # it was listed a moment ago
        raise _Moved
    return node


def _connection_in(node: Node, name: str) -> Node:
    connection: Node = node[name]
    return connection


def _ids(nodes: Sequence[Node]) -> list[str]:
    if len(nodes) >= _HIGHEST_LIST:
        raise Rejected(
            f"The order has {_HIGHEST_LIST} or more transactions, refunds or fulfilments: too many to read."
        )
    return [node["id"] for node in nodes]


def _count(count: Node | None) -> int:
    return 1 if count is None else int(count["count"])


@asynccontextmanager
async def _at_once() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks together; the first error ends the others and is raised itself, not as a group."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
