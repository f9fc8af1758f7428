"""The rows of a bulk query, in the order Shopify writes them: every object after its parent.

Grouped, an object's children follow it at once. Ungrouped (the default since 2026-01) the parents of one page
come first, then the children of all of them, connection by connection.
Source: https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import orjson

from muniment_sandbox.shopify.bulk.reading import Connection, NodeReader

ROOTS_A_PAGE = 50

Row = tuple[bytes, bool]
"""A line of the file with its line feed, and whether its object is one at the root."""


def rows_of(root: Connection, *, grouped: bool) -> Iterator[Row]:
    """Yield all rows; never more than one page of root objects is held."""
    nodes = _each_once(root.nodes(None))
    while page := list(islice(nodes, ROOTS_A_PAGE)):
        if grouped:
            for node in page:
                yield from _family(root.node, node, None)
        else:
            yield from _generation(root.node, [(node, None) for node in page])


def _each_once(nodes: Iterator[object]) -> Iterator[object]:
    """Leave out what moved behind the page being read, as an order does that changes while it is listed."""
    seen: set[int] = set()
    for node in nodes:
        if id(node) not in seen:
            seen.add(id(node))
            yield node


def _family(reader: NodeReader, node: object, parent: str | None) -> Iterator[Row]:
    own = reader.of(node)
    row = own.row(node)
    yield _line(row, parent), parent is None
    for connection in own.connections:
        for child in connection.nodes(node):
            yield from _family(connection.node, child, str(row["id"]))


def _generation(reader: NodeReader, nodes: list[tuple[object, str | None]]) -> Iterator[Row]:
    below: list[tuple[Connection, list[tuple[object, str | None]]]] = []
    for node, parent in nodes:
        own = reader.of(node)
        row = own.row(node)
        yield _line(row, parent), parent is None
        below += [
            (connection, [(child, str(row["id"])) for child in connection.nodes(node)])
            for connection in own.connections
        ]
    joined: dict[int, tuple[Connection, list[tuple[object, str | None]]]] = {}
    for connection, children in below:
        joined.setdefault(id(connection), (connection, []))[1].extend(children)
    for connection, children in joined.values():
        yield from _generation(connection.node, children)


def _line(row: dict[str, object], parent: str | None) -> bytes:
    if parent is not None:
        row["__parentId"] = parent
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
